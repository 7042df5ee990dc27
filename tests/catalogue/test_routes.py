"""Routes of Item Groups: made of the tree, and kept so."""

from __future__ import annotations

import frappe
import pytest
import requests

from medusa_integration.api import update_all_item_groups
from medusa_integration.catalogue.collection.routes import BrokenTree, routes

FIELD = "custom_medusa_route"
TREE = {
	"All Item Groups": None,
	"Products": "All Item Groups",
	"Dental": "Products",
	"Masks & Gloves": "Dental",
	"قفازات": "Dental",
	"Services": "All Item Groups",
	"Repairs": "Services",
}


def test_routes_of_a_tree():
	made = routes(TREE, "Products")
	assert made["Products"] == "products"
	assert made["Dental"] == "products/dental"
	assert made["Masks & Gloves"] == "products/dental/masks-gloves"
	assert made["Services"] == "products/services", "beside the root: the top of the tree shows in no route"
	assert made["Repairs"] == "products/services/repairs"
	assert made["All Item Groups"] == "products/all-item-groups"
	mark = made["قفازات"].removeprefix("products/dental/")
	assert mark and mark.isascii(), "a name without a Latin letter has a mark of its own"


def test_routes_without_a_root():
	assert routes(TREE, None)["Dental"] == "products/products/dental"


def test_routes_do_not_depend_on_the_order_of_the_rows():
	assert routes(dict(reversed(TREE.items())), "Products") == routes(TREE, "Products")


def test_a_deep_tree():
	"""No recursion: 3,000 levels do."""
	tree = {"0": None} | {str(level): str(level - 1) for level in range(1, 3000)}
	assert routes(dict(reversed(tree.items())), None)["2999"].endswith("/2998/2999")


@pytest.mark.parametrize(
	("change", "broken"),
	[
		({"Dental": "Nowhere"}, {"Dental"}),
		({"Dental": "Masks & Gloves"}, {"Dental", "Masks & Gloves"}),
		({"Dental": "Dental"}, {"Dental"}),
	],
	ids=["no parent", "a circle", "its own parent"],
)
def test_a_broken_tree(change, broken):
	with pytest.raises(BrokenTree) as error:
		routes(TREE | change, "Products")
	assert error.value.name in broken


@pytest.fixture
def tree(shop):
	"""A group with a group below it, and one below that."""
	top = shop.item_group(is_group=1)
	middle = shop.item_group(parent_item_group=top.name, is_group=1)
	leaf = shop.item_group(parent_item_group=middle.name)
	frappe.db.commit()
	return top, middle, leaf


def slugs(shop, *groups):
	return "products/" + "/".join(frappe.scrub(group.name).replace("_", "-") for group in groups)


def test_new_groups_have_routes(shop, tree):
	top, middle, leaf = tree
	assert shop.value(top, FIELD) == slugs(shop, top)
	assert shop.value(leaf, FIELD) == slugs(shop, top, middle, leaf) == leaf.get(FIELD)


@pytest.fixture
def elsewhere(shop):
	"""Another group that may have groups below it; it has to outlive what is moved there."""
	return shop.item_group(is_group=1)


def test_a_group_moves(shop, elsewhere, tree):
	"""All below it move along, by one update; an older form does not bring the old route back."""
	top, middle, leaf = tree
	stale = frappe.get_doc("Item Group", leaf.name)
	shop.save(middle, parent_item_group=elsewhere.name)
	assert shop.value(leaf, FIELD) == slugs(shop, elsewhere, middle, leaf)
	assert shop.value(top, FIELD) == slugs(shop, top)

	stale.db_set("modified", shop.value(leaf, "modified"), update_modified=False)
	stale.weightage = 4
	stale.save()
	frappe.db.commit()
	assert shop.value(leaf, FIELD) == slugs(shop, elsewhere, middle, leaf)


def test_a_group_is_renamed(shop, tree):
	top, middle, leaf = tree
	new = shop.rename(middle, shop.name("Masks"))
	assert shop.value(leaf, FIELD) == slugs(shop, top, frappe.get_doc("Item Group", new), leaf)


def test_another_root(shop, tree):
	top, middle, leaf = tree
	shop.set(enable=0)
	settings = frappe.get_doc("Medusa Configuration")
	settings.root_item_group = top.name
	settings.save()
	frappe.db.commit()
	assert shop.value(top, FIELD) == "products"
	assert shop.value(leaf, FIELD) == slugs(shop, middle, leaf)
	shop.set(root_item_group=None)
	update_all_item_groups()
	frappe.db.commit()
	assert shop.value(leaf, FIELD) == slugs(shop, top, middle, leaf)


def test_update_all(shop, tree, query_counter):
	"""One read; what is wrong is mended by one update, which touches nothing else."""
	_top, _middle, leaf = tree
	update_all_item_groups()
	frappe.db.set_value("Item Group", leaf.name, FIELD, "products/elsewhere", update_modified=False)
	modified = shop.value(leaf, "modified")
	frappe.db.set_value("Item Group", leaf.name, FIELD, "products/elsewhere", update_modified=False)
	with query_counter() as queries:
		answer = update_all_item_groups()
	assert answer == {"status": "success", "message": "1 routes of Item Groups were changed."}
	assert len([query for query in queries if "tabItem Group" in query]) == 2, queries
	frappe.db.commit()
	assert shop.value(leaf, FIELD) == leaf.get(FIELD)
	assert shop.value(leaf, "modified") == modified
	with query_counter() as queries:
		update_all_item_groups()
	assert not [query for query in queries if query.lower().startswith("update")]


def test_update_all_of_a_broken_tree(shop, tree, http_server):
	"""417 and the group that is broken; nothing is written, and other groups can still be saved."""
	top, middle, leaf = tree
	frappe.db.set_value("Item Group", middle.name, "parent_item_group", leaf.name, update_modified=False)
	frappe.db.set_value("Item Group", leaf.name, FIELD, "products/elsewhere", update_modified=False)
	frappe.db.commit()
	try:
		url = f"{http_server}/api/method/medusa_integration.api.update_all_item_groups"
		answer = requests.post(url, headers=shop.sign_in("Item Manager"), timeout=300)
		assert answer.status_code == 417
		assert "Item Group tree is broken at" in answer.text
		assert middle.name in answer.text or leaf.name in answer.text
		assert shop.value(leaf, FIELD) == "products/elsewhere"
		shop.item_group()
	finally:
		frappe.db.rollback()
		frappe.db.set_value("Item Group", middle.name, "parent_item_group", top.name, update_modified=False)
		frappe.db.commit()


def test_who_may_update_all(shop, http_server):
	"""POST only, and only who may write Item Groups."""
	url = f"{http_server}/api/method/medusa_integration.api.update_all_item_groups"
	assert requests.post(url, timeout=300).status_code == 403
	assert requests.post(url, headers=shop.sign_in("Medusa Storefront"), timeout=300).status_code == 403
	headers = shop.sign_in("Item Manager")
	assert requests.get(url, headers=headers, timeout=300).status_code == 403
	assert requests.post(url, headers=headers, timeout=300).json()["message"]["status"] == "success"
