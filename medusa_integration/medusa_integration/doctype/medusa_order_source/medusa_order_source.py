"""Medusa Order Source: a row of Medusa Configuration, where orders of a sales channel are sold from."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class MedusaOrderSource(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		company: DF.Link | None
		sales_channel: DF.Data | None
		stock_location: DF.Data | None
		warehouse: DF.Link | None
	# end: auto-generated types
