"""Homepage Order: a row of Homepage Landing, the position of one category."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class HomepageOrder(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		label: DF.Link
	# end: auto-generated types
