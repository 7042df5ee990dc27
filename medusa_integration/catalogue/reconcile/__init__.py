"""Compares Item Groups, Website Items, Item Prices and quantities with what Medusa has."""
