"""A Sales Order that is paid in Medusa is invoiced."""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cstr

from medusa_integration.constants import SALES_INVOICE, SALES_ORDER
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_orders import ShopOrder, summed
from medusa_integration.selling.order.imports.entries import head_of, require_currency
from medusa_integration.selling.order.imports.money_problems import InvoiceDiffers, OtherTotal
from medusa_integration.selling.order.imports.rounding import rounded, unit_of
from medusa_integration.selling.order.make import invoice_order
from medusa_integration.sync.inbox.orders import site_time


def invoice_paid_order(order: ShopOrder, sales_order: str) -> None:
	"""Invoice a whole Sales Order once all of it is captured, on the day of the last capture.

	What was paid in advance is allocated. Nothing where there is an invoice of it already, a draft or one
	over a part too: then a user invoices the order. One of this app that was cancelled is not made again.

	Args:
		order: As Medusa has it.
		sales_order: The name of its Sales Order.

	Raises:
		NotSubmitted: The Sales Order is a draft.
		OtherTotal: The Sales Order is not what was paid: a user has changed it, or it did not follow an edit.
		InvoiceDiffers: The invoice would have another total than the order.
		frappe.ValidationError: ERPNext refuses it, such as for a closed period.
	"""
	if (
		order.canceled_at
		or order.status == "canceled"
		or not _is_paid(order)
		or _is_invoiced(order, sales_order)
	):
		return
	head = head_of(sales_order)
	if head.docstatus == 2 or head.status == "Closed":
		return
	_require_what_was_paid(head, order)
	doc = frappe.get_doc(SALES_ORDER, sales_order)
	captured = (capture.created_at for payment in order.payments for capture in payment.captures)
	moment = site_time(max(captured, default=order.created_at))
	values = {
		"medusa_id": order.id,
		"medusa_order_id": order.id,
		"set_posting_time": 1,
		"posting_date": moment.date().isoformat(),
		"posting_time": moment.time().isoformat(),
		# it is made later than the posting date: terms of payment are settled already
		"due_date": None,
		"payment_schedule": [],
		"conversion_rate": doc.conversion_rate,
	}
	_require_total(doc, invoice_order(doc, values=values))


def _is_paid(order: ShopOrder) -> bool:
	"""Whether all is captured; of an order that gift cards have paid, nothing is."""
	unit = unit_of(decimals(order.currency))
	captured = summed(payment.captured for payment in order.payments)
	return rounded(captured, unit) >= rounded(order.total, unit)


def _is_invoiced(order: ShopOrder, sales_order: str) -> bool:
	"""Two statements at most."""
	if frappe.db.exists(SALES_INVOICE, {"medusa_id": order.id}):
		return True
	return bool(frappe.db.exists("Sales Invoice Item", {"sales_order": sales_order, "docstatus": ("<", 2)}))


def _require_what_was_paid(head: frappe._dict, order: ShopOrder) -> None:
	require_currency(head, order)
	found, total = Decimal(cstr(head.grand_total)), rounded(order.total, unit_of(decimals(order.currency)))
	if found != total:
		raise OtherTotal(head.name, found, total, order.currency)


def _require_total(order: Document, invoice: Document) -> None:
	total, found = Decimal(cstr(order.grand_total)), Decimal(cstr(invoice.grand_total))
	if total != found:
		raise InvoiceDiffers(order.name, total, found, order.currency)
