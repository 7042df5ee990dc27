"""Item and Brand Entry: a row of Homepage Landing, one Item Group or Brand."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class ItemandBrandEntry(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		link_doctype: DF.Literal["Item Group", "Brand"]
		name1: DF.DynamicLink
	# end: auto-generated types
