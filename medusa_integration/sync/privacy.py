"""Who is shown what is known of people who sign up: those who may read Leads, which is what they become.

It stands in Medusa Request Log (what was sent to the shop's accounts) and in the tasks of the lane `lead`.
The hooks below are asked by lists, forms, reports, REST and exports alike; jobs are not asked.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.constants import LEAD

LANE = "lead"


def may_read(user: str | None = None) -> bool:
	"""Return whether this user, by default the one of the session, may read Leads."""
	return bool(frappe.has_permission(LEAD, "read", user=user or frappe.session.user))


def request_log_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook `permission_query_conditions` of Medusa Request Log: SQL that leaves out rows about people."""
	return "" if may_read(user) else "`tabMedusa Request Log`.`personal_data` = 0"


def sync_task_conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook `permission_query_conditions` of Medusa Sync Task: SQL that leaves out registrations."""
	return "" if may_read(user) else f"`tabMedusa Sync Task`.`lane` != '{LANE}'"


def has_request_log_permission(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Hook `has_permission` of Medusa Request Log."""
	return not doc.get("personal_data") or may_read(user)


def has_sync_task_permission(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""Hook `has_permission` of Medusa Sync Task."""
	return doc.get("lane") != LANE or may_read(user)
