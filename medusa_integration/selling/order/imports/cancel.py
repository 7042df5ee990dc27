"""An order that was cancelled in Medusa: its Sales Order is cancelled too."""

from __future__ import annotations

import frappe

from medusa_integration import erpnext_payments, erpnext_seams
from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER
from medusa_integration.mirror.shop_orders import CANCELED, ShopOrder
from medusa_integration.selling.order.imports.paid_back import require_paid_back
from medusa_integration.selling.order.imports.problems import CannotCancel


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
		PerhapsRefunded: What was paid back to its customer may be of another order.
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
	if require_paid_back(doc, order):
		erpnext_payments.unlink_payments(doc)
	doc.cancel()
