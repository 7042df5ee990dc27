"""Medusa Top Category: a row of Medusa Configuration, one category with its own top sellers."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class MedusaTopCategory(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		homepage_function: DF.Data | None
		item_group: DF.Link | None
		label: DF.Data
		target_table: DF.Literal[
			"dental_items",
			"medical_items",
			"infection_control_items",
			"medical_laboratory_ivd_items",
			"other_items",
		]
	# end: auto-generated types
