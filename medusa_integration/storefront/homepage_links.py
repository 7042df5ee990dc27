"""The rows of Homepage Landing, and what they lead to: Item Groups and Brands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import frappe
from frappe.utils import get_url
from typing_extensions import TypedDict

from medusa_integration.catalogue.collection import routes
from medusa_integration.catalogue.product.image_files import public_address
from medusa_integration.catalogue.product.plain_text import unescaped
from medusa_integration.constants import BRAND, HOMEPAGE, ITEM_GROUP, WEBSITE_ITEM
from medusa_integration.storefront.visible import visible


class Place(TypedDict):
	"""A page of the shop: its title, and its address below the shop's."""

	title: str
	url: str | None


@dataclass(frozen=True, slots=True)
class Target:
	"""An Item Group or Brand.

	Attributes:
		title: its name.
		url: address of its products below the shop's, such as `products/dental`, `products?brand=Nova`; None
			for a group without a route.
		image: absolute address of a public image, or None.
	"""

	title: str
	url: str | None
	image: str | None


def rows_of(table: str, doctype: str, *fields: str) -> list[frappe._dict]:
	"""Return the rows of a table of Homepage Landing. One statement."""
	return frappe.get_all(
		doctype,
		filters={"parent": HOMEPAGE, "parenttype": HOMEPAGE, "parentfield": table},
		fields=list(fields),
		order_by="idx asc, name asc",
	)


def targets(rows: Iterable[frappe._dict]) -> dict[tuple[str, str], Target]:
	"""Return what rows lead to by `link_doctype` and `name1`, without what does not exist.

	Two statements for any number of rows.

	Args:
		rows: rows with both fields, which may be empty.
	"""
	rows = list(rows)
	base_url = get_url()
	found: dict[tuple[str, str], Target] = {}
	for doctype, field in ((ITEM_GROUP, routes.FIELD), (BRAND, "name")):
		names = sorted({row.name1 for row in rows if row.link_doctype == doctype and row.name1})
		if not names:
			continue
		for stored in frappe.get_all(doctype, {"name": ("in", names)}, ["name", "image", field]):
			title = unescaped(stored.name)
			url = stored[field] or None if doctype == ITEM_GROUP else of_brand(title)
			found[doctype, stored.name] = Target(title, url, public_address(stored.image, base_url))
	return found


def groups_below(names: Iterable[str]) -> dict[str, list[Place]]:
	"""Return the groups right below each group that are shown on the website. One statement.

	Args:
		names: names of Item Groups.
	"""
	filters: dict[str, Any] = {"parent_item_group": ("in", sorted(set(names)) or [""]), "show_in_website": 1}
	fields = ["name", "parent_item_group", routes.FIELD]
	found: dict[str, list[Place]] = defaultdict(list)
	for group in frappe.get_all(ITEM_GROUP, filters, fields, order_by="name asc"):
		found[group.parent_item_group].append(_place(group.name, group[routes.FIELD]))
	return found


def groups_with(brands: Iterable[str]) -> dict[str, list[Place]]:
	"""Return the groups that have a product of each brand in the shop. One statement.

	Args:
		brands: names of Brands.
	"""
	item, group = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(ITEM_GROUP)
	rows = (
		frappe.qb.from_(item)
		.inner_join(group)
		.on(group.name == item.item_group)
		.select(item.brand, group.name, group[routes.FIELD])
		.distinct()
		.where(item.brand.isin(sorted(set(brands)) or [""]))
		.where(visible(item))
		.orderby(group.name)
	).run()
	found: dict[str, list[Place]] = defaultdict(list)
	for brand, name, route in rows:
		found[brand].append(_place(name, route, unescaped(brand)))
	return found


def of_brand(brand: str, route: str = routes.START) -> str:
	"""Return the address of a group's products of a brand."""
	return f"{route}?brand={quote(brand, safe='')}"


def comparable(name: str) -> str:
	"""Return what is the same for a name as it is stored and as it is shown, in any case."""
	return unescaped(name).strip().casefold()


def _place(name: str, route: str | None, brand: str | None = None) -> Place:
	url = of_brand(brand, route) if route and brand else route or None
	return {"title": unescaped(name), "url": url}
