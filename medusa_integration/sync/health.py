"""Checks whether workers, queues and scheduler run, without which tasks are not sent."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils.background_jobs import get_queue, get_workers
from frappe.utils.scheduler import is_scheduler_inactive
from redis.exceptions import RedisError

from medusa_integration.sync import wake


def listening_workers() -> dict[str, int] | None:
	"""Return the number of workers of each queue that this app uses; None if Redis cannot be reached."""
	try:
		names = [queue.rsplit(":", 1)[-1] for worker in get_workers() for queue in worker.queue_names()]
	except (RedisError, OSError):
		return None
	return {queue: names.count(queue) for queue in wake.used_queues()}


def stuck_jobs() -> dict[str, int] | None:
	"""Return the number of jobs in each queue without a worker; None if Redis cannot be reached."""
	workers = listening_workers()
	if workers is None:
		return None
	waiting = {queue: get_queue(queue).count for queue, listening in workers.items() if not listening}
	return {queue: count for queue, count in waiting.items() if count}


def hindrances() -> list[str]:
	"""Return a message for each problem because of which tasks are not sent: no worker, scheduler off."""
	warnings = []
	if is_scheduler_inactive(verbose=False):
		warnings.append(
			_(
				"The scheduler of this site is off, so failed changes are not retried and nightly jobs do not run."
			)
		)
	stuck = stuck_jobs()
	if stuck is None:
		warnings.append(_("The job queue does not respond, so nothing is sent in the background."))
	for queue, waiting in (stuck or {}).items():
		if waiting == 1:
			text = _("1 job waits in the queue {1}, and no worker listens to it.")
		else:
			text = _("{0} jobs wait in the queue {1}, and no worker listens to it.")
		warnings.append(text.format(waiting, frappe.bold(queue)))
	return warnings
