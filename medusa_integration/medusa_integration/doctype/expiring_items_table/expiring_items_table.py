"""Expiring Items Table: a row of Expiring Items, one Website Item with stock that expires soon."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class ExpiringItemsTable(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		expiry_date: DF.Date | None
		show: DF.Check
		website_item: DF.Link
		website_item_name: DF.Data | None
	# end: auto-generated types
