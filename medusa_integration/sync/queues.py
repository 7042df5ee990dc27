"""Which of the bench's queues a change goes by, so that it goes out within seconds whatever else waits."""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe.utils.background_jobs import get_queue, get_queues_timeout, get_workers
from redis.exceptions import RedisError

# a queue of the app's own, when `workers` in common_site_config.json has it
OWN = "medusa"
DEFAULT = "default"
# Frappe's own, the one that is meant for such jobs first
SHARED = (DEFAULT, "long", "short")
# Redis is away, or, without a worker, Frappe takes no more jobs (`max_queued_jobs`)
REFUSALS = (RedisError, OSError, frappe.QueueOverloaded)


def enqueue_first(method: str, **options: object) -> None:
	"""Put a job where it is begun soonest: at the front of the best queue that takes one.

	Takes what `frappe.enqueue` does. Raises RedisError, OSError, or QueueOverloaded when no queue takes it.
	"""
	*others, last = by_preference()
	for queue in others:
		try:
			frappe.enqueue(method, queue=queue, at_front=True, **options)
			return
		except frappe.QueueOverloaded:
			frappe.clear_last_message()
	frappe.enqueue(method, queue=last, at_front=True, **options)


def by_preference() -> list[str]:
	"""The queues that a worker listens to, first those where a job at the front has the fewest before it.

	A worker empties the first of its queues before it looks at the second. One queue at least.
	"""
	if OWN in get_queues_timeout():
		return [OWN]
	waiting = {queue: get_queue(queue).count for queue in SHARED}
	if not any(waiting.values()):
		return [DEFAULT]
	before: dict[str, int] = {}
	for queues in _listened_to():
		passed = 0
		for queue in queues:
			if queue in waiting:
				before[queue] = min(before.get(queue, passed), passed)
			passed += waiting.get(queue, 0)
	return sorted(before, key=lambda queue: (before[queue], SHARED.index(queue))) or [DEFAULT]


def used() -> tuple[str, ...]:
	"""The queues whose workers this app depends on."""
	return (OWN, "long") if OWN in get_queues_timeout() else (DEFAULT, "long")


def ask(job: Callable[[], object]) -> None:
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
