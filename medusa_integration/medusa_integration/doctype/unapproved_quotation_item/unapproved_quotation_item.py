"""Unapproved Quotation Item: a row of Quotation, an item that the customer does not want."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class UnapprovedQuotationItem(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		item_code: DF.Link
		item_name: DF.Data | None
		item_tax_template: DF.Link | None
		qty: DF.Float
		rate: DF.Currency
		uom: DF.Link
	# end: auto-generated types

	pass
