"""Inventory items of v2 that were left behind, that another variant has, that were deleted by hand."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
import requests

from medusa_integration.medusa.errors import Duplicate, Invalid
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import StockLevel, Target
from tests.support.medusa import REAL_AND_LONG, real_server, simulator

SERVERS = pytest.mark.parametrize(
	"server", ["simulated", pytest.param("real", marks=REAL_AND_LONG)], indirect=True
)


class Server:
	"""A v2 server, simulated or real, a client for it, and its admin API past that client."""

	def __init__(self, medusa) -> None:
		self.url = medusa.url
		login = {"email": medusa.email, "password": medusa.password}
		self.client = connect(Target(url=medusa.url, **login), sleep=lambda _: None)
		token = requests.post(f"{self.url}/auth/user/emailpass", json=login, timeout=300).json()["token"]
		self._headers = {"Authorization": f"Bearer {token}"}

	def call(self, method: str, path: str, **options) -> dict:
		answer = requests.request(method, self.url + path, headers=self._headers, timeout=300, **options)
		assert answer.status_code == 200, answer.text
		return answer.json()

	def left_behind(self, sku: str) -> str:
		"""An inventory item that belongs to no variant."""
		return self.call("POST", "/admin/inventory-items", json={"sku": sku})["inventory_item"]["id"]

	def items_of(self, sku: str) -> list[str]:
		"""The inventory items of the variant with this SKU."""
		fields = "id,inventory_items.inventory_item_id"
		(variant,) = self.call("GET", "/admin/product-variants", params={"sku": sku, "fields": fields})[
			"variants"
		]
		return [link["inventory_item_id"] for link in variant["inventory_items"]]

	def quantity(self, item_id: str) -> list[float]:
		path = f"/admin/inventory-items/{item_id}/location-levels"
		return [level["stocked_quantity"] for level in self.call("GET", path)["inventory_levels"]]


@pytest.fixture
def server(request):
	if request.param == "real":
		served = Server(real_server("v2"))
		yield served
		served.client.close()
		return
	with simulator("v2") as medusa:
		served = Server(medusa)
		yield served
		served.client.close()


@pytest.fixture
def new(product):
	"""Makes products whose SKUs no other test has."""

	def make(number: int = 1):
		name = uuid.uuid4().hex[:10]
		made = product(
			number, sku=f"SKU-{name}", key=f"WEB-{name}", handle=f"left-{name}", collection_id=None
		)
		return replace(made, fallback_handle=f"left-{name}-2", images=())

	return make


@SERVERS
def test_an_item_that_was_left_behind_is_taken_over(server, new):
	"""Of two new products one finds its SKU in use by nobody: both are made, with one request more."""
	first, second = new(1), new(2)
	left = server.left_behind(second.item_code)
	outcomes = server.client.products.save([first, second])
	assert [outcome.error for outcome in outcomes] == [None, None]
	assert server.items_of(second.item_code) == [left]
	assert len(server.items_of(first.item_code)) == 1


@SERVERS
def test_an_item_that_was_left_behind_when_only_the_variant_is_made(server, new):
	"""The product is there, its variant was deleted by hand."""
	product = new()
	(outcome,) = server.client.products.save([product])
	server.call("DELETE", f"/admin/products/{outcome.id}/variants/{outcome.variant_id}")
	left = server.left_behind(product.item_code)
	made = server.client.products.ensure_variant(outcome.id, product.variant)
	assert made != outcome.variant_id and server.items_of(product.item_code) == [left]


@SERVERS
def test_an_item_of_another_variant_is_left_alone(server, new):
	"""A kit of somebody's has it: said whose it is and what to do."""
	product, kit = new(1), new(2)
	item = server.left_behind(product.item_code)
	body = {
		"title": kit.title,
		"handle": kit.handle,
		"options": [{"title": "Default", "values": ["Default"]}],
		"variants": [
			{
				"title": "Default",
				"sku": kit.item_code,
				"options": {"Default": "Default"},
				"prices": [],
				"inventory_items": [{"inventory_item_id": item, "required_quantity": 2}],
			}
		],
	}
	kit_id = server.call("POST", "/admin/products", json=body)["product"]["id"]
	(outcome,) = server.client.products.save([product])
	assert isinstance(outcome.error, Duplicate)
	assert str(outcome.error) == (
		f"Medusa's inventory item with the SKU {product.item_code} belongs to the variant {kit.item_code} "
		f"of the product {kit_id}. Give it another SKU in Medusa, or delete it there."
	)
	assert server.items_of(kit.item_code) == [item]


@SERVERS
@pytest.mark.parametrize("is_known", [True, False])
def test_an_item_that_was_deleted_by_hand_is_made_again(server, new, is_known):
	"""The quantity arrives, whether its item was known or not: Medusa takes it for one that is gone, too."""
	product = new()
	(outcome,) = server.client.products.save([product])
	level = StockLevel(product.key, outcome.id, outcome.variant_id, quantity=5)
	(saved,) = server.client.stock.save([level])
	assert server.quantity(saved.id) == [5]
	server.call("DELETE", f"/admin/inventory-items/{saved.id}")
	again = replace(level, quantity=7, item_id=saved.id if is_known else None)
	(mended,) = server.client.stock.save([again])
	assert mended.error is None and mended.id != saved.id
	assert server.items_of(product.item_code) == [mended.id]
	assert server.quantity(mended.id) == [7]


@SERVERS
def test_an_item_of_the_sku_is_there_but_not_the_variants(server, new):
	"""Made by hand, and linked with nothing: it is linked."""
	product = new()
	(outcome,) = server.client.products.save([product])
	(item,) = server.items_of(product.item_code)
	server.call("DELETE", f"/admin/inventory-items/{item}")
	left = server.left_behind(product.item_code)
	(mended,) = server.client.stock.save(
		[StockLevel(product.key, outcome.id, outcome.variant_id, quantity=3)]
	)
	assert (mended.error, mended.id) == (None, left) and server.quantity(left) == [3]


@SERVERS
def test_a_variant_whose_stock_nobody_manages(server, new):
	"""Somebody has switched it off in Medusa: nothing is made, and it is said where to switch it on."""
	product = new()
	(outcome,) = server.client.products.save(
		[replace(product, variant=replace(product.variant, manage_inventory=False))]
	)
	(refused,) = server.client.stock.save(
		[StockLevel(product.key, outcome.id, outcome.variant_id, quantity=3)]
	)
	assert isinstance(refused.error, Invalid) and "Tick Manage Inventory at the variant" in str(refused.error)
