"""Website Items as Medusa's products: document events, mapped values and images."""
