"""Product details banner: a row of Homepage Landing, one banner on the product pages of an Item Group."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class Productdetailsbanner(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		item_group: DF.Link
		link_doctype: DF.Literal["Item Group", "Brand", "Website Item"]
		name1: DF.DynamicLink | None
		url: DF.Data | None
	# end: auto-generated types
