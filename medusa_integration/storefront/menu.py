"""The menu of the shop: the tree of those Item Groups that are shown on the website."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import get_url
from typing_extensions import NotRequired, TypedDict

from medusa_integration.catalogue.collection import routes
from medusa_integration.catalogue.product.image_files import public_address
from medusa_integration.catalogue.product.plain_text import unescaped
from medusa_integration.constants import ITEM_GROUP
from medusa_integration.database import folded
from medusa_integration.endpoints.parameters import Flag, Id
from medusa_integration.shared_cache import shared
from medusa_integration.storefront.item_groups import as_stored, slugify

FIELDS = ("name", "parent_item_group", "show_in_website", "image", routes.FIELD)
# levels below the node that is asked for: JSON cannot be nested without end
DEEPEST = 100


class MenuNode(TypedDict):
	"""An Item Group, and those below it."""

	title: str
	handle: str
	url: NotRequired[str | None]
	thumbnail: NotRequired[str | None]
	childCount: int
	children: list[MenuNode]


def get_menu(parent: Id | None = None, mobile_view: Flag = False) -> MenuNode:
	"""Return an Item Group with the groups below it that are shown on the website.

	They are ordered by the number of their own children, the most first, then by title. One statement, none
	if nothing has changed.

	Args:
		parent: name of the Item Group, by default *Root Item Group*.
		mobile_view: the whole tree with addresses and images, and not only the children.

	Raises:
		frappe.DoesNotExistError: `Parent item group not found` (404).
	"""
	root = routes.root_item_group()
	wanted = parent or root
	key = ("menu", folded(wanted) if wanted else None, mobile_view)
	return shared(key, lambda: _menu(wanted, is_full=mobile_view))


def _menu(wanted: str | None, *, is_full: bool) -> MenuNode:
	groups = frappe.get_all(ITEM_GROUP, fields=list(FIELDS), order_by="lft asc")
	top = _find(groups, wanted)
	if not top:
		raise frappe.DoesNotExistError(_("Parent item group not found"))
	return _full(top, groups) if is_full else _one_level(_full(top, groups))


def _find(groups: Iterable[frappe._dict], wanted: str | None) -> frappe._dict | None:
	"""Return the group of that name, as it is stored or shown; without a name the top of the tree."""
	if not wanted:
		return next((group for group in groups if not group.parent_item_group), None)
	names = {folded(name) for name in as_stored([wanted])}
	return next((group for group in groups if folded(group.name) in names), None)


def _full(top: frappe._dict, groups: Iterable[frappe._dict]) -> MenuNode:
	"""Return the node of a group with everything below it, each group once, also of a tree with a circle."""
	below: dict[str, list[frappe._dict]] = defaultdict(list)
	for group in groups:
		if group.show_in_website and group.name != top.name:
			below[group.parent_item_group].append(group)
	base_url = get_url()
	levels = [[(top, _node(top, base_url))]]
	while levels[-1] and len(levels) <= DEEPEST:
		level = []
		for group, node in levels[-1]:
			children = [(child, _node(child, base_url)) for child in below[group.name]]
			node["childCount"], node["children"] = len(children), [child for _group, child in children]
			level += children
		levels.append(level)
	for level in levels:
		for _group, node in level:
			node["children"].sort(key=lambda child: (-child["childCount"], child["title"].casefold()))
	return levels[0][0][1]


def _node(group: frappe._dict, base_url: str) -> MenuNode:
	return {
		"title": unescaped(group.name),
		"handle": slugify(group.name),
		"url": group[routes.FIELD] or None,
		"thumbnail": public_address(group.image, base_url),
		"childCount": 0,
		"children": [],
	}


def _one_level(node: MenuNode) -> MenuNode:
	children: list[MenuNode] = [
		{
			"title": child["title"],
			"handle": child["handle"],
			"childCount": child["childCount"],
			"children": [],
		}
		for child in node["children"]
	]
	return {**node, "children": children}
