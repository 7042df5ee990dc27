"""Medusa Reconciliation: the differences between this site and Medusa, and the actions for each."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from medusa_integration.constants import RECONCILIATION_FINDING
from medusa_integration.endpoints.access import MANAGERS
from medusa_integration.sync.reconcile.finding import REPAIRED_BY_DELETING, REPAIRED_BY_SENDING

MOST = 5000
FILTERS = ("state", "kind", "subject", "reference_name")
FIELDS = (
	"name",
	"kind",
	"subject",
	"title",
	"reference_doctype",
	"reference_name",
	"words",
	"held_up",
	"medusa_id",
	"state",
	"seen_at",
)


def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict], list[dict], str | None]:
	"""Return the report: the findings that the user may read.

	Args:
		filters: state, kind, subject and reference_name, each optional.

	Returns:
		Columns, rows, and a sentence if there are more rows than are shown. `actions` of a row lists the
		actions that fit it and that the user may take: `queue` for `api.queue_findings`, and so on.
	"""
	given = {field: value for field in FILTERS if (value := (filters or {}).get(field))}
	rows = frappe.get_list(
		RECONCILIATION_FINDING,
		filters=given,
		fields=list(FIELDS),
		order_by="kind asc, reference_name asc",
		limit=MOST + 1,
	)
	roles = set(frappe.get_roles())
	may = {"press": not roles.isdisjoint(MANAGERS), "delete": "System Manager" in roles}
	for row in rows:
		row.actions = ",".join(_actions(row, may))
	message = _("Only the first {0} findings are shown.").format(MOST) if len(rows) > MOST else None
	return _columns(), rows[:MOST], message


def _actions(row: frappe._dict, may: dict[str, bool]) -> list[str]:
	"""Return the actions for a finding, the recommended one first."""
	if row.state not in ("Open", "Ignored", "Queued") or not may["press"]:
		return []
	actions = []
	if row.kind in REPAIRED_BY_SENDING:
		actions.append("queue")
	if row.state != "Queued" and row.kind == "Adoptable":
		actions.append("adopt")
	if row.state != "Queued" and row.kind in REPAIRED_BY_DELETING and may["delete"]:
		actions.append("delete")
	return [*actions, "reopen" if row.state == "Ignored" else "ignore"]


def _columns() -> list[dict]:
	def column(fieldname: str, label: str, fieldtype: str = "Data", width: int = 100, **more: Any) -> dict:
		return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}

	return [
		column("kind", _("Kind")),
		column("subject", _("Subject"), width=80),
		column("reference_doctype", _("Document Type"), hidden=1),
		column("reference_name", _("Document"), "Dynamic Link", 150, options="reference_doctype"),
		column("title", _("Title"), width=170),
		column("words", _("What Differs"), width=280),
		# in sight without scrolling; to the left even if the first row has none
		column("actions", _("Actions"), width=265, align="left"),
		column("held_up", _("Why It Is Not Sent"), width=200),
		column("medusa_id", _("Medusa ID"), width=150),
		column("state", _("State"), width=90),
		column("seen_at", _("Last Seen At"), "Datetime", 150),
		column("name", _("Finding"), "Link", 110, options=RECONCILIATION_FINDING),
	]
