"""Item Prices as prices in Medusa: document events, validity and the nightly job."""
