"""Asks Medusa which orders have changed: every few minutes, and each night for the last days.

So orders are found without the plugin in Medusa, and also those of which it has sent no event. Both jobs only
store what Medusa lists of the orders, and record those that differ from what was stored before. An order of
which something cannot be read is recorded once: its task says what.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import TypeAlias

import frappe
from frappe import _

from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.endpoints.transactions import anew_after_deadlock
from medusa_integration.medusa.errors import MedusaError, OutOfTime
from medusa_integration.mirror.shop_orders import OrderHead
from medusa_integration.settings import SETTINGS, number
from medusa_integration.sync import connection, retry_policy, wake
from medusa_integration.sync.inbox import intake, orders
from medusa_integration.sync.jobs import leave_details, scheduled_job, seconds_left, tell_the_scheduler
from medusa_integration.sync.request_log import RequestLog

POLL = "medusa_integration.sync.inbox.polling.poll_orders"
COMPARE = "medusa_integration.sync.inbox.polling.compare_orders"
# Medusa may commit an order later than one with a later time, and has a clock of its own
OVERLAP = timedelta(minutes=10)
PAGE = 100
SECONDS = 20 * 60
# an order's id, and what Medusa lists of it or why that cannot be read
Listed: TypeAlias = tuple[str, OrderHead | MedusaError]
# up to where Medusa's orders were read, as ISO 8601 in UTC: the time of a site is not unique in autumn
WATERMARK = "orders_polled_until"


@scheduled_job
def poll_orders() -> int:
	"""Read the orders that Medusa has changed since the last time.

	The first time begins with the orders of that moment; earlier ones are not read. A page moves the
	watermark in the transaction that stores it, so that an order is read again until it was stored.

	Returns:
		The number of orders that were recorded.
	"""
	if not _may_read():
		return 0
	until = _watermark()

	def move(head: OrderHead) -> None:
		# without a variable that is changed: after a deadlock, the same page is stored again
		if (moment := _not_later_than_now(head.updated_at)) > until:
			_set_watermark(moment)

	return _read(POLL, until - OVERLAP, move)


@scheduled_job
def compare_orders() -> int:
	"""Compare the orders that Medusa has changed in the last days with what is stored of them.

	Returns:
		The number of orders that were recorded.
	"""
	if not _may_read():
		return 0
	days = number("compare_orders_days")
	return _read(COMPARE, datetime.now(timezone.utc) - timedelta(days=days), lambda head: None)


def _may_read() -> bool:
	return intake.is_on() and connection.may_send()


def _watermark() -> datetime:
	"""Return up to where orders were read; now, and from now on, before the first time."""
	stored = frappe.db.get_single_value(SETTINGS, WATERMARK, cache=False)
	if stored:
		return _not_later_than_now(datetime.fromisoformat(stored))
	now = datetime.now(timezone.utc)
	_set_watermark(now)
	# nosemgrep: frappe-manual-commit -- the next run begins here even if Medusa cannot be reached now
	frappe.db.commit()
	return now


def _not_later_than_now(moment: datetime) -> datetime:
	"""Return the moment, now if it is later: Medusa's clock was ahead, and is set right."""
	return min(moment, datetime.now(timezone.utc))


def _set_watermark(until: datetime) -> None:
	text = until.astimezone(timezone.utc).isoformat()
	frappe.db.set_single_value(SETTINGS, WATERMARK, text, update_modified=False)


def _read(job: str, since: datetime, stored: Callable[[OrderHead], None]) -> int:
	"""Store the orders that were changed since a moment, page by page, and request a worker.

	Args:
		job: the dotted path of the scheduler's job, whose log gets the result.
		since: the moment.
		stored: called with the last readable order of a page, in the transaction that stores the page.

	Returns:
		The number of orders that were recorded.
	"""
	log = RequestLog()
	log.voucher = (MEDUSA_ORDER, None, None)
	deadline = time.monotonic() + seconds_left(SECONDS)
	read = recorded = 0
	error: MedusaError | None = None
	try:
		with connection.open_medusa(log) as medusa:
			medusa.set_deadline(deadline)
			# nosemgrep: frappe-manual-commit -- no transaction is open while Medusa is called
			frappe.db.commit()
			for page in _pages(medusa.shop_orders.changed_since(since)):
				recorded += _store(page, stored)
				read += len(page)
				log.write_and_commit()
	except MedusaError as met:
		error = met
	finally:
		# the log must not be committed together with a part of a page, such as an order without its task
		frappe.db.rollback()
		log.write_and_commit()
	if recorded:
		wake.enqueue()
	_report(job, error, _("Orders read: {0}. Changed: {1}.").format(read, recorded))
	return recorded


def _pages(listed: Iterable[Listed]) -> Iterator[list[Listed]]:
	"""Yield orders in pages; what was read before an error is a page too."""
	page: list[Listed] = []
	try:
		for order in listed:
			page.append(order)
			if len(page) == PAGE:
				yield page
				page = []
	except MedusaError:
		if page:
			yield page
		raise
	if page:
		yield page


def _store(page: list[Listed], stored: Callable[[OrderHead], None]) -> int:
	heads = [head for _id, head in page if isinstance(head, OrderHead)]
	unreadable = [order_id for order_id, head in page if not isinstance(head, OrderHead)]

	def work() -> int:
		count = orders.record_unknown(unreadable)
		if heads:
			count += orders.store(heads)
			stored(heads[-1])
		return count

	recorded = anew_after_deadlock(work)
	# nosemgrep: frappe-manual-commit -- a page at a time: the next one is read from Medusa
	frappe.db.commit()
	return recorded


def _report(job: str, error: MedusaError | None, result: str) -> None:
	"""Write the result to the log of the job; an error that only a user can correct pauses sending."""
	if isinstance(error, OutOfTime):
		leave_details(job, _("{0} There was no time left; the next run goes on.").format(result))
	elif error:
		if retry_policy.pauses(error):
			connection.pause(str(error))
		tell_the_scheduler(job, f"{result} {error}")
	else:
		leave_details(job, result)
	# nosemgrep: frappe-manual-commit -- the result of a run, whatever its caller does
	frappe.db.commit()
