"""Homepage Item: a row of Homepage Landing, one product in one of its lists."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class HomepageItem(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		website_item: DF.Link
		website_item_name: DF.Data | None
	# end: auto-generated types
