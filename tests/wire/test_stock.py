"""v2's stock: items, locations, levels."""

from __future__ import annotations

import pytest

from tests.wire.shops import Shop, assert_refused, invalid, not_found, on

BATCH = "/admin/inventory-items/location-levels/batch"


@pytest.fixture
def location(shop: Shop) -> str:
	return shop.get("/admin/stock-locations").json()["stock_locations"][0]["id"]


def item_of(shop: Shop, name: str) -> str:
	"""The stock item of a new product."""
	sku = shop.create(name)["variants"][0]["sku"]
	path = f"/admin/product-variants?sku[]={sku}&fields=id,sku,product_id,inventory_items.inventory_item_id"
	(variant,) = shop.get(path).json()["variants"]
	(link,) = variant["inventory_items"]
	return link["inventory_item_id"]


def quantity(shop: Shop, item: str, location: str) -> float | None:
	levels = shop.get(f"/admin/inventory-items/{item}/location-levels").json()["inventory_levels"]
	return next((each["stocked_quantity"] for each in levels if each["location_id"] == location), None)


@on("v2")
def test_a_level_is_created_and_updated(shop: Shop, location: str) -> None:
	item = item_of(shop, "box")
	level = {"inventory_item_id": item, "location_id": location}
	assert quantity(shop, item, location) is None
	result = shop.post(BATCH, {"create": [{**level, "stocked_quantity": 5}]}).json()
	assert (len(result["created"]), result["updated"]) == (1, [])
	assert quantity(shop, item, location) == 5
	assert shop.post(BATCH, {"update": [{**level, "stocked_quantity": 7.5}]}).status_code == 200
	assert quantity(shop, item, location) == 7.5


@on("v2")
def test_a_level_exists_once(shop: Shop, location: str) -> None:
	item, other = item_of(shop, "box"), item_of(shop, "bottle")
	level = {"inventory_item_id": item, "location_id": location, "stocked_quantity": 5}
	assert shop.post(BATCH, {"create": [level]}).status_code == 200
	message = f"Inventory level with inventory_item_id: {item}, location_id: {location}, already exists."
	batch = {"create": [{**level, "inventory_item_id": other}, level]}
	assert_refused(shop.post(BATCH, batch), 400, invalid(message))
	assert quantity(shop, other, location) is None


@on("v2")
def test_a_level_that_is_not_there_cannot_be_updated(shop: Shop, location: str) -> None:
	item, other = item_of(shop, "box"), item_of(shop, "bottle")
	level = {"inventory_item_id": item, "location_id": location, "stocked_quantity": 5}
	assert shop.post(BATCH, {"create": [level]}).status_code == 200
	batch = {"update": [{**level, "stocked_quantity": 9}, {**level, "inventory_item_id": other}]}
	refused = not_found(f"Item {other} is not stocked at location {location}")
	assert_refused(shop.post(BATCH, batch), 404, refused)
	assert quantity(shop, item, location) == 5
	refused = not_found(f"Item {item} is not stocked at location sloc_nonsense")
	batch = {"update": [{**level, "location_id": "sloc_nonsense"}]}
	assert_refused(shop.post(BATCH, batch), 404, refused)


@on("v2")
def test_levels_that_do_not_fit(shop: Shop, location: str) -> None:
	level = {"inventory_item_id": item_of(shop, "box"), "location_id": location}
	message = (
		"Invalid request: Value for field 'update, 0, stocked_quantity' too small, expected at least: '0'"
	)
	assert_refused(shop.post(BATCH, {"update": [{**level, "stocked_quantity": -1}]}), 400, invalid(message))
	message = "Invalid request: Field 'create, 0, location_id' is required"
	assert_refused(shop.post(BATCH, {"create": [{"inventory_item_id": "x"}]}), 400, invalid(message))
	refused = not_found(
		"You tried to set relationship inventory_item_id: iitem_nonsense, but such entity does not exist"
	)
	unknown = {**level, "inventory_item_id": "iitem_nonsense", "stocked_quantity": 1}
	assert_refused(shop.post(BATCH, {"create": [unknown]}), 404, refused)
	assert_refused(shop.post(BATCH, {}), 200, {"created": [], "updated": []})


@on("v2")
def test_the_stock_item_goes_with_its_product(shop: Shop) -> None:
	created = shop.create("box")
	sku = created["variants"][0]["sku"]
	path = f"/admin/inventory-items?sku[]={sku}&fields=id,sku"
	assert len(shop.get(path).json()["inventory_items"]) == 1
	shop.delete(f"/admin/products/{created['id']}")
	assert shop.get(path).json()["inventory_items"] == []


@on("v2")
def test_a_variant_that_does_not_manage_its_stock_has_no_item(shop: Shop) -> None:
	body = shop.product_body("service")
	body["variants"][0]["manage_inventory"] = False
	path = "/admin/products?fields=id,variants.inventory_items.inventory_item_id"
	created = shop.post(path, body).json()["product"]
	assert created["variants"][0].get("inventory_items", []) == []


