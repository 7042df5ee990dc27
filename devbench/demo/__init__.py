"""`make demo`: a shop's catalogue on its way from ERPNext to Medusa, told as it goes.

`catalogue` is what is sold, `desk` the person at the site, `window` what Medusa shows, `story` the steps,
`stage` what has to be running, `keeper` the process that stays up with KEEP=1.
"""
