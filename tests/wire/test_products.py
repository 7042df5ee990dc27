"""Products, one by one: what they are created with, and what is changed, refused, deleted and answered."""

from __future__ import annotations

from tests.wire.shops import Shop, assert_refused, invalid, not_found, on


@on(everywhere=True)
def test_a_product_is_created_with_its_variant_in_one_call(shop: Shop) -> None:
	created = shop.create("gloves", status="published", metadata={"UOM": "Box"}, description="Blue")
	assert created["handle"] == shop.named("gloves")
	assert (created["status"], created["description"]) == ("published", "Blue")
	assert created["metadata"] == {"UOM": "Box"}
	assert created["deleted_at"] is None
	(option,) = created["options"]
	assert (option["title"], [value["value"] for value in option["values"]]) == ("Default", ["Default"])
	(variant,) = created["variants"]
	assert (variant["title"], variant["sku"]) == ("Default", shop.named("gloves").upper())
	assert (variant["manage_inventory"], variant["allow_backorder"]) == (True, False)
	assert variant["prices"] == []
	assert shop.product(created["id"])["handle"] == created["handle"]


@on()
def test_what_is_not_said_has_defaults(shop: Shop) -> None:
	created = shop.create("plain")
	assert (created["status"], created["discountable"], created["is_giftcard"]) == ("draft", True, False)
	for name in ("description", "thumbnail", "collection_id", "origin_country", "metadata", "weight"):
		assert created[name] is None
	assert created["images"] == []


@on("v1")
def test_v1_puts_a_product_into_the_default_sales_channel(shop: Shop) -> None:
	(channel,) = shop.create("box")["sales_channels"]
	assert channel["name"] == "Default Sales Channel"


@on("v2")
def test_v2_puts_a_product_into_no_sales_channel_unless_told_to(shop: Shop) -> None:
	assert shop.create("box")["sales_channels"] == []
	channel = shop.get("/admin/sales-channels").json()["sales_channels"][0]["id"]
	created = shop.create("bottle", sales_channels=[{"id": channel}])
	assert [each["id"] for each in created["sales_channels"]] == [channel]


@on("v1")
def test_v1_takes_any_text_for_a_handle(shop: Shop) -> None:
	handle = shop.named("Has Space/Ü")
	assert shop.create("odd", handle=handle)["handle"] == handle


@on("v2")
def test_v2_takes_only_small_letters_digits_and_single_hyphens_for_a_handle(shop: Shop) -> None:
	for handle in ("Has Space", "a--b", "-a", "a-", "a_b", "a/b", "A"):
		refused = invalid(f"Invalid product handle '{handle}'. It must contain URL safe characters")
		assert_refused(shop.post("/admin/products", shop.product_body("odd", handle=handle)), 400, refused)
	for name in ("ضغط", "größe", "手套", "2"):
		handle = f"{name}-{shop.mark}"
		body = shop.product_body(f"odd{name}", handle=handle)
		assert shop.post("/admin/products?fields=id", body).status_code == 200


@on("v2")
def test_v2_needs_options_and_a_title(shop: Shop) -> None:
	bare = shop.product_body("bare", options=[], title="Bare")
	refused = invalid("Product options are not provided for: [Bare].")
	assert_refused(shop.post("/admin/products", bare), 400, refused)
	del bare["options"]
	assert_refused(shop.post("/admin/products", bare), 400, refused)
	nameless = shop.product_body("bare", title="")
	assert_refused(shop.post("/admin/products", nameless), 400, invalid("Product title is required"))


@on()
def test_any_alphabet_and_emoji_come_back_as_they_were(shop: Shop) -> None:
	title, description = "😀 قفازات – 手套 & <b>", "a\nb\t“c” \\ \u200f"
	created = shop.create("unicode", title=title, description=description, metadata={"ك": "😀"})
	found = shop.product(created["id"])
	assert (found["title"], found["description"], found["metadata"]) == (title, description, {"ك": "😀"})


