"""`make demo`: a shop on its way from ERPNext to Medusa, told as it goes.

`catalogue` is what is sold, `desk` the person at the site, `storeroom` where the goods are, `visitor` who
buys, `window` what Medusa shows. `story` has the steps in order: those of the catalogue, of the trade, of a
customer, and of what goes wrong, on one `scene`. `stage` is what has to be running, `keeper` the process that
stays up with KEEP=1.
"""
