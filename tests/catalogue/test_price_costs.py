"""What prices cost: statements of a save, of a chunk, of a run."""

from __future__ import annotations

import frappe
import pytest
import requests

from medusa_integration.sync import task_departures, task_recording
from tests.catalogue.pricing import LIST
from tests.sync.test_costs import statements, without_the_app  # noqa: F401

pytestmark = pytest.mark.usefixtures("public_list")


def many_prices(shop, count: int, recorded: bool = True) -> list[str]:
	"""So many items that Medusa has, each with a price, written without events."""
	items = shop.many(count)
	shop.drain()
	codes = [f"{name}-price" for name in items]
	columns = {"price_list": LIST, "selling": 1, "currency": "OMR", "uom": "Nos", "price_list_rate": 1.25}
	shop._insert("Item Price", codes, item_code=items, **columns)
	if recorded:
		task_recording.record_many("Item Price", codes, "price")
	frappe.db.commit()
	return codes


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("what", ["create", "update", "delete"])
def test_a_chunk_costs_the_same_at_any_size(shop, generation, statements, what):  # noqa: F811
	"""As many statements for 1, 10 and 100 prices."""
	counts = {}
	many_prices(shop, 1)
	shop.drain()
	for size in (1, 10, 100):
		names = many_prices(shop, size, recorded=what == "create")
		if what != "create":
			task_recording.record_many("Item Price", names, "price")
			shop.drain()
			if what == "update":
				frappe.db.sql("update `tabItem Price` set price_list_rate = 2 where name in %s", [names])
				task_recording.record_many("Item Price", names, "price")
			else:
				frappe.db.delete("Item Price", {"name": ("in", names)})
				task_departures.delete_orphans("Item Price", "price")
		counts[size] = statements(shop.drain)
		assert set(shop.tasks()) == {"Synced"}
	print(what, counts)
	# on v1 each price is a request, and the request log takes 100 a statement
	log = 1 if generation == "v1" else 0
	assert counts[1] == counts[10] and counts[10] <= counts[100] <= counts[10] + log


@pytest.mark.parametrize("what", ["insert", "rate", "nothing", "delete", "other list"])
def test_a_save_costs_two_statements_at_most(shop, statements, without_the_app, monkeypatch, what):  # noqa: F811
	"""Two more than without the app, also with other prices of the same item; and no request."""
	items = [shop.website_item() for _ in range(3)]
	shop.drain()

	def price(item, **values):
		defaults = {"item_code": item.item_code, "price_list": LIST, "uom": "Nos", "price_list_rate": 3}
		return shop.site.new("Item Price", **{**defaults, "valid_from": "2024-01-01", **values})

	for item in items:
		for year in (2020, 2021, 2022):
			price(item, valid_from=f"{year}-01-01")
	listed = "Standard Buying" if what == "other list" else LIST
	prices = [] if what == "insert" else [price(item, price_list=listed) for item in items]
	shop.drain()
	monkeypatch.setattr(requests.Session, "send", lambda *_a, **_k: pytest.fail("a request was sent"))
	numbers = iter(range(10))

	def work():
		number = next(numbers)
		if what == "insert":
			price(items[number])
		elif what == "delete":
			frappe.delete_doc("Item Price", prices[number].name)
		else:
			document = frappe.get_doc("Item Price", prices[number].name)
			document.price_list_rate = 3 if what == "nothing" else 5
			document.save()

	statements(work)
	with_the_app = statements(work)
	without_the_app()
	without = statements(work)
	assert with_the_app - without <= (0 if what in ("nothing", "other list") else 2)


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_five_hundred_prices_in_one_run(shop, generation):
	"""All of them arrive; v2 takes them 200 a call."""
	names = many_prices(shop, 500)
	states = shop.drain()
	assert states["Synced"] == 500
	held = [row["id"] for one in shop.medusa.price_lists for row in one["prices"]]
	stored = frappe.get_all("Item Price", {"name": ("in", names)}, pluck="medusa_price_id")
	assert sorted(held) == sorted(stored)
	if generation == "v2":
		assert len(shop.medusa.sent("POST", "/admin/price-lists/*/prices/batch")) == 3
