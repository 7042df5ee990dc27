"""Quantities that Medusa has otherwise than they are here: found and put right."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.catalogue.reconcile import comparing as compared
from medusa_integration.catalogue.reconcile.quantity_comparer import QuantityComparer
from medusa_integration.sync.reconcile import reconciliation
from tests.support.medusa import both_generations
from tests.support.shop_fixtures import stock  # noqa: F401
from tests.support.stock import Stock


@pytest.fixture(autouse=True)
def quantities_are_compared(shop, only_ours, monkeypatch):
	shop.set(push_stock_quantities=1, refresh_stock_on_movement=1)
	monkeypatch.setattr(reconciliation, "comparers", lambda: [QuantityComparer()])
	monkeypatch.setattr("medusa_integration.sync.reconcile.actions.comparers", lambda: [QuantityComparer()])


@pytest.fixture
def item(shop, stock):  # noqa: F811
	"""A Website Item of which there are five, here and in Medusa."""
	item = stock.item()
	stock.put(item, 5)
	shop.drain()
	assert held(shop, item) == 5
	return item


def level_of(shop, item):
	(variant,) = shop.product(item)["variants"]
	if shop.medusa.generation == "v1":
		return variant
	(found,) = [one for one in shop.medusa.app.inventory_items if one["_variant_id"] == variant["id"]]
	(level,) = shop.medusa.app.inventory_levels.where("inventory_item_id", found["id"])
	return level


def held(shop, item):
	"""How many of the item Medusa may sell."""
	field = {"v1": "inventory_quantity", "v2": "stocked_quantity"}[shop.medusa.generation]
	return level_of(shop, item)[field]


def type_in(shop, item, quantity):
	"""Enter another quantity in Medusa's back office."""
	level = level_of(shop, item)
	if shop.medusa.generation == "v1":
		path = f"/admin/products/{shop.product(item)['id']}/variants/{level['id']}"
		shop.by_hand("POST", path, inventory_quantity=quantity)
	else:
		path = f"/admin/inventory-items/{level['inventory_item_id']}/location-levels/{level['location_id']}"
		shop.by_hand("POST", path, stocked_quantity=quantity)


@both_generations
@pytest.mark.parametrize(("typed", "there"), [(99, "99"), (2, "2"), (0, "0")])
def test_a_quantity_typed_in_medusa(shop, runs, item, typed, there):
	"""99 typed in Medusa for 5: found, said in plain words, put right; found no more."""
	type_in(shop, item, typed)
	assert runs.run().queued == 1
	(found,) = runs.findings()
	assert (found.kind, found.subject, found.reference_name) == ("Drifted", "Quantity", item.name)
	assert found.words == f'Quantity: "5" here, "{there}" in Medusa'
	assert found.title == item.web_item_name
	shop.drain()
	assert held(shop, item) == 5
	run = runs.run()
	assert (run.status, run.found) == ("Completed", 0)


@both_generations
def test_a_quantity_that_is_right(shop, runs, item):
	"""Only read."""
	requests = len(shop.medusa.requests)
	run = runs.run()
	assert (run.status, run.found, run.read_in_medusa, run.documents) == ("Completed", 0, 1, 1)
	assert {request.method for request in shop.medusa.requests[requests:]} == {"GET"}


def test_a_quantity_that_medusa_has_not(shop, runs, item):
	"""The level was removed in Medusa."""
	levels = shop.medusa.app.inventory_levels
	levels.delete(level_of(shop, item))
	assert runs.run().queued == 1
	(found,) = runs.findings()
	assert found.words == 'Quantity: "5" here, nothing in Medusa'
	shop.drain()
	assert held(shop, item) == 5


@both_generations
def test_what_orders_of_medusa_have_taken(shop, runs, stock, item):  # noqa: F811
	"""v1 has counted them down and v2 keeps them apart: neither is a difference."""
	stock.order(item, 3, medusa_order_id=f"order_{shop.mark}")
	if shop.medusa.generation == "v1":
		type_in(shop, item, 2)
	frappe.db.set_value(
		"Medusa Sync Task", {"lane": "stock"}, "modified", "2026-01-01", update_modified=False
	)
	frappe.db.commit()
	shop.drain()
	assert runs.run().found == 0
	assert held(shop, item) == (2 if shop.medusa.generation == "v1" else 5)


@both_generations
def test_an_unpublished_item(shop, runs, item):
	"""What sending would leave there is 0."""
	shop.save(item, published=0)
	shop.drain()
	type_in(shop, item, 4)
	runs.run()
	assert runs.findings()[0].words == 'Quantity: "0" here, "4" in Medusa'
	shop.drain()
	assert held(shop, item) == 0


