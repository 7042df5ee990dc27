"""Medusa Shipping Charge: a row of Medusa Configuration, how one shipping option is booked."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class MedusaShippingCharge(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		account: DF.Link | None
		item_code: DF.Link | None
		shipping_option: DF.Data
	# end: auto-generated types
