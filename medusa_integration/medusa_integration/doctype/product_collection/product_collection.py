"""Product Collection: the best-selling items of each category of Medusa Configuration."""

from __future__ import annotations

from medusa_integration.protection import OwnSingle


class ProductCollection(OwnSingle):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from medusa_integration.medusa_integration.doctype.product_collection_item.product_collection_item import (
			ProductCollectionItem,
		)

		dental_items: DF.Table[ProductCollectionItem]
		infection_control_items: DF.Table[ProductCollectionItem]
		medical_items: DF.Table[ProductCollectionItem]
		medical_laboratory_ivd_items: DF.Table[ProductCollectionItem]
		other_items: DF.Table[ProductCollectionItem]
		updated_on: DF.Datetime | None
	# end: auto-generated types
