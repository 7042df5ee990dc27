"""The tree of Item Groups as the shop sees it: addresses, descendants, handles. From one read."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe import _

from medusa_integration import database, shared_cache
from medusa_integration.catalogue.collection import routes
from medusa_integration.catalogue.product import mapping
from medusa_integration.constants import ITEM_GROUP

# name, parent and route
Row = tuple[str, str | None, str | None]
# addresses that mean the whole shop
EVERYTHING = ("", routes.START, "all-products", "all")


class ItemGroups:
	"""The Item Groups of the site, with their routes."""

	def __init__(self, rows: Iterable[Row]) -> None:
		"""Index rows of name, parent and route."""
		self._children: dict[str, list[str]] = defaultdict(list)
		self._routes: dict[str, str] = {}
		self._names: dict[str, str] = {}
		self._parents: dict[str, str] = {}
		for name, parent, route in rows:
			self._children[database.folded(parent or "")].append(name)
			self._routes[name] = route or ""
			self._names[database.folded(name)] = name
			self._parents[name] = parent or ""

	@classmethod
	def read(cls) -> ItemGroups:
		"""Read the tree. One statement, none as long as it is cached."""
		return cls(shared_cache.shared(("item groups",), _rows))

	def name(self, name: str | None) -> str | None:
		"""Return the name of a group as it is stored, None if there is none.

		Args:
			name: as it is stored or as the shop shows it, see `as_stored`; compared as the database does.
		"""
		if not name:
			return None
		stored = self._names.get(database.folded(name))
		return stored or self._names.get(database.folded(_escaped(name)))

	def require(self, name: str) -> str:
		"""Return the name of a group as it is stored.

		Args:
			name: as for `name`.

		Raises:
			frappe.DoesNotExistError: `Item Group not found.` (404).
		"""
		if stored := self.name(name):
			return stored
		raise frappe.DoesNotExistError(_("Item Group not found."))

	def of_url(self, url: str) -> str | None:
		"""Return the group that an address of the shop means, None for everything.

		It is the group with that route, else the only one whose handle is the last part of the address.

		Args:
			url: a path, such as `/products/dental`.

		Raises:
			frappe.DoesNotExistError: `No matching item group found for the URL: {url}` (404).
		"""
		path = url.strip().strip("/")
		if path in EVERYTHING:
			return None
		found = [name for name, route in self._routes.items() if route == path]
		if not found:
			last = path.rpartition("/")[2]
			found = [name for name in self._routes if slugify(name) == last.lower()]
		if len(found) != 1:
			raise frappe.DoesNotExistError(_("No matching item group found for the URL: {0}").format(url))
		root = routes.root_item_group()
		return None if root and database.folded(found[0]) == database.folded(root) else found[0]

	def below(self, names: Iterable[str]) -> set[str]:
		"""Return groups with all their descendants, also in a tree that leads back to itself.

		Args:
			names: names of groups as they are stored.
		"""
		found: set[str] = set()
		waiting = list(names)
		while waiting:
			name = waiting.pop()
			if name not in found:
				found.add(name)
				waiting += self._children[database.folded(name)]
		return found

	def above(self, name: str) -> list[str]:
		"""Return a group and those above it, itself first, also in a tree that leads back to itself.

		Args:
			name: name of the group as it is stored.
		"""
		found: list[str] = []
		at: str | None = name
		while at is not None and at not in found:
			found.append(at)
			at = self.name(self._parents[at])
		return found

	def children(self, name: str | None) -> list[str]:
		"""Return the groups directly below a group.

		Args:
			name: name of the group as it is stored; None for the root of the shop.
		"""
		if name is None:
			name = self.name(routes.root_item_group())
		if name is not None:
			return self._children[database.folded(name)]
		# without a root of its own the shop's groups are those below the top of the tree
		return [child for top in self._children[""] for child in self._children[database.folded(top)]]

	def route(self, name: str) -> str:
		"""Return the route of a group; "" without one."""
		return self._routes.get(name, "")


def slugify(name: str) -> str:
	"""Return the handle of an Item Group: the last part of its route.

	A name without a Latin letter or digit gets a hash.

	Args:
		name: name of the group.
	"""
	return mapping.slug(name) or mapping.group_handle(name)


def get_full_route(item_group: str) -> str:
	"""Return the route of an Item Group in the shop, such as `products/dental/gloves`.

	Args:
		item_group: name of the group.

	Raises:
		frappe.DoesNotExistError: `Item Group not found.` (404).
	"""
	groups = ItemGroups.read()
	return groups.route(groups.require(item_group))


def _rows() -> list[Row]:
	has_route = frappe.get_meta(ITEM_GROUP).has_field(routes.FIELD)
	group = frappe.qb.DocType(ITEM_GROUP)
	fields = ["name", "parent_item_group", *([routes.FIELD] if has_route else [])]
	rows = frappe.qb.from_(group).select(*(group[field] for field in fields)).orderby(group.name).run()
	return [(row[0], row[1], row[2] if has_route else None) for row in rows]


def as_stored(names: Iterable[str]) -> set[str]:
	"""Return names in both spellings: as callers write them, and with `<`, `>` and `&` as entities.

	Frappe stores some names of Item Groups and Brands so; the shop shows them as they were entered.
	"""
	return {spelling for name in names for spelling in (name, _escaped(name))}


def _escaped(name: str) -> str:
	return html.escape(name, quote=False)
