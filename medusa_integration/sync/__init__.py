"""The outbox: which documents Medusa has yet to hear about; recorded, claimed, loaded, sent, settled.

`task_recording` records a document, `task_departures` and `task_states` say what else becomes of its task,
`wake` asks for a worker. The `worker` claims and settles by `task_store`, loads and sends by `batch`, and
uses the time in which Medusa works by `lookahead`; `retry_policy` says what an error means. What a document
becomes is up to the exporters, which stand above and are named in `hooks.py` under `medusa_exporters`.
"""
