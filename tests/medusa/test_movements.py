"""What was sent of an order and what came back, as values: from recorded answers of both generations."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from devbench.medusa.simulator.baskets import Basket, Bought, Shipped
from medusa_integration.mirror import Target, connect
from medusa_integration.mirror.shop_order_events import Fulfillment, MovedLine, OrderReturn
from tests.medusa.recorded_orders import order_v2, raw, read_v1, read_v2
from tests.support.medusa import simulator

D = Decimal
MADE, SENT, LATER = (f"2026-11-30T0{hour}:04:34.047Z" for hour in (7, 8, 9))


def moment(text: str) -> datetime:
	return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def test_fulfillments_of_v1(http, client):
	"""The tracking numbers are those of the links; the newest stands first in the answer."""
	made_here = {
		"id": "ful_2",
		"created_at": LATER,
		"shipped_at": None,
		"canceled_at": LATER,
		"location_id": None,
		"tracking_numbers": [],
		"metadata": {
			"erpnext_delivery_note": "MAT-DN-1",
			"erpnext_delivery_note_created": "2026-11-30 07:04:34.047123",
			"carrier": "Post",
		},
		"items": [],
		"tracking_links": [],
	}
	made_there = {
		"id": "ful_1",
		"created_at": MADE,
		"shipped_at": SENT,
		"canceled_at": None,
		"location_id": "sloc_1",
		"metadata": None,
		"items": [{"fulfillment_id": "ful_1", "item_id": "item_1", "quantity": 2}],
		"tracking_links": [{"tracking_number": " T1 "}, {"tracking_number": "T2", "url": None}],
	}
	order = read_v1(http, client, fulfillments=[made_here, made_there])
	assert order.fulfillments == (
		Fulfillment(
			id="ful_1",
			lines=(MovedLine("item_1", D(2)),),
			created_at=moment(MADE),
			shipped_at=moment(SENT),
			tracking_numbers=("T1", "T2"),
			location_id="sloc_1",
		),
		Fulfillment(
			id="ful_2",
			lines=(),
			created_at=moment(LATER),
			canceled_at=moment(LATER),
			delivery_note="MAT-DN-1",
			note_created="2026-11-30 07:04:34.047123",
		),
	)
	assert order.returns == ()


def test_fulfillments_of_v2(http, client):
	"""A kit has a row for each of its parts, of which several may be in one: two kits, not six."""
	kit = {
		"inventory_items": [
			{"inventory_item_id": "iitem_1", "required_quantity": 3},
			{"inventory_item_id": "iitem_2", "required_quantity": 1},
		]
	}
	items = [{**order_v2()["items"][0], "variant": kit}, {**order_v2()["items"][0], "id": "ordli_2"}]
	parts = [
		{"line_item_id": "ordli_1", "inventory_item_id": "iitem_1", **raw("quantity", "6")},
		{"line_item_id": "ordli_1", "inventory_item_id": "iitem_2", **raw("quantity", "2")},
		{"line_item_id": "ordli_2", "inventory_item_id": None, **raw("quantity", "1")},
	]
	fulfillment = {
		"id": "ful_1",
		"created_at": MADE,
		"shipped_at": SENT,
		"canceled_at": None,
		"location_id": "sloc_1",
		"metadata": {"erpnext_delivery_note": "MAT-DN-1"},
		"items": parts,
		"labels": [{"tracking_number": "T1", "tracking_url": "", "label_url": ""}],
	}
	order = read_v2(http, client, items=items, fulfillments=[fulfillment])
	assert order.fulfillments == (
		Fulfillment(
			id="ful_1",
			lines=(MovedLine("ordli_1", D(2)), MovedLine("ordli_2", D(1))),
			created_at=moment(MADE),
			shipped_at=moment(SENT),
			tracking_numbers=("T1",),
			location_id="sloc_1",
			delivery_note="MAT-DN-1",
		),
	)


def test_returns_of_v1(http, client):
	"""Medusa replaces what was asked for by what has come."""
	came = {"item_id": "item_1", "quantity": 1, "requested_quantity": 2, "received_quantity": 1}
	asked = {"item_id": "item_1", "quantity": 1, "requested_quantity": None, "received_quantity": None}
	head = {"created_at": MADE, "received_at": None}
	order = read_v1(
		http,
		client,
		returns=[
			{**head, "id": "ret_1", "status": "received", "received_at": SENT, "items": [came]},
			{**head, "id": "ret_2", "status": "requested", "items": [asked]},
		],
	)
	assert order.returns == (
		OrderReturn(
			id="ret_1",
			status="received",
			lines=(MovedLine("item_1", D(2), D(1)),),
			created_at=moment(MADE),
			received_at=moment(SENT),
		),
		OrderReturn(
			id="ret_2", status="requested", lines=(MovedLine("item_1", D(1)),), created_at=moment(MADE)
		),
	)


def returned(id: str, asked: str, came: str, damaged: str = "0", **values) -> dict:
	item = {
		"item_id": "ordli_1",
		**raw("quantity", asked),
		**raw("received_quantity", came),
		**raw("damaged_quantity", damaged),
	}
	head = {"id": id, "status": "partially_received", "created_at": MADE, "received_at": None}
	return {**head, "canceled_at": None, "items": [item], **values}


@pytest.mark.parametrize(
	("whole", "dismissed", "returns", "expected"),
	[
		# all in one
		("2", "0", [returned("r1", "2", "2")], [(2, 0)]),
		("1", "1", [returned("r1", "2", "2", "1")], [(2, 1)]),
		# one came, then another: Medusa keeps the last one only
		("2", "0", [returned("r1", "3", "1")], [(2, 0)]),
		# one came, then a damaged one
		("1", "1", [returned("r1", "2", "1", "1")], [(2, 1)]),
		# a damaged one came, then another
		("1", "1", [returned("r1", "2", "1")], [(2, 1)]),
		# what nothing has come of stays so
		("2", "0", [returned("r1", "1", "0"), returned("r2", "3", "1", created_at=SENT)], [(0, 0), (2, 0)]),
		# two came of each of two: no more than was asked for is of the first
		("4", "0", [returned("r1", "2", "1"), returned("r2", "3", "1", created_at=SENT)], [(2, 0), (2, 0)]),
		("1", "0", [returned("r1", "1", "1"), returned("r2", "1", "0", created_at=SENT)], [(1, 0), (0, 0)]),
	],
)
def test_returns_of_v2_that_came_in_parts(http, client, whole, dismissed, returns, expected):
	item = order_v2()["items"][0]
	detail = {**raw("return_received_quantity", whole), **raw("return_dismissed_quantity", dismissed)}
	order = read_v2(http, client, items=[{**item, "detail": detail}], returns=returns)
	assert [(one.lines[0].received, one.lines[0].damaged) for one in order.returns] == expected


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_whole_server(generation):
	"""Of the simulator, which the real servers are held against in tests/wire/test_deliveries.py."""
	with simulator(generation) as server:
		bought = (Bought("variant_1", D(10), 3), Bought("variant_2", D(20), 2))
		order_id = server.place_order(Basket(bought, (Shipped(D(5)),)))
		sent = server.fulfill(order_id, {0: 2}, ["T1", "T2"])
		server.cancel_fulfillment(order_id, other := server.fulfill(order_id, {1: 1}))
		back = server.request_return(order_id, {0: 2})
		server.receive_return(order_id, back, {0: 1})
		target = Target(url=server.url, email=server.email, password=server.password, generation=generation)
		with connect(target) as mirror:
			(order,) = mirror.shop_orders.read([order_id])
	lines = [line.id for line in order.lines]
	# both may be of the same millisecond
	found = {one.id: one for one in order.fulfillments}
	one, two = found[sent], found[other]
	assert (one.id, one.lines, one.tracking_numbers) == (sent, (MovedLine(lines[0], D(2)),), ("T1", "T2"))
	assert (two.id, bool(two.canceled_at), two.shipped_at) == (other, True, None)
	assert one.shipped_at and one.delivery_note is None
	assert [found.lines for found in order.returns] == [(MovedLine(lines[0], D(2), D(1)),)]
	assert order.lines[0].returned == 1
