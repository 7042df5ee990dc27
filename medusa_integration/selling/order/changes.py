"""Which orders a transaction has touched, recorded once at its end.

ERPNext changes an order in many steps: the submit of one invoice fires a dozen events of four documents. Each
only notes a name here; what was noted becomes one task an order right before the commit, in the same
transaction. So it costs two statements at most, whatever was done, and rolling back takes it away with
everything else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import frappe
from frappe.utils import now_datetime

from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER
from medusa_integration.database import is_set
from medusa_integration.selling.order.exporter import OrderExporter
from medusa_integration.sync import task_recording
from medusa_integration.sync.before_commit import gathered, noted
from medusa_integration.sync.inbox.orders import LANE as IMPORT_LANE
from medusa_integration.sync.task_recording import Change

FLAG = "medusa_changed_orders"
# of orders that were cancelled here, to be cancelled in Medusa
CANCELLATION_LANE = "cancellation"


@dataclass
class Changes:
	"""What was noted: names of orders of the shop, of orders that may be, and of invoices of such.

	And of what was placed in Medusa: the ids of orders that are to be read again, and of cancelled ones.
	"""

	orders: set[str] = field(default_factory=set)
	linked: set[str] = field(default_factory=set)
	invoices: set[str] = field(default_factory=set)
	followed: set[str] = field(default_factory=set)
	cancelled: dict[str, str] = field(default_factory=dict)


def note(
	*,
	orders: Iterable[str] = (),
	linked: Iterable[str | None] = (),
	invoices: Iterable[str] = (),
	followed: Iterable[str] = (),
	cancelled: Mapping[str, str] | None = None,
) -> None:
	"""Have these orders recorded at the end of this transaction, and those of the invoices.

	No statement now; one or two before the commit: what is `followed` or `cancelled` is in `orders`.

	Args:
		orders: Names of Sales Orders that are known to be of the shop.
		linked: Names of Sales Orders; those with a Medusa order id are meant.
		invoices: Names of Sales Invoices, for the orders that their rows name.
		followed: Medusa's ids of imported orders that are to be read again.
		cancelled: Medusa's ids of orders that are to be cancelled there, by the names of their Sales Orders.
	"""
	new = Changes(
		set(orders),
		{name for name in linked if name},
		set(invoices),
		set(followed),
		dict(cancelled or {}),
	)
	if new == Changes() or not task_recording.is_configured():
		return
	changes: Changes = gathered(FLAG, Changes, _record)
	changes.orders |= new.orders
	changes.linked |= new.linked
	changes.invoices |= new.invoices
	changes.followed |= new.followed
	changes.cancelled |= new.cancelled


def forget(order: str) -> str | None:
	"""An order is gone: what was noted of it in this transaction says nothing any more.

	Returns:
		Medusa's id, if it was noted that the order is to be cancelled there.
	"""
	changes = noted(FLAG)
	if not isinstance(changes, Changes):
		return None
	changes.orders.discard(order)
	changes.linked.discard(order)
	return changes.cancelled.pop(order, None)


def _record(changes: Changes) -> None:
	names = changes.orders | _of_the_shop(changes.linked - changes.orders, changes.invoices)
	task_recording.record_many(SALES_ORDER, sorted(names), OrderExporter.name, "Status")
	task_recording.record_many(MEDUSA_ORDER, sorted(changes.followed), IMPORT_LANE)
	now = json.dumps({"cancelled_at": str(now_datetime())})
	cancelled = [Change(name, "Status", id, now) for name, id in sorted(changes.cancelled.items())]
	task_recording.record_changes(SALES_ORDER, cancelled, CANCELLATION_LANE)


def _of_the_shop(linked: set[str], invoices: set[str]) -> set[str]:
	"""Which of these orders, and of those that rows of the invoices name, Medusa has.

	One statement at most.
	"""
	order, row = frappe.qb.DocType(SALES_ORDER), frappe.qb.DocType("Sales Invoice Item")
	has_id = is_set(order.medusa_order_id)
	by_name = frappe.qb.from_(order).select(order.name).where(order.name.isin(sorted(linked)) & has_id)
	by_invoice = (
		frappe.qb.from_(row)
		.inner_join(order)
		.on(order.name == row.sales_order)
		.select(order.name)
		.where(row.parent.isin(sorted(invoices)) & has_id)
	)
	if linked and invoices:
		return set(by_name.union(by_invoice).run(pluck=True))
	if linked or invoices:
		return set((by_name if linked else by_invoice).run(pluck=True))
	return set()
