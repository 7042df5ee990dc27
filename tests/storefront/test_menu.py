"""`get_menu`: the tree of Item Groups, in one statement, whatever shape it has."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import get_url

from medusa_integration import api
from tests.storefront.catalogue import slug
from tests.support.asking import GUEST
from tests.support.queries import recorded_queries


@pytest.fixture
def group(shop):
	"""Make an Item Group that is shown on the website."""

	def make(parent=None, label="Group", **values):
		values = {"is_group": 1, "show_in_website": 1, **values}
		if parent:
			values["parent_item_group"] = parent.name
		return shop.item_group(shop.name(label), **values)

	return make


def titles(node):
	return [child["title"] for child in node["children"]]


def test_one_level(group):
	root = group()
	few, none, many = group(root, "A"), group(root, "B"), group(root, "C")
	group(few), group(many), group(many)
	frappe.db.commit()
	answer = api.get_menu(root.name)
	assert answer["title"] == root.name
	assert answer["childCount"] == 3
	assert answer["children"] == [
		{"title": many.name, "handle": slug(many.name), "childCount": 2, "children": []},
		{"title": few.name, "handle": slug(few.name), "childCount": 1, "children": []},
		{"title": none.name, "handle": slug(none.name), "childCount": 0, "children": []},
	]


def test_equal_numbers_are_in_the_order_of_the_titles(group):
	root = group()
	groups = [group(root, label) for label in ("b", "C", "a")]
	frappe.db.commit()
	assert titles(api.get_menu(root.name)) == [groups[2].name, groups[0].name, groups[1].name]


def test_the_whole_tree(shop, group):
	root = group()
	shop.set(root_item_group=root.name)
	child = group(root, "Gels", image="/files/gels.png")
	grandchild = group(child, "Small")
	secret = group(child, "Tubs")
	secret.db_set("image", "/private/files/secret.png")
	frappe.db.commit()
	api.update_all_item_groups()
	frappe.db.commit()
	assert api.get_menu(mobile_view=1) == {
		"title": root.name,
		"handle": slug(root.name),
		"url": "products",
		"thumbnail": None,
		"childCount": 1,
		"children": [
			{
				"title": child.name,
				"handle": slug(child.name),
				"url": f"products/{slug(child.name)}",
				"thumbnail": get_url("/files/gels.png"),
				"childCount": 2,
				"children": [
					{
						"title": one.name,
						"handle": slug(one.name),
						"url": f"products/{slug(child.name)}/{slug(one.name)}",
						"thumbnail": None,
						"childCount": 0,
						"children": [],
					}
					for one in (grandchild, secret)
				],
			}
		],
	}


def test_groups_that_are_not_shown_are_left_out_with_what_is_below(group):
	root = group()
	hidden = group(root, show_in_website=0)
	group(hidden)
	shown = group(root)
	frappe.db.commit()
	answer = api.get_menu(root.name, mobile_view=True)
	assert titles(answer) == [shown.name]
	assert answer["childCount"] == 1


def test_the_parent_is_found_as_it_is_stored_and_as_it_is_shown(shop, group):
	root = group(label="Gels &lt;50 ml&gt; &amp; more")
	frappe.db.commit()
	for name in (root.name, root.name.upper(), f" {root.name} ", root.name.replace("&lt;", "<")):
		if name.replace("<", "&lt;") != name:
			name = name.replace("&gt;", ">").replace("&amp;", "&")
		assert api.get_menu(name)["title"] == root.name.replace("&lt;", "<").replace("&gt;", ">").replace(
			"&amp;", "&"
		)


def test_without_a_root_in_the_settings_it_begins_at_the_top(shop, group):
	from frappe.utils.nestedset import get_root_of

	child = group()
	shop.set(root_item_group=None)
	answer = api.get_menu()
	assert answer["title"] == get_root_of("Item Group")
	assert child.name in titles(answer)


@pytest.mark.parametrize("parent", ["No Such Group", "%", "' or 1=1 -- "])
def test_an_unknown_parent(ask, parent):
	answer = ask(GUEST, "get_menu", parent=parent)
	assert (answer.status_code, answer.json()["error"]) == (404, "Parent item group not found")


@pytest.fixture
def move():
	"""Put a group below another one beside ERPNext, which refuses circles; they are put back."""
	before = {}

	def move(group, parent):
		before[group.name] = group.parent_item_group
		frappe.db.set_value("Item Group", group.name, "parent_item_group", parent.name, update_modified=False)
		frappe.db.commit()

	yield move
	frappe.db.rollback()
	for name, parent in before.items():
		frappe.db.set_value("Item Group", name, "parent_item_group", parent, update_modified=False)
	frappe.db.commit()


@pytest.mark.parametrize("mobile_view", [0, 1])
def test_a_circle_ends(group, move, mobile_view):
	"""As a merge beside ERPNext can leave it: the first group is below its own grandchild."""
	first = group()
	second = group(first)
	third = group(second)
	alone = group(first)
	move(first, third)
	move(alone, alone)
	answer = api.get_menu(first.name, mobile_view=mobile_view)
	assert titles(answer) == [second.name]
	if mobile_view:
		assert titles(answer["children"][0]) == [third.name]
		assert titles(answer["children"][0]["children"][0]) == []
	assert api.get_menu(alone.name, mobile_view=mobile_view)["children"] == []


@pytest.mark.parametrize("is_chain", [False, True])
@pytest.mark.parametrize("count", [1, 10, 100, 300])
def test_one_statement_for_a_tree_of_any_size(shop, group, anew, ask, count, is_chain):
	"""Broad or deep; of one that is deeper than JSON should be, the first hundred levels."""
	root = group()
	names = [f"{shop.mark} {number:03}" for number in range(count)]
	parents = [root.name, *names[:-1]] if is_chain else root.name
	shop._insert(
		"Item Group",
		names,
		item_group_name=names,
		parent_item_group=parents,
		show_in_website=1,
		route=[name.replace(" ", "-") for name in names],
	)
	anew()
	with recorded_queries() as queries:
		node = api.get_menu(root.name, mobile_view=1)
	assert len(queries) == 1, queries
	with recorded_queries() as queries:
		assert api.get_menu(root.name, mobile_view=1) == node
	assert queries == []
	depth = 0
	while node["children"]:
		assert node["childCount"] == (1 if is_chain else count)
		node, depth = node["children"][0], depth + 1
	assert depth == (min(count, 100) if is_chain else 1)
	assert ask(GUEST, "get_menu", parent=root.name, mobile_view="yes").status_code == 200


def test_a_change_is_seen_at_once(group):
	root = group()
	child = group(root)
	frappe.db.commit()
	assert titles(api.get_menu(root.name)) == [child.name]
	child.reload().show_in_website = 0
	child.save()
	frappe.db.commit()
	assert titles(api.get_menu(root.name)) == []


def test_another_host_gets_addresses_of_its_own(shop, group, told):
	"""Where the site's address is not configured, it is that of the call: nobody chooses it for others."""
	root = group()
	group(root, image="/files/gels.png")
	frappe.db.commit()

	def thumbnail(host=None):
		node = told(GUEST, "get_menu", host=host, parent=root.name, mobile_view=1)
		return node["children"][0]["thumbnail"]

	before = thumbnail()
	assert before.endswith("/files/gels.png")
	thumbnail("evil.example.com")
	assert thumbnail() == before
	thumbnail(host="evil.example.org")
	shop.save(root, is_group=1)
	thumbnail("evil.example.net")
	assert thumbnail() == before
