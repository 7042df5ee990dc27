"""What ERPNext has delivered, as fulfillments and shipments of a simulated Medusa."""

from __future__ import annotations

import contextlib

import pytest

from devbench.medusa.simulator import faults
from devbench.medusa.simulator.baskets import Basket, Bought, Shipped
from medusa_integration.medusa.errors import Forbidden, Invalid, MedusaError, NotFound
from medusa_integration.mirror.deliveries import Delivered, Delivery
from tests.medusa.delivering import D, PlacedOrder, mark
from tests.support.medusa import simulator

CREATE = {"v1": "/admin/orders/:id/fulfillment", "v2": "/admin/orders/:id/fulfillments"}
SHIP = {"v1": "/admin/orders/:id/shipment", "v2": "/admin/orders/:id/fulfillments/:ful/shipments"}
CANCEL = "/admin/orders/:id/fulfillments/:ful/cancel"


def test_a_part_without_number_is_fulfilled(placed):
	found = placed.save()
	assert (len(found.ids), found.error) == (1, None)
	assert placed.shown() == [("DN-1", [2], [], False, False)]


def test_with_a_number_it_is_shipped(placed):
	placed.save(tracking_numbers=("T1", "T2"), carrier="Post")
	assert placed.shown() == [("DN-1", [2], ["T1", "T2"], True, False)]
	(row,) = placed.server.fulfillments(placed.order_id)
	assert row["metadata"] == {
		"erpnext_delivery_note": "DN-1",
		"erpnext_delivery_note_created": "2026-11-30 07:04:34.047123",
		"carrier": "Post",
	}


def test_an_address_is_where_v2_traces_it(placed):
	placed.save(tracking_numbers=("T1",), carrier="https://post.example.com/T1")
	(row,) = placed.server.fulfillments(placed.order_id)
	if placed.generation == "v2":
		assert row["labels"][0]["tracking_url"] == "https://post.example.com/T1"
	assert row["metadata"]["carrier"] == "https://post.example.com/T1"


def test_a_number_that_comes_later_ships_it(placed):
	first = placed.save()
	assert placed.save(tracking_numbers=("T1",)).ids == first.ids
	assert placed.shown() == [("DN-1", [2], ["T1"], True, False)]


def test_a_number_that_comes_after_the_shipment_is_left_out(placed):
	placed.save(tracking_numbers=("T1",))
	found = placed.save(tracking_numbers=("T1", "T2"))
	assert (found.left_out, found.error) == (("T2",), None)
	assert placed.shown() == [("DN-1", [2], ["T1"], True, False)]


def test_what_was_sent_from_two_locations(placed):
	"""On v2 a fulfillment each, whoever has reserved the rows; v1 knows no locations."""
	locations = {placed.first: ("sloc_1",), placed.second: ("sloc_2", "sloc_3")}
	for _ in range(2):
		found = placed.save(quantities={placed.first: 2, placed.second: 1}, locations=locations)
	rows = placed.server.fulfillments(placed.order_id)
	assert found.ids == tuple(row["id"] for row in rows)
	made = [(row["location_id"], [item["quantity"] for item in row["items"]]) for row in rows]
	if placed.generation == "v1":
		assert made == [(None, [2, 1])]
	else:
		assert made == [("sloc_1", [2]), ("sloc_2", [1])]


def test_nothing_is_made_twice(placed):
	for _ in range(3):
		placed.save(tracking_numbers=("T1",))
	assert (len(placed.shown()), placed.sent()) == (1, 2)


def test_several_notes_of_one_order_in_one_call(placed):
	deliveries = [
		Delivery(mark("DN-1"), placed.order_id, {placed.first: 1}),
		Delivery(mark("DN-2"), placed.order_id, {placed.first: 2, placed.second: 2}),
		Delivery(mark("DN-3"), placed.order_id, {placed.second: 1}),
		Delivery(mark("DN-4"), "order_none", {placed.second: 1}),
	]
	found = placed.mirror.deliveries.save(deliveries)
	assert [type(one.error) for one in found] == [type(None), type(None), Invalid, NotFound]
	assert [row[:2] for row in placed.shown()] == [("DN-1", [1]), ("DN-2", [2, 2])]
	# what is refused as a whole is not asked for once more, in parts
	assert placed.sent() == 3


def test_medusa_refuses_everything_in_between(placed):
	"""What was made before that counts; what was not asked for any more has the error too."""
	deliveries = [Delivery(mark(f"DN-{number}"), placed.order_id, {placed.first: 1}) for number in (1, 2, 3)]
	refused = placed.server.fail("POST", CREATE[placed.generation], faults.forbidden(), times=None, after=1)
	found = placed.mirror.deliveries.save(deliveries)
	assert [(len(one.ids), type(one.error)) for one in found] == [
		(1, type(None)),
		(0, Forbidden),
		(0, Forbidden),
	]
	assert refused.hits == 1
	refused.cancel()
	assert [one.error for one in placed.mirror.deliveries.save(deliveries)] == [None] * 3
	assert [row[:2] for row in placed.shown()] == [("DN-1", [1]), ("DN-2", [1]), ("DN-3", [1])]


