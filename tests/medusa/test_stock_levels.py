"""Stock levels over HTTP, from recorded answers: in how many requests, and what becomes of refusals."""

from __future__ import annotations

import json

import pytest

from medusa_integration.medusa.errors import Invalid, MissingReference, SetupMissing
from medusa_integration.mirror.values import StockLevel

URL = "https://shop.example.com"
BATCH = f"{URL}/admin/inventory-items/location-levels/batch"
VARIANTS = f"{URL}/admin/product-variants"


def level(number: int = 1, **fields) -> StockLevel:
	defaults = {"key": f"WEB-{number}", "product_id": f"prod_{number}", "variant_id": f"variant_{number}"}
	return StockLevel(**{**defaults, "quantity": 5, **fields})


class Levels:
	"""A v2 server with inventory items for its variants, and levels at its locations;
	`bad` ones are refused.
	"""

	def __init__(self, http, locations=("sloc_1",), default="sloc_1", variants=range(1, 1001)) -> None:
		self.levels: dict[tuple[str, str], float] = {}
		self.bad: set[str] = set()
		self.variants = {f"variant_{number}": f"iitem_{number}" for number in variants}
		self.batches: list[int] = []
		rows = [{"id": id, "name": id} for id in locations]
		http.get(f"{URL}/admin/stock-locations", json={"stock_locations": rows})
		http.get(f"{URL}/admin/stores", json={"stores": [{"id": "store", "default_location_id": default}]})
		http.add_callback("GET", VARIANTS, self.look_up)
		http.add_callback("POST", BATCH, self.change)

	def look_up(self, request):
		wanted = request.params["id[]"]
		wanted = [wanted] if isinstance(wanted, str) else wanted
		found = [self.show(id) for id in wanted if id in self.variants]
		return 200, {}, json.dumps({"variants": found})

	def show(self, id):
		item = self.variants[id]
		there = [{"location_id": place} for one, place in self.levels if one == item]
		links = [{"inventory_item_id": item, "inventory": {"id": item, "location_levels": there}}]
		return {"id": id, "manage_inventory": bool(item), "inventory_items": links if item else []}

	def change(self, request):
		body = json.loads(request.body)
		self.batches.append(sum(map(len, body.values())))
		for kind, rows in body.items():
			for row in rows:
				key = row["inventory_item_id"], row["location_id"]
				if key[0] in self.bad:
					return self.refuse(400, "invalid_data", "bad")
				if kind == "create" and key in self.levels:
					pair = f"inventory_item_id: {key[0]}, location_id: {key[1]}"
					return self.refuse(400, "invalid_data", f"Inventory level with {pair}, already exists.")
				if kind == "update" and key not in self.levels:
					text = f"Item {key[0]} is not stocked at location {key[1]}"
					return self.refuse(404, "not_found", text)
		for rows in body.values():
			for row in rows:
				self.levels[row["inventory_item_id"], row["location_id"]] = row["stocked_quantity"]
		return 200, {}, json.dumps({"created": [], "updated": []})

	@staticmethod
	def refuse(status, type, message):
		return status, {}, json.dumps({"type": type, "message": message})


def test_many_levels_in_few_requests(http, client, calls):
	"""A hundred variants are looked up by a request, five hundred levels are set by one."""
	server = Levels(http)
	outcomes = client().stock.save([level(number) for number in range(1, 601)])
	assert [outcome.id for outcome in outcomes] == [f"iitem_{number}" for number in range(1, 601)]
	assert server.batches == [500, 100] and len(server.levels) == 600
	assert calls().count(("GET", "/admin/product-variants")) == 6


def test_what_is_remembered_is_not_looked_up(http, client, calls):
	"""One request for the levels, two for the location."""
	server = Levels(http)
	server.levels["iitem_1", "sloc_1"] = 2
	client().stock.save([level(item_id="iitem_1")])
	assert server.levels == {("iitem_1", "sloc_1"): 5}
	assert ("GET", "/admin/product-variants") not in calls()


def test_what_is_remembered_may_be_wrong(http, client):
	"""Not stocked any more, or replaced: Medusa is asked once for all, and the levels are made."""
	server = Levels(http)
	server.levels["iitem_2", "sloc_1"] = 2
	remembered = [level(number, item_id=f"old_{number}") for number in range(1, 101)]
	outcomes = client().stock.save(remembered)
	assert all(outcome.error is None for outcome in outcomes)
	assert len(server.levels) == 100 and server.batches == [100, 100]


def test_one_bad_level_does_not_spoil_the_others(http, client):
	"""The batch is halved until it stands alone."""
	server = Levels(http)
	server.bad.add("iitem_37")
	outcomes = client().stock.save([level(number) for number in range(1, 101)])
	assert [outcome.key for outcome in outcomes if outcome.error] == ["WEB-37"]
	assert isinstance(outcomes[36].error, Invalid) and len(server.levels) == 99
	assert len(server.batches) < 20


def test_a_variant_that_is_gone(http, client):
	"""That one refers to something that Medusa does not have; one whose stock is not managed is refused."""
	server = Levels(http, variants=[1, 2])
	server.variants["variant_2"] = None
	gone, unmanaged, fine = client().stock.save([level(9), level(2), level(1)])
	assert isinstance(gone.error, MissingReference)
	assert "does not manage the stock" in str(unmanaged.error)
	assert fine.error is None and server.levels == {("iitem_1", "sloc_1"): 5}


@pytest.mark.parametrize(
	("locations", "default", "chosen", "expected"),
	[
		(("sloc_1", "sloc_2"), "sloc_2", None, "sloc_2"),
		(("sloc_1", "sloc_2"), None, "sloc_1", "sloc_1"),
		(("sloc_1",), None, None, "sloc_1"),
		(("sloc_1", "sloc_2"), None, None, "several stock locations"),
		((), None, None, "no stock location for the quantities yet"),
		(("sloc_1",), "sloc_1", "sloc_9", "does not have the stock location sloc_9"),
	],
)
def test_where_quantities_are_kept(http, client, locations, default, chosen, expected):
	"""As chosen, the default, the only one; else a sentence, and nothing is sent."""
	server = Levels(http, locations, default)
	medusa = client(stock_location=chosen)
	if expected.startswith("sloc"):
		medusa.stock.save([level()])
		assert list(server.levels) == [("iitem_1", expected)]
	else:
		with pytest.raises(SetupMissing, match=expected):
			medusa.stock.save([level()])
		assert server.batches == []


def test_v1_takes_away_what_its_own_orders_wait_for(http, client, calls):
	"""It counts down when an order is placed, and would count it twice; never below nothing."""
	http.post(f"{URL}/admin/products/prod_1/variants/variant_1", json={"product": {"id": "prod_1"}})
	medusa = client("v1")
	[outcome] = medusa.stock.save([level(ordered=2)])
	assert outcome.id == "variant_1"
	medusa.stock.save([level(ordered=9)])
	assert [json.loads(call.request.body) for call in http.calls] == [
		{"inventory_quantity": 3},
		{"inventory_quantity": 0},
	]


def test_a_variant_that_v1_does_not_have(http, client):
	"""The product has to be made again first."""
	body = {"type": "not_found", "message": "Variant with id: variant_1 was not found"}
	http.post(f"{URL}/admin/products/prod_1/variants/variant_1", status=404, json=body)
	[outcome] = client("v1").stock.save([level()])
	assert isinstance(outcome.error, MissingReference)
	assert client("v1").stock.ensure_location("Clinic") is None
