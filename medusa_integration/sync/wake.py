"""Waking a worker once the transaction that recorded something has been committed.

Only a hint: whatever is not sent by it, because Redis was away or no worker listened, is sent by the
scheduler's next run. The hint goes by that of the bench's queues in which it is begun soonest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import frappe
from frappe.utils.background_jobs import get_job, get_queue, get_queues_timeout, get_workers
from redis.exceptions import RedisError
from rq.job import JobStatus
from rq.timeouts import JobTimeoutException

from medusa_integration.settings import get_settings
from medusa_integration.sync.task import TaskKey

# by their paths, as for a queue: what a worker loads and sends stands above this module
RUN = "medusa_integration.sync.worker.run"
DRAIN = "medusa_integration.sync.worker.drain"
JOB_ID = "medusa_integration_drain"
TIMEOUT = 1500
# a queue of the app's own, when `workers` in common_site_config.json has it
OWN_QUEUE = "medusa"
DEFAULT_QUEUE = "default"
# Frappe's own, the one that is meant for such jobs first
SHARED_QUEUES = (DEFAULT_QUEUE, "long", "short")
# Redis is away, or, without a worker, Frappe takes no more jobs (`max_queued_jobs`)
REFUSALS = (RedisError, OSError, frappe.QueueOverloaded)


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
			# what needs no Medusa, whether or not anything may be sent
			_after_the_answer(partial(enqueue_first, runner, job_id=runner, deduplicate=True))
	if not keys or not settings.enable or settings.paused:
		return
	if settings.sync_mode == "Immediate":
		_drain_here(list(keys))
	else:
		enqueue()


def enqueue() -> None:
	"""Ask a worker to send what is due, in a request once that is answered.

	Does nothing when one is asked already, and nothing but a log line where the queue takes no job.
	"""
	_after_the_answer(_ask_for_a_run)


def _ask_for_a_run() -> None:
	job = get_job(JOB_ID)
	status = job.get_status(refresh=False) if job else None
	if status == JobStatus.QUEUED:
		return  # it will see this change; Frappe would ask Redis again, and log an error
	# a worker that is about to end may not see this change any more: the next one stands behind it
	enqueue_first(
		RUN,
		timeout=TIMEOUT,
		job_id=f"{JOB_ID}_next" if status == JobStatus.STARTED else JOB_ID,
		# where there is none, Frappe need not look for it again
		deduplicate=bool(job),
	)


def _after_the_answer(ask: Callable[[], object]) -> None:
	"""Ask a worker: in a request once that is answered, so that nobody waits for Redis; else at once."""
	callbacks = getattr(getattr(frappe.local, "request", None), "after_response", None)
	if callbacks is None:
		ask_queue(ask)
	else:
		callbacks.add(partial(ask_queue, ask))


def _drain_here(keys: list[TaskKey]) -> None:
	try:
		frappe.call(DRAIN, only=keys)
	except JobTimeoutException:
		raise  # the job in which it was saved has to end
	except Exception:
		# the document is saved; what went wrong stands in its task or here, and the scheduler tries again
		frappe.log_error("Medusa: sending right after the save failed")
		frappe.db.commit()  # the log row belongs to no transaction of the caller


# -- queues ----------------------------------------------------------------------------------------------


def enqueue_first(method: str, **options: object) -> None:
	"""Put a job where it is begun soonest: at the front of the best queue that takes one.

	Takes what `frappe.enqueue` does. Raises RedisError, OSError, or QueueOverloaded when no queue takes it.
	"""
	*others, last = queues_by_preference()
	for queue in others:
		try:
			frappe.enqueue(method, queue=queue, at_front=True, **options)
			return
		except frappe.QueueOverloaded:
			frappe.clear_last_message()
	frappe.enqueue(method, queue=last, at_front=True, **options)


def queues_by_preference() -> list[str]:
	"""The queues that a worker listens to, first those where a job at the front has the fewest before it.

	A worker empties the first of its queues before it looks at the second. One queue at least.
	"""
	if OWN_QUEUE in get_queues_timeout():
		return [OWN_QUEUE]
	waiting = {queue: get_queue(queue).count for queue in SHARED_QUEUES}
	if not any(waiting.values()):
		return [DEFAULT_QUEUE]
	before: dict[str, int] = {}
	for queues in _listened_to():
		passed = 0
		for queue in queues:
			if queue in waiting:
				before[queue] = min(before.get(queue, passed), passed)
			passed += waiting.get(queue, 0)
	return sorted(before, key=lambda queue: (before[queue], SHARED_QUEUES.index(queue))) or [DEFAULT_QUEUE]


def used_queues() -> tuple[str, ...]:
	"""The queues whose workers this app depends on."""
	return (OWN_QUEUE, "long") if OWN_QUEUE in get_queues_timeout() else (DEFAULT_QUEUE, "long")


def ask_queue(job: Callable[[], object]) -> None:
	"""Put something into a queue; a queue that cannot take it is only worth a line in the log.

	For what the scheduler does as well.
	"""
	try:
		job()
	except REFUSALS as error:
		if isinstance(error, frappe.QueueOverloaded):
			frappe.clear_last_message()  # nothing that whoever saves could do about it
		frappe.logger("medusa").warning("The job queue takes no job; the scheduler will do what is due")


def _listened_to() -> list[list[str]]:
	"""The names of the queues of each worker, in the order in which it takes from them."""
	return [[name.rsplit(":", 1)[-1] for name in worker.queue_names()] for worker in get_workers()]