def test_a_way_of_shipping_is_no_row(placed):
	placed.save(quantities={placed.first: 1, placed.shipping: 1})
	assert placed.shown() == [("DN-1", [1], [], False, False)]
	assert placed.save("DN-2", {placed.shipping: 1}) == Delivered()


def test_a_row_that_medusa_does_not_have(placed):
	found = placed.save(quantities={"item_gone": 1, placed.first: 1})
	assert str(found.error) == f"Medusa's order {placed.order_id} has no row item_gone any more."
	assert placed.shown() == []


def test_a_cancelled_note(placed):
	placed.save()
	assert placed.save(is_canceled=True).error is None
	assert placed.shown() == [("DN-1", [2], [], False, True)]
	# v1 would count it twice
	assert placed.save(is_canceled=True).error is None
	assert len(placed.server.sent("POST", CANCEL)) == 1
	# there is nothing to cancel of one that was never sent
	assert placed.save("DN-9", is_canceled=True) == Delivered()


def test_what_was_shipped_is_not_cancelled(placed):
	ids = placed.save(tracking_numbers=("T1",)).ids
	error = placed.save(is_canceled=True).error
	assert str(error) == (
		f"Fulfillment {ids[0]} was shipped, and Medusa does not cancel it any more. "
		"Request a return in Medusa instead."
	)
	assert not error.retryable
	assert placed.shown() == [("DN-1", [2], ["T1"], True, False)]


def test_what_was_cancelled_in_medusa_is_not_made_again(placed):
	ids = placed.save().ids
	placed.server.cancel_fulfillment(placed.order_id, ids[0])
	assert placed.save(tracking_numbers=("T1",)) == Delivered(ids=ids, was_canceled=True)
	assert len(placed.shown()) == 1


@pytest.mark.parametrize("is_canceled", [False, True])
def test_what_was_made_in_medusa_stays_as_it_is(placed, is_canceled):
	made = placed.server.fulfill(placed.order_id, {0: 2})
	found = placed.save(id=made, tracking_numbers=("T1",), is_canceled=is_canceled)
	assert found == Delivered(ids=(made,), is_medusas=True)
	assert placed.shown() == [(None, [2], [], False, False)]


LOST = {
	"hung up after": faults.lost_answer(),
	"hung up before": faults.hang_up(),
	"page after": faults.html(applied=True),
	"page": faults.html(),
	"500 after": faults.empty(500),
	"cut": faults.truncated(),
}


@pytest.mark.parametrize("step", ["create", "ship"])
@pytest.mark.parametrize("fault", LOST)
def test_an_answer_that_is_lost(placed, step, fault):
	"""Whether it was done is not known: the next time it is found, or made."""
	path = (CREATE if step == "create" else SHIP)[placed.generation]
	planned = placed.server.fail("POST", path, LOST[fault])
	try:
		error = placed.save(tracking_numbers=("T1",)).error
	except MedusaError as raised:
		error = raised
	# a shipment needs no answer
	assert planned.hits == 1
	assert error is None or error.retryable
	placed.save(tracking_numbers=("T1",))
	assert placed.shown() == [("DN-1", [2], ["T1"], True, False)]


@pytest.mark.parametrize("fault", LOST)
def test_an_answer_to_a_cancellation_that_is_lost(placed, fault):
	"""Medusa 1 would count a second one twice."""
	placed.save()
	placed.server.fail("POST", CANCEL, LOST[fault])
	with contextlib.suppress(MedusaError):
		placed.save(is_canceled=True)
	before = placed.shown()[0][4]
	asked = len(placed.server.sent("POST", CANCEL))
	assert placed.save(is_canceled=True).error is None
	assert placed.shown() == [("DN-1", [2], [], False, True)]
	assert len(placed.server.sent("POST", CANCEL)) == asked + (not before)


def test_rows_of_two_shipping_profiles():
	"""Medusa 2 takes them one by one, each with the option of its profile."""
	with simulator("v2") as server:
		placed = PlacedOrder(server)
		bought = (Bought("variant_1", D(10), 3), Bought("variant_2", D(20), 2, profile="sp_cold"))
		ways = (Shipped(D(5)), Shipped(D(9), "Cold", "so_cold", profile="sp_cold"))
		placed.order_id = server.place_order(Basket(bought, ways))
		(order,) = placed.mirror.shop_orders.read([placed.order_id])
		first, second = (line.id for line in order.lines)
		found = placed.save(quantities={first: 1, second: 2}, tracking_numbers=("T1",))
		assert (len(found.ids), found.error) == (2, None)
		assert placed.shown() == [("DN-1", [1], ["T1"], True, False), ("DN-1", [2], ["T1"], True, False)]
		placed.save(quantities={first: 1, second: 2}, tracking_numbers=("T1",))
		assert len(placed.shown()) == 2
