"""The banners that the product pages of an Item Group show: *Product Details Banner* of Homepage Landing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

import frappe
from frappe.utils import get_url
from typing_extensions import NotRequired, TypedDict

from medusa_integration.catalogue.collection import routes
from medusa_integration.catalogue.product import mapping
from medusa_integration.catalogue.product.image_files import public_address
from medusa_integration.catalogue.product.plain_text import unescaped
from medusa_integration.constants import BRAND, HOMEPAGE, ITEM_GROUP, WEBSITE_ITEM
from medusa_integration.endpoints.parameters import Id
from medusa_integration.shared_cache import shared
from medusa_integration.storefront.visible import VISIBLE


class Banner(TypedDict):
	"""An image, and what it leads to."""

	type: Literal["Item Group", "Brand", "Website Item"]
	title: str
	item_group_url: NotRequired[str | None]
	product_id: NotRequired[str]
	has_variants: NotRequired[Literal[0, 1]]
	banner_url: str


class Banners(TypedDict):
	"""The banners of an Item Group."""

	status: Literal["success", "not_found"]
	banners: list[Banner]


def get_product_details_banner(item_group: Id) -> Banners:
	"""Return the banners of an Item Group that lead to something, in the order of *Homepage Landing*.

	Args:
		item_group: name of the Item Group, in any case.

	Returns:
		`banners`, and `status` "not_found" where there are none. Rows without a public image are left out,
		and those whose link is empty, or leads to what does not exist or is not shown.
	"""
	rows = _of_group(item_group)
	banners = [row["banner"] for row in rows if row["banner"]]
	return {"status": "success" if banners else "not_found", "banners": banners}


def get_product_details_banner_item_group(item_group: Id) -> str | None:
	"""Return the address of the first banner's image of an Item Group, None without one.

	Args:
		item_group: name of the Item Group, in any case.
	"""
	rows = _of_group(item_group)
	return rows[0]["url"] if rows else None


def _of_group(item_group: str) -> list[dict[str, Any]]:
	return shared(("product details banners",), _all).get(_key(item_group), [])


def _key(item_group: str) -> str:
	return unescaped(item_group).strip().casefold()


def _all() -> dict[str, list[dict[str, Any]]]:
	"""Return the rows of each group: `url` of the image, and the `banner`, None without a link.

	Four statements for any number of banners.
	"""
	rows = frappe.get_all(
		"Product details banner",
		filters={"parenttype": HOMEPAGE, "parentfield": "product_details_banner"},
		fields=["item_group", "url", "link_doctype", "name1"],
		order_by="idx asc",
	)
	targets = _targets(rows)
	base_url = get_url()
	found: dict[str, list[dict[str, Any]]] = defaultdict(list)
	for row in rows:
		url, link = public_address(row.url, base_url), (row.link_doctype, row.name1)
		if url and not row.name1:
			found[_key(row.item_group)].append({"url": url, "banner": None})
		elif url and link in targets:
			banner: dict[str, Any] = {"type": row.link_doctype, **targets[link], "banner_url": url}
			found[_key(row.item_group)].append({"url": url, "banner": banner})
	return dict(found)


def _targets(rows: Sequence[frappe._dict]) -> dict[tuple[str, str], dict[str, Any]]:
	"""Return what the links of the rows lead to, without what does not exist or is not shown."""
	names = {
		doctype: sorted({row.name1 for row in rows if row.link_doctype == doctype and row.name1}) or [""]
		for doctype in (ITEM_GROUP, BRAND, WEBSITE_ITEM)
	}
	found: dict[tuple[str, str], dict[str, Any]] = {}
	for group in frappe.get_all(ITEM_GROUP, {"name": ("in", names[ITEM_GROUP])}, ["name", routes.FIELD]):
		values = {"title": unescaped(group.name), "item_group_url": group[routes.FIELD] or None}
		found[ITEM_GROUP, group.name] = values
	for brand in frappe.get_all(BRAND, {"name": ("in", names[BRAND])}, pluck="name"):
		found[BRAND, brand] = {"title": unescaped(brand)}
	items = frappe.get_all(
		WEBSITE_ITEM,
		filters={"name": ("in", names[WEBSITE_ITEM]), **VISIBLE},
		fields=["name", "web_item_name", "item_code", "medusa_id", "has_variants"],
	)
	for item in items:
		found[WEBSITE_ITEM, item.name] = {
			"title": mapping.title(item),
			"product_id": item.medusa_id,
			"has_variants": int(bool(item.has_variants)),
		}
	return found
