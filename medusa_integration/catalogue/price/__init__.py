"""Item Price as a price in Medusa."""
