"""Turns received events into rows of Medusa Order and tasks: SQL only, so nothing has to be retried.

Any number of workers may do this in parallel. If one is killed, its transaction is rolled back, and the next
one takes its events.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import frappe
from frappe.utils import now_datetime
from rq.timeouts import JobTimeoutException

from medusa_integration.constants import EVENT
from medusa_integration.settings import number
from medusa_integration.sync import task_recording
from medusa_integration.sync.inbox import orders

CHUNK = 500
TRIES = 5


def is_on() -> bool:
	"""Return whether orders are imported; otherwise events are stored and not processed. No statement."""
	return bool(number("import_orders")) and task_recording.is_configured()


def take(deadline: float) -> int:
	"""Process the received events, 500 at a time; commits after each time. Never raises but a job's time-out.

	To be called at READ COMMITTED: a worker then locks the events that it takes, and no gaps between them.

	Args:
		deadline: when no more are taken, as `time.monotonic` counts.

	Returns:
		The number of processed events.
	"""
	taken = 0
	if not is_on():
		return taken
	try:
		while time.monotonic() < deadline:
			count = _take_chunk()
			taken += count
			if count < CHUNK:
				break
	except JobTimeoutException:
		raise
	except Exception:
		# the lanes must not wait for it; the next run takes the events
		frappe.db.rollback()
		frappe.log_error("Medusa: events could not be processed")
		frappe.db.commit()
	return taken


def _take_chunk() -> int:
	"""Process up to 500 events in one transaction, and return their number. Four statements."""
	for attempt in range(TRIES):
		try:
			events = _claim()
			if events:
				orders.record(event.aggregate_id for event in events if event.aggregate == "order")
				_finish([event.name for event in events])
			# nosemgrep: frappe-manual-commit -- before anything is sent, and no lock is held for long
			frappe.db.commit()
			return len(events)
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			if attempt + 1 == TRIES:
				raise
	return 0


def _claim() -> Sequence[frappe._dict]:
	"""Lock the oldest received events that no other worker has locked."""
	event = frappe.qb.DocType(EVENT)
	return (
		frappe.qb.from_(event)
		.select(event.name, event.aggregate, event.aggregate_id)
		.where(event.status == "Received")
		.orderby(event.creation)
		.limit(CHUNK)
		.for_update(skip_locked=True)
	).run(as_dict=True)


def _finish(names: list[str]) -> None:
	event = frappe.qb.DocType(EVENT)
	(
		frappe.qb.update(event)
		.set(event.status, "Processed")
		.set(event.modified, now_datetime())
		.where(event.name.isin(names))
	).run()
