"""The shop's orders as values: from recorded answers of both generations, and from a simulated server."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from devbench.medusa.simulator.baskets import Basket, Bought, Shipped, Tax
from medusa_integration.medusa.errors import NotFound, UnexpectedAnswer
from medusa_integration.mirror import Target, connect, order_reading
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
from tests.support.medusa import simulator

ORDERS = "https://shop.example.com/admin/orders"
D = Decimal
PLACED = datetime(2026, 11, 30, 4, 56, 27, 539000, tzinfo=timezone.utc)
ADDRESS = {
	"id": "addr_1",
	"company": "Clinic",
	"first_name": " Anna",
	"last_name": "Ruiz",
	"address_1": "1 Main Street",
	"address_2": None,
	"city": "Muscat",
	"country_code": "om",
	"province": "",
	"postal_code": "100",
	"phone": "+968 1234",
}
HEAD = {
	"display_id": 1007,
	"status": "pending",
	"payment_status": "captured",
	"fulfillment_status": "not_fulfilled",
	"created_at": "2026-11-30T04:56:27.539Z",
	"updated_at": "2026-11-30T04:56:27.539Z",
}
PERSON = {"id": "cus_1", "email": "old@example.com", "first_name": "Anna", "last_name": None, "phone": "1"}


def raw(name: str, text: str) -> dict:
	"""A number as v2 has it: rounded to a float, and as a text."""
	return {name: float(text), f"raw_{name}": {"value": text, "precision": 20}}


def order_v1(**values) -> dict:
	"""Three of 1.999 OMR with 10 percent off and two taxes, shipped for 0.500, 1.000 of it by gift card."""
	taxes = [
		{"rate": 5, "code": "VAT", "name": "Value added tax"},
		{"rate": 2.5, "code": "CITY", "name": "City"},
	]
	return {
		"id": "order_1",
		**HEAD,
		"email": "anna@example.com",
		"customer_id": "cus_1",
		"currency_code": "omr",
		"tax_rate": None,
		"canceled_at": None,
		"sales_channel_id": "sc_1",
		"metadata": {"note": "x"},
		"customer": {**PERSON, "has_account": True},
		"billing_address": ADDRESS,
		"shipping_address": None,
		"discounts": [{"id": "disc_1", "code": "TEN"}],
		"gift_card_transactions": [{"id": "gct_1", "gift_card_id": "gift_1", "amount": 1000}],
		"items": [
			{
				"id": "item_1",
				"title": "Gloves",
				"variant_id": "variant_1",
				"variant": {"id": "variant_1", "sku": "GL-1"},
				"unit_price": 1999,
				"quantity": 3,
				"returned_quantity": None,
				"is_giftcard": False,
				"adjustments": [
					{"id": "lia_1", "discount_id": "disc_1", "amount": 600, "description": "discount"}
				],
				"tax_lines": taxes,
				"subtotal": 5997,
				"discount_total": 600,
				"tax_total": 405,
				"total": 5802,
			}
		],
		"shipping_methods": [
			{
				"id": "sm_1",
				"shipping_option_id": "so_1",
				"shipping_option": {"id": "so_1", "name": "Courier"},
				"price": 500,
				"tax_lines": taxes[:1],
				"subtotal": 500,
				"tax_total": 25,
				"total": 525,
				"original_total": 525,
				"original_tax_total": 25,
			}
		],
		"payments": [
			{
				"id": "pay_1",
				"provider_id": "manual",
				"amount": 5327,
				"captured_at": "2026-11-30T04:57:00.000Z",
				"canceled_at": None,
			}
		],
		"refunds": [
			{"id": "ref_1", "payment_id": None, "amount": 27, "created_at": "2026-11-30T05:00:00.000Z"}
		],
		"gift_card_total": 1000,
		"gift_card_tax_total": 0,
		"total": 5327,
		**values,
	}


def order_v2(**values) -> dict:
	"""Three of 19.99 USD, 10 percent off, one came back; shipped for 5.95; all with 7.25 percent tax."""
	tax = {"code": "US", "description": "Sales tax", **raw("rate", "7.25")}
	return {
		"id": "order_2",
		**HEAD,
		"custom_display_id": "EU-7",
		"email": "anna@example.com",
		"customer_id": "cus_1",
		"currency_code": "usd",
		"sales_channel_id": "sc_1",
		"canceled_at": None,
		"metadata": None,
		"customer": {**PERSON, "company_name": "Clinic", "has_account": False},
		"billing_address": None,
		"shipping_address": ADDRESS,
		"items": [
			{
				"id": "ordli_1",
				"title": "Gloves",
				"variant_id": "variant_1",
				"variant_sku": "GL-1",
				"is_tax_inclusive": False,
				"is_giftcard": False,
				**raw("unit_price", "19.99"),
				**raw("quantity", "3"),
				"detail": {**raw("return_received_quantity", "1"), **raw("return_dismissed_quantity", "0")},
				"tax_lines": [tax],
				"adjustments": [{"code": "TEN", "is_tax_inclusive": False, **raw("amount", "5.997")}],
				# of the two that were kept
				**raw("subtotal", "39.98"),
				**raw("tax_total", "2.608695"),
				**raw("total", "38.590695"),
			}
		],
		"shipping_methods": [
			{
				"id": "ordsm_1",
				"name": "Standard",
				"shipping_option_id": None,
				"is_tax_inclusive": False,
				"tax_lines": [tax],
				"adjustments": [],
				**raw("amount", "5.95"),
				**raw("subtotal", "5.95"),
				**raw("tax_total", "0.431375"),
				**raw("total", "6.381375"),
			}
		],
		"credit_lines": [
			{"id": "ordcl_1", "reference": "store-credit", "reference_id": "sc_9", **raw("amount", "2")}
		],
		"credit_line_total": 2,
		"payment_collections": [
			{
				"payments": [
					{
						"id": "pay_1",
						"provider_id": "pp_system_default",
						"currency_code": "usd",
						"canceled_at": None,
						**raw("amount", "62.2674175"),
						"captures": [
							{"id": "capt_1", "created_at": HEAD["created_at"], **raw("amount", "62.27")}
						],
						"refunds": [
							{"id": "ref_1", "created_at": HEAD["created_at"], **raw("amount", "19.30")}
						],
					}
				]
			}
		],
		"total": 42.97207,
		**values,
	}


def read_v1(http, client, **values):
	http.get(f"{ORDERS}/order_1", json={"order": order_v1(**values)})
	(order,) = client("v1").shop_orders.read(["order_1"])
	return order


def read_v2(http, client, **values):
	http.get(ORDERS, json={"orders": [order_v2(**values)], "count": 1})
	(order,) = client("v2").shop_orders.read(["order_2"])
	return order


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


COUNTED = {
	"id": "variant_1",
	"manage_inventory": True,
	"inventory_items": [{"inventory_item_id": "iitem_1", "required_quantity": 1}],
}
NO_PAYMENT = [{"id": "pay_col_1", "status": "not_paid", "payments": []}]
CANCELED = [{"id": "pay_col_1", "status": "canceled", "payments": [
	{"id": "pay_1", "currency_code": "usd", "amount": 1, "canceled_at": "2026-11-30T05:00:00.000Z"}
]}]  # fmt: skip
SENT = {"id": "ful_1", "created_at": HEAD["created_at"], "items": []}
RESERVED = {"id": "resitem_1", "line_item_id": "ordli_1", "location_id": "sloc_1", "quantity": 3}


@pytest.mark.parametrize(
	("values", "variant", "reserved", "refused"),
	[
		({"payment_collections": NO_PAYMENT}, COUNTED, [], True),
		({"payment_collections": CANCELED}, COUNTED, [], True),
		({"payment_collections": NO_PAYMENT}, COUNTED, [RESERVED], False),
		({"payment_collections": NO_PAYMENT}, {**COUNTED, "manage_inventory": False}, None, False),
		({"payment_collections": NO_PAYMENT}, {**COUNTED, "inventory_items": []}, None, False),
		({"payment_collections": NO_PAYMENT}, None, None, False),
		({}, COUNTED, None, False),
		({"payment_collections": NO_PAYMENT, "canceled_at": PLACED.isoformat()}, COUNTED, None, False),
		({"payment_collections": NO_PAYMENT, "fulfillments": [SENT]}, COUNTED, None, False),
	],
)
def test_an_order_of_which_nothing_is_sold(http, client, calls, values, variant, reserved, refused):
	"""Neither paid nor reserved, though its stock is counted; None for reservations that nobody reads."""
	(item,) = order_v2()["items"]
	if reserved is not None:
		http.get("https://shop.example.com/admin/reservations", json={"reservations": reserved})
	order = read_v2(http, client, items=[{**item, "variant": variant}], **values)
	assert order.is_refused is refused
	assert len(calls()) == (1 if reserved is None else 2)


TWO_PLACES = {"id": "sc_1", "stock_locations": [{"id": "sloc_1"}, {"id": "sloc_2"}]}


@pytest.mark.parametrize(
	("reserved", "sent", "of_lines", "of_order"),
	[
		([("1", "sloc_1"), ("2", "sloc_1")], [], ["sloc_1", "sloc_1"], "sloc_1"),
		([("1", "sloc_1"), ("2", "sloc_2")], [], ["sloc_1", "sloc_2"], None),
		# a kit, whose parts are at two
		([("1", "sloc_1"), ("1", "sloc_2")], [], [None, None], None),
		# what is reserved still counts before what was sent from elsewhere
		([("1", "sloc_1")], [("1", "sloc_2"), ("2", "sloc_2")], ["sloc_1", "sloc_2"], None),
		([], [("1", "sloc_2"), ("2", "sloc_2")], ["sloc_2", "sloc_2"], "sloc_2"),
		([], [("1", "sloc_1"), ("1", "sloc_2")], [None, None], None),
		([], [], [None, None], None),
	],
)
def test_where_the_rows_are(http, client, reserved, sent, of_lines, of_order):
	"""Of a sales channel that has two stock locations."""
	(item,) = order_v2()["items"]
	rows = [
		{**RESERVED, "line_item_id": f"ordli_{line}", "location_id": location} for line, location in reserved
	]
	http.get("https://shop.example.com/admin/reservations", json={"reservations": rows})
	fulfillments = [
		{
			**SENT,
			"id": f"ful_{number}",
			"location_id": location,
			"items": [{"line_item_id": f"ordli_{line}", "quantity": 1}],
		}
		for number, (line, location) in enumerate(sent)
	]
	order = read_v2(
		http,
		client,
		items=[{**item, "id": "ordli_1"}, {**item, "id": "ordli_2"}],
		sales_channel=TWO_PLACES,
		fulfillments=fulfillments,
	)
	assert ([line.location_id for line in order.lines], order.location_id) == (of_lines, of_order)
	assert [order.place_of(line) for line in order.lines] == of_lines


@pytest.mark.parametrize(
	("fault", "why"),
	[
		({"currency_code": None}, "no currency"),
		({"total": None}, "no total"),
		({"total": "much"}, "ConversionSyntax"),
		({"created_at": "yesterday"}, "yesterday"),
		({"items": [{"id": "x", "quantity": 1}]}, "no subtotal"),
	],
)
def test_an_order_that_cannot_be_read_is_no_order(http, client, fault, why):
	"""It is the one that is refused, not the others of the answer; no name and address is in the error."""
	good = {**order_v2(), "id": "order_3"}
	http.get(ORDERS, json={"orders": [order_v2(**fault), good], "count": 2})
	found = client("v2").shop_orders.read_each(["order_2", "order_3", "order_4"])
	assert found["order_3"].id == "order_3"
	assert isinstance(found["order_4"], NotFound)
	error = found["order_2"]
	assert isinstance(error, UnexpectedAnswer)
	assert "order_2" in str(error) and why in str(error)
	assert not {"Anna", "anna@example.com", "Muscat"} & set(json.dumps(error.body).split('"'))
	http.replace("GET", ORDERS, json={"orders": [order_v2(**fault)], "count": 1})
	with pytest.raises(UnexpectedAnswer):
		client("v2").shop_orders.read(["order_2"])


def test_many_orders_of_v2_are_read_twenty_a_request(http, client, calls):
	def answer(request):
		ids = request.params["id[]"]
		found = [{**order_v2(), "id": id} for id in ([ids] if isinstance(ids, str) else ids)]
		return 200, {}, json.dumps({"orders": found, "count": len(found)})

	http.add_callback("GET", ORDERS, answer)
	ids = [f"order_{number:02}" for number in range(41)]
	assert [order.id for order in client("v2").shop_orders.read(ids)] == ids
	assert len(calls()) == 3


def head(number: int, second: int) -> dict:
	moment = (PLACED + timedelta(seconds=second)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
	return {"id": f"order_{number}", **HEAD, "currency_code": "usd", "total": 1, "updated_at": moment}


class Changing:
	"""A server whose orders change while they are being listed."""

	def __init__(self, http, orders: dict[int, int]) -> None:
		self.orders, self.pages, self.broken = orders, 0, {}
		self.between = lambda: None
		http.add_callback("GET", ORDERS, self.list)

	def list(self, request):
		since, limit, offset = (request.params[name] for name in ("updated_at[$gte]", "limit", "offset"))
		rows = sorted((head(*order) for order in self.orders.items()), key=lambda row: row["updated_at"])
		rows = [row for row in rows if row["updated_at"] >= since]
		rows = [{**row, **self.broken.get(int(row["id"].split("_")[1]), {})} for row in rows]
		self.pages += 1
		assert self.pages < 50
		page = rows[int(offset) : int(offset) + int(limit)]
		answer = 200, {}, json.dumps({"orders": page, "count": len(rows)})
		self.between()
		return answer


def test_no_order_is_passed_over_when_another_one_changes_meanwhile(http, client, monkeypatch):
	monkeypatch.setattr(order_reading, "HEADS_A_CALL", 2)
	server = Changing(http, {number: number for number in range(1, 7)})

	def change_first():
		server.orders[1] = 100
		server.between = lambda: None

	server.between = change_first
	found = list(client("v2").shop_orders.changed_since(PLACED))
	assert [id for id, _head in found] == [f"order_{number}" for number in (1, 2, 3, 4, 5, 6, 1)]
	assert found[-1][1].updated_at == PLACED + timedelta(seconds=100)


def test_more_orders_of_one_moment_than_a_page_has(http, client, monkeypatch):
	monkeypatch.setattr(order_reading, "HEADS_A_CALL", 2)
	server = Changing(http, {**dict.fromkeys(range(1, 6), 5), 6: 7, 7: 9})
	found = list(client("v2").shop_orders.changed_since(PLACED))
	assert sorted({id for id, _head in found}) == [f"order_{number}" for number in range(1, 8)]
	rest = client("v2").shop_orders.changed_since(PLACED + timedelta(seconds=8))
	assert [id for id, _head in rest] == ["order_7"]
	assert server.pages < 12


@pytest.mark.parametrize("unreadable", [{1}, {2}, {3}, {4}, {7}, {1, 2}, {2, 3, 4}, set(range(1, 8))])
def test_the_readable_ones_of_a_page_are_listed(http, client, monkeypatch, unreadable):
	"""Of the others it is said what is wrong, once each, wherever they stand in a page."""
	monkeypatch.setattr(order_reading, "HEADS_A_CALL", 2)
	server = Changing(http, {**dict.fromkeys((1, 2, 3), 5), 4: 6, 5: 7, 6: 8, 7: 9})
	server.broken = {number: {"currency_code": None} for number in unreadable}
	found = list(client("v2").shop_orders.changed_since(PLACED))
	assert sorted({id for id, _head in found}) == [f"order_{number}" for number in range(1, 8)]
	errors = [(id, error) for id, error in found if isinstance(error, UnexpectedAnswer)]
	assert sorted(id for id, _error in errors) == [f"order_{number}" for number in sorted(unreadable)]
	for id, error in errors:
		assert str(error) == f"Medusa's order {id} cannot be read: it has no currency"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
def test_a_moment_that_not_every_time_zone_has(http, client, moment):
	"""An imported order may have any; it must not keep the others from being read."""
	server = Changing(http, {1: 5, 2: 6})
	server.broken = {1: {"created_at": moment}}
	(_id, error), (id, head) = client("v2").shop_orders.changed_since(PLACED)
	assert str(error) == f"Medusa's order order_1 cannot be read: created_at is {moment}"
	assert (id, head.updated_at) == ("order_2", PLACED + timedelta(seconds=6))


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_the_orders_that_were_placed_in_a_time(generation, monkeypatch):
	"""In pages, also where more orders are of one moment than a page has; a change does not move them."""
	monkeypatch.setattr(order_reading, "HEADS_A_CALL", 2)
	moments = ["07:59:59.999", "08:00:00.000", *["09:00:00.000"] * 5, "09:59:59.999", "10:00:00.000"]
	with simulator(generation) as server:
		target = Target(url=server.url, email=server.email, password=server.password, generation=generation)
		ids = [server.place_order(Basket((Bought("variant_1", D(1)),))) for _moment in moments]
		for number, (order_id, moment) in enumerate(zip(ids, moments, strict=True)):
			row = server.app.placed.rows[order_id]
			row["created_at"] = f"2026-05-01T{moment}Z"
			row["updated_at"] = f"2026-06-{20 - number}T08:00:00.000Z"
		since = datetime(2026, 5, 1, 8, tzinfo=timezone.utc)
		with connect(target) as mirror:
			found = list(mirror.shop_orders.placed_between(since, since + timedelta(hours=2)))
	assert [order_id for order_id, _head in found][:1] == ids[1:2]
	assert sorted(order_id for order_id, _head in found) == sorted(ids[1:8])
	assert found[0][1].created_at == since


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_whole_server(generation):
	"""Signing in, listing and reading; of the simulator, which the real servers are held against."""
	vat = Tax("VAT", "VAT", D(5))
	bought = Bought("variant_1", D("1.250"), 3, sku="A", taxes=(vat,))
	with simulator(generation) as server:
		target = Target(url=server.url, email=server.email, password=server.password, generation=generation)
		first = server.place_order(Basket((bought,), (Shipped(D("0.5"), taxes=(vat,)),), currency="omr"))
		second = server.place_order(Basket((bought,), currency="omr", credit=D(1)))
		server.capture(first)
		with connect(target) as mirror:
			found = list(mirror.shop_orders.changed_since(PLACED - timedelta(days=365)))
			assert {(id, head.display_id, head.payment_status) for id, head in found} == {
				(first, "1", "captured"),
				(second, "2", {"v1": "awaiting", "v2": "authorized"}[generation]),
			}
			one, two = mirror.shop_orders.read([first, "order_none", second])
	assert (one.id, one.currency, two.id) == (first, "OMR", second)
	# 3.750 and 0.500 with 5 percent: v1 rounds 0.1875 to 0.188
	totals = {"v1": (D("4.463"), D("2.938")), "v2": (D("4.4625"), D("2.9375"))}
	assert (one.total, two.total) == totals[generation]
	assert (one.payments[0].captured, two.payments[0].captured) == (one.total, 0)
	assert two.credits[0].amount == 1
