"""Orders of Medusa v2 of which nothing is sold, and from where their rows are reserved and sent."""

from __future__ import annotations

import pytest

from tests.medusa.recorded_orders import HEAD, PLACED, order_v2, read_v2

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
