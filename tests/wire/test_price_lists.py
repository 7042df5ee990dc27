"""Price lists."""

from __future__ import annotations

from tests.wire.shops import Shop, assert_refused, invalid, not_found, on

PATH = "/admin/price-lists"


def list_body(shop: Shop, name: str, prices: list[dict]) -> dict:
	title = "name" if shop.generation == "v1" else "title"
	body = {title: shop.named(name), "description": "From ERPNext", "type": "override", "status": "active"}
	return {**body, "prices": prices}


def create(shop: Shop, name: str, prices: list[dict]) -> dict:
	answer = shop.post(
		f"{PATH}{'?fields=*prices' if shop.generation == 'v2' else ''}", list_body(shop, name, prices)
	)
	assert answer.status_code == 200, answer.text
	return answer.json()["price_list"]


def amounts(shop: Shop, price_list: dict) -> dict[str, list]:
	"""The amounts of a list by currency."""
	fields = "?fields=*prices" if shop.generation == "v2" else ""
	found = shop.get(f"{PATH}/{price_list['id']}{fields}").json()["price_list"]
	result: dict[str, list] = {}
	for price in found["prices"]:
		result.setdefault(price["currency_code"], []).append(price["amount"])
	return result


@on()
def test_a_price_list_with_a_price(shop: Shop) -> None:
	variant = shop.create("box")["variants"][0]["id"]
	amount = 1500 if shop.generation == "v1" else 1.5
	created = create(shop, "list", [{"amount": amount, "variant_id": variant, "currency_code": "omr"}])
	assert (created["status"], created["type"]) == ("active", "override")
	assert created["id"].startswith({"v1": "pl_", "v2": "plist_"}[shop.generation])
	(price,) = created["prices"]
	assert price["id"].startswith({"v1": "ma_", "v2": "price_"}[shop.generation])
	assert (price["amount"], price["currency_code"]) == (amount, "omr")
	assert amounts(shop, created) == {"omr": [amount]}


@on("v1")
def test_v1_shows_the_variant_of_a_price(shop: Shop) -> None:
	variant = shop.create("box")["variants"][0]["id"]
	unknown = {"amount": 1, "variant_id": "variant_nonsense", "currency_code": "usd"}
	created = create(shop, "list", [{"amount": 1, "variant_id": variant, "currency_code": "usd"}, unknown])
	# a price of nothing, and nobody says so
	assert sorted(price.get("variant_id", "") for price in created["prices"]) == ["", variant]


@on("v2")
def test_v2_shows_the_prices_only_when_asked(shop: Shop) -> None:
	variant = shop.create("box")["variants"][0]["id"]
	prices = [{"amount": 1, "variant_id": variant, "currency_code": "usd"}]
	answer = shop.post(PATH, list_body(shop, "list", prices)).json()["price_list"]
	assert "prices" not in answer
	listed = shop.get(f"{PATH}/{answer['id']}/prices").json()["prices"]
	assert listed[0]["price_set"]["variant"]["id"] == variant
	assert "prices" not in shop.get(f"{PATH}/{answer['id']}").json()["price_list"]


@on()
def test_what_a_price_list_needs(shop: Shop) -> None:
	messages = {
		"v1": (
			"name must be a string, description must be a string, "
			"type must be one of the following values: sale, override, prices must be an array"
		),
		"v2": "Invalid request: Field 'title' is required; Field 'description' is required",
	}
	assert_refused(shop.post(PATH, {}), 400, invalid(messages[shop.generation]))


@on("v1")
def test_amounts_on_v1_are_whole_numbers_in_a_known_currency(shop: Shop) -> None:
	variant = shop.create("box")["variants"][0]["id"]
	body = list_body(shop, "list", [{"amount": 15.5, "variant_id": variant, "currency_code": "usd"}])
	assert_refused(shop.post(PATH, body), 400, invalid("amount must be an integer number"))
	for code in ("OMR", "zzz"):
		body = list_body(shop, "list", [{"amount": 15, "variant_id": variant, "currency_code": code}])
		refused = not_found(f"Currency with currency_code {code} does not exist.")
		assert_refused(shop.post(PATH, body), 404, refused)


@on("v2")
def test_an_unknown_variant_spoils_the_list_on_v2(shop: Shop) -> None:
	variant = shop.create("box")["variants"][0]["id"]
	prices = [
		{"amount": 1, "variant_id": each, "currency_code": "usd"} for each in (variant, "variant_nonsense")
	]
	refused = invalid("No price set exist for variants: variant_nonsense")
	assert_refused(shop.post(PATH, list_body(shop, "list", prices)), 400, refused)
	created = create(shop, "list", prices[:1])
	assert_refused(shop.post(f"{PATH}/{created['id']}/prices/batch", {"create": prices[1:]}), 400, refused)


