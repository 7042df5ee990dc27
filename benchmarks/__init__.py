"""`make bench`: how fast the app brings products to a real Medusa, next to two other ways of doing the same.

- ours: Website Items whose tasks are recorded already, sent by one drain on devbench's site.
- plain: one request for the product, one for its option, one for its variant, one after the other.
- bare: a loop that does nothing but post ready-made bodies, in the best way known for the generation.

All three send the same fields of articles of the same make to the same server, in turns within one run, so
that neither the machine's drift nor the growth of Medusa's tables is counted for or against one of them.

And what the app costs those who work in ERPNext: `create_quotation` and a Sales Invoice,
each with and without the app, in turns too (`selling`). That is also measured on a site of a real bench.
"""
