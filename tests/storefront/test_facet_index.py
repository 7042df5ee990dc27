"""Medusa Product Facet: the values of specifications, kept up whatever happens to a Website Item."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.api import clean_entries, get_item_specifications
from medusa_integration.storefront import facet_index
from tests.support.queries import recorded_queries

FACET = "Medusa Product Facet"
SETTINGS = "Medusa Configuration"
REFILL = "medusa_integration.storefront.facet_index.refill"
BLUE = [
	{"label": "Colour", "description": "<b>blue</b>, white"},
	{"label": "Tip shape", "description": "Round"},
]


def indexed(name):
	frappe.db.rollback()
	rows = frappe.get_all(FACET, {"website_item": name}, ["kind", "value"], order_by="kind asc, value asc")
	return [(row.kind, row.value) for row in rows]


@pytest.mark.parametrize(
	("texts", "with_digits", "expected"),
	[
		(["blue/White , sky  blue"], False, ["Blue", "Sky Blue", "White"]),
		(["A2", "b1,-, ,!"], False, []),
		(["A2", "b1,-, ,!"], True, ["A2", "B1"]),
		(["Rot", "ROT", "rot/grün"], False, ["Grün", "Rot"]),
		(["Rosé", "rose"], False, ["Rose", "Rosé"]),
		(["日本", "x" * 141, None, ""], False, ["日本"]),
	],
)
def test_values_of_texts(texts, with_digits, expected):
	assert clean_entries(texts, with_digits) == expected


def test_follows_the_save(shop):
	item = shop.website_item(website_specifications=BLUE)
	assert indexed(item.name) == [("colour", "Blue"), ("colour", "White"), ("shape", "Round")]
	shop.save(item, website_specifications=[{"label": "Shade", "description": "A2 / A3"}])
	assert indexed(item.name) == [("shade", "A2"), ("shade", "A3")]
	shop.save(item, website_specifications=[])
	assert indexed(item.name) == []


def test_a_label_may_say_two_things(shop):
	item = shop.website_item(website_specifications=[{"label": "Shape, colour", "description": "Oval"}])
	assert indexed(item.name) == [("colour", "Oval"), ("shape", "Oval")]
	assert get_item_specifications(item.name) == {"colour": "Oval", "shape": "Oval", "shade": None}


def test_what_a_save_costs(shop):
	"""Nothing if the specifications stay as they are, two statements if not."""
	item = shop.website_item(website_specifications=BLUE)

	def statements(**values):
		document = frappe.get_doc("Website Item", item.name)
		document.update(values)
		with recorded_queries() as queries:
			document.save()
		frappe.db.commit()
		return [query for query in queries if FACET in query]

	assert statements(web_item_name="another name") == []
	assert len(statements(website_specifications=[{"label": "Colour", "description": "red"}])) == 2
	assert indexed(item.name) == [("colour", "Red")]


def test_is_rolled_back_with_the_save(shop):
	item = shop.website_item(website_specifications=BLUE)
	document = frappe.get_doc("Website Item", item.name)
	document.update({"website_specifications": []})
	document.save()
	assert len(indexed(item.name)) == 3, "`indexed` rolls back"


def test_is_deleted_and_renamed_with_the_item(shop):
	gone, renamed = (shop.website_item(website_specifications=BLUE) for _number in range(2))
	frappe.delete_doc("Website Item", gone.name)
	frappe.db.commit()
	assert indexed(gone.name) == []
	new = shop.rename(renamed, f"WEB-{shop.mark}-NEW")
	assert indexed(new) == [("colour", "Blue"), ("colour", "White"), ("shape", "Round")]
	assert indexed(renamed.name) == []


def test_a_merged_item_leaves_the_other_ones_values(shop):
	kept = shop.website_item(website_specifications=BLUE)
	merged = shop.website_item(website_specifications=[*BLUE, {"label": "Shade", "description": "A2"}])
	shop.rename(merged, kept.name, merge=True)
	assert indexed(kept.name) == [("colour", "Blue"), ("colour", "White"), ("shape", "Round")]
	assert indexed(merged.name) == []


def test_a_row_saved_by_itself(shop):
	item = shop.website_item(website_specifications=BLUE)
	row = frappe.get_doc("Item Website Specification", item.website_specifications[0].name)
	row.description = "green"
	row.save()
	frappe.db.commit()
	assert indexed(item.name) == [("colour", "Green"), ("shape", "Round")]
	frappe.delete_doc("Item Website Specification", row.name)
	frappe.db.commit()
	assert indexed(item.name) == [("shape", "Round")]


def test_other_labels_make_it_anew(shop, monkeypatch):
	"""In a job, that begins again if the labels change while it runs."""
	shop.set(enable=0)
	jobs = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **_options: jobs.append(method))
	item = shop.website_item(website_specifications=[{"label": "Farbe", "description": "blau"}])
	settings = frappe.get_doc(SETTINGS)
	settings.colour_label = " FARB "
	settings.save()
	assert REFILL not in jobs, "not before it is committed"
	frappe.db.commit()
	assert jobs.count(REFILL) == 1
	assert indexed(item.name) == []
	frappe.get_attr(REFILL)()
	assert indexed(item.name) == [("colour", "Blau")]
	settings.reload().save()
	frappe.db.commit()
	assert jobs.count(REFILL) == 1, "other settings change nothing"

	write, changed = facet_index._write, []

	def change_labels(facets):
		write(facets)
		if not changed:
			changed.append(True)
			frappe.db.set_single_value(SETTINGS, "colour_label", "colo")

	monkeypatch.setattr(facet_index, "_write", change_labels)
	facet_index.refill()
	assert indexed(item.name) == []


def test_an_existing_site_is_filled_once(shop):
	"""By the patch and after each migration, also when an item was deleted without its events."""
	from medusa_integration.patches import index_specifications

	item = shop.website_item(website_specifications=BLUE)
	frappe.db.delete(FACET)
	shop.set(indexed_labels=None)
	frappe.get_doc(
		{
			"doctype": FACET,
			"name": "orphan",
			"website_item": "none",
			"kind": "shape",
			"value": "X",
			"value_key": "x",
		}
	).db_insert()
	frappe.db.commit()
	index_specifications.execute()
	assert len(indexed(item.name)) == 3
	assert indexed("none") == []
	frappe.db.delete(FACET, {"website_item": item.name})
	frappe.db.commit()
	facet_index.ensure()
	assert indexed(item.name) == [], "it is not made anew by every migration"


def test_a_patch_that_saves_an_item_before_the_table_is_there(shop, monkeypatch):
	item = shop.website_item(website_specifications=BLUE)
	exists = frappe.db.table_exists
	monkeypatch.setattr(frappe.flags, "in_migrate", True)
	monkeypatch.setattr(
		frappe.db, "table_exists", lambda name, *more, **o: name != FACET and exists(name, *more, **o)
	)
	item.website_specifications = []
	with recorded_queries() as queries:
		item.save()
	frappe.delete_doc("Website Item", item.name)
	assert not [query for query in queries if FACET in query]


def test_many_are_filled_with_a_constant_number_of_statements(shop, monkeypatch):
	def statements(count):
		monkeypatch.setattr(facet_index, "CHUNK", count)
		with recorded_queries() as queries:
			facet_index.refill()
		return len(queries)

	shop.many(30, recorded=False)
	there = frappe.db.count("Website Item")
	in_one = statements(there + 1)
	# the chunk has 2 statements (no item has a value), and an empty one ends it
	assert statements(there // 2 + 1) == in_one + 3