@on(everywhere=True)
def test_an_update_changes_what_it_says_and_nothing_else(shop: Shop) -> None:
	created = shop.create("box", description="Old", metadata={"a": "1"}, origin_country="OM")
	answer = shop.post(f"/admin/products/{created['id']}", {"title": "New", "status": "published"})
	assert answer.status_code == 200
	changed = answer.json()["product"]
	assert (changed["title"], changed["status"], changed["description"]) == ("New", "published", "Old")
	assert (changed["handle"], changed["origin_country"]) == (created["handle"], "OM")
	assert changed["metadata"] == {"a": "1"}
	assert changed["variants"][0]["id"] == created["variants"][0]["id"]


@on()
def test_null_clears_a_text(shop: Shop) -> None:
	created = shop.create("box", description="Old", origin_country="OM")
	change = {"description": None, "origin_country": None, "collection_id": None}
	answer = shop.post(f"/admin/products/{created['id']}", change)
	assert answer.status_code == 200
	found = shop.product(created["id"])
	assert (found["description"], found["origin_country"]) == (None, None)


@on()
def test_metadata_is_merged_and_an_empty_text_removes_a_key(shop: Shop) -> None:
	created = shop.create("box", metadata={"a": "1", "b": "2"})
	path = f"/admin/products/{created['id']}"

	def after(metadata: dict | None) -> dict | None:
		answer = shop.post(path, {"metadata": metadata})
		assert answer.status_code == 200
		return answer.json()["product"]["metadata"]

	assert after({"c": 3}) == {"a": "1", "b": "2", "c": 3}
	assert after({"b": ""}) == {"a": "1", "c": 3}
	assert after({"c": None}) == {"a": "1", "c": None}
	# nothing is nothing on v1, and everything on v2
	v1 = shop.generation == "v1"
	assert after({}) == ({"a": "1", "c": None} if v1 else {})
	assert after({"d": "4"}) == ({"a": "1", "c": None, "d": "4"} if v1 else {"d": "4"})
	assert after(None) == ({"a": "1", "c": None, "d": "4"} if v1 else None)


@on("v1")
def test_a_product_that_is_not_there_on_v1(shop: Shop) -> None:
	refused = not_found("Product with id: prod_nonsense was not found")
	assert_refused(shop.get("/admin/products/prod_nonsense"), 404, refused)
	assert_refused(shop.post("/admin/products/prod_nonsense", {"title": "x"}), 404, refused)


@on("v2")
def test_a_product_that_is_not_there_on_v2(shop: Shop) -> None:
	path = "/admin/products/prod_nonsense"
	assert_refused(shop.get(path), 404, not_found("Product not found"))
	for change in ({"title": "x"}, {"metadata": {"a": "1"}}, {"description": "x"}):
		assert_refused(shop.post(path, change), 404, not_found('Product with id "prod_nonsense" not found'))


@on()
def test_deleting_is_the_same_however_often(shop: Shop) -> None:
	created = shop.create("box")
	for product_id in (created["id"], created["id"], "prod_nonsense"):
		answer = shop.delete(f"/admin/products/{product_id}")
		assert_refused(answer, 200, {"id": product_id, "object": "product", "deleted": True})
	assert shop.get(f"/admin/products/{created['id']}").status_code == 404
	assert shop.post(f"/admin/products/{created['id']}", {"title": "x"}).status_code == 404
	assert shop.ids(f"id={created['id']}") == []


@on("v1")
def test_an_unknown_collection_is_404_on_v1(shop: Shop) -> None:
	refused = not_found("Product_collection with collection_id pcol_nonsense does not exist.")
	body = shop.product_body("box", collection_id="pcol_nonsense")
	assert_refused(shop.post("/admin/products", body), 404, refused)
	created = shop.create("box")
	change = {"collection_id": "pcol_nonsense"}
	assert_refused(shop.post(f"/admin/products/{created['id']}", change), 404, refused)


