"""Waking the drain once the transaction that recorded something has been committed.

Only a hint: whatever is not drained by it, because Redis was away or no worker listened, is drained by
the scheduler's next round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import frappe
from frappe.utils.background_jobs import get_job
from rq.job import JobStatus
from rq.timeouts import JobTimeoutException

from medusa_integration.settings import get_settings
from medusa_integration.sync import queues

TaskKey = tuple[str, str, str]

DRAIN = "medusa_integration.sync.drain.run"
JOB_ID = "medusa_integration_drain"
TIMEOUT = 1500


def after_commit(keys: Iterable[TaskKey]) -> None:
	"""Have what was recorded in this transaction sent after its commit, however many times it is called.

	`keys` are (doctype, name, lane) of the tasks. Nothing happens if the transaction is rolled back.
	"""
	recorded: dict[TaskKey, None] | None = frappe.local.flags.medusa_recorded
	if recorded is None:
		recorded = frappe.local.flags.medusa_recorded = {}
		frappe.db.after_commit.add(_committed)
		frappe.db.after_rollback.add(_rolled_back)
	recorded.update(dict.fromkeys(keys))


def _rolled_back() -> None:
	frappe.local.flags.medusa_recorded = None


def _committed() -> None:
	keys, frappe.local.flags.medusa_recorded = frappe.local.flags.medusa_recorded, None
	settings = get_settings()
	for lane in {lane for _doctype, _name, lane in keys or ()}:
		for runner in frappe.get_hooks("medusa_local_lanes").get(lane, ()):
			# what a lane does without Medusa, whether or not anything may be sent
			_after_the_answer(partial(queues.enqueue_first, runner, job_id=runner, deduplicate=True))
	if not keys or not settings.enable or settings.paused:
		return
	if settings.sync_mode == "Immediate":
		_drain_here(list(keys))
	else:
		enqueue()


def enqueue() -> None:
	"""Ask a worker to drain, in a request once that is answered; does nothing when one is asked already,
	and nothing but a log line where the queue takes no job.
	"""
	_after_the_answer(_ask_for_a_drain)


def _ask_for_a_drain() -> None:
	job = get_job(JOB_ID)
	status = job.get_status(refresh=False) if job else None
	if status == JobStatus.QUEUED:
		return  # it will see this change; Frappe would ask Redis again, and log an error
	# a drain that is about to end may not see this change any more: the next one stands behind it
	queues.enqueue_first(
		DRAIN,
		timeout=TIMEOUT,
		job_id=f"{JOB_ID}_next" if status == JobStatus.STARTED else JOB_ID,
		# where there is none, Frappe need not look for it again
		deduplicate=bool(job),
	)


def _after_the_answer(ask: Callable[[], object]) -> None:
	"""Ask a worker: in a request once that is answered, so that nobody waits for Redis; else at once."""
	callbacks = getattr(getattr(frappe.local, "request", None), "after_response", None)
	if callbacks is None:
		queues.ask(ask)
	else:
		callbacks.add(partial(queues.ask, ask))


def _drain_here(keys: list[TaskKey]) -> None:
	from medusa_integration.sync import drain

	try:
		drain.drain(only=keys)
	except JobTimeoutException:
		raise  # the job in which it was saved has to end
	except Exception:
		# the document is saved; what went wrong stands in its task or here, and the scheduler tries again
		frappe.log_error("Medusa: sending right after the save failed")
		frappe.db.commit()  # the log row belongs to no transaction of the caller
