"""Quantities all the way: from ERPNext's ledger and orders into the inventory of both real Medusas."""

from __future__ import annotations

import pytest
import requests

from medusa_integration.api import update_webitem_stock
from medusa_integration.catalogue.stock import quantities
from medusa_integration.catalogue.stock import state as stock_state
from tests.support.medusa import real_server
from tests.support.stock import available

pytestmark = [pytest.mark.medusa, pytest.mark.long, pytest.mark.parametrize("generation", ["v1", "v2"])]
BUYER = "buyer@example.com"
ADDRESS = {
	"first_name": "A",
	"last_name": "B",
	"address_1": "Street 1",
	"city": "Muscat",
	"country_code": "om",
	"postal_code": "100",
}


@pytest.fixture
def medusa(generation):
	"""The real server instead of a simulated one."""
	return real_server(generation)


@pytest.fixture
def server(medusa, generation, shop):
	shop.set(push_stock_quantities=1, refresh_stock_on_movement=1)
	return Server(medusa, generation)


class Server:
	"""What a Medusa has, and what people buy there."""

	def __init__(self, medusa, generation: str) -> None:
		self.medusa, self.generation = medusa, generation
		path = {"v1": "/admin/auth/token", "v2": "/auth/user/emailpass"}[generation]
		answer = self.ask("POST", path, json={"email": medusa.email, "password": medusa.password}, headers={})
		token = answer.get("access_token") or answer["token"]
		self.headers = {"Authorization": f"Bearer {token}"}

	def ask(self, method: str, path: str, **options) -> dict:
		options = {"headers": getattr(self, "headers", {}), "timeout": 300, **options}
		answer = requests.request(method, self.medusa.url + path, **options)
		answer.raise_for_status()
		return answer.json()

	def level(self, item) -> tuple[float, float]:
		"""(stocked, still to be sold) of an item's variant; on v1 there is one number for both."""
		item.reload()
		if self.generation == "v1":
			product = self.ask("GET", f"/admin/products/{item.medusa_id}?expand=variants")["product"]
			return (product["variants"][0]["inventory_quantity"],) * 2
		path = (
			f"/admin/product-variants?id={item.medusa_variant_id}&fields=id,inventory_items.inventory_item_id"
		)
		link = self.ask("GET", path)["variants"][0]["inventory_items"][0]
		path = f"/admin/inventory-items/{link['inventory_item_id']}/location-levels"
		(level,) = self.ask("GET", path)["inventory_levels"]
		return level["stocked_quantity"], level["available_quantity"]

	def sell(self, item, quantity: int) -> str:
		"""An order that is placed in Medusa; its id."""
		region = self.ask("GET", "/admin/regions")["regions"][0]["id"]
		line = {"variant_id": item.medusa_variant_id, "quantity": quantity}
		if self.generation == "v2":
			channel = self.ask("GET", "/admin/sales-channels")["sales_channels"][0]["id"]
			draft = {
				"email": BUYER,
				"region_id": region,
				"sales_channel_id": channel,
				"items": [line | {"unit_price": 5}],
			}
			order = self.ask("POST", "/admin/draft-orders", json=draft)["draft_order"]["id"]
			self.ask("POST", f"/admin/draft-orders/{order}/convert-to-order", json={})
			return order
		self._price(item)
		shipping = self.ask("GET", "/admin/shipping-options")["shipping_options"][0]["id"]
		cart = {"region_id": region, "country_code": "om", "items": [line]}
		path = f"/store/carts/{self.ask('POST', '/store/carts', json=cart)['cart']['id']}"
		for step, body in (
			("", {"email": BUYER, "shipping_address": ADDRESS}),
			("/shipping-methods", {"option_id": shipping}),
			("/payment-sessions", None),
			("/payment-session", {"provider_id": "manual"}),
		):
			self.ask("POST", f"{path}{step}", json=body)
		return self.ask("POST", f"{path}/complete")["data"]["id"]

	def _price(self, item) -> None:
		path = f"/admin/products/{item.medusa_id}/variants/{item.medusa_variant_id}"
		self.ask("POST", path, json={"prices": [{"amount": 500, "currency_code": "usd"}]})


def in_erpnext(item) -> tuple[float, float]:
	"""(what is there for Medusa, what of it its own orders leave), by the functions that the app shows."""
	(row,) = stock_state.read([item.name])
	found = quantities.quantities([row])[item.name]
	return int(found.available), int(found.available - found.ordered)


def agreed(server, item) -> float:
	"""What Medusa may still sell, once it is found to be what ERPNext has left."""
	stocked, left = server.level(item)
	expected = in_erpnext(item)
	assert left == expected[1]
	if server.generation == "v2":
		assert stocked == expected[0]
	return left


@pytest.mark.contract(36, 38, 50)
def test_quantities_equal_erpnexts(stock, shop, server):
	"""Stock, a sale from outside, an order of Medusa's, movements:
	what Medusa may sell is what ERPNext has left.
	"""
	item = stock.item()
	stock.move((item, 10))
	shop.drain()
	assert agreed(server, item) == 10

	stock.order(item, 2)
	shop.drain()
	assert agreed(server, item) == 8

	order = server.sell(item, 3)
	assert server.level(item)[1] == 5
	stock.order(item, 3, medusa_order_id=order)
	shop.drain()
	assert agreed(server, item) == 5

	stock.move((item, -1))
	shop.drain()
	assert agreed(server, item) == 4
	assert available(item) == (1, 7)

	stock.move((item, -20))
	shop.drain()
	assert server.level(item)[0] == 0


@pytest.mark.contract(37, 38, 53, 69)
def test_the_daily_job_brings_all_quantities(stock, shop, server):
	"""Whatever kind of item, of movements that nobody told of; nothing is sent the second time."""
	items = [stock.item() for _ in range(12)]
	bundle = stock.bundle(**{items[5].item_code: 2, items[9].item_code: 3})
	negative, unpublished = stock.item(), stock.item()
	shop.drain()
	for number, item in enumerate(items):
		stock.put(item, number + 0.5, stock.store)
		stock.put(item, 2, stock.other)
	stock.put(negative, -3)
	stock.put(unpublished, 3)
	shop.save(unpublished, published=0)
	update_webitem_stock()
	shop.drain()
	assert [server.level(item)[0] for item in items] == [number + 2 for number in range(12)]
	assert server.level(bundle)[0] == 3
	assert (server.level(negative)[0], server.level(unpublished)[0]) == (0, 0)
	assert update_webitem_stock()["updated"] == 0
	assert shop.drain() == {}
