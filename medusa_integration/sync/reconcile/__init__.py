"""Reconciliation: what Medusa has, against what it should have; found, kept, and put right when told to.

`finding` says what a finding is, `comparer` what finds them (named in `hooks.py` under `medusa_comparers`),
`run` goes through the comparers once, `store` keeps what they found from one run to the next, `actions` does
what a person decides about it. A run only reads Medusa: what it repairs goes through the outbox.
"""
