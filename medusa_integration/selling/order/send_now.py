"""The documented endpoint that tells Medusa of one order at once."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from medusa_integration.endpoints import WRITE, Id, Storefront, Text, endpoint
from medusa_integration.exceptions import MedusaRejected, NotConnected
from medusa_integration.selling.order.events import export_sales_order_on_update
from medusa_integration.selling.order.exporter import SALES_ORDER, OrderLane, load_orders
from medusa_integration.settings import get_settings
from medusa_integration.sync import connection, drain, outbox

LANE = OrderLane.name


class MissingCustomerID(frappe.ValidationError):
	"""Medusa does not know the customer of the order."""


@endpoint(Storefront(reopens=True), methods=WRITE)
def export_sales_order(self: Id, method: Text | None = None) -> dict[str, str | None] | None:
	"""Tell Medusa now where one Sales Order stands (contract 101-103, 109-118, 125).

	`self` is its name; `method` is ignored. Answers {"status", "message", "sales_order", "medusa_order_id"}:
	status is "synced", "queued" when it will be tried again, "skipped" without a Medusa order id or when
	Medusa knows already. Raises 404 for an order that is unknown or not the shop's, 417 when Medusa does not
	know its customer, 502 when Medusa refuses it, 503 when the integration is off. Commits. Over HTTP only
	the shop's server may call it.

	Called as a document event, `self` is the document: it is only recorded then, answers nothing.
	"""
	if isinstance(self, Document):
		export_sales_order_on_update(self, method)
		return None
	order = _load(self)
	if not order.medusa_order_id:
		return _answer(order, "skipped", _("The Sales Order has no Medusa order ID."))
	if not order.customer_id:
		# the task names the customer, to who may read it
		frappe.throw(_("Medusa Customer ID not found."), exc=MissingCustomerID)
	if not get_settings().enable or not outbox.is_configured():
		frappe.throw(_("Medusa integration is disabled."), exc=NotConnected)
	return _send(order)


def _send(order: frappe._dict) -> dict[str, str | None]:
	key = (SALES_ORDER, order.name, LANE)
	before = _task(order.name)
	outbox.record(*key, "Status", wakes=False)
	# nosemgrep: frappe-manual-commit -- the round claims what is committed
	frappe.db.commit()
	if connection.may_send():
		drain.drain(only=[key])
	task = _task(order.name)
	if task.status == "Failed":
		frappe.throw(_("Medusa rejected the request."), exc=MedusaRejected)
	if task.status != "Synced":
		return _answer(order, "queued", _("The order will be sent as soon as Medusa can be reached."))
	if before and before.fingerprint == task.fingerprint:
		return _answer(order, "skipped", _("Medusa knows this state of the order already."))
	return _answer(order, "synced", _("Order updated successfully"))


def _load(name: str) -> frappe._dict:
	order = load_orders([name]).get(name)
	if not order or not order.from_ecommerce:
		frappe.throw(_("Sales Order not found."), exc=frappe.DoesNotExistError)
	return order


def _task(name: str) -> frappe._dict | None:
	filters = {"reference_doctype": SALES_ORDER, "reference_name": name, "lane": LANE}
	return frappe.db.get_value(outbox.TASK, filters, ["status", "fingerprint"], as_dict=True)


def _answer(order: frappe._dict, status: str, message: str) -> dict[str, str | None]:
	return {
		"status": status,
		"message": message,
		"sales_order": order.name,
		"medusa_order_id": order.medusa_order_id or None,
	}
