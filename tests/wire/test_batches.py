"""v2's batches of products: as a whole or not at all."""

from __future__ import annotations

import pytest

from tests.wire.shops import Shop, assert_refused, invalid, not_found, on

PATH = "/admin/products/batch?fields=id,handle,title,external_id"
NOTHING = {"created": [], "updated": [], "deleted": {"ids": [], "object": "product", "deleted": True}}


def handles(shop: Shop, *names: str) -> list[str]:
	"""Those of the products that are there."""
	query = "&".join(f"handle[]={shop.named(name)}" for name in names)
	return shop.ids(f"fields=id&{query}")


@on("v2", everywhere=True)
def test_a_batch_creates_updates_and_deletes(shop: Shop) -> None:
	old, gone = shop.create("old"), shop.create("gone")
	answer = shop.post(
		PATH,
		{
			"create": [shop.product_body("new")],
			"update": [{"id": old["id"], "title": "Changed"}],
			"delete": [gone["id"]],
		},
	)
	assert answer.status_code == 200, answer.text
	result = answer.json()
	assert [each["handle"] for each in result["created"]] == [shop.named("new")]
	assert [(each["id"], each["title"]) for each in result["updated"]] == [(old["id"], "Changed")]
	assert result["deleted"] == {"ids": [gone["id"]], "object": "product", "deleted": True}
	assert handles(shop, "gone") == []


@on("v2")
def test_what_was_created_comes_back_in_an_order_of_its_own(shop: Shop) -> None:
	names = [f"p{number}" for number in range(20)]
	answer = shop.post(PATH, {"create": [shop.product_body(name) for name in names]})
	created = answer.json()["created"]
	assert {each["handle"] for each in created} == {shop.named(name) for name in names}
	# by id, and ids of the same millisecond are in no order
	assert [each["id"] for each in created] == sorted(each["id"] for each in created)


@on("v2")
def test_one_taken_handle_spoils_the_batch(shop: Shop) -> None:
	taken = shop.create("taken")["handle"]
	batch = {"create": [shop.product_body("a"), shop.product_body("b", handle=taken)]}
	assert_refused(shop.post(PATH, batch), 400, invalid(f"Product with handle: {taken}, already exists."))
	assert handles(shop, "a", "b") == []


@on("v2")
def test_the_same_handle_or_sku_twice_in_a_batch(shop: Shop) -> None:
	handle, sku = shop.named("a"), shop.named("a").upper()
	twice = {"create": [shop.product_body("a"), shop.product_body("b", handle=handle)]}
	assert_refused(shop.post(PATH, twice), 400, invalid(f"Product with handle: {handle}, already exists."))
	second = shop.product_body("b")
	second["variants"][0]["sku"] = sku
	twice = {"create": [shop.product_body("a"), second]}
	refused = invalid(f"Product variant with sku: {sku}, already exists.")
	assert_refused(shop.post(PATH, twice), 400, refused)
	assert handles(shop, "a", "b") == []


@on("v2")
def test_one_unknown_id_spoils_the_batch(shop: Shop) -> None:
	known = shop.create("known")
	batch = {
		"create": [shop.product_body("new")],
		"update": [{"id": known["id"], "title": "Changed"}, {"id": "prod_nonsense", "title": "x"}],
	}
	refused = not_found("Unable to update the products with ids: prod_nonsense")
	assert_refused(shop.post(PATH, batch), 404, refused)
	assert shop.product(known["id"])["title"] == "Known"
	assert handles(shop, "new") == []
	two = {"update": [{"id": "prod_b", "title": "x"}, {"id": "prod_a", "title": "x"}]}
	answer = shop.post(PATH, two)
	assert_refused(answer, 404, not_found("Unable to update the products with ids: prod_b, prod_a"))


@on("v2")
def test_a_deleted_product_is_an_unknown_id(shop: Shop) -> None:
	gone = shop.create("gone")
	shop.delete(f"/admin/products/{gone['id']}")
	refused = not_found(f"Unable to update the products with ids: {gone['id']}")
	assert_refused(shop.post(PATH, {"update": [{"id": gone["id"], "title": "x"}]}), 404, refused)


