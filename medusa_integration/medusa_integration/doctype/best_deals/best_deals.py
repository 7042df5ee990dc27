"""Best Deals: a row of Homepage Landing, one deal."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class BestDeals(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from_clearance: DF.Check
		url: DF.SmallText | None
		website_item: DF.Link | None
	# end: auto-generated types
