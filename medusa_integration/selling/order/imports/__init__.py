"""Orders that were placed in Medusa become Sales Orders."""
