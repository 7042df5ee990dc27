"""The banners that the product pages of an Item Group show: *Product Details Banner* of Homepage Landing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

import frappe
from frappe.utils import get_url
from typing_extensions import NotRequired, TypedDict

from medusa_integration.catalogue.product import mapping
from medusa_integration.catalogue.product.image_files import public_address
from medusa_integration.constants import ITEM_GROUP, WEBSITE_ITEM
from medusa_integration.endpoints.parameters import Id
from medusa_integration.shared_cache import shared
from medusa_integration.storefront import homepage_links as links
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
	return shared(("product details banners",), _all).get(links.comparable(item_group), [])


def _all() -> dict[str, list[dict[str, Any]]]:
	"""Return the rows of each group: `url` of the image, and the `banner`, None without a link.

	Four statements at most for any number of banners.
	"""
	rows = links.rows_of(
		"product_details_banner", "Product details banner", "item_group", "url", "link_doctype", "name1"
	)
	targets = _targets(rows)
	base_url = get_url()
	found: dict[str, list[dict[str, Any]]] = defaultdict(list)
	for row in rows:
		url, link = public_address(row.url, base_url), (row.link_doctype, row.name1)
		if url and not row.name1:
			found[links.comparable(row.item_group)].append({"url": url, "banner": None})
		elif url and link in targets:
			banner: dict[str, Any] = {"type": row.link_doctype, **targets[link], "banner_url": url}
			found[links.comparable(row.item_group)].append({"url": url, "banner": banner})
	return dict(found)


def _targets(rows: Sequence[frappe._dict]) -> dict[tuple[str, str], dict[str, Any]]:
	"""Return what the links of the rows lead to, without what does not exist or is not shown."""
	found: dict[tuple[str, str], dict[str, Any]] = {}
	for (doctype, name), target in links.targets(rows).items():
		found[doctype, name] = {"title": target.title}
		if doctype == ITEM_GROUP:
			found[doctype, name]["item_group_url"] = target.url
	names = sorted({row.name1 for row in rows if row.link_doctype == WEBSITE_ITEM and row.name1})
	items = names and frappe.get_all(
		WEBSITE_ITEM,
		filters={"name": ("in", names), **VISIBLE},
		fields=["name", "web_item_name", "item_code", "medusa_id", "has_variants"],
	)
	for item in items or ():
		found[WEBSITE_ITEM, item.name] = {
			"title": mapping.title(item),
			"product_id": item.medusa_id,
			"has_variants": int(bool(item.has_variants)),
		}
	return found
