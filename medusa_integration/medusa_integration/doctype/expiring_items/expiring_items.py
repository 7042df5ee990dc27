"""Expiring Items: items in stock that expire soon; the ticked ones are shown as clearance."""

from __future__ import annotations

import frappe

from medusa_integration.protection import OwnSingle
from medusa_integration.storefront.clearance import show_clearance


class ExpiringItems(OwnSingle):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from medusa_integration.medusa_integration.doctype.expiring_items_table.expiring_items_table import (
			ExpiringItemsTable,
		)

		expiring_items: DF.Table[ExpiringItemsTable]
	# end: auto-generated types

	def on_update(self) -> None:
		"""Write the ticked items to the homepage, in the same transaction."""
		if not frappe.flags.in_install:  # which saves each Single before there are custom fields
			self.flags.shown = show_clearance(self)
