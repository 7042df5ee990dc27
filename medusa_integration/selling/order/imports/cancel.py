"""An order that was cancelled in Medusa: its Sales Order is cancelled too."""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cstr

from medusa_integration import erpnext_payments, erpnext_seams
from medusa_integration.constants import MEDUSA_ORDER, PAYMENT_ENTRY, SALES_ORDER
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.mirror.shop_orders import CANCELED, ShopOrder
from medusa_integration.selling.order.imports.problems import CannotCancel, StillPaid


def note_cancelled(order: ShopOrder) -> None:
	"""Note that an order is cancelled in Medusa: no amendment takes it over, and v2 reserves nothing for it.

	One statement. The polling tells of it later, and also without the plugin.
	"""
	frappe.db.set_value(MEDUSA_ORDER, order.id, "order_status", CANCELED, update_modified=False)


def cancel_order(order: ShopOrder, sales_order: str) -> None:
	"""Cancel the Sales Order of an order that is cancelled in Medusa; a draft is discarded.

	Payments that were refunded are taken off it: both stay with the customer. No statement if the order is
	not cancelled in Medusa.

	Args:
		order: As Medusa has it.
		sales_order: The name of its Sales Order.

	Raises:
		CannotCancel: It is delivered or invoiced.
		StillPaid: It is paid, and not all was refunded.
		frappe.ValidationError: ERPNext refuses it.
	"""
	if not order.is_canceled:
		return
	doc = frappe.get_doc(SALES_ORDER, sales_order, for_update=True)
	if doc.docstatus == 2:
		return
	doc.flags.update({"ignore_permissions": True, "medusa_import": True})
	if not doc.docstatus:
		erpnext_seams.discard(doc)
		return
	if doc.per_delivered or doc.per_billed:
		raise CannotCancel(doc.name)
	payments = _payments(doc)
	if sum(payments, ZERO):
		raise StillPaid(doc.name)
	if payments:
		erpnext_payments.unlink_payments(doc)
	doc.cancel()


def _payments(doc: Document) -> list[Decimal]:
	"""What the Payment Entries of the order have brought, below 0 for refunds, in the customer's currency.

	One statement.
	"""
	entry, reference = frappe.qb.DocType(PAYMENT_ENTRY), frappe.qb.DocType("Payment Entry Reference")
	named = (
		frappe.qb.from_(reference)
		.select(reference.parent)
		.where((reference.reference_doctype == SALES_ORDER) & (reference.reference_name == doc.name))
	)
	is_of_order = (entry.medusa_order_id == doc.medusa_order_id) | entry.name.isin(named)
	rows = (
		frappe.qb.from_(entry)
		.select(entry.payment_type, entry.paid_amount, entry.received_amount)
		.where((entry.docstatus == 1) & is_of_order)
	).run()
	return [
		-Decimal(cstr(received)) if kind == "Pay" else Decimal(cstr(paid)) for kind, paid, received in rows
	]
