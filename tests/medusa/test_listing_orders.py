"""The shop's orders are listed and read in pages, also while they change or cannot be read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from devbench.medusa.simulator.baskets import Basket, Bought, Shipped, Tax
from medusa_integration.medusa.errors import NotFound, UnexpectedAnswer
from medusa_integration.mirror import Target, connect, order_reading
from tests.medusa.recorded_orders import HEAD, ORDERS, PLACED, D, order_v2
from tests.support.medusa import simulator


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
