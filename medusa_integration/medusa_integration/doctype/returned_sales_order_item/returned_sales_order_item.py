"""Returned Sales Order Item: a row of Sales Order, an item that the customer wants to return."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class ReturnedSalesOrderItem(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		item_code: DF.Link
		item_name: DF.Data
		qty: DF.Float
		rate: DF.Currency
		request_id: DF.Data | None
		sales_order_item: DF.Data | None
		uom: DF.Link
	# end: auto-generated types

	pass
