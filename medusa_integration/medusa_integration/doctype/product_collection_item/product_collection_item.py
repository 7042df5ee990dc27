"""Product Collection Item: a row of Product Collection, one of the best-selling items of a category."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class ProductCollectionItem(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		category: DF.Link | None
		item_code: DF.Link
		item_name: DF.Data | None
		sales_count: DF.Float
		website_item: DF.Link | None
	# end: auto-generated types
