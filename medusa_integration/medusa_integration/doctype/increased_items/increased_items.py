"""Increased Items: a row of Quotation, an item of which the customer wants more than was quoted."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class IncreasedItems(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		item_code: DF.Link
		new_quantity: DF.Float
		old_quantity: DF.Float
	# end: auto-generated types

	pass
