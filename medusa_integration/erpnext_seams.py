"""What of ERPNext differs between its versions, each asked for in one place. Every function has a test."""

from __future__ import annotations

import frappe

# what ERPNext takes from a Bin's stock before it calls the rest projected
RESERVED = (
	"reserved_qty",
	"reserved_qty_for_production",
	"reserved_qty_for_sub_contract",
	"reserved_qty_for_production_plan",
)


def reserving_fields() -> list[str]:
	"""The fields of Bin that say how much is reserved: for Sales Orders, Work Orders, subcontracting and
	Production Plans. No statement.
	"""
	meta = frappe.get_meta("Bin")
	return [field for field in RESERVED if meta.has_field(field)]


def has_field(doctype: str, fieldname: str) -> bool:
	"""Whether this ERPNext's DocType has the field. No statement."""
	return bool(frappe.get_meta(doctype).has_field(fieldname))