@both_generations
def test_what_is_not_compared(shop, runs, stock, item):  # noqa: F811
	"""While quantities are not sent; what moved since the run began; what a person has set aside."""
	type_in(shop, item, 99)
	shop.set(push_stock_quantities=0)
	run = runs.run()
	assert (run.status, run.found, run.read_in_medusa) == ("Completed", 0, 0)
	shop.set(push_stock_quantities=1)
	task = shop.task(item, lane="stock").name
	for status in ("Pending", "Ignored"):
		frappe.db.set_value("Medusa Sync Task", task, "status", status, update_modified=False)
		frappe.db.commit()
		assert runs.run().found == 0
	frappe.db.set_value("Medusa Sync Task", task, "status", "Synced", update_modified=False)
	frappe.db.commit()
	assert runs.run().found == 1


def test_what_is_saved_while_the_run_reads(shop, runs, stock, item):  # noqa: F811
	"""A movement between Medusa's answer and the comparison is on its way by itself."""
	name = runs.start()
	once = iter([None])

	def move(request):
		for _ in once:
			shop.elsewhere(lambda: stock.move((item, 2)))

	shop.medusa.on("GET", "/admin/product-variants", move, "applied")
	reconciliation.reconcile(name)
	assert runs.row(name).found == 0
	shop.drain()
	assert held(shop, item) == 2


def test_a_product_that_medusa_has_lost_is_the_products_matter(shop, runs, item):
	shop.by_hand("DELETE", f"/admin/products/{shop.product(item)['id']}")
	assert runs.run().found == 0


def test_several_locations_and_none_chosen(shop, runs, item):
	"""The run says so, and that nothing of quantities was compared."""
	shop.medusa.app.store["default_location_id"] = None
	shop.by_hand("POST", "/admin/stock-locations", name="Second")
	run = runs.run()
	assert run.status == "Failed"
	assert "several stock locations, and none is chosen in the settings" in run.error


@both_generations
def test_a_page_costs_the_same_at_any_size(shop, runs, stock, item, query_counter, monkeypatch):  # noqa: F811
	"""As many statements and requests for 10 as for 100 quantities, whether they are right or not."""
	monkeypatch.setattr(compared, "PAGE", 150)
	group = shop.exported_group().name
	runs.run()
	costs = []
	for size in (10, 90):
		names = shop.many(size, item_group=group, website_warehouse=stock.group)
		shop.drain()
		shop.drain()
		for wrong in (False, True):
			if wrong:
				for name in names:
					type_in(shop, name, 7)
			requests, name = len(shop.medusa.requests), runs.start()
			with query_counter() as queries:
				reconciliation.reconcile(name)
			costs.append((len(queries), len(shop.medusa.requests) - requests))
			assert runs.row(name).found == (size if wrong else 0)
		shop.drain()
		assert {held(shop, one) for one in names} == {0}
	print(costs)
	assert costs[0][0] == costs[2][0] and costs[1][0] == costs[3][0]
	# an address holds so many ids
	assert costs[2][1] - costs[0][1] <= 1


def test_quantities_come_back_the_same(any_shop, runs):
	"""From every kind of Medusa; one that differs is found and put right."""
	shop = any_shop
	shop.set(push_stock_quantities=1, refresh_stock_on_movement=1)
	here = Stock(shop)
	try:
		item, none = here.item(), here.item()
		here.put(item, 5)
		shop.drain()

		def differences():
			run = runs.run()
			assert (run.status, run.error) == ("Completed", "")
			open_ = runs.findings(state=["in", ["Open", "Queued"]])
			return [
				(row.reference_name, row.words)
				for row in open_
				if row.reference_name in (item.name, none.name)
			]

		assert differences() == []
		here.put(item, 9)
		assert differences() == [(item.name, 'Quantity: "9" here, "5" in Medusa')]
		shop.drain()
		assert differences() == []
	finally:
		here.clean_up()


def test_nothing_is_deleted(shop, runs, item):
	"""A quantity goes with its product."""
	type_in(shop, item, 99)
	runs.run()
	(row,) = runs.findings()
	from medusa_integration.sync.reconcile import store

	(outcome,) = QuantityComparer().delete(None, [store.as_finding(row)])
	assert str(outcome.error) == "Quantities cannot be deleted separately."
	assert QuantityComparer().link([store.as_finding(row)]) == []
