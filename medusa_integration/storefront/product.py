"""What the page of one product shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import frappe
from frappe import _
from frappe.utils import flt, get_url
from typing_extensions import TypedDict

from medusa_integration.catalogue.product import parent_item
from medusa_integration.catalogue.product.image_files import public_address
from medusa_integration.catalogue.product.images import Images
from medusa_integration.catalogue.product.plain_text import plain_text
from medusa_integration.constants import BRAND, WEBSITE_ITEM
from medusa_integration.endpoints.access import is_shop
from medusa_integration.endpoints.parameters import Id
from medusa_integration.storefront.card_answers import ListedProduct, listed
from medusa_integration.storefront.cards import cards_of
from medusa_integration.storefront.shown_prices import shown_prices
from medusa_integration.storefront.viewers import viewer_of
from medusa_integration.storefront.visible import VISIBLE

PARENT = parent_item.FIELD
DETAILS = (
	"name",
	"item_code",
	"item_name",
	"website_image",
	"slideshow",
	"brand",
	"web_long_description",
	"custom_in_stock",
	"custom_available_qty",
)


class RelatedItems(TypedDict):
	"""The variants of a product."""

	status: Literal["success", "empty"]
	related_items: list[ListedProduct]


class HasVariants(TypedDict):
	"""Whether a product is a template."""

	status: Literal["success"]
	has_variants: Literal[0, 1]


class ProductDetails(TypedDict):
	"""What only the page of a product shows."""

	status: Literal["success"]
	image: list[str]
	brand_image: str | None
	in_stock: Literal[0, 1]
	qty: float | None
	price: float
	negotiated_price: float
	description: str


def get_website_variants(medusa_id: Id, customer_id: Id | None = None) -> RelatedItems:
	"""Return the variants of a product: those whose *Parent Website Item* it is, by title.

	Args:
		medusa_id: Medusa's id of the product.
		customer_id: Medusa's id of the customer whose prices and wishes are shown; only the shop's server may
			say it.

	Returns:
		`related_items`, and `status` "empty" where there are none.

	Raises:
		frappe.DoesNotExistError: `No Website Item found with this medusa_id`, `Customer not found.` (404).
	"""
	viewer = viewer_of(customer_id)
	parent = visible_product(medusa_id).name
	names = frappe.get_all(
		WEBSITE_ITEM,
		filters={PARENT: parent, "name": ("!=", parent), **VISIBLE},
		order_by="web_item_name asc, name asc",
		pluck="name",
	)
	related = [listed(card) for card in cards_of(names, viewer).values()]
	return {"status": "success" if related else "empty", "related_items": related}


def get_product_has_variants(medusa_id: Id) -> HasVariants:
	"""Return whether a product is a template, which is bought as one of its variants.

	Args:
		medusa_id: Medusa's id of the product.

	Raises:
		frappe.DoesNotExistError: `No Website Item found with this medusa_id` (404).
	"""
	product = visible_product(medusa_id, ["has_variants"])
	return {"status": "success", "has_variants": 1 if product.has_variants else 0}


def get_website_image(medusa_id: Id, customer_id: Id | None = None) -> ProductDetails:
	"""Return images, availability, prices and description of a product. Medusa is not asked.

	Args:
		medusa_id: Medusa's id of the product.
		customer_id: Medusa's id of the customer whose negotiated price is shown; only the shop's server may
			say it.

	Returns:
		`image` has the public images; `qty`, the quantity that may be sold, is told to the shop's server
		only.

	Raises:
		frappe.DoesNotExistError: `No Website Item found with this medusa_id`, `Customer not found.` (404).
	"""
	viewer = viewer_of(customer_id)
	product = visible_product(medusa_id, DETAILS)
	price = shown_prices([product.item_code], viewer)[product.item_code]
	brand_image = frappe.db.get_value(BRAND, product.brand, "image") if product.brand else None
	return {
		"status": "success",
		"image": Images([product]).of(product, only_public=True).addresses,
		"brand_image": public_address(brand_image, get_url()),
		"in_stock": 1 if product.custom_in_stock else 0,
		"qty": flt(product.custom_available_qty) if is_shop() else None,
		"price": price.standard,
		"negotiated_price": price.negotiated,
		"description": plain_text(product.web_long_description),
	}


def visible_product(medusa_id: str, fields: Sequence[str] = ("name",)) -> frappe._dict:
	"""Return fields of the Website Item of a product that the shop shows. One statement.

	Args:
		medusa_id: Medusa's id of the product.
		fields: names of fields.

	Raises:
		frappe.DoesNotExistError: `No Website Item found with this medusa_id` (404).
	"""
	filters = {"medusa_id": medusa_id, "published": 1}
	found = frappe.db.get_value(WEBSITE_ITEM, filters, list(fields), as_dict=True)
	if not found:
		raise frappe.DoesNotExistError(_("No Website Item found with this medusa_id"))
	return found
