"""Item Groups as Medusa's collections, and their routes in the shop."""
