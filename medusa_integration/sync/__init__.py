"""The outbox: records which documents must be sent to Medusa; claims, loads, sends and settles their tasks.

`task_recording` records a document, `task_departures` and `task_states` change its task, `wake` requests a
worker. The `worker` claims and settles with `task_store`, loads and sends with `batch`, and uses the time in
which it waits for Medusa with `lookahead`; `retry_policy` decides what an error means. Exporters map
documents to values. They are in other packages, and `hooks.py` names them under `medusa_exporters`.
"""
