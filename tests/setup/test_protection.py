"""Medusa's ids and the stock on a document stay as the app wrote them, whoever saves (data model 3,
Rules).
"""

from __future__ import annotations

import frappe
import pytest
import requests

from medusa_integration.protection import protect_ids


@pytest.fixture
def group(site):
	group = site.new("Item Group", item_group_name="Protected", parent_item_group="Products")
	group.db_set("medusa_id", "pcol_1", update_modified=False)
	return frappe.get_doc("Item Group", group.name)


@pytest.fixture
def item_manager(site):
	user = site.new("User", email="item-manager@example.com", first_name="Item", send_welcome_email=0)
	user.add_roles("Item Manager")
	return user


def stored(group):
	return frappe.db.get_value("Item Group", group.name, "medusa_id")


@pytest.mark.parametrize("value", ["pcol_2", "", None])
def test_others_do_not_change_an_id(group, item_manager, value):
	frappe.set_user(item_manager.name)
	group.update({"medusa_id": value, "is_group": 1}).save()
	assert stored(group) == "pcol_1"
	assert frappe.db.get_value("Item Group", group.name, "is_group") == 1


def test_others_do_not_bring_an_id(site, item_manager):
	frappe.set_user(item_manager.name)
	values = {"doctype": "Item Group", "item_group_name": "Brought", "parent_item_group": "Products"}
	group = site.added(frappe.get_doc({**values, "medusa_id": "pcol_9"}).insert())
	assert stored(group) is None


def test_a_system_manager_may_enter_another_id_and_not_lose_one(group):
	group.update({"medusa_id": "pcol_2"}).save()
	assert stored(group) == "pcol_2"
	group.update({"medusa_id": ""}).save()
	assert stored(group) == "pcol_2"


def test_the_app_may_clear_an_id(group):
	group.flags.medusa_id_update = True
	group.update({"medusa_id": ""}).save()
	assert stored(group) is None


def test_who_loaded_the_document_before_writes_nothing_back(site, group):
	"""Ids are written without touching `modified`, so Frappe lets the older document through."""
	before = frappe.get_doc("Item Group", group.name)
	group.db_set("medusa_id", "pcol_new", update_modified=False)
	before.update({"medusa_id": None, "is_group": 1}).save()
	assert stored(group) == "pcol_new"


def test_two_documents_without_an_id_do_not_collide(site):
	for name in ("One Without", "Another Without"):
		group = site.new("Item Group", item_group_name=name, parent_item_group="Products", medusa_id="")
		assert stored(group) is None


def test_stock_is_kept(site):
	before, now = frappe.new_doc("Website Item"), frappe.new_doc("Website Item")
	before.update({"custom_in_stock": 1, "custom_available_qty": 5})
	now.update({"custom_in_stock": 0, "custom_available_qty": 2})
	now._doc_before_save = before
	protect_ids(now)
	assert (now.custom_in_stock, now.custom_available_qty) == (1, 5)


def test_a_copy_has_no_id(group):
	assert not frappe.copy_doc(group, ignore_no_copy=False).medusa_id


def test_costs_no_statement(group, query_counter):
	group._doc_before_save = frappe.get_doc("Item Group", group.name)
	group.medusa_id = "pcol_2"
	with query_counter() as queries:
		protect_ids(group)
	assert queries == []


def test_rest_does_not_change_an_id(group, item_manager, http_server):
	secret = frappe.generate_hash(length=15)
	item_manager.reload()
	item_manager.update({"api_key": frappe.generate_hash(length=15), "api_secret": secret}).save()
	frappe.db.commit()
	answer = requests.put(
		f"{http_server}/api/resource/Item Group/{group.name}",
		json={"medusa_id": "pcol_2"},
		headers={"Authorization": f"token {item_manager.api_key}:{secret}"},
		timeout=300,
	)
	assert answer.status_code == 200
	frappe.db.rollback()
	assert stored(group) == "pcol_1"
