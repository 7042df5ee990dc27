"""An Item Price on its way to Medusa: it arrives once, changes, waits, and goes."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration import api
from medusa_integration.catalogue.price import nightly as price_jobs
from tests.catalogue.pricing import LIST, amounts, ids, new_price
from tests.support.medusa import both_generations

pytestmark = pytest.mark.usefixtures("public_list")


@both_generations
@pytest.mark.contract(34, 35, 119)
def test_a_price_is_created_changed_and_deleted(shop, sold):
	"""The ids of list and price are stored without touching `modified`;
	a higher rate replaces the lower one.
	"""
	item = sold()
	price = new_price(shop, item, 12.5)
	modified = shop.value(price, "modified")
	shop.drain()
	assert shop.task(price).status == "Synced"
	assert amounts(shop, item) == [12.5]
	first = ids(shop, price)
	(price_list,) = shop.medusa.price_lists
	assert first == (price_list["id"], price_list["prices"][0]["id"])
	assert shop.value(price, "modified") == modified
	shop.save(price, price_list_rate=15)
	shop.drain()
	assert amounts(shop, item) == [15]
	assert ids(shop, price) == first
	frappe.delete_doc("Item Price", price.name)
	shop.drain()
	assert amounts(shop, item) == []


@both_generations
def test_on_v1_one_list_for_each_price_on_v2_one_for_all(shop, sold, generation):
	"""Named after the item with the Price List as description on v1; after Price List and currency on v2."""
	items = [sold(), sold()]
	for item in items:
		new_price(shop, item, 1)
	shop.drain()
	lists = shop.medusa.price_lists
	assert [one["description"] for one in lists] == [LIST] * len(lists)
	assert {(one["type"], one["status"]) for one in lists} == {("override", "active")}
	if generation == "v1":
		assert sorted(one["name"] for one in lists) == sorted(item.web_item_name for item in items)
	else:
		currency = frappe.db.get_value("Price List", LIST, "currency")
		assert [one["title"] for one in lists] == [f"{LIST} {currency}"]


@both_generations
def test_a_price_waits_for_its_product(shop):
	"""It burns no attempt, and goes with the same round once the product has its variant."""
	item = shop.website_item()
	price = new_price(shop, item, 3)
	fault = shop.medusa.fail("POST", "/admin/products*", faults.status(400), times=None)
	shop.drain()
	assert (shop.task(price).status, shop.task(price).attempts) == ("Waiting", 0)
	fault.cancel()
	api.export_website_item(item.name)
	shop.drain()
	assert shop.task(price).status == "Synced"
	assert amounts(shop, item) == [3]


@pytest.mark.parametrize("generation", ["v2"])
def test_a_variant_that_medusa_has_lost_is_found_again(shop, sold):
	"""The product is looked at, and the price follows it to the variant that there is."""
	item = sold()
	price = new_price(shop, item, 3)
	frappe.db.set_value("Website Item", item.name, "medusa_variant_id", f"variant_{shop.mark}")
	shop.drain()
	shop.make_due()
	shop.drain()
	assert shop.value(item, "medusa_variant_id") == item.medusa_variant_id
	assert (shop.task(price).status, amounts(shop, item)) == ("Synced", [3])


@both_generations
def test_nothing_is_sent_twice_for_one_state(shop, sold):
	"""An unchanged price, and a sibling that is only looked at again, cost no request."""
	item = sold()
	price = new_price(shop, item, 5)
	shop.drain()
	before = len(shop.medusa.requests)
	shop.save(price, price_list_rate=5)
	api.export_all_medusa_price_list()
	shop.drain()
	assert len(shop.medusa.requests) == before


@both_generations
def test_a_new_variant_gets_the_price(shop, sold):
	"""A product that was made anew has another variant: the price goes there."""
	item = sold()
	price = new_price(shop, item, 6)
	shop.drain()
	shop.by_hand("DELETE", f"/admin/products/{item.medusa_id}")
	shop.save(item, web_item_name="Another name")
	shop.drain()
	assert shop.value(item, "medusa_variant_id") != item.medusa_variant_id
	assert shop.task(price).status == "Synced"
	assert amounts(shop, item) == [6]
	assert sum(len(one["prices"]) for one in shop.medusa.price_lists) == 1


@both_generations
def test_a_time_out_after_the_write_makes_one_price(shop, sold, generation):
	item = sold()
	path = "/admin/price-lists" if generation == "v1" else "/admin/price-lists/*/prices/batch"
	new_price(shop, item, 6)
	shop.medusa.fail("POST", path, faults.lost_answer())
	shop.drain()
	assert amounts(shop, item) == [6]


@both_generations
def test_a_worker_that_died_after_sending_leaves_one_price(shop, sold, generation):
	"""The ids never came back: the next worker finds the price."""
	item = sold()
	price = new_price(shop, item, 6)
	shop.drain()
	empty = {"medusa_id": None, "medusa_price_id": None}
	frappe.db.set_value("Item Price", price.name, empty, update_modified=False)
	frappe.db.set_value("Medusa Sync Task", shop.task(price).name, {"status": "In Progress"})
	frappe.db.commit()
	frappe.db.set_value("Medusa Sync Task", shop.task(price).name, "next_attempt_at", "2020-01-01")
	shop.drain()
	assert amounts(shop, item) == [6]
	assert all(ids(shop, price))


@both_generations
def test_a_price_deleted_before_its_ids_came_back_goes(shop, sold, generation):
	"""While it is being created, somebody deletes it."""
	item = sold()
	price = new_price(shop, item, 6)
	path = "/admin/price-lists" if generation == "v1" else "/admin/price-lists/*/prices/batch"

	def delete():
		frappe.delete_doc("Item Price", price.name)
		frappe.db.commit()

	shop.medusa.on("POST", path, lambda _request: shop.elsewhere(delete), "applied", times=1)
	shop.drain()
	shop.drain()
	assert amounts(shop, item) == []


@pytest.mark.parametrize("generation", ["v2"])
def test_a_price_deleted_beside_its_events_goes(shop, sold):
	item = sold()
	price = new_price(shop, item, 6)
	shop.drain()
	frappe.db.delete("Item Price", {"name": price.name})
	price_jobs.record_missing()
	shop.drain()
	assert amounts(shop, item) == []


def test_a_save_keeps_the_ids(shop, sold):
	"""Whoever loaded the price before it was sent does not write the ids away."""
	item = sold()
	price = new_price(shop, item, 2)
	stale = frappe.get_doc("Item Price", price.name)
	shop.drain()
	stale.note = "x"
	stale.price_list_rate = 3
	stale.save()
	frappe.db.commit()
	assert all(ids(shop, price))


@both_generations
def test_called_by_hand_it_sends_at_once(shop, sold):
	item = sold()
	price = new_price(shop, item, 2)
	answer = api.create_medusa_price_list(price, called_manually=True)
	assert (answer["medusa_id"], answer["medusa_price_id"]) == ids(shop, price)


def test_two_rounds_at_once_send_each_price_once(shop, sold):
	"""Another worker drains while this one is sending."""
	item, second = sold(), sold()
	new_price(shop, item, 1)
	new_price(shop, second, 2)
	from medusa_integration.sync import worker

	shop.medusa.on(
		"POST",
		"/admin/price-lists/*/prices/batch",
		lambda _request: shop.elsewhere(lambda: worker.drain()),
		"arrived",
		times=1,
	)
	shop.drain()
	assert (amounts(shop, item), amounts(shop, second)) == ([1], [2])


@both_generations
def test_a_deletion_leaves_the_others_of_the_shared_list_alone(shop, sold):
	"""On v2 many Item Prices have the same list id: a deleted one still goes, and only that one."""
	item, second = sold(), sold()
	price = new_price(shop, item, 3)
	new_price(shop, second, 4)
	shop.drain()
	frappe.delete_doc("Item Price", price.name)
	shop.drain()
	assert (amounts(shop, item), amounts(shop, second)) == ([], [4])


@both_generations
def test_the_list_deleted_in_medusa_is_made_again(shop, sold):
	item = sold()
	price = new_price(shop, item, 3)
	shop.drain()
	shop.by_hand("DELETE", f"/admin/price-lists/{ids(shop, price)[0]}")
	shop.save(price, price_list_rate=4)
	shop.drain()
	assert amounts(shop, item) == [4]
