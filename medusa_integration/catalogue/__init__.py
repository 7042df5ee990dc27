"""Sends Website Items, Item Groups, Item Prices and stock to Medusa, and compares them with it."""
