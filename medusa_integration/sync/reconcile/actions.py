"""Sends, adopts or deletes what findings are about. `desk` checks the permissions before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import frappe
from frappe import _
from frappe.utils import now_datetime

from medusa_integration.exceptions import SyncFailed
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.sync import connection, task_recording, task_states
from medusa_integration.sync.reconcile import store
from medusa_integration.sync.reconcile.comparer import Comparer, comparers
from medusa_integration.sync.reconcile.finding import Finding
from medusa_integration.sync.request_log import RequestLog


def send(rows: Sequence[Mapping]) -> int:
	"""Record the documents of findings, linked to their records in Medusa, to be sent even if unchanged.

	They are sent after the commit of the caller's transaction. A constant number of statements for up to 500.

	Args:
		rows: the findings.

	Returns:
		The number of documents.
	"""
	return sum(_send(one, some, "Queued") for one, some in _by_comparer(rows))


def adopt(rows: Sequence[Mapping]) -> tuple[int, list[str]]:
	"""Link documents to existing products in Medusa, and record the documents as `send` does.

	Args:
		rows: the findings.

	Returns:
		The number of documents, and a message for each product that another document has now.
	"""
	count, refused = 0, []
	for one, some in _by_comparer(rows):
		linked = {finding.identity for finding in one.link([store.as_finding(row) for row in some])}
		count += _send(one, [row for row in some if row["identity"] in linked], "Adopted")
		message = _("{0}: its link has changed. Reconcile again.")
		refused += [message.format(row["reference_name"]) for row in some if row["identity"] not in linked]
	return count, refused


def delete(rows: Sequence[Mapping]) -> tuple[int, list[str]]:
	"""Delete in Medusa, immediately, what findings are about. Commits.

	Each record is checked again before.

	Args:
		rows: the findings.

	Returns:
		The number of deleted records, and a message for each that was not deleted.

	Raises:
		NotConnected: nothing may be sent.
		SyncFailed: Medusa cannot be reached.
	"""
	connection.require_sending()
	log, deleted, refused = RequestLog(), [], []
	try:
		with connection.open_medusa(log) as medusa:
			for one, some in _by_comparer(rows):
				log.voucher = (one.doctype, None, None)
				outcomes = one.delete(medusa, [store.as_finding(row) for row in some])
				for row, outcome in zip(some, outcomes, strict=True):
					if outcome.error:
						refused.append(f"{row['title'] or row['medusa_id']}: {outcome.error}")
					else:
						deleted.append(row["name"])
	except MedusaError as error:
		frappe.throw(str(error), exc=SyncFailed, title=_("Not Deleted"))
	finally:
		store.set_state(deleted, "Deleted")
		# nosemgrep: frappe-manual-commit -- a later error must not undo the state of what Medusa has deleted
		frappe.db.commit()
		log.write_and_commit()
	return len(deleted), refused


def _send(one: Comparer, rows: Sequence[Mapping], state: str) -> int:
	findings = [store.as_finding(row) for row in rows]
	if state == "Queued":
		one.link([finding for finding in findings if _is_link(finding)])
	names = list(dict.fromkeys(finding.docname for finding in findings))
	if names:
		task_recording.record_many(one.doctype, names, one.lane)
		task_states.forget_fingerprints(one.doctype, names, one.lane)
		store.set_state([row["name"] for row in rows], state, queued_at=now_datetime())
	return len(names)


def _is_link(finding: Finding) -> bool:
	"""Return whether Medusa has a record whose id the document does not have."""
	return finding.kind == "Missing" and finding.subject != "Variant" and bool(finding.medusa_id)


def _by_comparer(rows: Sequence[Mapping]) -> Iterator[tuple[Comparer, list[Mapping]]]:
	"""Yield the rows of each comparer, in the order of the comparers."""
	groups: dict[str, list[Mapping]] = defaultdict(list)
	for row in rows:
		groups[row["lane"]].append(row)
	yield from ((one, groups[one.lane]) for one in comparers() if one.lane in groups)
