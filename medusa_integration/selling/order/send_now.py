"""The documented endpoint that tells Medusa of one order at once."""

from __future__ import annotations

from typing import Literal

import frappe
from frappe import _
from typing_extensions import TypedDict

from medusa_integration.constants import SYNC_TASK, Status
from medusa_integration.endpoints.parameters import Id, Text
from medusa_integration.exceptions import MedusaRejected, NotConnected
from medusa_integration.selling.order.exporter import SALES_ORDER, OrderExporter, load_orders
from medusa_integration.settings import get_settings
from medusa_integration.sync import connection, task_recording, worker

LANE = OrderExporter.name
State = Literal["synced", "queued", "skipped"]


class OrderSent(TypedDict):
	"""Whether Medusa knows of the order now."""

	status: State
	message: str
	sales_order: str
	medusa_order_id: str | None


class MissingCustomerID(frappe.ValidationError):
	"""Medusa does not know the customer of the order."""


def export_sales_order(self: Id, method: Text | None = None) -> OrderSent:
	"""Tell Medusa now where one Sales Order stands. Commits.

	Args:
		self: Name of the Sales Order.
		method: Ignored.

	Returns:
		`{"status", "message", "sales_order", "medusa_order_id"}`: status is "synced", "queued" when it will
		be tried again, "skipped" without a Medusa order id, or when Medusa knows already or need not know.

	Raises:
		frappe.DoesNotExistError: There is no such order, or it is not the shop's (404).
		MissingCustomerID: Medusa does not know its customer (417).
		MedusaRejected: Medusa refuses it (502).
		NotConnected: The integration is off (503).
	"""
	order = _load(self)
	if not order.medusa_order_id:
		return _answer(order, "skipped", _("The Sales Order has no Medusa order ID."))
	if not order.customer_id:
		# the task names the customer, to who may read it
		raise MissingCustomerID(_("Medusa Customer ID not found."))
	if not get_settings().enable or not task_recording.is_configured():
		raise NotConnected(_("Medusa integration is disabled."))
	return _send(order)


def _send(order: frappe._dict) -> OrderSent:
	key = (SALES_ORDER, order.name, LANE)
	before = _task(order.name)
	task_recording.record(*key, "Status", wakes=False)
	# nosemgrep: frappe-manual-commit -- the round claims what is committed
	frappe.db.commit()
	if connection.may_send():
		worker.drain(only=[key])
	task = _task(order.name)
	if task and task.status == Status.FAILED:
		raise MedusaRejected(_("Medusa rejected the request."))
	if task and task.status == Status.NOT_WANTED:
		return _answer(order, "skipped", task.last_error)
	if not task or task.status != Status.SYNCED:
		return _answer(order, "queued", _("The order will be sent as soon as Medusa can be reached."))
	if before and before.fingerprint == task.fingerprint:
		return _answer(order, "skipped", _("Medusa knows this state of the order already."))
	return _answer(order, "synced", _("Order updated successfully"))


def _load(name: str) -> frappe._dict:
	order = load_orders([name]).get(name)
	if not order or not order.from_ecommerce:
		raise frappe.DoesNotExistError(_("Sales Order not found."))
	return order


def _task(name: str) -> frappe._dict | None:
	filters = {"reference_doctype": SALES_ORDER, "reference_name": name, "lane": LANE}
	return frappe.db.get_value(SYNC_TASK, filters, ["status", "fingerprint", "last_error"], as_dict=True)


def _answer(order: frappe._dict, status: State, message: str) -> OrderSent:
	return {
		"status": status,
		"message": message,
		"sales_order": order.name,
		"medusa_order_id": order.medusa_order_id or None,
	}
