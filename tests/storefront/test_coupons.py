"""Coupons: for which orders a code counts, what it takes off, and that it counts once."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.endpoints.limits import forget
from tests.support.charges import allow_coupons, coupon

UNKNOWN = "NO-SUCH-CODE"


@pytest.fixture
def order(sales):
	"""A submitted order of 2 at 10, which is what coupons count from."""
	allow_coupons(sales.shop)
	return sales.order()


def verify(order, code, **values):
	from medusa_integration.api import verify_coupon

	# as if every check were the first one of its hour
	forget("coupon checks", order.name, 3600)
	return verify_coupon(order_id=order.medusa_order_id, coupon_code=code, **values)


def test_a_code_counts_for_an_order_by_either_of_its_names(sales, order):
	code = coupon(sales.shop)
	assert verify(order, code) is True
	from medusa_integration.api import verify_coupon

	assert verify_coupon(order_id=order.name, coupon_code=code) is True
	assert verify(order, UNKNOWN) is False
	frappe.db.rollback()
	assert frappe.db.get_value("Website Coupon Code", code, ["claimed", "claimed_order"]) == (0, None)


@pytest.mark.parametrize("values", [{"claimed": 1}, {"expired": 1}])
def test_a_used_or_expired_code_does_not_count(sales, order, values):
	assert verify(order, coupon(sales.shop, **values)) is False


@pytest.mark.parametrize(
	("settings", "counts"),
	[
		({"allow_coupon_discounts": 0}, False),
		({"cart_value": 20.001}, False),
		({"cart_value": 19.999}, True),
		({"cart_value": 0}, True),
		({"coupon_expiry_date": "yesterday"}, False),
		({"coupon_expiry_date": "today"}, True),
	],
)
def test_the_settings_decide(sales, order, settings, counts):
	days = {"yesterday": frappe.utils.add_days(None, -1), "today": frappe.utils.today()}
	allow_coupons(sales.shop, **{key: days.get(value, value) for key, value in settings.items()})
	assert verify(order, coupon(sales.shop)) is counts


def test_an_order_that_is_invoiced_or_cancelled_has_its_price(sales, order):
	code = coupon(sales.shop)
	sales.invoice(order)
	assert verify(order, code) is False
	cancelled = sales.order()
	sales.cancel(cancelled)
	assert verify(cancelled, code) is False


def test_ten_codes_an_hour_are_tried_for_an_order(sales, order):
	"""By both of its names together, and by `pay_now` as well; another order has ten of its own."""
	from medusa_integration.api import pay_now, verify_coupon

	code = coupon(sales.shop)
	for number in range(9):
		given = (order.name, order.medusa_order_id)[number % 2]
		assert verify_coupon(order_id=given, coupon_code=f"{UNKNOWN}-{number}") is False
	with pytest.raises(frappe.ValidationError, match=r"Coupon code is not valid\."):
		pay_now(order_id=order.name, coupon_code=UNKNOWN)
	for function in (verify_coupon, pay_now):
		with pytest.raises(frappe.RateLimitExceededError):
			function(order_id=order.name, coupon_code=code)
	assert verify_coupon(order_id=sales.order().name, coupon_code=code) is True


def test_what_the_shop_is_told_of_an_order(sales, order):
	from medusa_integration.api import get_sales_order_name

	assert get_sales_order_name(medusa_order_id=order.medusa_order_id) == {
		"sales_order_id": order.name,
		"isReturnable": False,
		"returned_items": [],
		"cart_value": 20,
		"discount_amount": 3,
	}
	allow_coupons(sales.shop, cart_value=20.5)
	told = get_sales_order_name(medusa_order_id=order.medusa_order_id)
	assert (told["cart_value"], told["discount_amount"]) == (20.5, 0)
	allow_coupons(sales.shop, allow_coupon_discounts=0)
	assert get_sales_order_name(medusa_order_id=order.medusa_order_id)["discount_amount"] == 0


def test_settings_are_in_the_companys_currency(sales, order):
	"""An order of 20 in a currency of which one is worth 0.5 of the company's: 10 of those, 3 are 6."""
	frappe.db.set_value("Sales Order", order.name, "conversion_rate", 0.5, update_modified=False)
	frappe.db.commit()
	from medusa_integration.api import get_sales_order_name

	allow_coupons(sales.shop, cart_value=10)
	told = get_sales_order_name(medusa_order_id=order.medusa_order_id)
	assert (told["cart_value"], told["discount_amount"]) == (20, 6)
	allow_coupons(sales.shop, cart_value=10.1)
	assert get_sales_order_name(medusa_order_id=order.medusa_order_id)["discount_amount"] == 0


def test_people_make_codes_and_the_app_claims_them(sales, site):
	"""What a Sales Manager sends of a claim is not kept, neither anew nor later; the code itself stays."""
	user = site.new(
		"User", email=f"sales-{sales.shop.mark}@example.com", first_name="S", send_welcome_email=0
	)
	user.add_roles("Sales Manager")
	order = sales.order()
	frappe.set_user(user.name)
	claim = {
		"claimed": 1,
		"claimed_order": order.name,
		"claimed_by": order.customer,
		"discount_on": "Sales Order",
	}
	code = sales.shop.name("MINE")
	doc = site.added(frappe.get_doc({"doctype": "Website Coupon Code", "code": code, **claim}).insert())
	for _ in range(2):
		doc.reload()
		assert [doc.claimed, doc.claimed_order, doc.claimed_by, doc.discount_on] == [0, None, None, None]
		doc.update({**claim, "expired": 1})
		doc.save()
	doc.reload()
	assert doc.expired == 1
	doc.expired = 7
	with pytest.raises(frappe.ValidationError, match="Expired"):
		doc.save()
	doc.reload()
	doc.code = "ANOTHER"
	doc.save()
	doc.reload()
	assert (doc.name, doc.code) == (code, code)
	frappe.set_user("Administrator")
