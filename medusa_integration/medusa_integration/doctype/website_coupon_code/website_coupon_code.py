"""Website Coupon Code: a code that customers enter when they pay. Each counts for one order."""

from __future__ import annotations

from medusa_integration.protection import OwnRecord


class WebsiteCouponCode(OwnRecord):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		claimed: DF.Check
		claimed_by: DF.Link | None
		claimed_order: DF.Link | None
		code: DF.Data
		discount_on: DF.Literal["", "Sales Order", "Sales Invoice"]
		expired: DF.Check
	# end: auto-generated types
