"""Medusa v2 over HTTP, from recorded answers: what is sent, in how many requests,
and what becomes of refusals.
"""

from __future__ import annotations

import json

import pytest
from responses import matchers

from medusa_integration.medusa.errors import Invalid

URL = "https://shop.example.com"
BATCH = f"{URL}/admin/products/batch"


def answer(row: dict, number: int) -> dict:
	"""What Medusa v2 returns for a row of a batch, for the fields that are asked for."""
	variants = [{**variant, "id": f"variant_{number}"} for variant in row.get("variants", [])]
	return {"id": row.get("id", f"prod_{number}"), "handle": row.get("handle"), "variants": variants}


def creating(request):
	"""A server that creates whatever it gets, and answers in another order than it was asked."""
	body = json.loads(request.body)
	created = [answer(row, number) for number, row in enumerate(body.get("create", []), 1)]
	updated = [answer({**row, "variants": [{"title": "Default"}]}, 1) for row in body.get("update", [])]
	return 200, {}, json.dumps({"created": created[::-1], "updated": updated, "deleted": {"ids": []}})


@pytest.mark.contract(75, 77, 80, 82, 84, 85, 87, 89)
def test_a_new_product_goes_out_whole_in_one_request(http, client, product, calls):
	"""Product, option and variant in one element of one batch, extras in the metadata,
	in the default channel.
	"""
	http.add_callback("POST", BATCH, creating)
	medusa = client()
	[outcome] = medusa.products.save([product(1, images=("https://erp.example.com/a.jpg",))])
	assert (outcome.key, outcome.id, outcome.variant_id, outcome.error) == (
		"WEB-ITM-0001",
		"prod_1",
		"variant_1",
		None,
	)
	assert calls() == [("POST", "/admin/products/batch")]
	assert json.loads(http.calls[0].request.body) == {
		"create": [
			{
				"title": "Nitrile gloves 1",
				"handle": "nitrile-gloves-1",
				"external_id": "WEB-ITM-0001",
				"description": "Powder free",
				"status": "published",
				"discountable": False,
				"is_giftcard": False,
				"collection_id": "pcol_1",
				"origin_country": "OM",
				"thumbnail": "https://erp.example.com/a.jpg",
				"images": [{"url": "https://erp.example.com/a.jpg"}],
				"sales_channels": [{"id": "sc_1"}],
				"shipping_profile_id": "sp_1",
				"metadata": {
					"UOM": "Box",
					"website_item": "WEB-ITM-0001",
					"item_code": "GLOVE-1",
					"short_description": "Gloves",
					"ranking": 3,
					"brand_name": "Halyard",
					"specifications": [
						{"label": "Size", "description": "M"},
						{"label": "Colour", "description": "Blue"},
					],
				},
				"options": [{"title": "Default", "values": ["Default"]}],
				"variants": [
					{
						"title": "Default",
						"sku": "GLOVE-1",
						"manage_inventory": True,
						"allow_backorder": False,
						"origin_country": "OM",
						"barcode": None,
						"hs_code": None,
						"weight": None,
						"prices": [],
						"metadata": {},
						"options": {"Default": "Default"},
					}
				],
			}
		]
	}


@pytest.mark.parametrize("count, requests", [(1, 1), (100, 1), (101, 2), (250, 3)])
def test_a_hundred_products_cost_one_request(http, client, product, calls, count, requests):
	"""Creating N products costs exactly ceil(N/100) requests, and every product gets its own ids."""
	http.add_callback("POST", BATCH, creating)
	products = [product(number) for number in range(count)]
	outcomes = client().products.save(products)
	assert len(calls()) == requests
	assert [outcome.key for outcome in outcomes] == [each.key for each in products]
	assert all(outcome.id and outcome.variant_id and not outcome.error for outcome in outcomes)


def test_one_bad_row_of_fifty_fails_alone(http, client, product):
	"""A batch is all or nothing: it is halved until the bad row stands alone, with Medusa's own message."""

	def server(request):
		rows = json.loads(request.body)["create"]
		if any(row["title"] == "bad" for row in rows):
			return 400, {}, json.dumps({"type": "invalid_data", "message": "Invalid request: no good"})
		return creating(request)

	http.add_callback("POST", BATCH, server)
	products = [product(number, **({"title": "bad"} if number == 31 else {})) for number in range(50)]
	outcomes = client().products.save(products)
	failed = [outcome for outcome in outcomes if outcome.error]
	assert [outcome.key for outcome in failed] == ["WEB-ITM-0031"]
	assert isinstance(failed[0].error, Invalid) and failed[0].error.message == "Invalid request: no good"
	assert not failed[0].error.retryable
	assert sum(1 for outcome in outcomes if outcome.id) == 49


@pytest.mark.contract(63, 72, 75, 77, 80, 82, 84, 85)
def test_an_update_has_neither_handle_nor_variant(http, client, product, calls):
	"""The same keys minus is_giftcard and handle; "" takes a key out of the metadata;
	one request for many.
	"""
	found = {"id": "variant_1", "title": "Default", "sku": "GLOVE-1", "manage_inventory": True}
	found |= {"allow_backorder": False, "origin_country": "OM"}

	def server(request):
		rows = json.loads(request.body)["update"]
		updated = [
			{"id": row["id"], "variants": [{**found, "sku": row["metadata"]["item_code"]}]} for row in rows
		]
		return 200, {}, json.dumps({"updated": updated[::-1]})

	http.add_callback("POST", BATCH, server)
	known = [
		product(number, id=f"prod_{number}", brand_name=None, short_description="", images=())
		for number in (1, 2)
	]
	outcomes = client().products.save(known)
	assert [(each.id, each.variant_id, each.error) for each in outcomes] == [
		("prod_1", "variant_1", None),
		("prod_2", "variant_1", None),
	]
	assert len(calls()) == 1
	assert json.loads(http.calls[0].request.body)["update"][0] == {
		"id": "prod_1",
		"external_id": "WEB-ITM-0001",
		"title": "Nitrile gloves 1",
		"description": "Powder free",
		"status": "published",
		"discountable": False,
		"collection_id": "pcol_1",
		"origin_country": "OM",
		"metadata": {
			"UOM": "Box",
			"website_item": "WEB-ITM-0001",
			"item_code": "GLOVE-1",
			"short_description": "",
			"ranking": 3,
			"brand_name": "",
			"specifications": [
				{"label": "Size", "description": "M"},
				{"label": "Colour", "description": "Blue"},
			],
		},
	}


