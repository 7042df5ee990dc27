"""Who buys in the shop: one-time passwords, sign-up and login, Leads, Customers and Addresses."""
