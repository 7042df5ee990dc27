"""A customer pays an order: its Sales Invoice and the Payment Request for it."""

from __future__ import annotations

from collections import Counter

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt
from typing_extensions import TypedDict

from medusa_integration.constants import SALES_INVOICE, SALES_ORDER
from medusa_integration.endpoints.parameters import Id
from medusa_integration.exceptions import ValidationError
from medusa_integration.selling.order import make as ordering
from medusa_integration.selling.order.exporter import advance_of
from medusa_integration.storefront import coupons
from medusa_integration.storefront.order_lookup import find_order


class Payment(TypedDict):
	"""The documents of a payment, and where to pay."""

	success: bool
	sales_invoice: str
	payment_request: str | None
	payment_url: str | None


def pay_now(order_id: Id, coupon_code: Id | None = None, customer_id: Id | None = None) -> Payment:
	"""Invoice an order, with the discount of a coupon, and request the payment.

	A draft order is submitted. All in one transaction. The same again, or at the same time, returns the same
	documents.

	Args:
		order_id: Medusa's id of the order, or the name of the Sales Order.
		coupon_code: what the customer has entered.
		customer_id: Medusa's; the order has to be that customer's.

	Returns:
		`success` True, `sales_invoice`, `payment_request` and `payment_url`, the last two None where there is
		none.

	Raises:
		frappe.DoesNotExistError: there is no such order (404).
		ValidationError: the coupon does not count for it (400).
		frappe.DuplicateEntryError: it is paid or cancelled (409).
		frappe.RateLimitExceededError: more than 10 codes were tried for the order within an hour (429).
		frappe.ValidationError: ERPNext refuses it (417).
	"""
	order = frappe.get_doc(SALES_ORDER, find_order(order_id, customer_id, lock=True).name, for_update=True)
	order.flags.ignore_permissions = True
	if order.docstatus == 2:
		frappe.throw(_("Order is cancelled."), exc=frappe.DuplicateEntryError)
	invoices = ordering.invoices_of(order.name)
	unpaid = [row.name for row in invoices if flt(row.outstanding_amount) > 0 or not flt(row.grand_total)]
	if not unpaid and _is_paid(order, is_billed=bool(invoices)):
		frappe.throw(_("Order is already paid."), exc=frappe.DuplicateEntryError)
	claimed, coupon = coupons.claimed_for(order), None
	if coupon_code and not (claimed and coupons.is_same(coupon_code, claimed.name)):
		coupon = _coupon(order, coupon_code)
	invoice = unpaid[0] if unpaid else _bill(order, coupon, None if invoices else claimed)
	ordering.withdraw_payment_requests(order)
	return _answer(invoice, ordering.payment_request_of(order))


def _coupon(order: Document, code: str) -> str:
	"""Return the coupon that counts for this order, locked."""
	coupons.count_check(order.name)
	coupon = coupons.find_coupon(order, code, lock=True)
	if not coupon:
		raise ValidationError(_("Coupon code is not valid."))
	return coupon


def _is_paid(order: Document, *, is_billed: bool) -> bool:
	"""Return whether nothing is left to pay: all of it is billed, and paid, or was paid in advance.

	ERPNext takes what was credited for not billed. It was bought and returned: that is not to be paid again.
	"""
	if is_billed:
		billed = frappe.get_all(
			"Sales Invoice Item", {"sales_order": order.name, "docstatus": 1}, ["so_detail", "qty"]
		)
		if any(flt(row.qty) < 0 for row in billed):
			return True
		quantities: Counter[str] = Counter()
		for row in billed:
			quantities[row.so_detail] += flt(row.qty)
		# by quantity as well: a person may have invoiced all of it at a lower rate
		return all(
			flt(row.amount) <= flt(row.billed_amt) or flt(row.qty - quantities[row.name], 9) <= 0
			for row in order.items
		)
	total = flt(order.get("rounded_total")) or flt(order.grand_total)
	return 0 < total <= advance_of(order)


def _bill(order: Document, coupon: str | None, claimed: frappe._dict | None) -> str:
	"""Submit the order if it is a draft, and make its invoice.

	Args:
		order: locked.
		coupon: what it is paid with. A submitted order does not change: its invoice has the discount.
		claimed: the coupon of the order if its invoice was cancelled, and needs the discount again.

	Returns:
		The name of the invoice.
	"""
	discount_on = SALES_ORDER if order.docstatus == 0 else SALES_INVOICE
	if order.docstatus == 0:
		if coupon:
			ordering.give_discount(order, coupons.discount(order))
		order.submit()
	if coupon:
		coupons.claim(coupon, order, discount_on)
	has_discount = (coupon and discount_on == SALES_INVOICE) or (
		claimed and claimed.discount_on == SALES_INVOICE
	)
	return ordering.invoice_order(order, coupons.discount(order) if has_discount else 0).name


def _answer(invoice: str, payment: Document | None) -> Payment:
	return {
		"success": True,
		"sales_invoice": invoice,
		"payment_request": payment.name if payment else None,
		"payment_url": (payment.payment_url or None) if payment else None,
	}
