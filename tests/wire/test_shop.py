"""What a settings form asks a Medusa for: channels, locations, currencies, regions. And uploads."""

from __future__ import annotations

import requests

from tests.wire.shops import UNKNOWN_ERROR, Shop, assert_refused, invalid, on

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"
CURRENCIES = {"usd", "eur", "jpy", "kwd", "omr"}


@on()
def test_there_is_one_sales_channel(shop: Shop) -> None:
	listed = shop.get("/admin/sales-channels").json()
	(channel,) = listed["sales_channels"]
	assert (channel["name"], channel["is_disabled"]) == ("Default Sales Channel", False)


@on()
def test_there_is_a_region(shop: Shop) -> None:
	# other tests of this server add theirs
	regions = {each["name"]: each["currency_code"] for each in shop.get("/admin/regions").json()["regions"]}
	assert regions["World"] == "usd"


@on("v1")
def test_the_store_of_v1_has_its_currencies(shop: Shop) -> None:
	store = shop.get("/admin/store").json()["store"]
	assert {currency["code"] for currency in store["currencies"]} == CURRENCIES
	assert store["default_currency_code"] == "usd"
	channel = shop.get("/admin/sales-channels").json()["sales_channels"][0]["id"]
	assert store["default_sales_channel_id"] == channel


@on("v2")
def test_the_store_of_v2_has_its_currencies(shop: Shop) -> None:
	(store,) = shop.get("/admin/stores").json()["stores"]
	supported = store["supported_currencies"]
	assert {currency["currency_code"] for currency in supported} == CURRENCIES
	assert [each["currency_code"] for each in supported if each["is_default"]] == ["usd"]
	locations = shop.get("/admin/stock-locations").json()["stock_locations"]
	assert [each["id"] for each in locations if each["name"] == "Main"] == [store["default_location_id"]]
	assert shop.get("/admin/store").status_code == 404


@on("v2")
def test_v2_knows_the_decimals_of_a_currency(shop: Shop) -> None:
	path = "/admin/currencies?code[]=omr&code[]=jpy&code[]=usd"
	listed = shop.get(path).json()["currencies"]
	assert {each["code"]: each["decimal_digits"] for each in listed} == {"jpy": 0, "omr": 3, "usd": 2}


@on("v2")
def test_v2_has_a_default_shipping_profile(shop: Shop) -> None:
	"""v2 gives it to no product by itself; one that names it can be shipped."""
	path = "/admin/shipping-profiles"
	(profile,) = shop.get(f"{path}?type=default&name=Default Shipping Profile").json()["shipping_profiles"]
	assert {name: profile[name] for name in ("name", "type", "metadata")} == {
		"name": "Default Shipping Profile",
		"type": "default",
		"metadata": None,
	}
	listed = shop.get(f"{path}?type=default&name=Default Shipping Profile&limit=1&fields=id,type").json()
	shown = {"id": profile["id"], "type": "default"}
	assert listed == {"shipping_profiles": [shown], "count": 1, "offset": 0, "limit": 1}
	nothing = {"shipping_profiles": [], "count": 0, "offset": 0, "limit": 20}
	assert shop.get(f"{path}?type=nonsense").json() == nothing
	refused = invalid("Invalid request: Unrecognized fields: 'nonsense'")
	assert_refused(shop.get(f"{path}?nonsense=1"), 400, refused)
	body = shop.product_body("box", shipping_profile_id=profile["id"])
	assert shop.post("/admin/products", body).status_code == 200


@on("v2")
def test_v2_takes_the_name_of_a_shipping_profile_once(shop: Shop) -> None:
	path, name = "/admin/shipping-profiles", shop.named("Cold")
	made = shop.post(path, {"name": name, "type": "cold"}).json()["shipping_profile"]
	assert (made["name"], made["type"], made["metadata"]) == (name, "cold", None)
	refused = invalid(f"Shipping profile with name: {name}, already exists.")
	assert_refused(shop.post(path, {"name": name, "type": "other"}), 400, refused)
	missing = invalid("Invalid request: Field 'type' is required")
	assert_refused(shop.post(path, {"name": shop.named("Warm")}), 400, missing)


@on("v1")
def test_v1_finds_a_currency_by_its_code(shop: Shop) -> None:
	(currency,) = shop.get("/admin/currencies?code=omr").json()["currencies"]
	assert (currency["code"], currency["name"]) == ("omr", "Omani Rial")


@on()
def test_uploaded_files_can_be_opened(shop: Shop) -> None:
	files = [("files", ("one.png", PNG, "image/png")), ("files", ("two.png", PNG + b"2", "image/png"))]
	answer = shop.session.post(f"{shop.url}/admin/uploads", files=files, timeout=300)
	assert answer.status_code == 200, answer.text
	key, name = {"v1": ("uploads", "key"), "v2": ("files", "id")}[shop.generation]
	uploaded = answer.json()[key]
	assert [each[name].endswith(f"-{file}.png") for each, file in zip(uploaded, ("one", "two"), strict=True)]
	contents = []
	for each in uploaded:
		assert each["url"].startswith(shop.url)
		found = requests.get(each["url"], timeout=300)
		assert (found.status_code, found.headers["Content-Type"]) == (200, "image/png")
		contents.append(found.content)
	assert contents == [PNG, PNG + b"2"]


@on()
def test_a_large_picture_is_taken(shop: Shop) -> None:
	files = [("files", ("large.png", PNG + b"x" * 3_000_000, "image/png"))]
	answer = shop.session.post(f"{shop.url}/admin/uploads", files=files, timeout=300)
	assert answer.status_code == 200


@on()
def test_uploads_that_are_none(shop: Shop) -> None:
	path = f"{shop.url}/admin/uploads"
	files = [("file", ("one.png", PNG, "image/png"))]
	assert_refused(shop.session.post(path, files=files, timeout=300), 500, UNKNOWN_ERROR)
	nothing = shop.session.post(path, timeout=300)
	if shop.generation == "v1":
		assert_refused(nothing, 500, UNKNOWN_ERROR)
	else:
		assert_refused(nothing, 400, invalid("No files were uploaded"))
	files = [("files", ("one.png", PNG, "image/png"))]
	assert requests.post(path, files=files, timeout=300).status_code == 401
