"""Website Item and Item Group as Medusa's products and collections, and their stock flag."""
