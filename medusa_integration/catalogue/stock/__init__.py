"""How many of each Website Item Medusa may sell, and whether it is in stock."""
