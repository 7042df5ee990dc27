"""Where the shop's orders stand in ERPNext, told to Medusa."""
