"""Medusa v2 over HTTP, from recorded answers: what is sent, in how many requests, and what becomes of refusals."""

from __future__ import annotations

import json

import pytest

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
	"""Product, option and variant in one element of one batch, extras in the metadata, in the default channel."""
	http.add_callback("POST", BATCH, creating)
	medusa = client()
	[outcome] = medusa.save_products([product(1, images=("https://erp.example.com/a.jpg",))])
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
	outcomes = client().save_products(products)
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
	outcomes = client().save_products(products)
	failed = [outcome for outcome in outcomes if outcome.error]
	assert [outcome.key for outcome in failed] == ["WEB-ITM-0031"]
	assert isinstance(failed[0].error, Invalid) and failed[0].error.message == "Invalid request: no good"
	assert not failed[0].error.retryable
	assert sum(1 for outcome in outcomes if outcome.id) == 49
