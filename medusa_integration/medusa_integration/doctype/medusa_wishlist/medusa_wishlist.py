"""Medusa Wishlist: one row per product and customer of the shop who has put it on the wishlist."""

from __future__ import annotations

import frappe

from medusa_integration.constants import WISHLIST
from medusa_integration.protection import WrittenByApp

UNIQUE_KEY = "product_and_customer"


class MedusaWishlist(WrittenByApp):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		medusa_customer_id: DF.Data
		website_item: DF.Link
	# end: auto-generated types

	# no job reads it
	deletable = True


def on_doctype_update() -> None:
	"""Create the key that keeps a product once on each customer's wishlist."""
	frappe.db.add_unique(WISHLIST, ["website_item", "medusa_customer_id"], UNIQUE_KEY)
