"""Computes the route of each Item Group in the shop, `custom_medusa_route`, from the tree of Item Groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import frappe
from frappe import _
from typing_extensions import TypedDict

from medusa_integration import database, shared_cache
from medusa_integration.catalogue.product import mapping
from medusa_integration.constants import ITEM_GROUP
from medusa_integration.settings import get_settings

FIELD = "custom_medusa_route"
START = "products"


class RoutesMade(TypedDict):
	"""How many routes were changed, in a sentence."""

	status: Literal["success"]
	message: str


class BrokenTree(Exception):
	"""The parents of an Item Group lead to a group that does not exist, or back to the group itself."""

	def __init__(self, name: str) -> None:
		super().__init__(name)
		self.name = name


def routes(parents: Mapping[str, str | None], root: str | None) -> dict[str, str]:
	"""Return the route of each group: `products`, the groups between `root` and itself, and itself, as slugs.

	A group without a Latin letter or digit gets a hash as its slug.

	Args:
		parents: the parent of every group; None or "" for the top of the tree, which is not part of a route.
		root: the group that contains the shop's groups; its route is `products`. None for the top of the
			tree.

	Returns:
		Routes by name of Item Group.

	Raises:
		BrokenTree: a group's parent is missing, or a group is its own ancestor.
	"""
	made: dict[str, str] = {}
	for name in parents:
		path: list[str] = []
		at = name
		while at not in made:
			if at in path:
				raise BrokenTree(at)
			parent = parents[at]
			if parent and parent not in parents:
				raise BrokenTree(at)
			path.append(at)
			if not parent or at == root:
				break
			at = parent
		for at in reversed(path):
			made[at] = _route(at, parents, root, made)
	return made


def _route(name: str, parents: Mapping[str, str | None], root: str | None, made: Mapping[str, str]) -> str:
	if name == root:
		return START
	parent = parents[name]
	above = START if not parent or not parents[parent] else made[parent]
	return f"{above}/{mapping.slug(name) or mapping.group_handle(name)}"


def update_all_item_groups() -> RoutesMade:
	"""Compute the routes of all Item Groups again. Needs the write permission on Item Group.

	Returns:
		{"status": "success", "message": a translated sentence}.

	Raises:
		frappe.ValidationError: `Item Group tree is broken at {name}.` (417).
	"""
	try:
		changed = update()
	except BrokenTree as error:
		frappe.throw(_("Item Group tree is broken at {0}.").format(error.name))
	return {"status": "success", "message": _("{0} routes of Item Groups were changed.").format(len(changed))}


def update() -> dict[str, str]:
	"""Write the routes that differ from the tree directly to the database.

	Two statements, one when all routes are correct.

	Returns:
		The changed routes by name of Item Group.

	Raises:
		BrokenTree: a group's parent is missing, or a group is its own ancestor.
	"""
	if not frappe.get_meta(ITEM_GROUP).has_field(FIELD):
		return {}  # the site uses the name for another field; the installation has logged that
	rows = frappe.get_all(ITEM_GROUP, fields=["name", "parent_item_group", FIELD])
	made = routes({row.name: row.parent_item_group for row in rows}, root_item_group())
	changed = {row.name: made[row.name] for row in rows if row[FIELD] != made[row.name]}
	_write(changed)
	return changed


def update_quietly() -> dict[str, str]:
	"""Update the routes during a save, which must not fail because the tree is broken elsewhere.

	Returns:
		The changed routes by name of Item Group.
	"""
	try:
		with database.latest_rows():  # workers write the collections' ids to the same rows
			return update()
	except BrokenTree:
		return {}


def root_item_group() -> str | None:
	"""Return the name of the Item Group that contains the shop's groups, None for the top of the tree."""
	return get_settings().root_item_group or None


def _write(changed: Mapping[str, str]) -> None:
	values = {name: {FIELD: route} for name, route in changed.items()}
	if values:
		frappe.db.bulk_update(ITEM_GROUP, values, chunk_size=len(values), update_modified=False)
		_forget(changed)
		shared_cache.forget(products=())


def _forget(names: Iterable[str]) -> None:
	for name in names:
		frappe.clear_document_cache(ITEM_GROUP, name)
