"""*Require Review Before Ordering* is on for new installations; others go on as before."""

from __future__ import annotations

import frappe

from medusa_integration.settings import SETTINGS

FIELD = "orders_only_of_reviewed"


def execute() -> None:
	"""Switch the setting off, unless a user has chosen already."""
	if FIELD not in frappe.db.get_singles_dict(SETTINGS):
		frappe.db.set_single_value(SETTINGS, FIELD, 0, update_modified=False)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