@on("v1")
def test_prices_are_changed_by_id_on_v1(shop: Shop) -> None:
	variant = shop.create("box")["variants"][0]["id"]
	created = create(shop, "list", [{"amount": 10, "variant_id": variant, "currency_code": "usd"}])
	price = {**created["prices"][0], "amount": 20}
	known = {name: price[name] for name in ("id", "amount", "variant_id", "currency_code")}
	path = f"{PATH}/{created['id']}"
	assert shop.post(path, {"prices": [known]}).status_code == 200
	assert amounts(shop, created) == {"usd": [20]}
	# without an id it is one more
	added = {"amount": 30, "variant_id": variant, "currency_code": "usd"}
	assert shop.post(f"{path}/prices/batch", {"prices": [added], "override": False}).status_code == 200
	assert sorted(amounts(shop, created)["usd"]) == [20, 30]
	# with an id that is not there it is nothing
	assert shop.post(path, {"prices": [{**added, "id": "ma_nonsense"}]}).status_code == 200
	assert sorted(amounts(shop, created)["usd"]) == [20, 30]
	answer = shop.delete(f"{path}/prices/batch", {"price_ids": [price["id"]]})
	assert_refused(answer, 200, {"ids": [price["id"]], "object": "money-amount", "deleted": True})
	assert amounts(shop, created) == {"usd": [30]}


@on("v2")
def test_prices_are_changed_in_batches_on_v2(shop: Shop) -> None:
	variant = shop.create("box")["variants"][0]["id"]
	created = create(shop, "list", [{"amount": 10, "variant_id": variant, "currency_code": "usd"}])
	path = f"{PATH}/{created['id']}/prices/batch"
	price = {"id": created["prices"][0]["id"], "amount": 20.25, "variant_id": variant, "currency_code": "usd"}
	added = {"amount": 1, "variant_id": variant, "currency_code": "EUR"}
	result = shop.post(path, {"create": [added], "update": [price]}).json()
	assert [each["amount"] for each in result["updated"]] == [20.25]
	assert [each["price_set"]["variant"]["id"] for each in result["created"]] == [variant]
	assert amounts(shop, created) == {"usd": [20.25], "eur": [1]}
	# the same pair once more is a second row, an unknown id a row under that id
	unknown = {**price, "id": shop.named("price"), "currency_code": "kwd"}
	assert shop.post(path, {"create": [added], "update": [unknown]}).status_code == 200
	assert amounts(shop, created) == {"usd": [20.25], "eur": [1, 1], "kwd": [20.25]}
	gone = [price["id"], "price_nonsense"]
	deleted = shop.post(path, {"delete": gone}).json()["deleted"]
	assert deleted == {"ids": gone, "object": "price", "deleted": True}
	assert "usd" not in amounts(shop, created)


@on("v2")
def test_prices_that_do_not_fit_on_v2(shop: Shop) -> None:
	created = create(shop, "list", [])
	path = f"{PATH}/{created['id']}"
	message = "Invalid request: Field 'create, 0, currency_code' is required"
	body = {"create": [{"amount": 2, "variant_id": "x"}]}
	assert_refused(shop.post(f"{path}/prices/batch", body), 400, invalid(message))
	message = "Invalid request: Unrecognized fields: 'prices'"
	assert_refused(shop.post(path, {"prices": []}), 400, invalid(message))


@on()
def test_a_price_list_that_is_not_there(shop: Shop) -> None:
	path = f"{PATH}/nonsense"
	singular = not_found("Price list with id: nonsense was not found")
	plural = not_found("Price lists with id: nonsense was not found")
	assert_refused(shop.get(path), 404, singular)
	assert_refused(shop.post(path, {}), 404, plural if shop.generation == "v2" else singular)
	kind = {"v1": "price-list", "v2": "price_list"}[shop.generation]
	assert_refused(shop.delete(path), 200, {"id": "nonsense", "object": kind, "deleted": True})
	created = create(shop, "list", [])
	for _ in range(2):
		assert shop.delete(f"{PATH}/{created['id']}").status_code == 200
	assert shop.get(f"{PATH}/{created['id']}").status_code == 404


@on()
def test_price_lists_are_found(shop: Shop) -> None:
	created = create(shop, "list", [])
	query = f"name={shop.named('list')}" if shop.generation == "v1" else f"q={shop.named('list')}"
	assert shop.ids(query, PATH, "price_lists") == [created["id"]]
	if shop.generation == "v2":
		message = "Invalid request: Unrecognized fields: 'title'"
		assert_refused(shop.get(f"{PATH}?title=x"), 400, invalid(message))
