"""The brands that the shop sells."""

from __future__ import annotations

import frappe
from frappe.utils import get_url
from typing_extensions import TypedDict

from medusa_integration.catalogue.product.image_files import public_address
from medusa_integration.catalogue.product.plain_text import unescaped
from medusa_integration.constants import BRAND, WEBSITE_ITEM
from medusa_integration.database import folded
from medusa_integration.endpoints.parameters import Id
from medusa_integration.settings import get_settings
from medusa_integration.shared_cache import shared
from medusa_integration.storefront.item_groups import ItemGroups
from medusa_integration.storefront.visible import visible


class BrandEntry(TypedDict):
	"""A brand, and the address of its image."""

	brand: str
	image: str | None


class Brands(TypedDict):
	"""The labels of the top categories, and brands by name."""

	top_categories: list[str]
	brand_list: list[BrandEntry]


def get_all_brands(item_group: Id | None = None) -> Brands:
	"""Return the brands that have a product in the shop, and the labels of *Top Categories*.

	Args:
		item_group: only brands with a product in this Item Group or below it.

	Raises:
		frappe.DoesNotExistError: `Item Group not found.` (404).
	"""
	key = ("brands", folded(item_group) if item_group else None)
	labels = [unescaped(row.label) for row in get_settings().top_categories]
	return {"top_categories": labels, "brand_list": shared(key, lambda: _brands(item_group))}


def _brands(item_group: str | None) -> list[BrandEntry]:
	item, brand = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(BRAND)
	query = (
		frappe.qb.from_(item)
		.left_join(brand)
		.on(brand.name == item.brand)
		.select(item.brand, brand.image)
		.distinct()
		.where(visible(item) & (item.brand != ""))
	)
	if item_group:
		groups = ItemGroups.read()
		query = query.where(item.item_group.isin(sorted(groups.below([groups.require(item_group)]))))
	base_url = get_url()
	found: list[BrandEntry] = [
		{"brand": unescaped(name), "image": public_address(image, base_url)} for name, image in query.run()
	]
	return sorted(found, key=lambda entry: (entry["brand"].casefold(), entry["brand"]))
