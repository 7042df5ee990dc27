"""One service a resource and generation of Medusa: the routes, and what goes into and comes out of each."""
