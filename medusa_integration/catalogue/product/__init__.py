"""Website Item as Medusa's product: its events, its values, its pictures."""
