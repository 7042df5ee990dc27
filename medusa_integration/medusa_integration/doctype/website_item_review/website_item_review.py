"""Website Item Review: what a customer of the shop says about a product, once per product and customer."""

from __future__ import annotations

import frappe

from medusa_integration.protection import OwnDocument

DOCTYPE = "Website Item Review"
UNIQUE_KEY = "product_and_customer"


class WebsiteItemReview(OwnDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		customer_name: DF.Data | None
		date: DF.Date | None
		dislikes: DF.Int
		hidden: DF.Check
		likes: DF.Int
		medusa_customer_id: DF.Data
		rating: DF.Rating
		review: DF.Text | None
		review_id: DF.Data | None
		website_item: DF.Link
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Create the key that keeps one review per product and customer."""
	frappe.db.add_unique(DOCTYPE, ["website_item", "medusa_customer_id"], UNIQUE_KEY)
