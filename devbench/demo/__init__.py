"""`make demo`: shows the synchronization of one site with one Medusa, step by step.

`articles` is the catalogue. `site_client` and `site_documents` use the site over HTTP, `medusa_reader` reads
Medusa, `checks` compares both. `product_steps` and `customer_steps` are the steps; they share a `context`.
`servers` starts and stops everything.
"""
