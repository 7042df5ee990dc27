"""The Item Groups that callers of the storefront endpoints name."""

from __future__ import annotations

import html

import frappe
from frappe import _

from medusa_integration.constants import ITEM_GROUP


def find_group(name: str) -> frappe._dict | None:
	"""Return `name`, `lft` and `rgt` of an Item Group, None if there is none. One statement.

	Args:
		name: its name, as it is stored or as the shop shows it: Frappe stores `<`, `>` and `&` of some names
			as entities.
	"""
	names = [name, html.escape(name, quote=False)]
	rows = frappe.get_all(ITEM_GROUP, {"name": ("in", names)}, ["name", "lft", "rgt"], limit=1)
	return rows[0] if rows else None


def require_group(name: str) -> frappe._dict:
	"""Return `name`, `lft` and `rgt` of an Item Group. One statement.

	Args:
		name: as for `find_group`.

	Raises:
		frappe.DoesNotExistError: `Item Group not found.` (404).
	"""
	if group := find_group(name):
		return group
	raise frappe.DoesNotExistError(_("Item Group not found."))
