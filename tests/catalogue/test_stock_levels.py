"""The lane "stock": quantities on their way to Medusa."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.api import update_webitem_stock
from tests.support.medusa import both_generations
from tests.support.stock import available

BATCH = "/admin/inventory-items/location-levels/batch"


@pytest.fixture(autouse=True)
def pushing(shop):
	shop.set(push_stock_quantities=1, refresh_stock_on_movement=1)


def held(shop, item):
	"""How many of the item the simulated Medusa may sell; None when it has never heard of it."""
	(variant,) = shop.product(item)["variants"]
	if shop.medusa.generation == "v1":
		return variant["inventory_quantity"]
	(found,) = [one for one in shop.medusa.app.inventory_items if one["_variant_id"] == variant["id"]]
	levels = shop.medusa.app.inventory_levels.where("inventory_item_id", found["id"])
	return levels[0]["stocked_quantity"] if levels else None


def pushes(shop):
	"""The requests that set quantities."""
	return [
		request
		for request in shop.medusa.sent("POST")
		if request.path == BATCH or "inventory_quantity" in (request.body or {})
	]


@both_generations
@pytest.mark.contract(38)
def test_a_new_product_gets_its_quantity(stock, shop):
	"""In the same round: the product first, its whole pieces next; the Website Item shows them."""
	item = stock.item()
	stock.put(item, 7.9)
	shop.drain()
	assert held(shop, item) == 7
	assert available(item) == (1, 7.9)
	assert shop.task(item, lane="stock").status == "Synced"


@both_generations
@pytest.mark.contract(38, 42, 50)
def test_the_daily_job_sends_what_has_changed(stock, shop):
	"""Only that; nothing when nothing changed."""
	item, other = stock.item(), stock.item()
	for one in (item, other):
		stock.put(one, 4)
	shop.drain()
	stock.put(item, 9)
	before = len(shop.medusa.requests)
	assert update_webitem_stock()["updated"] == 1
	shop.drain()
	assert (held(shop, item), held(shop, other)) == (9, 4)
	assert shop.task(other, lane="stock").version == 1

	before = len(shop.medusa.requests)
	update_webitem_stock()
	assert shop.drain() == {}
	assert len(shop.medusa.requests) == before


def test_a_quantity_that_never_arrived_is_caught_by_the_daily_job(stock, shop):
	"""Products of before the setting was on, and quantities that failed."""
	shop.set(push_stock_quantities=0)
	item = stock.item()
	stock.put(item, 4)
	shop.drain()
	update_webitem_stock()
	assert shop.task(item, lane="stock") is None
	shop.set(push_stock_quantities=1)
	update_webitem_stock()
	shop.drain()
	assert held(shop, item) == 4


@both_generations
@pytest.mark.contract(49)
def test_without_the_setting_only_the_flag(stock, shop):
	"""A movement or the daily job: the Website Item follows, Medusa hears nothing."""
	shop.set(push_stock_quantities=0)
	item, moved = stock.item(), stock.item()
	shop.drain()
	stock.put(item, 3)
	update_webitem_stock()
	stock.move((moved, 5))
	shop.drain()
	assert available(item) == (1, 3) and available(moved) == (1, 5)
	assert shop.task(moved, lane="stock").status == "Synced"
	assert pushes(shop) == [] and not held(shop, item) and not held(shop, moved)


@both_generations
def test_orders_of_medusa_are_not_sold_twice(stock, shop):
	"""v2 reserves for its own orders by itself; v1 has counted down, so they are taken away there."""
	item = stock.item()
	stock.put(item, 10)
	shop.drain()
	stock.order(item, 3, medusa_order_id=f"order_{shop.mark}")
	stock.order(item, 2)
	shop.drain()
	assert held(shop, item) == (8 if shop.medusa.generation == "v2" else 5)
	assert available(item) == (1, 8)


def test_an_order_of_medusa_is_nothing_to_send_to_v2(stock, shop):
	"""What v2 has reserved by itself changes nothing of what is stocked."""
	item = stock.item()
	stock.put(item, 10)
	shop.drain()
	sent = len(pushes(shop))
	stock.order(item, 3, medusa_order_id=f"order_{shop.mark}")
	update_webitem_stock()
	shop.drain()
	assert len(pushes(shop)) == sent


@both_generations
def test_a_template_and_what_is_gone(stock, shop):
	"""A template has no stock of its own: nothing is sent, its flag follows its variants'."""
	template, variant = stock.item(), stock.item()
	frappe.db.set_value("Website Item", template.name, "has_variants", 1)
	frappe.db.set_value("Website Item", variant.name, "variant_of", template.item_code)
	frappe.db.commit()
	shop.drain()
	stock.move((variant, 2))
	shop.drain()
	assert held(shop, variant) == 2 and not held(shop, template)
	assert available(template) == (1, 0)
	stock.move((variant, -2))
	shop.drain()
	assert available(template) == (0, 0)


@both_generations
def test_an_item_that_is_unpublished_cannot_be_sold(stock, shop):
	"""Its quantity goes to 0 at once, and comes back."""
	item = stock.item()
	stock.put(item, 6)
	shop.drain()
	for published, quantity in ((0, 0), (1, 6)):
		shop.save(item, published=published)
		shop.drain()
		assert held(shop, item) == quantity == available(item)[1]


