"""Shows data of people who sign up only to users who may read Leads.

These data are in Medusa Request Log (requests about accounts of the shop) and in tasks of the lane `lead`.
Frappe calls the hooks below for lists, forms, reports, REST and exports, but not in jobs.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.constants import LEAD

LANE = "lead"


def may_read(user: str | None = None) -> bool:
	"""Return whether a user may read Leads; by default the user of the session."""
	return bool(frappe.has_permission(LEAD, "read", user=user or frappe.session.user))


def request_log_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook `permission_query_conditions` of Medusa Request Log: SQL that excludes rows about people."""
	return "" if may_read(user) else "`tabMedusa Request Log`.`personal_data` = 0"


def sync_task_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook `permission_query_conditions` of Medusa Sync Task: SQL that excludes registrations."""
	return "" if may_read(user) else f"`tabMedusa Sync Task`.`lane` != '{LANE}'"


def has_request_log_permission(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Hook `has_permission` of Medusa Request Log."""
	return not doc.get("personal_data") or may_read(user)


def has_sync_task_permission(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Hook `has_permission` of Medusa Sync Task."""
	return doc.get("lane") != LANE or may_read(user)
