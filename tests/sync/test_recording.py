"""What of a save becomes a task, and what does not."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.api import update_website_item


def writes_of(queries):
	return [query for query in queries if not query.lstrip().lower().startswith("select")]


def writes_of_ours(queries):
	return [query for query in writes_of(queries) if "tabMedusa" in query]


@pytest.mark.contract(70, 73)
def test_a_save_with_a_mapped_change_records_one_task(shop, item):
	"""Website Item `validate` records, once per document however often it is saved."""
	shop.save(item, web_item_name="Nitrile gloves, blue")
	assert shop.task(item).status == "Pending"
	version = shop.task(item).version

	shop.save(item, short_description="Blue")

	task = shop.task(item)
	assert (task.version, task.operation, task.lane) == (version + 1, "Upsert", "product")


@pytest.mark.contract(73)
def test_the_hook_is_the_documented_one(site):
	"""hooks.py names `medusa_integration.api.website_item_validate` for `validate`,
	`delete_medusa_item` for `on_trash`.
	"""
	events = frappe.get_hooks("doc_events")["Website Item"]
	assert events["validate"] == ["medusa_integration.api.website_item_validate"]
	assert events["on_trash"][0] == "medusa_integration.api.delete_medusa_item"


def test_a_save_without_mapped_change_records_nothing(shop, item, query_counter):
	"""Not a statement of ours is written for a field that Medusa does not have."""
	document = frappe.get_doc("Website Item", item.name)
	document.website_image_alt = "A pair of gloves"
	with query_counter() as queries:
		document.save()
	assert writes_of_ours(queries) == []
	assert writes_of(queries), "the save itself has written"
	frappe.db.commit()
	assert shop.task(item).status == "Synced"


@pytest.mark.parametrize(
	("field", "as_a_form_sends_it"),
	[("ranking", "1"), ("published", "1"), ("on_backorder", "0"), ("brand", "")],
)
def test_a_form_sends_everything_as_text(shop, item, query_counter, field, as_a_form_sends_it):
	"""The same value in another spelling is no change."""
	document = frappe.get_doc("Website Item", item.name)
	document.set(field, as_a_form_sends_it)
	with query_counter() as queries:
		document.save()
	assert writes_of_ours(queries) == []


@pytest.mark.parametrize(
	("field", "value"),
	[
		("web_item_name", "Another"),
		("web_long_description", "<p>Long</p>"),
		("short_description", "Short"),
		("ranking", 7),
		("published", 0),
		("on_backorder", 1),
	],
)
def test_every_mapped_field_is_noticed(shop, item, field, value):
	"""A change of any field that the product is made of is recorded, and arrives."""
	shop.save(item, **{field: value})
	assert shop.task(item).status == "Pending"
	assert shop.drain() == {"Synced": 1}


def test_specifications_are_noticed(shop, item):
	"""A row of the specifications added, changed, removed."""
	document = frappe.get_doc("Website Item", item.name)
	document.append("website_specifications", {"label": "Size", "description": "M"})
	document.save()
	shop.drain()
	assert shop.product(item)["erp_product"]["specifications"] == [{"label": "Size", "description": "M"}]

	document.reload()
	document.website_specifications[0].description = "L"
	document.save()
	shop.drain()
	assert shop.product(item)["erp_product"]["specifications"] == [{"label": "Size", "description": "L"}]

	document.reload()
	document.website_specifications = []
	document.save()
	shop.drain()
	assert not shop.product(item)["erp_product"]["specifications"]


@pytest.mark.contract(97)
def test_the_skip_field_lets_one_save_pass(shop, item, query_counter):
	"""`custom_skip_update_hook`: nothing is sent, that same save resets it, the next save is recorded.

	Its task only notes that a change is held back (ruling B2).
	"""
	document = frappe.get_doc("Website Item", item.name)
	document.custom_skip_update_hook = 1
	document.web_item_name = "Not for Medusa"
	with query_counter() as queries:
		document.save()
	[note] = writes_of_ours(queries)
	assert "SET `held_back`=1 WHERE" in note
	frappe.db.commit()
	assert shop.value(item, "custom_skip_update_hook") == 0
	assert shop.value(item, "web_item_name") == "Not for Medusa"
	assert shop.task(item).status == "Synced"

	shop.save(item, ranking=9)
	assert shop.task(item).status == "Pending"


@pytest.mark.contract(98)
def test_the_skip_field_and_the_documented_function(shop, item):
	"""`update_website_item` looks at the field first, resets it without touching `modified`,
	and sends nothing.
	"""
	shop.save(item, ranking=9)
	frappe.db.set_value("Website Item", item.name, "custom_skip_update_hook", 1, update_modified=False)
	frappe.db.commit()
	modified, requests = shop.value(item, "modified"), len(shop.medusa.requests)

	assert update_website_item(frappe.get_doc("Website Item", item.name)) is None

	assert len(shop.medusa.requests) == requests
	frappe.db.commit()
	assert shop.value(item, "custom_skip_update_hook") == 0
	assert shop.value(item, "modified") == modified
	update_website_item(item.name)
	assert shop.product(item)["erp_product"]["ranking"] == 9


def test_a_flag_lets_one_save_pass(shop, item):
	"""`doc.flags.medusa_skip_sync` does the same for this document object, without a field."""
	document = frappe.get_doc("Website Item", item.name)
	document.flags.medusa_skip_sync = True
	document.web_item_name = "Not for Medusa"
	document.save()
	frappe.db.commit()
	assert shop.task(item).status == "Synced"


def test_sending_leaves_modified_alone(shop, item):
	"""Whoever has the form open can still save it after Medusa has got the item."""
	opened = frappe.get_doc("Website Item", item.name)
	frappe.db.set_value("Website Item", item.name, "ranking", 3, update_modified=False)
	shop.record([item.name])
	shop.drain()
	opened.web_item_name = "Saved from a form"
	opened.save()
	assert opened.medusa_id


def test_a_stale_form_does_not_wipe_ids(shop):
	"""A form that was opened before the export is saved after it: the ids stay."""
	item = shop.website_item()
	opened = frappe.get_doc("Website Item", item.name)
	shop.drain()
	assert not opened.medusa_id
	opened.web_item_name = "Saved from a form"
	opened.save()
	frappe.db.commit()

	assert shop.value(item, "medusa_id")
	assert shop.value(item, "medusa_variant_id")
	shop.drain()
	assert len(shop.medusa.products) == 1
	assert shop.product(item)["title"] == "Saved from a form"


def test_nothing_is_recorded_on_a_site_without_medusa(shop, query_counter):
	"""Without an address no Medusa was ever configured: no task, whatever is saved, renamed or deleted."""
	shop.set(url=None)
	with query_counter() as queries:
		item = shop.website_item()
	assert [query for query in writes_of(queries) if "tabMedusa Sync Task" in query] == []
	shop.save(item, ranking=4)
	frappe.rename_doc("Item Group", item.item_group, shop.name("Renamed"))
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	assert not shop.tasks()
	assert shop.woken == 0


def test_switched_off_changes_are_kept(shop):
	"""With an address but switched off, changes are recorded and not sent; switched on, they go out."""
	shop.set(enable=0)
	item = shop.website_item()
	assert shop.task(item).status == "Pending"
	assert shop.woken == 0
	shop.drain()
	assert shop.medusa.requests == []

	shop.set(enable=1)
	shop.drain()
	assert shop.task(item).status == "Synced"
	assert shop.product(item)
