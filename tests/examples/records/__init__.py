"""Data for the examples of each group of endpoints: a module each, with `make(example)`."""
