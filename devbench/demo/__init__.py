"""`make demo`: shows the synchronization of one site with one Medusa, step by step.

`articles` is the catalogue. `site_client` and `site_documents` use the site over HTTP, `medusa_reader` and
`medusa_orders` read Medusa, `checks` compares both. `buying` does what a visitor and the shop's people do in
Medusa. `product_steps`, `customer_steps`, `visitor_steps` and `order_steps` are the steps; they share a
`context`. `servers` starts and stops everything.
"""
