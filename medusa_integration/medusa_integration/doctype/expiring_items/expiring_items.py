"""Expiring Items: what expires soon and is still in stock; the ticked ones are clearance."""

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
		"""Show on the homepage what is ticked now, in the same transaction (data model 2)."""
		if not frappe.flags.in_install:  # which saves each Single before there are custom fields
			self.flags.shown = show_clearance(self)
