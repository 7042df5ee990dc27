"""Coupons, delivered orders and delivery charges, for the tests of what customers pay and return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
	from frappe.model.document import Document

	from tests.support.sales import Sales
	from tests.support.shop import Shop

# what pay_now makes, in the sequence in which it has to be deleted on a bench
MADE = ("Payment Request", "Sales Invoice")


def coupon(shop: Shop, **values: Any) -> str:
	"""A Website Coupon Code; committed."""
	import frappe

	code = shop.name("SMILE").replace(" ", "-").upper()
	name = shop.site.new("Website Coupon Code", code=code, **values).name
	frappe.db.commit()
	return name


def allow_coupons(shop: Shop, **values: Any) -> None:
	"""Settings: 3 off from 20 on."""
	defaults = {
		"allow_coupon_discounts": 1,
		"cart_value": 20,
		"discount_amount": 3,
		"coupon_expiry_date": None,
	}
	shop.set(**{**defaults, "create_payment_request": 1, "payment_gateway_account": None, **values})


def returned(sales: Sales, note: Document, qty: float) -> Document:
	"""The return of so much of each row of a Delivery Note; submitted, committed."""
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

	document = make_sales_return(note.name)
	for row in document.items:
		row.qty = -qty
	return sales._insert(document, submit=True)


def forget_made(sales: Sales) -> None:
	"""Have what the endpoints made deleted after the test, on a bench."""
	import frappe

	frappe.db.rollback()
	for doctype in reversed(MADE):
		for name in frappe.get_all(doctype, {"creation": (">=", sales.site.started_at)}, pluck="name"):
			if name not in {document.name for document in sales._made}:
				sales._made.append(sales.site.added(frappe.get_doc(doctype, name)))