@on("v2")
def test_an_unknown_collection_is_404_on_v2(shop: Shop) -> None:
	refused = not_found(
		"You tried to set relationship collection_id: pcol_nonsense, but such entity does not exist"
	)
	body = shop.product_body("box", collection_id="pcol_nonsense")
	assert_refused(shop.post("/admin/products", body), 404, refused)
	created = shop.create("box")
	change = {"collection_id": "pcol_nonsense"}
	assert_refused(shop.post(f"/admin/products/{created['id']}", change), 404, refused)


@on("v1")
def test_an_unknown_sales_channel_is_refused_on_v1_in_a_shape_of_its_own(shop: Shop) -> None:
	answer = shop.post("/admin/products", shop.product_body("box", sales_channels=[{"id": "sc_nonsense"}]))
	message = "Provided request body contains errors. Please check the data and retry the request"
	assert_refused(answer, 400, {"errors": ["Sales Channels sc_nonsense do not exist"], "message": message})


@on("v2")
def test_an_unknown_sales_channel_is_taken_by_v2_and_shown_as_null(shop: Shop) -> None:
	created = shop.create("box", sales_channels=[{"id": "sc_nonsense"}])
	assert created["sales_channels"] == [None]


@on("v2")
def test_v2_refuses_parameters_that_it_does_not_know_for_one_product(shop: Shop) -> None:
	created = shop.create("box")
	refused = invalid("Invalid request: Unrecognized fields: 'nonsense'")
	path = f"/admin/products/{created['id']}?nonsense=1"
	assert_refused(shop.get(path), 400, refused)
	assert_refused(shop.post(path, {"title": "New"}), 400, refused)
	assert_refused(shop.post("/admin/products?nonsense=1", shop.product_body("new")), 400, refused)
	assert_refused(shop.post("/admin/products/batch?nonsense=1", {}), 400, refused)
	assert_refused(shop.delete(path), 400, refused)
	assert shop.product(created["id"])["title"] == "Box"


@on()
def test_images_are_replaced_as_a_whole_and_the_first_is_the_thumbnail(shop: Shop) -> None:
	def images(*names: str) -> list:
		urls = [f"http://127.0.0.1/{name}.png" for name in names]
		return urls if shop.generation == "v1" else [{"url": url} for url in urls]

	created = shop.create("box", images=images("one", "two"))
	assert created["thumbnail"] == "http://127.0.0.1/one.png"
	answer = shop.post(f"/admin/products/{created['id']}", {"images": images("three")})
	assert answer.status_code == 200
	found = shop.product(created["id"])
	assert [image["url"] for image in found["images"]] == ["http://127.0.0.1/three.png"]
	assert found["thumbnail"] == "http://127.0.0.1/one.png"
	shop.post(f"/admin/products/{created['id']}", {"images": []})
	assert shop.product(created["id"])["images"] == []


@on("v2")
def test_v2_answers_with_the_fields_that_were_asked_for(shop: Shop) -> None:
	body = shop.product_body("box", external_id=shop.named("ext"))
	created = shop.post("/admin/products?fields=id,external_id,variants.id", body).json()["product"]
	assert set(created) == {"id", "external_id", "variants"}
	assert set(created["variants"][0]) == {"id"}
	product_id = created["id"]
	assert set(shop.product(product_id, "title")) == {"id", "title"}
	assert set(shop.product(product_id, "title,nonsense,nonsense.x")) == {"id", "title"}
	without = shop.product(product_id, "-title")
	assert "title" not in without and "handle" in without
	deep = shop.product(product_id, "id,variants.sku,variants.inventory_items.inventory_item_id")
	(variant,) = deep["variants"]
	assert variant["sku"] == shop.named("box").upper()
	assert variant["inventory_items"][0]["inventory_item_id"].startswith("iitem_")
	assert shop.product(product_id, "*nonsense")["handle"] == body["handle"]
