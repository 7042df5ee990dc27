"""Stock levels in whole servers: simulated ones always, real ones where they can be had."""

from __future__ import annotations

import secrets

import pytest

from medusa_integration.medusa.errors import MissingReference
from medusa_integration.mirror.values import StockLevel
from tests.medusa.conftest import Shop

RUN = secrets.token_hex(3)


@pytest.fixture
def products(shop):
	"""`products(2)` saves two products, and returns a maker of levels of each."""

	def make(count: int):
		values = [shop.make() for _ in range(count)]
		outcomes = shop.client.products.save(values)
		return [
			lambda quantity, outcome=outcome, **fields: StockLevel(
				outcome.key, outcome.id, outcome.variant_id, quantity, **fields
			)
			for outcome in outcomes
		]

	return make


def quantity(shop: Shop, level: StockLevel) -> dict[str, float] | float:
	"""What the server has of the variant: one number on v1, one for each location on v2."""
	if shop.generation == "v1":
		(variant,) = shop.product(level.product_id)["variants"]
		return variant["inventory_quantity"]
	params = {"id[]": level.variant_id, "fields": "id,inventory_items.inventory_item_id"}
	(variant,) = shop.ask("GET", "/admin/product-variants", params=params)["variants"]
	item = variant["inventory_items"][0]["inventory_item_id"]
	levels = shop.ask("GET", f"/admin/inventory-items/{item}/location-levels")["inventory_levels"]
	return {row["location_id"]: row["stocked_quantity"] for row in levels}


def at(shop: Shop, number: int) -> dict[str, float] | float:
	"""This quantity, where the client keeps it."""
	return number if shop.generation == "v1" else {shop.client.stock.location: number}


@pytest.mark.contract(38)
def test_levels_are_set_and_set_again(shop, products):
	"""First made, then changed, by what was remembered as by what is looked up; twice does no harm."""
	one, two = products(2)
	outcomes = shop.client.stock.save([one(5), two(0)])
	assert [outcome.error for outcome in outcomes] == [None, None]
	assert (quantity(shop, one(5)), quantity(shop, two(0))) == (at(shop, 5), at(shop, 0))
	for item_id in (outcomes[0].id, None):
		known = {"item_id": item_id} if shop.generation == "v2" else {}
		for _ in range(2):
			[outcome] = shop.client.stock.save([one(7, **known)])
			assert (outcome.id, outcome.error) == (outcomes[0].id, None)
			assert quantity(shop, one(7)) == at(shop, 7)


def test_a_product_that_was_deleted(shop, products):
	"""Its level refers to nothing any more, remembered or not; the others of the call are set."""
	gone, there = products(2)
	first = shop.client.stock.save([gone(1), there(1)])
	shop.client.products.delete([gone(1).product_id])
	for remembered in (True, False):
		items = [outcome.id if remembered and shop.generation == "v2" else None for outcome in first]
		lost, found = shop.client.stock.save([gone(2, item_id=items[0]), there(3, item_id=items[1])])
		assert isinstance(lost.error, MissingReference)
		assert found.error is None and quantity(shop, there(3)) == at(shop, 3)


def test_a_stock_location_is_made_once_and_linked(shop, products):
	"""Asked for twice it is one; quantities go there, and it sells through the products' sales channel."""
	if shop.generation == "v1":
		assert shop.client.stock.ensure_location(f"Clinic {RUN}") is None
		return
	name = f"Clinic {RUN} {shop.extended}"
	made = [shop.client.stock.ensure_location(name) for _ in range(2)]
	assert made[0].id == made[1].id and made[0].name == name
	params = {"id": made[0].id, "fields": "id,name,sales_channels.id"}
	(location,) = shop.ask("GET", "/admin/stock-locations", params=params)["stock_locations"]
	channels = shop.ask("GET", "/admin/stores", params={"fields": "default_sales_channel_id"})["stores"]
	assert [row["id"] for row in location["sales_channels"]] == [channels[0]["default_sales_channel_id"]]
	(one,) = products(1)
	shop.connect(stock_location=made[0].id).stock.save([one(4)])
	assert quantity(shop, one(4)) == {made[0].id: 4}


def test_v2_takes_no_notice_of_its_own_orders(shop, products):
	"""What v2 has reserved stays reserved when what is stocked is set: nobody has to take it away."""
	if shop.generation == "v1" or not hasattr(shop.server, "publishable_key"):
		pytest.skip("v1 has no reservations")
	from devbench.medusa.simulator import Simulator

	if isinstance(shop.server, Simulator):
		pytest.skip("the simulator places no orders")
	(one,) = products(1)
	[outcome] = shop.client.stock.save([one(5)])
	draft = {
		"email": "buyer@example.com",
		"region_id": shop.ask("GET", "/admin/regions")["regions"][0]["id"],
		"sales_channel_id": shop.ask("GET", "/admin/sales-channels")["sales_channels"][0]["id"],
		"items": [{"variant_id": one(5).variant_id, "quantity": 3, "unit_price": 5}],
	}
	order = shop.ask("POST", "/admin/draft-orders", json=draft)["draft_order"]["id"]
	shop.ask("POST", f"/admin/draft-orders/{order}/convert-to-order", json={})
	shop.client.stock.save([one(4, item_id=outcome.id)])
	levels = shop.ask("GET", f"/admin/inventory-items/{outcome.id}/location-levels")["inventory_levels"]
	(level,) = [row for row in levels if row["location_id"] == shop.client.stock.location]
	found = [level[f"{what}_quantity"] for what in ("stocked", "reserved", "available")]
	assert found == [4, 3, 1]
