"""The shop's Sales Orders: made, and where they stand told to Medusa."""
