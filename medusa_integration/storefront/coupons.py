"""Coupons: codes that take an amount off one order each."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import flt, getdate

from medusa_integration.constants import SALES_ORDER
from medusa_integration.database import folded
from medusa_integration.endpoints.limits import spend
from medusa_integration.endpoints.parameters import Id
from medusa_integration.protection import by_app
from medusa_integration.settings import get_settings, number
from medusa_integration.storefront.order_lookup import find_order

COUPON = "Website Coupon Code"
CHECKS_PER_HOUR = 10
HOUR = 3600


def verify_coupon(order_id: Id, coupon_code: Id, customer_id: Id | None = None) -> bool:
	"""Tell whether an order can be paid with a coupon. Changes nothing.

	Args:
		order_id: Medusa's id of the order, or the name of the Sales Order.
		coupon_code: what the customer has entered.
		customer_id: Medusa's; the order has to be that customer's.

	Returns:
		False for an unknown code too.

	Raises:
		frappe.DoesNotExistError: there is no such order (404).
		frappe.RateLimitExceededError: more than 10 codes were tried for the order within an hour (429).
	"""
	order = find_order(order_id, customer_id)
	count_check(order.name)
	return find_coupon(order, coupon_code) is not None


def count_check(order: str) -> None:
	"""Count one code that is tried for an order; raises `frappe.RateLimitExceededError` for one too many."""
	spend("coupon checks", order, CHECKS_PER_HOUR, HOUR)


def find_coupon(order: frappe._dict | Document, code: str, *, lock: bool = False) -> str | None:
	"""Find the coupon that an order can be paid with. Two statements, and those of `claimed_for`.

	Args:
		order: the Sales Order. It must not have an invoice or a coupon yet: one that stands does not change.
		code: what the customer has entered.
		lock: lock the coupon, and see whether others have claimed it by now.

	Returns:
		The name of the coupon, None if the order cannot be paid with it.
	"""
	if order.docstatus == 2 or not is_offered(order):
		return None
	fields = ["name", "claimed", "expired"]
	coupon = frappe.db.get_value(COUPON, {"name": code}, fields, as_dict=True, for_update=lock)
	if not coupon or coupon.claimed or coupon.expired:
		return None
	is_billed = frappe.db.exists("Sales Invoice Item", {"sales_order": order.name, "docstatus": 1})
	return None if is_billed or claimed_for(order) else coupon.name


def claimed_for(order: frappe._dict | Document) -> frappe._dict | None:
	"""Return `name` and `discount_on` of the coupon of an order, or of one that it amends.

	One statement, and one for each order that it amends, and that these amend.
	"""
	orders, amended = [order.name], order.amended_from
	while amended and amended not in orders:
		orders.append(amended)
		# what was not cancelled keeps its coupon, whatever `amended_from` of another order says
		amended = frappe.db.get_value(SALES_ORDER, {"name": amended, "docstatus": 2}, "amended_from")
	filters = {"claimed": 1, "claimed_order": ("in", orders)}
	return frappe.db.get_value(COUPON, filters, ["name", "discount_on"], as_dict=True)


def is_same(code: str, coupon: str) -> bool:
	"""Return whether the code names this coupon, as the database compares names."""
	return folded(code) == folded(coupon)


def claim(coupon: str, order: Document, discount_on: str) -> None:
	"""Note that an order is paid with a coupon; the caller has locked both.

	Args:
		coupon: its name.
		order: the Sales Order.
		discount_on: DocType of the document that has the discount.
	"""
	doc = frappe.get_doc(COUPON, coupon)
	doc.update({"claimed": 1, "claimed_by": order.customer, "claimed_order": order.name})
	doc.discount_on = discount_on
	by_app(doc).save(ignore_permissions=True)


def is_offered(order: frappe._dict | Document) -> bool:
	"""Return whether an order of this total gets the discount, as the settings say now. No statement."""
	settings = get_settings()
	last_day = settings.coupon_expiry_date
	if not number("allow_coupon_discounts") or (last_day and getdate(last_day) < getdate()):
		return False
	return flt(flt(order.total) - cart_value(order), 9) >= 0


def cart_value(order: frappe._dict | Document) -> float:
	"""Return the total from which orders get the discount, in the currency of this order."""
	return _in_its_currency(order, get_settings().cart_value)


def discount(order: frappe._dict | Document) -> float:
	"""Return what a coupon takes off, in the currency of this order."""
	return _in_its_currency(order, get_settings().discount_amount)


def offered_discount(order: frappe._dict | Document) -> float:
	"""Return what a coupon takes off this order; 0 if it is too small, or there are no coupons."""
	return discount(order) if is_offered(order) else 0.0


def _in_its_currency(order: frappe._dict | Document, amount: float | None) -> float:
	"""Convert an amount of the settings, which are in the company's currency."""
	return flt(flt(amount) / (flt(order.conversion_rate) or 1), 9)
