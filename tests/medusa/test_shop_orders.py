"""The shop's orders as values: amounts, taxes and texts from recorded answers of both generations."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from medusa_integration.mirror.shop_order_events import Movement, Payment
from medusa_integration.mirror.shop_orders import (
	Adjustment,
	Credit,
	OrderAddress,
	OrderCustomer,
	OrderLine,
	ShippingLine,
	TaxLine,
)
from tests.medusa.recorded_orders import (
	HEAD,
	ORDERS,
	PERSON,
	PLACED,
	D,
	order_v1,
	order_v2,
	raw,
	read_v1,
	read_v2,
)


def test_an_order_of_v1(http, client):
	"""Minor units of three decimals; two taxes on one row share its tax by their rates."""
	order = read_v1(http, client)
	assert (order.id, order.display_id, order.currency, order.total) == ("order_1", "1007", "OMR", D("5.327"))
	assert (order.status, order.payment_status, order.fulfillment_status) == (
		"pending",
		"captured",
		"not_fulfilled",
	)
	assert (order.created_at, order.updated_at, order.canceled_at) == (PLACED, PLACED, None)
	assert (order.generation, order.sales_channel_id, order.metadata) == ("v1", "sc_1", {"note": "x"})
	assert order.customer == OrderCustomer("cus_1", "anna@example.com", "Anna", "", "", "1", True)
	assert order.billing_address == OrderAddress(
		"Anna", "Ruiz", "Clinic", "1 Main Street", "", "Muscat", "", "100", "OM", "+968 1234"
	)
	assert order.shipping_address is None
	assert order.lines == (
		OrderLine(
			id="item_1",
			variant_id="variant_1",
			sku="GL-1",
			title="Gloves",
			quantity=D(3),
			unit_price=D("1.999"),
			subtotal=D("5.997"),
			discount=D("0.600"),
			tax=D("0.405"),
			total=D("5.802"),
			taxes=(
				TaxLine("VAT", "Value added tax", D(5), D("0.270")),
				TaxLine("CITY", "City", D("2.5"), D("0.135")),
			),
			adjustments=(Adjustment("TEN", D("0.600")),),
		),
	)
	assert order.shipping == (
		ShippingLine(
			id="sm_1",
			option_id="so_1",
			name="Courier",
			amount=D("0.500"),
			subtotal=D("0.500"),
			tax=D("0.025"),
			total=D("0.525"),
			taxes=(TaxLine("VAT", "Value added tax", D(5), D("0.025")),),
		),
	)
	assert order.credits == (Credit("gift_card", "gift_1", D(1)),)
	captured_at = datetime(2026, 11, 30, 4, 57, tzinfo=timezone.utc)
	refunded_at = datetime(2026, 11, 30, 5, 0, tzinfo=timezone.utc)
	assert order.payments == (
		Payment(
			"pay_1",
			"manual",
			D("5.327"),
			"OMR",
			(Movement("pay_1", D("5.327"), captured_at),),
			(Movement("ref_1", D("0.027"), refunded_at),),
		),
	)
	assert (order.payments[0].captured, order.payments[0].refunded) == (D("5.327"), D("0.027"))


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_no_text_of_an_order_is_markup(http, client, generation):
	"""Visitors write names and addresses, and Desk shows some of them as HTML."""
	bold = {"first_name": "<b>Anna</b>", "address_1": "Flat <3>", "city": "<script>", "country_code": "om"}
	values = {"customer": {**PERSON, **bold}, "shipping_address": bold}
	make, read = {"v1": (order_v1, read_v1), "v2": (order_v2, read_v2)}[generation]
	items = [{**row, "title": "<img src=x>"} for row in make()["items"]]
	found = read(http, client, **values, items=items)
	assert (found.customer.first_name, found.lines[0].title) == ("‹b›Anna‹/b›", "‹img src=x›")
	address = found.shipping_address
	assert (address.address_1, address.city) == ("Flat ‹3›", "‹script›")


def test_an_order_of_v2(http, client):
	"""The exact texts beside the numbers; a row and the total are those of what was ordered, not kept."""
	order = read_v2(http, client)
	assert (order.id, order.display_id, order.currency) == ("order_2", "EU-7", "USD")
	assert order.customer == OrderCustomer("cus_1", "anna@example.com", "Anna", "", "Clinic", "1", False)
	(line,) = order.lines
	assert (line.quantity, line.returned, line.unit_price) == (3, 1, D("19.99"))
	assert (line.subtotal, line.discount, line.tax, line.total) == (
		D("59.97"),
		D("5.997"),
		D("3.9130425"),
		D("57.8860425"),
	)
	assert line.taxes == (TaxLine("US", "Sales tax", D("7.25"), D("3.9130425")),)
	assert line.adjustments == (Adjustment("TEN", D("5.997"), False),)
	(method,) = order.shipping
	assert (method.option_id, method.name, method.total) == (None, "Standard", D("6.381375"))
	assert order.credits == (Credit("store-credit", "sc_9", D(2)),)
	# 57.8860425 + 6.381375 - 2
	assert order.total == D("62.2674175")
	assert order.payments == (
		Payment(
			"pay_1",
			"pp_system_default",
			D("62.2674175"),
			"USD",
			(Movement("capt_1", D("62.27"), PLACED),),
			(Movement("ref_1", D("19.30"), PLACED),),
		),
	)
	assert order.billing_address is None
	assert order.shipping_address.country == "OM"


def test_digits_that_a_number_of_json_cannot_carry_are_read(http, client):
	item = {**order_v2()["items"][0], "detail": {}, **raw("subtotal", "9223372036854775.0123")}
	order = read_v2(
		http, client, items=[{**item, **raw("tax_total", "0"), **raw("total", "9223372036854775.0123")}]
	)
	assert order.lines[0].subtotal == D("9223372036854775.0123")


def test_all_of_a_row_with_tax_in_its_price_came_back(http, client):
	"""What was ordered is calculated from the price: Medusa's totals of the row are 0."""
	tax = {"code": "DE", "description": "USt", **raw("rate", "19")}
	item = {
		**order_v2()["items"][0],
		"is_tax_inclusive": True,
		**raw("unit_price", "11.90"),
		**raw("quantity", "2"),
		"detail": {**raw("return_received_quantity", "1"), **raw("return_dismissed_quantity", "1")},
		"tax_lines": [tax],
		"adjustments": [{"code": "TWO", "is_tax_inclusive": True, **raw("amount", "2.38")}],
		**raw("subtotal", "0"),
		**raw("tax_total", "0"),
		**raw("total", "0"),
	}
	order = read_v2(
		http, client, items=[item], shipping_methods=[], credit_lines=[], credit_line_total=0, total=0
	)
	(line,) = order.lines
	assert (line.subtotal, line.discount, line.tax, line.total) == (D(20), D(2), D("3.42"), D("21.42"))
	assert (line.quantity, line.returned, order.total) == (2, 2, D("21.42"))


