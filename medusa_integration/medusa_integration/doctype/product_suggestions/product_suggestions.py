"""Product Suggestions: a product that a visitor of the shop would like to find in it."""

from __future__ import annotations

from medusa_integration.protection import OwnRecord


class ProductSuggestions(OwnRecord):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		contact_number: DF.Data
		product_link: DF.Data | None
		product_name: DF.Data
		product_short_description: DF.SmallText | None
		product_supplier: DF.Data | None
		suggested_by: DF.Data
		supplier_details: DF.SmallText | None
	# end: auto-generated types
