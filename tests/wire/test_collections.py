"""Collections."""

from __future__ import annotations

from tests.wire.shops import Shop, assert_refused, invalid, not_found, on


def create(shop: Shop, name: str, **more: object) -> dict:
	body = {"title": name.capitalize(), "handle": shop.named(name), **more}
	answer = shop.post("/admin/collections", body)
	assert answer.status_code == 200, answer.text
	return answer.json()["collection"]


@on()
def test_a_collection_is_created_and_found_by_its_handle(shop: Shop) -> None:
	created = create(shop, "dental", metadata={"item_group": "Dental", "leaf": True})
	assert created["metadata"] == {"item_group": "Dental", "leaf": True}
	found = shop.get(f"/admin/collections/{created['id']}").json()["collection"]
	assert (found["title"], found["handle"]) == ("Dental", shop.named("dental"))
	listed = shop.get(f"/admin/collections?handle={shop.named('dental')}").json()
	assert [each["id"] for each in listed["collections"]] == [created["id"]]
	assert (listed["count"], listed["offset"], listed["limit"]) == (1, 0, 10)


@on("v1")
def test_the_list_of_v1_leaves_the_metadata_out(shop: Shop) -> None:
	create(shop, "dental", metadata={"a": "1"})
	(listed,) = shop.get(f"/admin/collections?handle={shop.named('dental')}").json()["collections"]
	assert "metadata" not in listed


@on("v2")
def test_the_list_of_v2_has_the_metadata_and_takes_several_handles(shop: Shop) -> None:
	first, second = create(shop, "dental", metadata={"a": "1"}), create(shop, "medical")
	query = f"handle[]={first['handle']}&handle[]={second['handle']}&handle[]=nonsense"
	listed = shop.get(f"/admin/collections?{query}").json()["collections"]
	assert {each["id"]: each["metadata"] for each in listed} == {first["id"]: {"a": "1"}, second["id"]: None}


@on("v1")
def test_a_handle_is_taken_once_on_v1(shop: Shop) -> None:
	handle = create(shop, "dental")["handle"]
	refused = {
		"code": "invalid_request_error",
		"type": "duplicate_error",
		"message": f"Product_collection with handle {handle} already exists.",
	}
	assert_refused(shop.post("/admin/collections", {"title": "Other", "handle": handle}), 422, refused)
	other = create(shop, "other")
	assert_refused(shop.post(f"/admin/collections/{other['id']}", {"handle": handle}), 422, refused)


@on("v2")
def test_a_handle_is_taken_once_on_v2(shop: Shop) -> None:
	handle = create(shop, "dental")["handle"]
	refused = invalid(f"Product collection with handle: {handle}, already exists.")
	assert_refused(shop.post("/admin/collections", {"title": "Other", "handle": handle}), 400, refused)
	other = create(shop, "other")
	assert_refused(shop.post(f"/admin/collections/{other['id']}", {"handle": handle}), 400, refused)


@on()
def test_a_collection_needs_a_title_and_takes_no_unknown_key(shop: Shop) -> None:
	messages = {
		"v1": "property nonsense should not exist, title should not be empty, title must be a string",
		"v2": "Invalid request: Field 'title' is required; Unrecognized fields: 'nonsense'",
	}
	answer = shop.post("/admin/collections", {"handle": "x", "nonsense": 1})
	assert_refused(answer, 400, invalid(messages[shop.generation]))


@on()
def test_an_update_merges_the_metadata(shop: Shop) -> None:
	created = create(shop, "dental", metadata={"a": "1", "b": "2"})
	path = f"/admin/collections/{created['id']}"
	answer = shop.post(path, {"title": "New", "metadata": {"b": "", "c": True}})
	assert answer.status_code == 200
	changed = answer.json()["collection"]
	assert (changed["title"], changed["handle"]) == ("New", created["handle"])
	assert changed["metadata"] == {"a": "1", "c": True}


@on("v1")
def test_a_collection_that_is_not_there_on_v1(shop: Shop) -> None:
	refused = not_found("Product collection with id: pcol_nonsense was not found")
	path = "/admin/collections/pcol_nonsense"
	for answer in (shop.get(path), shop.post(path, {"title": "x"}), shop.delete(path)):
		assert_refused(answer, 404, refused)
	created = create(shop, "dental")
	path = f"/admin/collections/{created['id']}"
	deleted = {"id": created["id"], "object": "product-collection", "deleted": True}
	assert_refused(shop.delete(path), 200, deleted)
	assert shop.delete(path).status_code == 404


@on("v2")
def test_a_collection_that_is_not_there_on_v2(shop: Shop) -> None:
	path = "/admin/collections/pcol_nonsense"
	assert_refused(shop.get(path), 200, {})
	answer = shop.post(path, {"title": "x"})
	assert_refused(answer, 404, not_found('Collection with id "pcol_nonsense" not found'))
	created = create(shop, "dental")
	for collection_id in (created["id"], created["id"], "pcol_nonsense"):
		deleted = {"id": collection_id, "object": "collection", "deleted": True}
		assert_refused(shop.delete(f"/admin/collections/{collection_id}"), 200, deleted)


@on()
def test_products_keep_the_id_of_a_collection_that_is_gone(shop: Shop) -> None:
	collection = create(shop, "dental")
	product = shop.create("box", collection_id=collection["id"])
	assert product["collection_id"] == collection["id"]
	assert shop.ids(f"collection_id[]={collection['id']}") == [product["id"]]
	shop.delete(f"/admin/collections/{collection['id']}")
	assert shop.product(product["id"])["collection_id"] == collection["id"]
	assert create(shop, "dental")["id"] != collection["id"]
