"""The outbox: which documents Medusa has yet to hear about; recorded, claimed, sent, settled.

`outbox` records, `claims` takes and gives back, `drain` does the round, `failures` decides what an error
means, `connection` knows the server, `request_log` keeps what was said. The lanes themselves (what a
document becomes) live above, and are named in `hooks.py` under `medusa_lanes`.
"""
