"""The catalogue in memory after changes: each is seen at once."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.catalogue.stock import state
from medusa_integration.storefront import catalogue_store
from tests.storefront.in_memory import ALL, answer, save_elsewhere, titles

# -- as it is now --------------------------------------------------------------------------------------------


def rename(catalogue, title):
	catalogue.shop.save(catalogue.items[title].reload(), web_item_name="Zinc")


def write_without_save(catalogue, title):
	catalogue.items[title].db_set("published", 0)
	frappe.db.commit()


def delete(catalogue, title):
	frappe.delete_doc("Website Item", catalogue.items[title].name)
	frappe.db.commit()


@pytest.mark.parametrize(
	("change", "filters", "before", "after"),
	[
		(rename, {}, ALL, [*ALL[1:], "Zinc"]),
		(write_without_save, {}, ALL, ALL[1:]),
		(delete, {}, ALL, ALL[1:]),
		(
			lambda catalogue, title: catalogue.shop.save(
				catalogue.items[title].reload(),
				website_specifications=[{"label": "Colour", "description": "Pink"}],
			),
			{"colour": "blue"},
			["Blue nitrile", "Dark latex"],
			["Dark latex"],
		),
		(
			lambda catalogue, title: (
				state.write({catalogue.items[title].name: {"custom_in_stock": 1}}),
				frappe.db.commit(),
			),
			{"availability": 1},
			[],
			["Blue nitrile"],
		),
		(rename, {"sort_order": "desc"}, ALL[::-1], ["Zinc", *ALL[:0:-1]]),
	],
)
def test_a_change_is_seen_at_once(catalogue, build, asked_of_database, change, filters, before, after):
	build()
	assert titles(**filters) == before
	change(catalogue, "Blue nitrile")
	assert titles(**filters) == after
	assert answer(**filters)["product_count"] == len(after)
	assert asked_of_database == []


def test_counts_follow_a_change(catalogue, build, asked_of_database):
	"""Of groups, brands and values, by hand."""
	build()
	groups, brands = catalogue.groups, catalogue.brands
	# a save would take both from the Item
	catalogue.items["Blue nitrile"].db_set({"item_group": groups["Medical"].name, "brand": brands[1]})
	frappe.db.commit()
	found = answer()
	assert found["distinct_collection_titles"] == [
		{"name": groups["Gloves"].name, "count": 2},
		{"name": groups["Masks"].name, "count": 1},
		{"name": groups["Medical"].name, "count": 2},
	]
	assert found["distinct_brands"] == [{"name": brands[0], "count": 2}, {"name": brands[1], "count": 3}]
	assert found["distinct_colours"] == ["Blue", "Sky Blue", "White"]
	delete(catalogue, "Blue nitrile")
	assert answer()["distinct_colours"] == ["Blue", "White"]
	assert answer()["distinct_shapes"] == ["Flat"]
	assert asked_of_database == []


def test_prices_follow_their_documents(catalogue, build, quotes, asked_of_database):
	build()
	mask = catalogue.items["Face mask"]
	assert titles(min_price=7, max_price=7) == []
	price = quotes.price(mask.item_code, 7)
	assert titles(min_price=7, max_price=7) == ["Face mask"]
	price.reload().db_set("price_list_rate", 8)
	frappe.db.commit()
	assert titles(min_price=7, max_price=7) == []
	assert titles(min_price=8, max_price=8) == ["Face mask"]
	gauze = catalogue.items["Gauze"].item_code
	frappe.db.set_value("Item Price", {"item_code": gauze}, "valid_from", "2020-01-01")
	price.reload().item_code = gauze
	price.save()
	frappe.db.commit()
	assert titles(min_price=8, max_price=8) == ["Gauze"], "and no longer of the mask"
	frappe.delete_doc("Item Price", price.name)
	frappe.db.commit()
	assert titles(min_price=2.5, max_price=2.5) == ["Gauze"]
	assert asked_of_database == []


def test_a_new_product_and_a_specification_saved_by_itself(catalogue, build, visible, asked_of_database):
	build()
	made = visible(web_item_name="Bandage", item_group=catalogue.groups["Medical"].name)
	made.reload().save()
	frappe.db.commit()
	assert titles() == ["Bandage", *ALL]
	row = frappe.get_doc(
		"Item Website Specification", catalogue.items["Clear vinyl"].website_specifications[0].name
	)
	row.description = "pink"
	row.save()
	frappe.db.commit()
	assert titles(colour="pink") == ["Clear vinyl"]
	assert asked_of_database == []


def test_a_transaction_sees_what_it_has_written(catalogue, build, asked_of_database):
	"""And nobody else does."""
	build()
	item = catalogue.items["Blue nitrile"].reload()
	item.web_item_name = "Written"
	item.save()
	assert "Written" in titles()
	assert asked_of_database == [1]
	frappe.db.rollback()
	assert titles() == ALL


def test_a_change_while_the_job_reads(catalogue, build, monkeypatch, asked_of_database):
	"""It is noted after the place from which on the job has read."""
	read, changed = catalogue_store.read, []

	def read_and_change(rows):
		segment = read(rows)
		if rows and not changed:
			changed.append(1)
			catalogue.shop.elsewhere(lambda: save_elsewhere(catalogue.items["Gauze"].name))
		return segment

	monkeypatch.setattr(catalogue_store, "read", read_and_change)
	build()
	assert changed
	assert titles() == ["A mask", *ALL[:4]]
	assert asked_of_database == []