def test_free_shipping_of_v1_is_a_discount(http, client):
	"""Medusa's subtotal and taxes are 0 then, and the price is what it was."""
	method = order_v1()["shipping_methods"][0]
	order = read_v1(http, client, shipping_methods=[{**method, "subtotal": 0, "tax_total": 0, "total": 0}])
	(line,) = order.shipping
	assert (line.amount, line.subtotal, line.discount, line.tax, line.total) == (
		D("0.5"),
		D("0.5"),
		D("0.5"),
		0,
		0,
	)
	assert line.taxes == (TaxLine("VAT", "Value added tax", D(5), D(0)),)


def test_a_fixed_discount_of_v1_has_fractions(http, client):
	"""Medusa rounds it in each row, and takes the rounded sum off the total, which may be another one."""
	row = {**order_v1()["items"][0], "tax_lines": [], "tax_total": 0}
	cents = {"lia_1": 123.85, "lia_2": 4.58, "lia_3": 371.57}
	items = [
		{
			**row,
			"id": f"item_{id}",
			"subtotal": 1000,
			"discount_total": round(amount),
			"total": 1000 - round(amount),
			"adjustments": [{"id": id, "discount_id": "disc_1", "amount": amount}],
		}
		for id, amount in cents.items()
	]
	order = read_v1(http, client, items=items, currency_code="usd", total=2500, shipping_methods=[])
	assert [line.discount for line in order.lines] == [D("1.2385"), D("0.0458"), D("3.7157")]
	assert [line.total for line in order.lines] == [D("8.7615"), D("9.9542"), D("6.2843")]
	# what is no fraction of the rounded discount is something else
	other = {**items[0], "adjustments": [{"id": "x", "amount": 50}]}
	http.replace("GET", f"{ORDERS}/order_1", json={"order": order_v1(items=[other])})
	(order,) = client("v1").shop_orders.read(["order_1"])
	assert order.lines[0].discount == D("0.124")


def test_gift_cards_that_v1_taxes(http, client):
	order = read_v1(http, client, gift_card_tax_total=50, total=5277)
	assert order.credits == (Credit("gift_card", "gift_1", D(1), D("0.05")),)


def test_a_currency_without_decimals(http, client):
	order = read_v1(http, client, currency_code="jpy")
	assert (order.total, order.lines[0].unit_price, order.shipping[0].amount) == (5327, 1999, 500)


def test_the_old_tax_rate_of_a_v1_order(http, client):
	"""Orders from before v1 had tax lines have one rate for all."""
	item = {**order_v1()["items"][0], "tax_lines": [], "tax_total": 270}
	order = read_v1(http, client, items=[item], tax_rate=5)
	assert order.lines[0].taxes == (TaxLine("", "", D(5), D("0.270")),)


def test_credit_below_the_smallest_amount_is_none(http, client):
	line = {"id": "ordcl_1", "reference": "x", "reference_id": "y", **raw("amount", "0.004")}
	assert read_v2(http, client, credit_lines=[line], credit_line_total=0).credits == ()


REASON = {"id": "refr_1", "label": "Pricing Error", "code": "pricing_error"}


@pytest.mark.parametrize(
	("refunds", "credits", "total"),
	[
		([{"refund_reason": None}, {"refund_reason": REASON}], [2], "62.2674175"),
		([], [2, 3, D("1.5")], "57.7674175"),
	],
)
def test_what_was_refunded_is_no_credit(http, client, refunds, credits, total):
	"""v2 takes it off the total by a credit line of the reason or the collection; others are store credit."""
	made = [
		{"id": f"ref_{number}", "created_at": HEAD["created_at"], **raw("amount", "3"), **refund}
		for number, refund in enumerate(refunds)
	]
	payment = {"id": "pay_1", "currency_code": "usd", **raw("amount", "62.27"), "refunds": made}
	lines = [
		{"id": f"ordcl_{amount}", "reference": kind, "reference_id": reference, **raw("amount", amount)}
		for kind, reference, amount in (
			("store-credit", "sc_9", "2"),
			("payment_collection", "pay_col_1", "3"),
			("Pricing Error", "pricing_error", "1.5"),
		)
	]
	order = read_v2(
		http,
		client,
		credit_lines=lines,
		credit_line_total=6.5,
		total=38.47207,
		payment_collections=[{"id": "pay_col_1", "payments": [payment]}],
	)
	assert ([credit.amount for credit in order.credits], order.total) == (credits, D(total))
