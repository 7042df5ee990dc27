"""Medusa v1 over HTTP, from recorded answers: the documented requests, byte for byte."""

from __future__ import annotations

import json

import pytest
from responses import matchers

from medusa_integration.medusa.errors import Duplicate, Invalid
from medusa_integration.mirror.values import Variant

URL = "https://shop.example.com"
PRODUCTS = f"{URL}/admin/products"
OPTION = {"id": "opt_1", "title": "Default"}
DEFAULT = {"id": "variant_1", "title": "Default", "sku": "GLOVE-1", "allow_backorder": False}
DEFAULT |= {"manage_inventory": True, "origin_country": "OM"}


def remote(number=1, **fields) -> dict:
	"""A product as v1 returns it."""
	return {"id": f"prod_{number}", "options": [OPTION], "variants": [DEFAULT], "metadata": {}, **fields}


VARIANT = {
	"title": "Default",
	"sku": "GLOVE-1",
	"inventory_quantity": 0,
	"manage_inventory": True,
	"allow_backorder": False,
	"origin_country": "OM",
	"prices": [],
	"metadata": {},
	"barcode": None,
	"hs_code": None,
	"weight": None,
}
PRODUCT = {
	"title": "Nitrile gloves 1",
	"item_code": "GLOVE-1",
	"discountable": False,
	"collection_id": "pcol_1",
	"short_description": "Gloves",
	"description": "Powder free",
	"ranking": 3,
	"status": "published",
	"brand_name": "Halyard",
	"origin_country": "OM",
	"metadata": {"UOM": "Box", "website_item": "WEB-ITM-0001"},
	"specifications": [{"label": "Size", "description": "M"}, {"label": "Colour", "description": "Blue"}],
}


@pytest.mark.contract(74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 89)
def test_the_create_request_is_the_documented_one(http, client, product, calls):
	"""POST /admin/products with the documented keys, extras as properties, and the one variant inline."""
	body = {
		**PRODUCT,
		"handle": "nitrile-gloves-1",
		"is_giftcard": False,
		"options": [{"title": "Default"}],
		"variants": [{**VARIANT, "options": [{"value": "Default"}]}],
	}
	http.post(PRODUCTS, json={"product": remote()}, match=[matchers.json_params_matcher(body)])
	[outcome] = client("v1").products.save([product(1)])
	assert (outcome.id, outcome.variant_id, outcome.error) == ("prod_1", "variant_1", None)
	assert calls() == [("POST", "/admin/products")]


@pytest.mark.contract(72, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85)
def test_the_update_request_is_the_documented_one(http, client, product, calls):
	"""POST /admin/products/:id with the same keys minus is_giftcard and handle;
	one request when the variant is right.
	"""
	known = product(1, id="prod_1", variant=Variant("GLOVE-1", origin_country="OM", id="variant_1"))
	match = [matchers.json_params_matcher(PRODUCT)]
	http.post(f"{PRODUCTS}/prod_1", json={"product": remote()}, match=match)
	[outcome] = client("v1").products.save([known])
	assert (outcome.id, outcome.variant_id, outcome.error) == ("prod_1", "variant_1", None)
	assert calls() == [("POST", "/admin/products/prod_1")]


@pytest.mark.contract(80)
def test_an_unpublished_product_is_a_draft(http, client, product):
	"""published false -> status "draft"."""
	match = [matchers.json_params_matcher({"status": "draft"}, strict_match=False)]
	http.post(PRODUCTS, json={"product": remote()}, match=match)
	[outcome] = client("v1").products.save([product(1, published=False)])
	assert outcome.error is None


@pytest.mark.contract(63)
@pytest.mark.parametrize("backorder, sent", [(True, [{"allow_backorder": True}]), (False, []), (None, [])])
def test_backorder_follows_when_it_is_given(http, client, product, backorder, sent):
	"""POST /admin/products/:id/variants/:variant_id with what differs, only when something differs;
	None says nothing.
	"""
	http.post(f"{PRODUCTS}/prod_1", json={"product": remote()})
	http.post(f"{PRODUCTS}/prod_1/variants/variant_1", json={"product": remote()})
	variant = Variant("GLOVE-1", allow_backorder=backorder, origin_country="OM", id="variant_1")
	[outcome] = client("v1").products.save([product(1, id="prod_1", variant=variant)])
	assert outcome.variant_id == "variant_1" and outcome.error is None
	assert [json.loads(call.request.body) for call in http.calls[1:]] == sent


