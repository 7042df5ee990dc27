"""Requests a worker after the commit of a transaction that has recorded something.

The job only makes sending faster: if Redis is not available or no worker listens, the next run of the
scheduler sends the tasks. The job is put into the queue of the bench in which it starts first.
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

# as paths, because the worker imports this module indirectly
RUN = "medusa_integration.sync.worker.run"
DRAIN = "medusa_integration.sync.worker.drain"
JOB_ID = "medusa_integration_drain"
TIMEOUT = 1500
# the app's own queue, if it is among the `workers` in common_site_config.json
OWN_QUEUE = "medusa"
DEFAULT_QUEUE = "default"
# Frappe's queues, the preferred one first
SHARED_QUEUES = (DEFAULT_QUEUE, "long", "short")
# Redis is not available, or Frappe accepts no more jobs because no worker runs (`max_queued_jobs`)
REFUSALS = (RedisError, OSError, frappe.QueueOverloaded)


def after_commit(keys: Iterable[TaskKey]) -> None:
	"""Request one worker after the commit of this transaction, for the tasks of all calls.

	Nothing is requested if the transaction is rolled back.

	Args:
		keys: (DocType, name, lane) of the recorded tasks.
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
			# these tasks need no Medusa, so they are processed while sending is off or paused too
			_after_the_answer(partial(enqueue_first, runner, job_id=runner, deduplicate=True))
	if not keys or not settings.enable or settings.paused:
		return
	if settings.sync_mode == "Immediate":
		_drain_here(list(keys))
	else:
		enqueue()


def enqueue() -> None:
	"""Request a worker that sends what is due; in a web request after the response.

	Does nothing if a job waits already. If no queue accepts the job, this is only logged.
	"""
	_after_the_answer(_ask_for_a_run)


def _ask_for_a_run() -> None:
	job = get_job(JOB_ID)
	status = job.get_status(refresh=False) if job else None
	if status == JobStatus.QUEUED:
		return  # it will read this change; Frappe would query Redis again, and log an error
	# a worker that is about to end may not read this change any more: the next job waits for it
	enqueue_first(
		RUN,
		timeout=TIMEOUT,
		job_id=f"{JOB_ID}_next" if status == JobStatus.STARTED else JOB_ID,
		# without a job, Frappe need not search for it again
		deduplicate=bool(job),
	)


def _after_the_answer(ask: Callable[[], object]) -> None:
	"""Enqueue a job: in a web request after the response, so that the user does not wait for Redis."""
	callbacks = getattr(getattr(frappe.local, "request", None), "after_response", None)
	if callbacks is None:
		ask_queue(ask)
	else:
		callbacks.add(partial(ask_queue, ask))


def _drain_here(keys: list[TaskKey]) -> None:
	try:
		frappe.call(DRAIN, only=keys)
	except JobTimeoutException:
		raise  # the job that has saved the document must end
	except Exception:
		# the document is saved; its task or this Error Log has the error, and the scheduler retries
		frappe.log_error("Medusa: sending right after the save failed")
		frappe.db.commit()  # the Error Log is not part of a transaction of the caller


# -- queues ----------------------------------------------------------------------------------------------


def enqueue_first(method: str, **options: object) -> None:
	"""Put a job at the front of the queue in which it starts first, of those that accept it.

	Args:
		method: dotted path of the function.
		**options: arguments of `frappe.enqueue`.

	Raises:
		RedisError: Redis is not available; also OSError.
		frappe.QueueOverloaded: no queue accepts the job.
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
	"""Return the queues with a worker, ordered by how many jobs run before a job at their front.

	A worker empties the first of its queues before it reads the second. At least one queue is returned.
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
	"""Return the queues whose workers this app needs."""
	return (OWN_QUEUE, "long") if OWN_QUEUE in get_queues_timeout() else (DEFAULT_QUEUE, "long")


def ask_queue(job: Callable[[], object]) -> None:
	"""Enqueue a job that the scheduler starts too; if no queue accepts it, this is only logged.

	Args:
		job: enqueues it.
	"""
	try:
		job()
	except REFUSALS as error:
		if isinstance(error, frappe.QueueOverloaded):
			frappe.clear_last_message()  # the user who saves can do nothing about it
		frappe.logger("medusa").warning("The job queue takes no job; the scheduler will do what is due")


def _listened_to() -> list[list[str]]:
	"""Return the names of the queues of each worker, in the order in which it processes them."""
	return [[name.rsplit(":", 1)[-1] for name in worker.queue_names()] for worker in get_workers()]
