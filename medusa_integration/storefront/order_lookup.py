"""Which order of the shop a call means, and whether it is the customer's."""

from __future__ import annotations

import frappe
from frappe import _

from medusa_integration.constants import CUSTOMER, SALES_ORDER

FIELDS = ("name", "docstatus", "customer", "amended_from", "currency", "conversion_rate", "total")


def find_order(
	order_id: str, customer_id: str | None = None, *, by_name: bool = True, lock: bool = False
) -> frappe._dict:
	"""Find an order of the shop. Three statements at most.

	Args:
		order_id: Medusa's id of the order.
		customer_id: Medusa's; the order has to be that customer's.
		by_name: whether `order_id` may be the name of the Sales Order too.
		lock: lock the order, and see what others have committed by now.

	Returns:
		The `FIELDS` of the Sales Order.

	Raises:
		frappe.DoesNotExistError: there is none, or it is not the shop's, or somebody else's (404).
	"""
	for field in ("medusa_order_id", "name") if by_name else ("medusa_order_id",):
		filters = {field: order_id, "from_ecommerce": 1}
		order = frappe.db.get_value(SALES_ORDER, filters, list(FIELDS), as_dict=True, for_update=lock)
		if order:
			break
	if not order or (
		customer_id and frappe.db.get_value(CUSTOMER, order.customer, "medusa_id") != customer_id
	):
		raise frappe.DoesNotExistError(_("Order not found."))
	return order