@pytest.mark.contract(43, 44, 45, 46, 47, 48, 87, 89, 91)
@pytest.mark.parametrize("backorder", [True, False])
def test_the_variant_request_is_the_documented_one(http, client, calls, backorder):
	"""The option "Default" is made,
	then POST /admin/products/:id/variants with exactly the documented keys.
	"""
	body = {**VARIANT, "allow_backorder": backorder, "barcode": "629", "hs_code": "4015", "weight": 250}
	body["options"] = [{"option_id": "opt_1", "value": "Default"}]
	http.get(f"{PRODUCTS}/prod_1", json={"product": remote(options=[], variants=[])})
	match = [matchers.json_params_matcher({"title": "Default"})]
	http.post(f"{PRODUCTS}/prod_1/options", json={"product": remote(variants=[])}, match=match)
	other = {"id": "variant_0", "title": "Other"}
	http.post(
		f"{PRODUCTS}/prod_1/variants",
		json={"product": remote(variants=[other, DEFAULT])},
		match=[matchers.json_params_matcher(body)],
	)
	variant = Variant("GLOVE-1", backorder, "OM", barcode="629", hs_code="4015", weight=250)
	assert client("v1").products.ensure_variant("prod_1", variant) == "variant_1"
	assert calls()[1:] == [
		("POST", "/admin/products/prod_1/options"),
		("POST", "/admin/products/prod_1/variants"),
	]


@pytest.mark.contract(87)
def test_a_default_variant_is_adopted(http, client, calls):
	"""Exactly one variant per product: the one that is there is taken,
	found by its title and not by its position.
	"""
	variants = [{"id": "variant_0", "title": "Other"}, DEFAULT]
	http.get(f"{PRODUCTS}/prod_1", json={"product": remote(variants=variants)})
	assert client("v1").products.ensure_variant("prod_1", Variant("NEW-SKU")) == "variant_1"
	assert calls() == [("GET", "/admin/products/prod_1")]


@pytest.mark.contract(87)
def test_two_workers_make_one_variant(http, client):
	"""Somebody was faster: "already exists" ends in the id of theirs."""
	message = "Variant with title Default with provided options already exists\nmore"
	http.get(f"{PRODUCTS}/prod_1", json={"product": remote(variants=[])})
	http.get(f"{PRODUCTS}/prod_1", json={"product": remote()})
	http.post(f"{PRODUCTS}/prod_1/variants", status=400, json={"type": "invalid_data", "message": message})
	assert client("v1").products.ensure_variant("prod_1", Variant("GLOVE-1")) == "variant_1"


def test_an_sku_of_another_product_is_an_error(http, client):
	"""v1 names only PostgreSQL's index: the error says that it is the sku."""
	message = 'duplicate key value violates unique constraint "IDX_2ca8cfbdafb998ecfd6d340389"'
	http.get(f"{PRODUCTS}/prod_1", json={"product": remote(variants=[])})
	http.post(f"{PRODUCTS}/prod_1/variants", status=400, json={"type": "invalid_data", "message": message})
	with pytest.raises(Duplicate, match="product variant with this sku"):
		client("v1").products.ensure_variant("prod_1", Variant("GLOVE-1"))


def test_an_option_is_made_once(http, client):
	"""Somebody was faster: the option that is there is the answer."""
	http.get(f"{PRODUCTS}/prod_1", json={"product": remote(options=[])})
	http.get(f"{PRODUCTS}/prod_1", json={"product": remote()})
	message = "An option with the title: Default already exists"
	http.post(f"{PRODUCTS}/prod_1/options", status=422, json={"type": "duplicate_error", "message": message})
	assert client("v1").products.ensure_option("prod_1") == "opt_1"


