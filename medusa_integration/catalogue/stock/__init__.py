"""Quantities and availability of Website Items: document events, the daily job and sending to Medusa."""
