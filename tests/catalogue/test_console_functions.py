"""Functions for the console: all Website Items and Item Groups updated or exported, and cleared ids."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration import api


@pytest.mark.contract(95)
def test_alias():
	assert api.export_items_and_images is api.export_all_website_item


def test_update_all_website_item(shop):
	"""All that Medusa has are compared; only what has changed is sent."""
	names = shop.many(3)
	shop.drain()
	frappe.db.sql("update `tabWebsite Item` set ranking = 7 where name = %s", names[0])
	unsynced = shop.many(1, recorded=False)
	posts = len(shop.medusa.sent("POST"))
	assert api.update_all_website_item() >= 3
	shop.drain(only=[("Website Item", name, "product") for name in names])
	assert len(shop.medusa.sent("POST")) == posts + 1
	assert shop.product(names[0]) and shop.task(unsynced[0]) is None


def test_export_all_item_groups(shop):
	"""Each gets its collection, the root of the tree gets none, and one that fails holds up nobody."""
	from frappe.utils.nestedset import get_root_of

	groups = [shop.item_group() for _ in range(3)]
	before = frappe.get_all("Item Group", {"medusa_id": ("is", "not set")}, pluck="name")
	frappe.db.commit()
	name = groups[1].name.encode()
	shop.medusa.fail(
		"POST",
		"/admin/collections",
		faults.status(400, body=b'{"message": "no good"}'),
		times=None,
		only=lambda request: name in request.raw,
	)
	try:
		answer = api.export_all_item_groups()
		assert answer == {"exported": len(before) - 2, "failed": 1, "skipped": 0}
		assert "no good" in shop.task(groups[1]).last_error
		assert not frappe.db.get_value("Item Group", get_root_of("Item Group"), "medusa_id")
		shop.set(enable=0)
		assert api.export_all_item_groups() == {"exported": 0, "failed": 0, "skipped": 1}
	finally:
		frappe.db.set_value("Item Group", {"name": ("in", before)}, "medusa_id", None, update_modified=False)
		frappe.db.commit()


def test_clearing_ids(shop, only_ours, query_counter):
	"""Counted first; then one UPDATE to NULL, and what Medusa has is found again, not made twice."""
	names = shop.many(2)
	shop.drain()
	had = frappe.db.count("Website Item", {"medusa_id": ("is", "set")})
	others = frappe.get_all(
		"Website Item",
		{"medusa_id": ("is", "set"), "name": ("not in", names)},
		["name", "medusa_id", "medusa_variant_id"],
	)
	assert api.clear_all_website_item_id() == had
	assert shop.product(names[0])["id"] == frappe.db.get_value("Website Item", names[0], "medusa_id")
	with query_counter() as queries:
		assert api.clear_all_website_item_id(dry_run=False) == had
	assert len([query for query in queries if query.lower().startswith("update")]) == 1
	for row in others:
		ids = {"medusa_id": row.medusa_id, "medusa_variant_id": row.medusa_variant_id}
		frappe.db.set_value("Website Item", row.name, ids, update_modified=False)
	frappe.db.commit()
	ids = frappe.get_all("Website Item", {"name": ("in", names)}, ["medusa_id", "medusa_variant_id"])
	assert ids == [{"medusa_id": None, "medusa_variant_id": None}] * 2

	assert api.export_items_batch(0, 2) == {"exported": 2, "failed": 0}
	assert len(shop.medusa.products) == 2


def test_clearing_ids_of_groups(shop):
	group = shop.exported_group()
	rows = dict(
		frappe.get_all("Item Group", {"medusa_id": ("is", "set")}, ["name", "medusa_id"], as_list=True)
	)
	assert api.clear_all_item_group_id() == len(rows)
	assert shop.value(group, "medusa_id")
	assert api.clear_all_item_group_id(dry_run=False) == len(rows)
	assert shop.value(group, "medusa_id") is None
	for name, medusa_id in rows.items():
		frappe.db.set_value("Item Group", name, "medusa_id", medusa_id, update_modified=False)
	frappe.db.commit()
