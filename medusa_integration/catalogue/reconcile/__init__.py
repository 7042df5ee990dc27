"""The catalogue's side of the reconciliation: documents compared with what Medusa has."""
