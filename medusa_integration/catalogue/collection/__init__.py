"""Item Group as Medusa's collection, and its route in the shop."""
