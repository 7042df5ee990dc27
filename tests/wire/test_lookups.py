"""How a product is found again, and what a query must not hold."""

from __future__ import annotations

import pytest

from tests.wire.shops import UNKNOWN_ERROR, Shop, assert_refused, invalid, on


@on()
def test_by_handle_title_id_and_words(shop: Shop) -> None:
	created = shop.create("box", title=shop.named("A Box"), metadata={"website_item": "WI-1"})
	other = shop.create("bottle")
	for query in (
		f"handle={created['handle']}",
		f"title={shop.named('A Box')}",
		f"id={created['id']}",
		f"id[]={created['id']}&id[]=prod_nonsense",
		f"q={created['variants'][0]['sku']}",
	):
		assert shop.ids(query) == [created["id"]], query
	assert set(shop.ids(f"id[]={created['id']}&id[]={other['id']}")) == {created["id"], other["id"]}
	assert shop.ids("handle=nonsense") == []
	(found,) = shop.get(f"/admin/products?handle={created['handle']}").json()["products"]
	assert found["metadata"] == {"website_item": "WI-1"}
	assert [variant["sku"] for variant in found["variants"]] == [created["variants"][0]["sku"]]


@on("v1")
def test_v1_takes_one_handle_at_a_time(shop: Shop) -> None:
	answer = shop.get("/admin/products?handle[]=a&handle[]=b")
	assert_refused(answer, 400, invalid("handle must be a string"))


@on("v2")
def test_v2_takes_many_handles_skus_and_external_ids(shop: Shop) -> None:
	created = [shop.create(name, external_id=shop.named(f"x{name}")) for name in ("one", "two")]
	wanted = sorted(each["id"] for each in created)

	def many(name: str, values: list[str]) -> str:
		return "&".join(f"{name}[]={value}" for value in [*values, *(f"no{i}" for i in range(100))])

	handles = [each["handle"] for each in created]
	skus = [each["variants"][0]["sku"] for each in created]
	externals = [each["external_id"] for each in created]
	assert sorted(shop.ids(f"fields=id&{many('handle', handles)}")) == wanted
	assert sorted(shop.ids(f"fields=id&{many('external_id', externals)}")) == wanted
	assert sorted(shop.ids(f"fields=id&{many('variants[sku]', skus)}")) == wanted
	assert sorted(shop.ids(f"fields=id&handle={handles[0]}&handle={handles[1]}")) == wanted
	path = f"/admin/product-variants?fields=id,sku,product_id&{many('sku', skus)}"
	variants = shop.get(path).json()["variants"]
	assert {each["sku"]: each["product_id"] for each in variants} == dict(
		zip(skus, (each["id"] for each in created), strict=True)
	)


@on("v2")
def test_v2_answers_a_query_that_it_does_not_know_with_everything(shop: Shop) -> None:
	created = shop.create("box", metadata={"a": shop.mark})
	shop.create("bottle")
	everything = shop.get("/admin/products?limit=1&fields=id").json()["count"]
	assert everything > 1
	for query in (
		"nonsense=1",
		"sku=nonsense",
		"metadata[a]=nonsense",
		"$or[0][handle]=nonsense&$or[1][external_id]=nonsense",
		"$and[0][handle]=nonsense",
	):
		counted = shop.get(f"/admin/products?limit=1&fields=id&{query}").json()["count"]
		assert counted >= everything, query
	assert shop.ids(f"handle={created['handle']}&sku=nonsense") == [created["id"]]


@on("v1")
def test_v1_refuses_a_query_that_it_does_not_know(shop: Shop) -> None:
	for name in ("nonsense", "sku", "external_id", "metadata"):
		answer = shop.get(f"/admin/products?{name}=1")
		assert_refused(answer, 400, invalid(f"property {name} should not exist"))


@on("v2")
@pytest.mark.parametrize(
	"path",
	[
		"collections", "product-variants", "inventory-items", "price-lists", "sales-channels",
		"stock-locations", "stores", "regions", "currencies", "customers",
	],
)  # fmt: skip
def test_every_list_of_v2_but_that_of_products_refuses_unknown_parameters(shop: Shop, path: str) -> None:
	answer = shop.get(f"/admin/{path}?nonsense=1")
	assert_refused(answer, 400, invalid("Invalid request: Unrecognized fields: 'nonsense'"))