def test_the_store_is_asked_for_its_defaults_once(http, client, product, calls):
	"""v2 puts nothing into a sales channel and gives no shipping profile by itself:
	the defaults are looked up once.
	"""
	stores = {"stores": [{"id": "store_1", "default_sales_channel_id": "sc_9"}]}
	http.get(f"{URL}/admin/stores", json=stores)
	profiles = {"shipping_profiles": [{"id": "sp_9", "type": "default"}]}
	match = [matchers.query_param_matcher({"type": "default"}, strict_match=False)]
	http.get(f"{URL}/admin/shipping-profiles", json=profiles, match=match)
	http.add_callback("POST", BATCH, creating)
	medusa = client(sales_channel=None, shipping_profile=None)
	medusa.products.save([product(number) for number in range(150)])
	medusa.products.save([product(200)])
	row = json.loads(http.calls[-1].request.body)["create"][0]
	assert row["sales_channels"] == [{"id": "sc_9"}] and row["shipping_profile_id"] == "sp_9"
	assert [method for method, _ in calls()] == ["GET", "GET", "POST", "POST", "POST"]


def test_a_store_without_defaults(http, client, product):
	"""Then new products have none."""
	http.get(f"{URL}/admin/stores", json={"stores": []})
	http.get(f"{URL}/admin/shipping-profiles", status=404, body="<html>Cannot GET</html>")
	http.add_callback("POST", BATCH, creating)
	[outcome] = client(sales_channel=None, shipping_profile=None).products.save([product(1)])
	row = json.loads(http.calls[-1].request.body)["create"][0]
	assert outcome.error is None and "sales_channels" not in row and "shipping_profile_id" not in row


@pytest.mark.contract(99)
def test_many_are_deleted_in_one_request(http, client, calls):
	"""A batch of deletions for each hundred."""
	http.add_callback("POST", BATCH, creating)
	ids = [f"prod_{number}" for number in range(150)]
	outcomes = client().products.delete(ids)
	assert [(outcome.key, outcome.error) for outcome in outcomes] == [(id, None) for id in ids]
	assert [json.loads(call.request.body) for call in http.calls] == [
		{"delete": ids[:100]},
		{"delete": ids[100:]},
	]


@pytest.mark.parametrize("status", [400, 500])
def test_one_deletion_that_medusa_refuses(http, client, status):
	"""It alone has the error; the others of its batch are deleted."""
	ids = [f"prod_{number}" for number in range(10)]

	def deleting(request):
		if "prod_7" in json.loads(request.body)["delete"]:
			return status, {}, json.dumps({"type": "invalid_data", "message": "an order has it"})
		return 200, {}, "{}"

	http.add_callback("POST", BATCH, deleting)
	http.get(f"{URL}/admin/products", json={"products": []})
	outcomes = client().products.delete(ids)
	assert [outcome.key for outcome in outcomes] == ids
	assert [outcome.key for outcome in outcomes if outcome.error] == ["prod_7"]
	assert outcomes[7].error.status == status


def test_before_2_17_an_option_has_another_path(http, client, calls):
	"""Older servers know no batch of options, and say so with a page."""
	product_url = f"{URL}/admin/products/prod_1"
	http.get(product_url, json={"product": {"id": "prod_1", "options": []}})
	http.post(f"{product_url}/options/batch", status=404, body="<pre>Cannot POST</pre>")
	options = [{"id": "opt_1", "title": "Default"}]
	match = [matchers.json_params_matcher({"title": "Default", "values": ["Default"]})]
	http.post(f"{product_url}/options", json={"product": {"id": "prod_1", "options": options}}, match=match)
	assert client().products.ensure_option("prod_1") == "opt_1"


@pytest.mark.parametrize("path, sent", [("/store/order-update", "pk_1"), ("/admin/products", None)])
def test_the_shops_routes_get_the_publishable_key(http, client, path, sent):
	"""v2 closes /store without it; elsewhere it has no business."""
	http.post(URL + path, json={})
	client(publishable_key="pk_1").medusa.request("POST", path, json={})
	assert http.calls[0].request.headers.get("x-publishable-api-key") == sent


def test_a_barcode_that_collides_costs_no_look_ups(http, client, product, calls):
	"""It does not say that a product is there already: the batch is halved at once."""

	def server(request):
		rows = json.loads(request.body)["create"]
		if any(row["title"] == "bad" for row in rows):
			message = "Product variant with barcode: 629, already exists."
			return 400, {}, json.dumps({"type": "invalid_data", "message": message})
		return creating(request)

	http.add_callback("POST", BATCH, server)
	outcomes = client().products.save([product(1), product(2, title="bad"), product(3), product(4)])
	assert [bool(outcome.error) for outcome in outcomes] == [False, True, False, False]
	assert outcomes[1].error.field == "barcode" and {method for method, _ in calls()} == {"POST"}
