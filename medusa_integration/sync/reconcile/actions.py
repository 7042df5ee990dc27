"""What becomes of findings: sent again, adopted, deleted in Medusa. Who may is asked before, in `desk`."""

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
	"""Have the documents of findings sent again, changed or not, linked before to what Medusa has of them.

	In the caller's transaction, after whose commit they go out. Returns how many documents.
	The same number of statements for any number up to 500.
	"""
	return sum(_send(one, some, "Queued") for one, some in _by_comparer(rows))


def adopt(rows: Sequence[Mapping]) -> tuple[int, list[str]]:
	"""Make products that Medusa has already the documents' own, and send the documents there.

	As `send`. Returns how many, and a sentence for each that another document has by now.
	"""
	count, refused = 0, []
	for one, some in _by_comparer(rows):
		linked = {finding.identity for finding in one.link([store.as_finding(row) for row in some])}
		count += _send(one, [row for row in some if row["identity"] in linked], "Adopted")
		message = _("{0}: its link has changed. Reconcile again.")
		refused += [message.format(row["reference_name"]) for row in some if row["identity"] not in linked]
	return count, refused


def delete(rows: Sequence[Mapping]) -> tuple[int, list[str]]:
	"""Delete in Medusa, now, what is found to be one too many. Commits.

	Each is looked at again before.

	Returns:
		How many were deleted, and a sentence for each that stays.

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
		frappe.db.commit()  # what Medusa has deleted is deleted, whatever comes next
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
	"""Whether Medusa has what the document does not know, or knows wrongly."""
	return finding.kind == "Missing" and finding.subject != "Variant" and bool(finding.medusa_id)


def _by_comparer(rows: Sequence[Mapping]) -> Iterator[tuple[Comparer, list[Mapping]]]:
	"""The rows of each comparer, in the order of the comparers."""
	groups: dict[str, list[Mapping]] = defaultdict(list)
	for row in rows:
		groups[row["lane"]].append(row)
	yield from ((one, groups[one.lane]) for one in comparers() if one.lane in groups)
