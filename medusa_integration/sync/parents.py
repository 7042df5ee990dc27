"""The tasks that others have to wait for, in the transaction that settles those."""

from __future__ import annotations

from collections.abc import Collection

import frappe

from medusa_integration.sync import outbox
from medusa_integration.sync.sending import Chunk
from medusa_integration.sync.wake import TaskKey

# states that only the task itself or a person may change
ON_THEIR_WAY = ("Pending", "In Progress", "Retrying", "Waiting", "Failed")


def call(chunk: Chunk, *, even_failed: bool) -> Collection[TaskKey]:
	"""Have those sent that tasks of this chunk wait for, unless they are on their way already; answer all.

	`even_failed` takes only what is being sent at this moment as on its way. One statement to find out, and
	one for each lane; none if nothing waits.
	"""
	keys = {key for work in chunk.waiting for key in work.waits_for}
	if not keys:
		return keys
	states = ("In Progress",) if even_failed else ON_THEIR_WAY
	on_their_way = frappe.get_all(
		outbox.TASK,
		filters={
			"reference_name": ("in", {name for _doctype, name, _lane in keys}),
			"status": ("in", states),
		},
		fields=["reference_doctype", "reference_name", "lane"],
		as_list=True,
	)
	_record(keys - {tuple(row) for row in on_their_way})
	return keys


def send_again(chunk: Chunk) -> Collection[TaskKey]:
	"""Have those sent again that Medusa has lost, and answer them: what referred to them is called then."""
	for doctype, lane, names in _record(chunk.lost):
		outbox.forget_fingerprints(doctype, names, lane)
	return chunk.lost


def _record(keys: Collection[TaskKey]) -> list[tuple[str, str, list[str]]]:
	"""Record these without a wake-up, as this round takes them itself; (doctype, lane, names) by lane."""
	groups = []
	for doctype, lane in {(doctype, lane) for doctype, _name, lane in keys}:
		names = [key[1] for key in keys if key[::2] == (doctype, lane)]
		outbox.record_many(doctype, names, lane, wakes=False)
		groups.append((doctype, lane, names))
	return groups
