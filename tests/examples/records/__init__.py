"""What the examples of each family need besides the shop: a module each, with `make(example)`."""
