"""What stands on an order once, and not per item: charges of a fixed amount, and a discount of one.

ERPNext maps the charges in full to every invoice of the order, and earlier versions the discount, too. Where
a person has invoiced a part of it, the invoice of the rest would have both again.
"""

from __future__ import annotations

from collections import Counter

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import flt

from medusa_integration.constants import SALES_INVOICE


def leave_out_billed(invoice: Document, order: Document) -> None:
	"""Lower the charges and the discount of an order's next invoice by what its other invoices have.

	Three statements at most, one where there is no other invoice.

	Args:
		invoice: as mapped from the order; not inserted.
		order: the Sales Order.
	"""
	rows = {"sales_order": order.name, "docstatus": 1}
	names = frappe.get_all("Sales Invoice Item", rows, pluck="parent", distinct=True, order_by="parent asc")
	if not names:
		return
	charged = _charged(names)
	for row in invoice.get("taxes") or ():
		if row.charge_type == "Actual":
			left = _left(flt(row.tax_amount), charged[row.account_head])
			charged[row.account_head] -= flt(row.tax_amount) - left
			row.tax_amount = left
	# a percentage is computed of what the invoice has
	if order.discount_amount and not invoice.additional_discount_percentage:
		given = frappe.get_all(SALES_INVOICE, {"name": ("in", names)}, pluck="discount_amount")
		# not what was mapped: ERPNext leaves out what other invoices have, but earlier versions do not
		invoice.discount_amount = _left(flt(order.discount_amount), sum(flt(amount) for amount in given))


def _charged(invoices: list[str]) -> Counter[str]:
	"""Return the charges of a fixed amount by account; those of credit notes are negative. One statement."""
	tax = frappe.qb.DocType("Sales Taxes and Charges")
	query = (
		frappe.qb.from_(tax)
		.select(tax.account_head, Sum(tax.tax_amount))
		.where((tax.parenttype == SALES_INVOICE) & tax.parent.isin(invoices) & (tax.charge_type == "Actual"))
		.groupby(tax.account_head)
	)
	return Counter({account: flt(amount) for account, amount in query.run()})


def _left(amount: float, billed: float) -> float:
	"""Return what is left of an amount, which may be negative: between 0 and all of it."""
	left = flt(amount - billed, 9)
	return min(max(left, 0), amount) if amount > 0 else max(min(left, 0), amount)