@on("v1")
@pytest.mark.parametrize(
	"path",
	[
		"collections",
		"variants",
		"price-lists",
		"sales-channels",
		"regions",
		"currencies",
		"users",
		"customers",
	],
)
def test_every_list_of_v1_refuses_unknown_parameters(shop: Shop, path: str) -> None:
	answer = shop.get(f"/admin/{path}?nonsense=1")
	assert_refused(answer, 400, invalid("property nonsense should not exist"))


@on("v1")
def test_v1_refuses_unknown_parameters_when_reading_but_not_when_writing(shop: Shop) -> None:
	created = shop.create("box")
	path = f"/admin/products/{created['id']}?nonsense=1"
	assert_refused(shop.get(path), 400, invalid("property nonsense should not exist"))
	assert shop.post(path, {"title": "New"}).status_code == 200


@on()
def test_pages(shop: Shop) -> None:
	for name in ("one", "two", "three"):
		shop.create(name)
	total = shop.get("/admin/products?limit=1").json()["count"]
	first = shop.get("/admin/products?limit=2&offset=0&order=id").json()
	second = shop.get("/admin/products?limit=2&offset=2&order=id").json()
	assert (first["count"], first["offset"], first["limit"]) == (total, 0, 2)
	assert second["offset"] == 2
	assert not {each["id"] for each in first["products"]} & {each["id"] for each in second["products"]}
	beyond = shop.get(f"/admin/products?offset={total}").json()
	assert (beyond["products"], beyond["count"], beyond["limit"]) == ([], total, 50)
	everything = shop.get(f"/admin/products?limit={total + 1000}&fields=id").json()
	assert len(everything["products"]) == total


@on()
def test_parameters_that_make_no_sense(shop: Shop) -> None:
	messages = {
		"v1": "limit must be a number conforming to the specified constraints",
		"v2": "Invalid request: Expected type: 'number' for field 'limit', got: 'abc'",
	}
	assert_refused(shop.get("/admin/products?limit=abc"), 400, invalid(messages[shop.generation]))
	shop.create("box")
	assert_refused(shop.get("/admin/products?order=nonsense"), 500, UNKNOWN_ERROR)


@on("v1")
def test_fields_of_v1_that_are_not_there(shop: Shop) -> None:
	assert_refused(shop.get("/admin/products?fields=id,nonsense"), 500, UNKNOWN_ERROR)
	assert_refused(shop.get("/admin/products?expand=nonsense"), 500, UNKNOWN_ERROR)


@on("v1")
def test_v1_leaves_relations_out_when_expand_is_empty(shop: Shop) -> None:
	created = shop.create("box")
	path = f"/admin/products?handle={created['handle']}&fields=id,handle"
	(bare,) = shop.get(f"{path}&expand=").json()["products"]
	assert set(bare) == {"id", "handle", "created_at"}
	(some,) = shop.get(f"{path}&expand=variants").json()["products"]
	assert set(some) == {"id", "handle", "created_at", "variants"}
	assert some["variants"][0]["sku"] == created["variants"][0]["sku"]
	(full,) = shop.get(path).json()["products"]
	assert {"images", "options", "variants", "sales_channels"} <= set(full)
	assert "title" not in full


@on()
def test_states_are_filtered_as_a_list(shop: Shop) -> None:
	draft, published = shop.create("draft"), shop.create("published", status="published")
	both = f"id[]={draft['id']}&id[]={published['id']}"
	assert shop.ids(f"{both}&status[]=published") == [published["id"]]
	messages = {
		"v1": "each value in status must be one of the following values: draft, proposed, published, rejected",
		"v2": "Invalid request: Field 'status, 0' is required",
	}
	answer = shop.get("/admin/products?status[]=nonsense")
	assert_refused(answer, 400, invalid(messages[shop.generation]))
	if shop.generation == "v2":
		message = "Invalid request: Expected type: 'array' for field 'status', got: 'draft'"
		assert_refused(shop.get("/admin/products?status=draft"), 400, invalid(message))


@on()
def test_what_has_changed_since(shop: Shop) -> None:
	created = shop.create("box")
	operator = {"v1": "gte", "v2": "$gte"}[shop.generation]
	before, after = created["created_at"], "2999-01-01T00:00:00.000Z"
	assert shop.ids(f"handle={created['handle']}&updated_at[{operator}]={before}") == [created["id"]]
	assert shop.ids(f"handle={created['handle']}&updated_at[{operator}]={after}") == []
