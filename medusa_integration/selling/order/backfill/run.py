"""The job of a run: reads past orders from Medusa page by page, and looks at them or imports them.

A dry run writes nothing but its result. An import stores up to where it has read together with what it
records, so a run that was stopped or killed continues there. At most 20 orders are recorded at a time, and
the job itself processes their tasks, which other workers put behind all others.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import TypeAlias
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import cint, get_system_timezone, now_datetime
from rq.timeouts import JobTimeoutException

from medusa_integration import database
from medusa_integration.constants import BACKFILL, MEDUSA_ORDER
from medusa_integration.endpoints.transactions import anew_after_deadlock
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.shop_orders import OrderHead, ShopOrder
from medusa_integration.selling.order.backfill import row as rows
from medusa_integration.selling.order.backfill import store
from medusa_integration.selling.order.backfill.look import Look
from medusa_integration.selling.order.backfill.row import Lost
from medusa_integration.selling.order.backfill.summary import Summary
from medusa_integration.settings import SETTINGS, number
from medusa_integration.sync import connection, retry_policy, worker
from medusa_integration.sync.inbox.orders import LANE
from medusa_integration.sync.jobs import scheduled_job, seconds_left
from medusa_integration.sync.request_log import RequestLog

# orders that a dry run looks at together, and that an import records at a time
LOOKED_AT = 100
RECORDED = 20
# recorded orders that nobody processes, from which a run waits
MOST_OPEN = 100
Listed: TypeAlias = tuple[str, OrderHead | MedusaError]


class Held(Exception):
	"""The run cannot continue now; it does by itself when the cause is gone."""


@scheduled_job
def run(name: str, job: str) -> None:
	"""Do a run, or what is left of it. Commits.

	Args:
		name: of the Medusa Order Backfill.
		job: which of its jobs this is; another one has replaced it if the row has another value.
	"""
	Run(name, job).do()


@scheduled_job
def go_on() -> None:
	"""Enqueue the run again whose worker was killed or that could not continue. Else one statement."""
	name = frappe.db.get_value(BACKFILL, {"slot": rows.SLOT})
	if not name:
		return
	row = frappe.db.get_value(BACKFILL, name, ["status", "dry_run", "heartbeat"], as_dict=True)
	is_silent = row.heartbeat < now_datetime() - rows.SILENCE
	if row.status != "Interrupted" and not is_silent:
		return
	if row.dry_run:
		rows.end(
			name, "Failed", _("The worker stopped, or no worker listens on the queue {0}.").format(rows.QUEUE)
		)
		# nosemgrep: frappe-manual-commit -- the next one may start
		frappe.db.commit()
	elif number("import_orders") and connection.may_send():
		rows.queue_again(name)
		rows.enqueue(name)


class AnotherServer(frappe.ValidationError):
	"""The run belongs to another Medusa than that of the settings."""


class Run:
	"""A run in the process that executes it."""

	def __init__(self, name: str, job: str) -> None:
		self.name, self.job = name, job
		# whole orders say who has bought what
		self.log = RequestLog(personal=True)
		self.log.voucher = (BACKFILL, name, None)
		self.deadline = time.monotonic() + seconds_left(rows.TIMEOUT)

	def do(self) -> None:
		"""See `run`."""
		try:
			row = rows.held(self.name, self.job)
			self._write(status="Running", started_at=row.started_at or now_datetime())
			with connection.open_medusa(self.log) as medusa:
				# nosemgrep: frappe-manual-commit -- no transaction is open while Medusa is called
				frappe.db.commit()
				finished = self._look(medusa, row) if row.dry_run else self._import(medusa, row)
			if finished:
				self._end("Completed")
			else:
				self._again()
		except Lost:
			frappe.db.rollback()
		except (MedusaError, connection.NotConnected, Held, JobTimeoutException) as error:
			self._hold(error)
		except AnotherServer as error:
			self._end("Failed", str(error))
		except Exception as error:
			frappe.db.rollback()
			self._end("Failed", str(error))
			raise
		finally:
			self.log.write_and_commit()

	def _look(self, medusa: Mirror, row: frappe._dict) -> bool:
		"""Look at all orders of the time; return whether that is finished."""
		summary, look = Summary(), Look()
		for page in database.batches(self._listed(medusa, row), LOOKED_AT):
			heads, unreadable = _parted(page)
			made = store.imported(order_id for order_id, _head in page)
			wanted = [head.id for head in heads if head.id not in made and head.status != "canceled"]
			# nosemgrep: frappe-manual-commit -- no transaction is open while Medusa is called
			frappe.db.commit()
			found = medusa.shop_orders.read_each(wanted).values() if wanted else ()
			summary.orders += len(page)
			summary.known += len(made)
			summary.cancelled += sum(head.status == "canceled" and head.id not in made for head in heads)
			summary.add(look.at([order for order in found if isinstance(order, ShopOrder)]))
			summary.add_unreadable(str(error) for error in found if isinstance(error, MedusaError))
			summary.add_unreadable(error for order_id, error in unreadable.items() if order_id not in made)
			self.log.write_and_commit()
			self._write(**summary.columns())
			if time.monotonic() > self.deadline:
				raise Held(_("There was no time left. Choose a shorter time."))
		return True

	def _import(self, medusa: Mirror, row: frappe._dict) -> bool:
		"""Import all orders of the time that are not imported yet; return whether that is finished."""
		for page in database.batches(self._listed(medusa, row), RECORDED):
			_require_settings(row)
			ids = anew_after_deadlock(partial(self._record, page))
			# nosemgrep: frappe-manual-commit -- a worker only claims committed tasks
			frappe.db.commit()
			self.log.write_and_commit()
			if ids:
				worker.drain(only=[(MEDUSA_ORDER, order_id, LANE) for order_id in ids])
			connection.require_sending()
			found = store.counts(self.name)
			under_way = found.pop("under_way")
			self._write(**found)
			if under_way >= MOST_OPEN:
				raise Held(_("{0} orders are recorded and not processed yet.").format(under_way))
			if time.monotonic() > self.deadline:
				return False
		return True

	def _record(self, page: Sequence[Listed]) -> list[str]:
		"""Record the orders of a page that are to be imported, and up to where orders were read."""
		row = rows.held(self.name, self.job)
		heads, unreadable = _parted(page)
		made = store.imported(order_id for order_id, _head in page)
		wanted = [head for head in heads if head.id not in made and head.status != "canceled"]
		others = sorted(set(unreadable) - made)
		store.record(self.name, wanted, others, row.history_before)
		cancelled = sum(head.status == "canceled" and head.id not in made for head in heads)
		until = max((head.created_at for head in heads), default=None)
		before = frappe.db.get_value(BACKFILL, self.name, ["orders", "known", "cancelled"], as_dict=True)
		values = {
			"orders": before.orders + len(page),
			"known": before.known + len(made),
			"cancelled": before.cancelled + cancelled,
			"heartbeat": now_datetime(),
		}
		if until:
			values["read_until"] = until.astimezone(timezone.utc).isoformat()
		frappe.db.set_value(BACKFILL, self.name, values)
		return [*(head.id for head in wanted), *others]

	def _listed(self, medusa: Mirror, row: frappe._dict) -> Iterator[Listed]:
		"""Yield what Medusa lists of the orders of the time, from where the run was interrupted on."""
		medusa.set_deadline(self.deadline)
		since, before = begin_of(row.from_date), begin_of(row.to_date + timedelta(days=1))
		if row.read_until:
			since = datetime.fromisoformat(row.read_until)
		yield from medusa.shop_orders.placed_between(since, before)

	def _write(self, **values: object) -> None:
		rows.write(self.name, self.job, **values)

	def _again(self) -> None:
		"""Go on in another job, because the time of this one is up."""
		rows.held(self.name, self.job)
		rows.queue_again(self.name)
		rows.enqueue(self.name)

	def _hold(self, error: BaseException) -> None:
		"""Say why the run does not continue; an import does later, a dry run is started anew by a user."""
		frappe.db.rollback()
		if isinstance(error, MedusaError) and retry_policy.pauses(error):
			connection.pause(str(error))
		why = str(error) or type(error).__name__
		try:
			if rows.held(self.name, self.job).dry_run:
				self._end("Failed", why)
			else:
				self._write(status="Interrupted", error=why)
		except Lost:
			frappe.db.rollback()

	def _end(self, status: str, error: str | None = None) -> None:
		if frappe.db.get_value(BACKFILL, self.name, "job", for_update=True) == self.job:
			rows.end(self.name, status, error)
		# nosemgrep: frappe-manual-commit -- the end of a run, whatever its caller does
		frappe.db.commit()


def _require_settings(row: frappe._dict) -> None:
	"""Require that orders are still imported, from the same Medusa. One statement, as a cache may be old.

	Raises:
		Held: they are not imported.
		AnotherServer: the settings name another Medusa.
	"""
	# nosemgrep: frappe-single-value-type-safety -- get_single_value takes a statement for each field
	settings = frappe.db.get_value(SETTINGS, None, ["url", "import_orders"], as_dict=True)
	if settings.url != row.source:
		raise AnotherServer(_("Medusa Configuration names another Medusa now."))
	if not cint(settings.import_orders):
		raise Held(_("Import Orders is off."))


def _parted(page: Iterable[Listed]) -> tuple[list[OrderHead], dict[str, str]]:
	"""Return what can be read, and why each of the others cannot."""
	heads, unreadable = [], {}
	for order_id, head in page:
		if isinstance(head, OrderHead):
			heads.append(head)
		else:
			unreadable[order_id] = str(head)
	return heads, unreadable


def begin_of(day: date) -> datetime:
	"""Return when a day begins, in the time zone of the site."""
	return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(get_system_timezone()))