def test_properties_that_are_refused_go_to_the_metadata(http, client, product):
	"""A server that knows some of our properties only: everything goes to the metadata,
	and that is remembered.
	"""
	message = "property specifications should not exist, property ranking should not exist"

	def server(request):
		body = json.loads(request.body)
		if "specifications" in body:
			return 400, {}, json.dumps({"type": "invalid_data", "message": message})
		return 200, {}, json.dumps({"product": remote(metadata=body["metadata"])})

	http.add_callback("POST", PRODUCTS, server)
	http.add_callback("POST", f"{PRODUCTS}/prod_1", server)
	medusa = client("v1", extras="properties")
	outcomes = medusa.products.save([product(1), product(2)])
	assert [outcome.error for outcome in outcomes] == [None, None]
	assert medusa.learned == [("extras", "metadata")] and medusa.products.extras == "metadata"
	sent = json.loads(http.calls[-1].request.body)
	assert "item_code" not in sent and sent["metadata"]["item_code"] in ("GLOVE-1", "GLOVE-2")
	[outcome] = medusa.products.save([product(1, id="prod_1")])
	assert outcome.error is None and medusa.learned == [("extras", "metadata")]


def test_another_refusal_does_not_change_where_extras_go(http, client, product):
	"""Only a complaint about our own keys does."""
	message = "property discountable should not exist"
	http.post(PRODUCTS, status=400, json={"type": "invalid_data", "message": message})
	medusa = client("v1", extras="properties")
	[outcome] = medusa.products.save([product(1)])
	assert isinstance(outcome.error, Invalid) and medusa.learned == []


def test_an_sku_that_is_part_of_many_others_is_found(http, client, product):
	"""v1 searches for parts: the search goes on until the sku itself is found, page by page."""
	others = [remote(100 + number, variants=[{"id": "v", "sku": f"1{number}"}]) for number in range(50)]
	wanted = product(1, sku="1")
	ours = remote(7, variants=[{**DEFAULT, "sku": "1"}], metadata={"website_item": wanted.key})

	def server(request):
		found = []
		if "q" in request.params:
			found = others if request.params["offset"] == "0" else [ours]
		return 200, {}, json.dumps({"products": found, "count": 51})

	http.add_callback("GET", PRODUCTS, server)
	assert client("v1").products.find([wanted]) == {wanted.key: ("prod_7", "variant_1")}


@pytest.mark.contract(99)
def test_deleting_is_the_documented_request(http, client, calls):
	"""DELETE /admin/products/:id; an id is never empty and never leaves its place in the path."""
	http.delete(f"{PRODUCTS}/prod_1", json={"id": "prod_1", "object": "product", "deleted": True})
	http.delete(f"{PRODUCTS}/..%2Fusers", json={"deleted": True})
	medusa = client("v1")
	assert [each.error for each in medusa.products.delete(["prod_1", "../users"])] == [None, None]
	assert sorted(calls()) == [("DELETE", "/admin/products/..%2Fusers"), ("DELETE", "/admin/products/prod_1")]
	for ids in ([""], ["prod_1", None]):
		with pytest.raises(ValueError):
			medusa.products.delete(ids)


def test_a_store_with_few_modules(http, client):
	"""Sales channels and stock locations are optional in v1; their routes answer 500 or a page then."""
	http.get(f"{URL}/admin/store", json={"store": {"id": "store_1", "currencies": [{"code": "usd"}]}})
	http.get(f"{URL}/admin/sales-channels", status=404, body="<html>Cannot GET /admin/sales-channels</html>")
	http.get(
		f"{URL}/admin/stock-locations", status=500, json={"type": "unknown_error", "message": "An error"}
	)
	about = client("v1").describe()
	assert (about.generation, about.version, about.currencies) == ("v1", None, ("USD",))
	assert about.sales_channels == about.stock_locations == ()


def test_one_product_needs_no_look_up(http, client, product, calls):
	"""What is new is sent without asking first: N products, N requests."""

	def server(request):
		body = json.loads(request.body)
		return 200, {}, json.dumps({"product": remote(body["title"][-1])})

	http.add_callback("POST", PRODUCTS, server)
	outcomes = client("v1").products.save([product(number) for number in range(9)])
	assert len(calls()) == 9 and [outcome.id for outcome in outcomes] == [f"prod_{n}" for n in range(9)]