@on("v2")
def test_a_location_is_linked_with_a_channel(shop: Shop) -> None:
	channel = shop.get("/admin/sales-channels?fields=id").json()["sales_channels"][0]["id"]
	made = shop.post("/admin/stock-locations", {"name": shop.named("clinic")}).json()["stock_location"]["id"]
	path = f"/admin/stock-locations/{made}/sales-channels?fields=id,name"
	for _ in range(2):
		answer = shop.post(path, {"add": [channel]})
		shown = {"stock_location": {"id": made, "name": shop.named("clinic")}}
		assert (answer.status_code, answer.json()) == (200, shown)
	listed = f"/admin/stock-locations?id={made}&fields=id,sales_channels.id"
	(location,) = shop.get(listed).json()["stock_locations"]
	assert [row["id"] for row in location["sales_channels"]] == [channel]
	# whether there is such a location, nobody asks
	answer = shop.post("/admin/stock-locations/sloc_nonsense/sales-channels", {"add": [channel]})
	assert (answer.status_code, answer.json()) == (200, {})


@on("v2")
def test_a_variant_names_the_locations_of_its_stock(shop: Shop, location: str) -> None:
	created = shop.create("box")["variants"][0]["id"]
	fields = "id,inventory_items.inventory_item_id,inventory_items.inventory.location_levels.location_id"
	path = f"/admin/product-variants?id[]={created}&id[]=variant_nonsense&fields={fields}"

	def places() -> tuple[str, list[str]]:
		(variant,) = shop.get(path).json()["variants"]
		(link,) = variant["inventory_items"]
		return link["inventory_item_id"], [row["location_id"] for row in link["inventory"]["location_levels"]]

	item, before = places()
	assert before == []
	level = {"inventory_item_id": item, "location_id": location, "stocked_quantity": 5}
	assert shop.post(BATCH, {"create": [level]}).status_code == 200
	assert places() == (item, [location])


@on("v1")
def test_v1_has_no_stock_locations(shop: Shop) -> None:
	assert shop.get("/admin/stock-locations").status_code == 500


@on("v2")
def test_a_stock_item_that_was_left_behind_is_in_the_way_and_can_be_taken(shop: Shop) -> None:
	body = shop.product_body("box")
	sku = body["variants"][0]["sku"]
	made = shop.post("/admin/inventory-items?fields=id,sku", {"sku": sku}).json()["inventory_item"]["id"]
	refusal = invalid(f"Inventory item with sku: {sku}, already exists.")
	assert_refused(shop.post("/admin/products", body), 400, refusal)
	path = f"/admin/inventory-items?sku[]={sku}&fields=id,sku,variants.id"
	(found,) = shop.get(path).json()["inventory_items"]
	assert (found["id"], found["sku"], found["variants"]) == (made, sku, [])
	body["variants"][0]["inventory_items"] = [{"inventory_item_id": made, "required_quantity": 1}]
	fields = "fields=id,variants.id,variants.inventory_items.inventory_item_id"
	created = shop.post(f"/admin/products?{fields}", body).json()["product"]
	(link,) = created["variants"][0]["inventory_items"]
	assert link["inventory_item_id"] == made
	(found,) = shop.get(path).json()["inventory_items"]
	assert [variant["id"] for variant in found["variants"]] == [created["variants"][0]["id"]]


@on("v2")
def test_a_stock_item_that_was_deleted_can_be_replaced(shop: Shop, location: str) -> None:
	item = item_of(shop, "box")
	fields = "id,sku,product_id,inventory_items.inventory_item_id,inventory_items.inventory.id"
	sku = shop.get(f"/admin/inventory-items/{item}").json()["inventory_item"]["sku"]
	shop.delete(f"/admin/inventory-items/{item}")
	variant_path = f"/admin/product-variants?sku[]={sku}&fields={fields}"
	(variant,) = shop.get(variant_path).json()["variants"]
	assert variant["inventory_items"] == []
	level = {"inventory_item_id": item, "location_id": location, "stocked_quantity": 3}
	message = f"Item {item} is not stocked at location {location}"
	assert_refused(shop.post(BATCH, {"update": [level]}), 404, not_found(message))
	# it takes a level although it is gone
	assert shop.post(BATCH, {"create": [level]}).status_code == 200
	made = shop.post("/admin/inventory-items?fields=id", {"sku": sku}).json()["inventory_item"]["id"]
	link = {"inventory_item_id": made, "required_quantity": 1}
	path = f"/admin/products/{variant['product_id']}/variants/{variant['id']}/inventory-items?fields=id"
	assert shop.post(path, link).json()["variant"]["id"] == variant["id"]
	(variant,) = shop.get(variant_path).json()["variants"]
	assert [each["inventory_item_id"] for each in variant["inventory_items"]] == [made]
