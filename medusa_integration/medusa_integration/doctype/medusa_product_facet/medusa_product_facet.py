"""Medusa Product Facet: one row per Website Item and value of colour, shape and shade."""

from __future__ import annotations

import frappe

from medusa_integration.constants import FACET
from medusa_integration.protection import WrittenByApp


class MedusaProductFacet(WrittenByApp):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		kind: DF.Literal["colour", "shape", "shade"]
		value: DF.Data
		value_key: DF.Data
		website_item: DF.Link
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Create the keys: each value once per item, and the way from a value to its items.

	Both have all that a facet needs, so that no row is read.
	"""
	frappe.db.add_unique(FACET, ["website_item", "kind", "value_key", "value"], "item_and_value")
	frappe.db.add_index(FACET, ["kind", "value_key", "website_item", "value"], "value_and_item")
