"""Reconciliation: compares what Medusa has with what it should have, stores and corrects differences.

`finding` defines a finding, `comparer` the base class of what finds them (`hooks.py` names the comparers
under `medusa_comparers`). `reconciliation` runs all comparers once, `store` stores their findings between
runs, `actions` carries out what users decide in `desk`. A run only reads from Medusa; corrections are sent
through the outbox.
"""