@both_generations
def test_a_product_that_medusa_has_lost(stock, shop):
	"""It is created again, and gets its quantity."""
	item = stock.item()
	stock.put(item, 6)
	shop.drain()
	shop.by_hand("DELETE", f"/admin/products/{shop.product(item)['id']}")
	stock.put(item, 5)
	update_webitem_stock()
	shop.drain()
	shop.make_due()
	shop.drain()
	assert held(shop, item) == 5
	assert shop.task(item, lane="stock").status == "Synced"


def test_a_quantity_waits_for_its_product(stock, shop):
	"""Without burning an attempt."""
	item = stock.item()
	stock.put(item, 6)
	shop.medusa.fail("POST", "/admin/products/batch", 400, times=None)
	stock.move((item, 1))
	shop.drain()
	task = shop.task(item, lane="stock")
	assert (task.status, task.attempts) == ("Waiting", 0)


def test_several_locations_and_none_chosen(stock, shop):
	"""One clear sentence on the task; choosing one sends what failed."""
	shop.medusa.app.store["default_location_id"] = None
	second = shop.by_hand("POST", "/admin/stock-locations", name="Second")["stock_location"]["id"]
	item = stock.item()
	stock.put(item, 6)
	shop.drain()
	task = shop.task(item, lane="stock")
	assert task.status == "Failed"
	assert "several stock locations, and none is chosen in the settings: Main, Second" in task.last_error

	settings = frappe.get_doc("Medusa Configuration")
	settings.update({"stock_location": second, "admin_password": shop.medusa.password})
	settings.save()
	frappe.db.commit()
	shop.drain()
	assert shop.task(item, lane="stock").status == "Synced"
	assert [row["location_id"] for row in shop.medusa.app.inventory_levels] == [second]


@pytest.mark.parametrize("what", ["first", "again"])
def test_a_chunk_costs_the_same_at_any_size(stock, shop, query_counter, what):
	"""As many statements for 1, 10 and 100 quantities, sent or settled."""
	shop.many(1, website_warehouse=stock.group)
	shop.drain()
	chunks = {size: shop.many(size, website_warehouse=stock.group) for size in (1, 10, 100)}
	shop.set(push_stock_quantities=0)
	shop.drain()
	shop.set(push_stock_quantities=1)
	counts = {}
	for size, names in chunks.items():
		update = {"custom_available_qty": 3, "custom_in_stock": 1}
		for _ in range(1 if what == "first" else 2):
			frappe.db.set_value("Website Item", {"name": ("in", names)}, update, update_modified=False)
			frappe.db.delete("Medusa Sync Task", {"reference_name": ("not in", names)})
			shop.record_stock(names)
			with query_counter() as queries:
				shop.drain()
		counts[size] = len(queries)
		assert set(shop.tasks()) == {"Synced"}
	print(what, counts)
	assert len(set(counts.values())) == 1


def test_right_after_the_save(stock, shop):
	"""Immediate mode: the product, and its quantity behind it."""
	shop.set(sync_mode="Immediate")
	item = stock.item()
	assert shop.task(item, lane="stock").status == "Synced"
	stock.move((item, 3))
	assert held(shop, item) == 3 and available(item) == (1, 3)


def test_flag_and_quantity_follow_while_medusa_is_away(stock, shop):
	"""They are the shop's own; the quantity is tried again."""
	item = stock.item()
	shop.drain()
	shop.medusa.fail("*", "*", 503, times=None)
	stock.move((item, 3))
	shop.drain()
	assert available(item) == (1, 3)
	assert shop.task(item, lane="stock").status == "Retrying"


def test_an_item_that_cannot_be_kept(stock, shop, monkeypatch):
	"""It fails and names the Error Log; the others of its chunk go through."""
	from medusa_integration.catalogue.stock import state as stock_state

	items = [stock.item() for _ in range(3)]
	shop.drain()
	write = stock_state.write

	def raises(changes):
		if items[1].name in changes:
			raise ZeroDivisionError("poison")
		return write(changes)

	monkeypatch.setattr(stock_state, "write", raises)
	stock.move(*[(item, 2) for item in items])
	shop.drain()
	states = [shop.task(item, lane="stock").status for item in items]
	assert states == ["Synced", "Failed", "Synced"]
	assert "Internal error. Reference:" in shop.task(items[1], lane="stock").last_error
	assert [available(item) for item in items] == [(1, 2), (0, 0), (1, 2)]


def test_a_save_costs_two_statements_at_most(stock, shop, query_counter):
	"""Also one that changes what is sold and what is shown."""
	items = [stock.item() for _ in range(3)]
	shop.drain()
	counts = []
	for item, configured in ((items[0], True), (items[1], True), (items[2], False)):
		if not configured:
			shop.set(url=None)
			shop.save(items[0], published=1)  # fills the caches
		with query_counter() as queries:
			shop.save(item, published=0)
		counts.append(len(queries))
	assert counts[1] - counts[2] <= 2


@both_generations
def test_a_renamed_or_merged_item_keeps_one_task(stock, shop):
	"""A name has one quantity, whoever had that name before."""
	item, other, gone = stock.item(), stock.item(), stock.item()
	for one in (item, other, gone):
		stock.put(one, 3)
	shop.drain()
	name = gone.name
	frappe.delete_doc("Website Item", name)
	frappe.db.commit()
	shop.drain()
	assert shop.task(name, lane="stock") is None
	shop.rename(item, other.name, merge=True)
	assert shop.task(item.name, lane="stock") is None
	assert shop.task(other, lane="stock").status == "Synced"