@on("v2")
def test_unknown_ids_may_be_deleted(shop: Shop) -> None:
	known = shop.create("known")
	ids = ["prod_nonsense", known["id"], known["id"]]
	answer = shop.post(PATH, {"delete": ids})
	assert_refused(answer, 200, {**NOTHING, "deleted": {"ids": ids, "object": "product", "deleted": True}})


@on("v2")
def test_a_handle_cannot_be_taken_over_within_a_batch(shop: Shop) -> None:
	old = shop.create("old")
	batch = {"create": [shop.product_body("new", handle=old["handle"])], "delete": [old["id"]]}
	assert_refused(
		shop.post(PATH, batch), 400, invalid(f"Product with handle: {old['handle']}, already exists.")
	)
	assert shop.product(old["id"])["title"] == "Old"


@on("v2")
@pytest.mark.parametrize(
	("batch", "message"),
	[
		(
			{"create": [{"a": 1}, {"b": 1, "title": "x"}, {"c": 1, "title": "x"}]},
			"Field 'create, 0, title' is required; Unrecognized fields: 'a'; Unrecognized fields: 'b'",
		),
		({"create": [{"title": "x"}, {"title": 5}]}, "Field 'create, 1, title' is required"),
		({"update": [{"title": "x"}]}, "Field 'update, 0, id' is required"),
		({"update": [{"id": "x", "nonsense": "x"}]}, "Unrecognized fields: 'nonsense'"),
		({"nonsense": []}, "Unrecognized fields: 'nonsense'"),
		(
			{"update": [{"id": "x", "options": []}]},
			"The 'options' property was removed in version 2.16.0. Please remove it from your request payload.",
		),
	],
)
def test_what_does_not_fit_is_named_without_its_row_unless_it_is_missing(
	shop: Shop, batch: dict, message: str
) -> None:
	assert_refused(shop.post(PATH, batch), 400, invalid(f"Invalid request: {message}"))


@on("v2")
def test_an_empty_batch_does_nothing(shop: Shop) -> None:
	for batch in ({}, {"create": []}, {"create": [], "update": [], "delete": []}):
		assert_refused(shop.post(PATH, batch), 200, NOTHING)


@on("v2")
def test_the_last_of_two_updates_of_one_product_wins(shop: Shop) -> None:
	known = shop.create("known")
	batch = {"update": [{"id": known["id"], "title": title} for title in ("First", "Second")]}
	(updated,) = shop.post(PATH, batch).json()["updated"]
	assert updated["title"] == "Second"


@on("v2")
def test_a_batch_merges_metadata_and_updates_variants(shop: Shop) -> None:
	one, two = shop.create("one", metadata={"a": "1"}), shop.create("two", metadata={"b": "1"})
	batch = {
		"update": [
			{
				"id": one["id"],
				"metadata": {"c": "1"},
				"variants": [{"id": one["variants"][0]["id"], "allow_backorder": True}],
			},
			{"id": two["id"], "metadata": {"b": ""}, "status": "published"},
		]
	}
	assert shop.post(PATH, batch).status_code == 200
	first, second = shop.product(one["id"]), shop.product(two["id"])
	assert first["metadata"] == {"a": "1", "c": "1"}
	assert first["variants"][0]["allow_backorder"] is True
	assert (second["metadata"], second["status"]) == ({}, "published")


@on("v2")
def test_a_hundred_products_in_one_call(shop: Shop) -> None:
	names = [f"many{number}" for number in range(100)]
	answer = shop.post(
		"/admin/products/batch?fields=id,handle,variants.id",
		{"create": [shop.product_body(name) for name in names]},
	)
	created = answer.json()["created"]
	assert len(created) == 100
	assert all(len(each["variants"]) == 1 for each in created)
	found = shop.get(
		"/admin/products?limit=1000&fields=id,handle&"
		+ "&".join(f"handle[]={shop.named(name)}" for name in names)
	).json()
	assert found["count"] == 100
	assert {each["handle"] for each in found["products"]} == {shop.named(name) for name in names}
