"""What ERPNext has delivered, as fulfillments and shipments of a simulated Medusa."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from devbench.medusa.simulator import faults
from devbench.medusa.simulator.baskets import Basket, Bought, Shipped
from medusa_integration.medusa.errors import Forbidden, Invalid, MedusaError, NotFound
from medusa_integration.mirror import Target, connect
from medusa_integration.mirror.deliveries import Delivered, Delivery
from medusa_integration.mirror.shop_order_events import NoteMark
from tests.support.medusa import simulator

D = Decimal
CREATED, LATER = "2026-11-30 07:04:34.047123", "2026-11-30 08:00:00"
CREATE = {"v1": "/admin/orders/:id/fulfillment", "v2": "/admin/orders/:id/fulfillments"}
SHIP = {"v1": "/admin/orders/:id/shipment", "v2": "/admin/orders/:id/fulfillments/:ful/shipments"}
CANCEL = "/admin/orders/:id/fulfillments/:ful/cancel"


def mark(name: str, created: str, id: str | None = None) -> NoteMark:
	return NoteMark(name, created, datetime.fromisoformat(f"{created}+00:00"), id)


class Shop:
	"""A Medusa with one order of three and two pieces, and its client."""

	def __init__(self, server) -> None:
		self.server, self.generation = server, server.generation
		bought = (Bought("variant_1", D(10), 3), Bought("variant_2", D(20), 2))
		self.order_id = server.place_order(Basket(bought, (Shipped(D(5)),)))
		target = Target(
			url=server.url, email=server.email, password=server.password, generation=self.generation
		)
		self.mirror = connect(target, sleep=lambda seconds: None)
		(order,) = self.mirror.shop_orders.read([self.order_id])
		self.first, self.second = (line.id for line in order.lines)
		self.shipping = order.shipping[0].id

	def save(
		self,
		key: str = "DN-1",
		quantities: dict | None = None,
		created: str = CREATED,
		id: str | None = None,
		**values,
	) -> Delivered:
		given = {self.first: 2} if quantities is None else quantities
		note = mark(key, created, id)
		(found,) = self.mirror.deliveries.save([Delivery(note, self.order_id, given, **values)])
		return found

	def shown(self) -> list[tuple]:
		"""Of each fulfillment its note, rows, numbers, and whether it was shipped and cancelled."""
		return [
			(
				(row["metadata"] or {}).get("erpnext_delivery_note"),
				[item["quantity"] for item in row["items"]],
				[
					link["tracking_number"]
					for link in row["tracking_links" if self.generation == "v1" else "labels"]
				],
				bool(row["shipped_at"]),
				bool(row["canceled_at"]),
			)
			for row in self.server.fulfillments(self.order_id)
		]

	def sent(self) -> int:
		return len(self.server.sent("POST", "/admin/orders/*"))


@pytest.fixture(params=["v1", "v2"])
def shop(request):
	with simulator(request.param) as server:
		yield Shop(server)


def test_a_part_without_number_is_fulfilled(shop):
	found = shop.save()
	assert (len(found.ids), found.error) == (1, None)
	assert shop.shown() == [("DN-1", [2], [], False, False)]


def test_with_a_number_it_is_shipped(shop):
	shop.save(tracking_numbers=("T1", "T2"), carrier="Post")
	assert shop.shown() == [("DN-1", [2], ["T1", "T2"], True, False)]
	(row,) = shop.server.fulfillments(shop.order_id)
	assert row["metadata"] == {
		"erpnext_delivery_note": "DN-1",
		"erpnext_delivery_note_created": "2026-11-30 07:04:34.047123",
		"carrier": "Post",
	}


def test_an_address_is_where_v2_traces_it(shop):
	shop.save(tracking_numbers=("T1",), carrier="https://post.example.com/T1")
	(row,) = shop.server.fulfillments(shop.order_id)
	if shop.generation == "v2":
		assert row["labels"][0]["tracking_url"] == "https://post.example.com/T1"
	assert row["metadata"]["carrier"] == "https://post.example.com/T1"


def test_a_number_that_comes_later_ships_it(shop):
	first = shop.save()
	assert shop.save(tracking_numbers=("T1",)).ids == first.ids
	assert shop.shown() == [("DN-1", [2], ["T1"], True, False)]


def test_a_number_that_comes_after_the_shipment_is_left_out(shop):
	shop.save(tracking_numbers=("T1",))
	found = shop.save(tracking_numbers=("T1", "T2"))
	assert (found.left_out, found.error) == (("T2",), None)
	assert shop.shown() == [("DN-1", [2], ["T1"], True, False)]


def test_what_was_sent_from_two_locations(shop):
	"""On v2 a fulfillment each, whoever has reserved the rows; v1 knows no locations."""
	locations = {shop.first: ("sloc_1",), shop.second: ("sloc_2", "sloc_3")}
	for _ in range(2):
		found = shop.save(quantities={shop.first: 2, shop.second: 1}, locations=locations)
	rows = shop.server.fulfillments(shop.order_id)
	assert found.ids == tuple(row["id"] for row in rows)
	made = [(row["location_id"], [item["quantity"] for item in row["items"]]) for row in rows]
	if shop.generation == "v1":
		assert made == [(None, [2, 1])]
	else:
		assert made == [("sloc_1", [2]), ("sloc_2", [1])]


def test_nothing_is_made_twice(shop):
	for _ in range(3):
		shop.save(tracking_numbers=("T1",))
	assert (len(shop.shown()), shop.sent()) == (1, 2)


def test_several_notes_of_one_order_in_one_call(shop):
	deliveries = [
		Delivery(mark("DN-1", CREATED), shop.order_id, {shop.first: 1}),
		Delivery(mark("DN-2", CREATED), shop.order_id, {shop.first: 2, shop.second: 2}),
		Delivery(mark("DN-3", CREATED), shop.order_id, {shop.second: 1}),
		Delivery(mark("DN-4", CREATED), "order_none", {shop.second: 1}),
	]
	found = shop.mirror.deliveries.save(deliveries)
	assert [type(one.error) for one in found] == [type(None), type(None), Invalid, NotFound]
	assert [row[:2] for row in shop.shown()] == [("DN-1", [1]), ("DN-2", [2, 2])]
	# what is refused as a whole is not asked for once more, in parts
	assert shop.sent() == 3


def test_medusa_refuses_everything_in_between(shop):
	"""What was made before that counts; what was not asked for any more has the error too."""
	deliveries = [
		Delivery(mark(f"DN-{number}", CREATED), shop.order_id, {shop.first: 1}) for number in (1, 2, 3)
	]
	refused = shop.server.fail("POST", CREATE[shop.generation], faults.forbidden(), times=None, after=1)
	found = shop.mirror.deliveries.save(deliveries)
	assert [(len(one.ids), type(one.error)) for one in found] == [
		(1, type(None)),
		(0, Forbidden),
		(0, Forbidden),
	]
	assert refused.hits == 1
	refused.cancel()
	assert [one.error for one in shop.mirror.deliveries.save(deliveries)] == [None] * 3
	assert [row[:2] for row in shop.shown()] == [("DN-1", [1]), ("DN-2", [1]), ("DN-3", [1])]


def test_a_way_of_shipping_is_no_row(shop):
	shop.save(quantities={shop.first: 1, shop.shipping: 1})
	assert shop.shown() == [("DN-1", [1], [], False, False)]
	assert shop.save("DN-2", {shop.shipping: 1}) == Delivered()


def test_a_row_that_medusa_does_not_have(shop):
	found = shop.save(quantities={"item_gone": 1, shop.first: 1})
	assert str(found.error) == f"Medusa's order {shop.order_id} has no row item_gone any more."
	assert shop.shown() == []


def test_a_cancelled_note(shop):
	shop.save()
	assert shop.save(is_canceled=True).error is None
	assert shop.shown() == [("DN-1", [2], [], False, True)]
	# v1 would count it twice
	assert shop.save(is_canceled=True).error is None
	assert len(shop.server.sent("POST", CANCEL)) == 1
	# there is nothing to cancel of one that was never sent
	assert shop.save("DN-9", is_canceled=True) == Delivered()


def test_what_was_shipped_is_not_cancelled(shop):
	ids = shop.save(tracking_numbers=("T1",)).ids
	error = shop.save(is_canceled=True).error
	assert str(error) == (
		f"Fulfillment {ids[0]} was shipped, and Medusa does not cancel it any more. "
		"Request a return in Medusa instead."
	)
	assert not error.retryable
	assert shop.shown() == [("DN-1", [2], ["T1"], True, False)]


def test_what_was_cancelled_in_medusa_is_not_made_again(shop):
	ids = shop.save().ids
	shop.server.cancel_fulfillment(shop.order_id, ids[0])
	assert shop.save(tracking_numbers=("T1",)) == Delivered(ids=ids, was_canceled=True)
	assert len(shop.shown()) == 1


@pytest.mark.parametrize("is_canceled", [False, True])
def test_what_was_made_in_medusa_stays_as_it_is(shop, is_canceled):
	made = shop.server.fulfill(shop.order_id, {0: 2})
	found = shop.save(id=made, tracking_numbers=("T1",), is_canceled=is_canceled)
	assert found == Delivered(ids=(made,), is_medusas=True)
	assert shop.shown() == [(None, [2], [], False, False)]


def test_a_later_note_of_the_same_name(shop):
	"""What was made of the earlier one is neither shipped nor cancelled for it, and does not replace it."""
	first = shop.save()
	later = shop.save(quantities={shop.first: 1}, created=LATER, tracking_numbers=("T1",))
	assert later.ids != first.ids
	assert shop.shown() == [("DN-1", [2], [], False, False), ("DN-1", [1], ["T1"], True, False)]
	shop.save(is_canceled=True)
	assert shop.shown() == [("DN-1", [2], [], False, True), ("DN-1", [1], ["T1"], True, False)]
	# and that the earlier one was cancelled says nothing of the later one
	assert shop.save(quantities={shop.first: 1}, created=LATER) == Delivered(ids=later.ids)


def test_the_amendment_of_one_with_the_name_of_a_lost_one(shop):
	"""Such as after a backup: the amended note was made of what the lost one had become."""
	(made,) = shop.save().ids
	amended = mark("DN-1", LATER, made)
	assert shop.save("DN-1-1", created=LATER, amended=amended) == Delivered(ids=(made,), is_medusas=True)
	assert shop.shown() == [("DN-1", [2], [], False, False)]


def test_what_was_sent_with_the_name_alone(shop):
	"""It is shipped, not made again; and it is cancelled, known by its id as well."""
	ids = shop.save().ids
	for row in shop.server.app.placed.rows[shop.order_id]["_fulfillments"]:
		row["metadata"] = {"erpnext_delivery_note": "DN-1"}
	assert shop.save() == Delivered(ids=ids)
	assert shop.save(id=ids[0], is_canceled=True) == Delivered(ids=ids)
	assert shop.shown() == [("DN-1", [2], [], False, True)]


@pytest.mark.parametrize("is_canceled", [False, True])
def test_what_was_sent_with_the_name_alone_of_a_deleted_one(shop, is_canceled):
	"""The name is given again after an hour: the later one is not taken for sent, nor for cancelled."""
	(made,) = shop.save().ids
	(row,) = shop.server.app.placed.rows[shop.order_id]["_fulfillments"]
	row["metadata"] = {"erpnext_delivery_note": "DN-1"}
	hour = timedelta(hours=1)
	row["created_at"] = (datetime.now(timezone.utc) - hour).isoformat().replace("+00:00", "Z")
	if is_canceled:
		shop.server.cancel_fulfillment(shop.order_id, made)
	now = datetime.now(timezone.utc).replace(tzinfo=None).isoformat(" ")
	again = shop.save(quantities={shop.first: 1}, created=now)
	assert shop.shown() == [("DN-1", [2], [], False, is_canceled), ("DN-1", [1], [], False, False)]
	assert (again.was_canceled, made in again.ids) == (False, False)
	# whatever the clocks say: the one that has its id is known by it
	assert shop.save(created=now, id=made, is_canceled=True) == Delivered(ids=(made, *again.ids))


def test_one_in_the_place_of_a_cancelled_one(shop):
	"""Medusa would refuse it before the cancellation, whichever is given first."""
	shop.save(quantities={shop.first: 3})
	found = shop.mirror.deliveries.save(
		[
			Delivery(mark("DN-1-1", LATER), shop.order_id, {shop.first: 3}),
			Delivery(mark("DN-1", CREATED), shop.order_id, {shop.first: 3}, is_canceled=True),
		]
	)
	assert [one.error for one in found] == [None, None]
	assert shop.shown() == [("DN-1", [3], [], False, True), ("DN-1-1", [3], [], False, False)]


def test_the_amendment_of_what_was_made_in_medusa(shop):
	"""It is not sent while that is there."""
	made = shop.server.fulfill(shop.order_id, {0: 2})
	amended = {"amended": mark("DN-1", CREATED, made)}
	assert shop.save("DN-1-1", created=LATER, **amended) == Delivered(ids=(made,), is_medusas=True)
	assert shop.shown() == [(None, [2], [], False, False)]
	shop.server.cancel_fulfillment(shop.order_id, made)
	assert shop.save("DN-1-1", created=LATER, **amended).is_medusas is False
	assert shop.shown() == [(None, [2], [], False, True), ("DN-1-1", [2], [], False, False)]


def test_the_amendment_of_what_was_made_here(shop):
	ids = shop.save().ids
	amended = {"amended": mark("DN-1", CREATED, ids[0])}
	shop.save(is_canceled=True)
	assert shop.save("DN-1-1", created=LATER, **amended).error is None
	assert shop.shown() == [("DN-1", [2], [], False, True), ("DN-1-1", [2], [], False, False)]


def test_the_amendment_of_what_was_shipped_here(shop):
	"""It is another one, as its cancellation was refused."""
	ids = shop.save(quantities={shop.first: 1}, tracking_numbers=("T1",)).ids
	amended = {"amended": mark("DN-1", CREATED, ids[0])}
	assert shop.save("DN-1-1", {shop.first: 1}, LATER, **amended).error is None
	assert shop.shown() == [("DN-1", [1], ["T1"], True, False), ("DN-1-1", [1], [], False, False)]


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
def test_an_answer_that_is_lost(shop, step, fault):
	"""Whether it was done is not known: the next time it is found, or made."""
	path = (CREATE if step == "create" else SHIP)[shop.generation]
	planned = shop.server.fail("POST", path, LOST[fault])
	try:
		error = shop.save(tracking_numbers=("T1",)).error
	except MedusaError as raised:
		error = raised
	# a shipment needs no answer
	assert planned.hits == 1
	assert error is None or error.retryable
	shop.save(tracking_numbers=("T1",))
	assert shop.shown() == [("DN-1", [2], ["T1"], True, False)]


@pytest.mark.parametrize("fault", LOST)
def test_an_answer_to_a_cancellation_that_is_lost(shop, fault):
	"""Medusa 1 would count a second one twice."""
	shop.save()
	shop.server.fail("POST", CANCEL, LOST[fault])
	with contextlib.suppress(MedusaError):
		shop.save(is_canceled=True)
	before = shop.shown()[0][4]
	asked = len(shop.server.sent("POST", CANCEL))
	assert shop.save(is_canceled=True).error is None
	assert shop.shown() == [("DN-1", [2], [], False, True)]
	assert len(shop.server.sent("POST", CANCEL)) == asked + (not before)


def test_rows_of_two_shipping_profiles():
	"""Medusa 2 takes them one by one, each with the option of its profile."""
	with simulator("v2") as server:
		shop = Shop(server)
		bought = (Bought("variant_1", D(10), 3), Bought("variant_2", D(20), 2, profile="sp_cold"))
		ways = (Shipped(D(5)), Shipped(D(9), "Cold", "so_cold", profile="sp_cold"))
		shop.order_id = server.place_order(Basket(bought, ways))
		(order,) = shop.mirror.shop_orders.read([shop.order_id])
		first, second = (line.id for line in order.lines)
		found = shop.save(quantities={first: 1, second: 2}, tracking_numbers=("T1",))
		assert (len(found.ids), found.error) == (2, None)
		assert shop.shown() == [("DN-1", [1], ["T1"], True, False), ("DN-1", [2], ["T1"], True, False)]
		shop.save(quantities={first: 1, second: 2}, tracking_numbers=("T1",))
		assert len(shop.shown()) == 2
