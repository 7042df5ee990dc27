"""What runs have found, as rows of Medusa Reconciliation Finding: one a matter, from one run to the next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import frappe
from frappe.utils import now_datetime

from medusa_integration.constants import RECONCILIATION_FINDING
from medusa_integration.sync.reconcile.finding import REPAIRED_BY_SENDING, Finding

LENGTH_OF_DATA = 140
COLUMNS = (
	"kind",
	"subject",
	"lane",
	"reference_doctype",
	"reference_name",
	"words",
	"medusa_id",
	"further_id",
	"title",
	"held_up",
	"identity",
	"digest",
)
# what a run may still find again, or find gone
UNSETTLED = ("Open", "Queued")


def keep(run: str, findings: Sequence[Finding]) -> None:
	"""Store what a run has found, in the caller's transaction. Three statements, none for nothing."""
	new = {finding.identity: finding for finding in findings}
	if not new:
		return
	fields = ["name", "identity", "state", "digest"]
	known = frappe.get_all(RECONCILIATION_FINDING, filters={"identity": ("in", list(new))}, fields=fields)
	seen = {"run": run, "seen_at": now_datetime()}
	updates = {row.name: {**_columns(new.pop(row.identity), row), **seen} for row in known}
	frappe.db.bulk_update(RECONCILIATION_FINDING, updates, chunk_size=len(updates) or 1)
	if new:
		_insert([{**_columns(finding, None), **seen} for finding in new.values()])


def _columns(finding: Finding, before: Mapping | None) -> dict[str, Any]:
	"""A finding's columns. One that is ignored stays so until something about it changes."""
	columns: dict[str, Any] = {
		"kind": finding.kind,
		"subject": finding.subject,
		"lane": finding.lane,
		"reference_doctype": finding.doctype,
		"reference_name": finding.docname[:LENGTH_OF_DATA],
		"words": finding.words,
		"medusa_id": finding.medusa_id,
		"further_id": finding.further_id,
		"title": finding.title[:LENGTH_OF_DATA],
		"held_up": finding.held_up,
		"identity": finding.identity,
		"digest": finding.digest,
	}
	state = before["state"] if before and before["digest"] == finding.digest else None
	if state == "Ignored":
		return columns
	columns["state"] = "Open"
	if state not in UNSETTLED:
		columns["queued_at"] = None  # else it was sent because of this already, in vain
	return columns


def _insert(rows: Sequence[dict[str, Any]]) -> None:
	now, user = now_datetime(), frappe.session.user
	common = {"creation": now, "modified": now, "owner": user, "modified_by": user}
	rows = [{"name": frappe.generate_hash(length=20), **common, **row} for row in rows]
	values = [tuple(row.values()) for row in rows]
	frappe.db.bulk_insert(RECONCILIATION_FINDING, list(rows[0]), values, chunk_size=len(rows))


def to_send(run: str) -> list[frappe._dict]:
	"""What this run has found that sending puts right, and that was not sent because of it before.

	One statement.
	"""
	finding = frappe.qb.DocType(RECONCILIATION_FINDING)
	return (
		frappe.qb.from_(finding)
		.select("name", *COLUMNS)
		.where(finding.run == run)
		.where(finding.state == "Open")
		.where(finding.kind.isin(list(REPAIRED_BY_SENDING)))
		.where(finding.queued_at.isnull())
		.where(finding.held_up == "")
		.orderby(finding.name)
	).run(as_dict=True)


def close_others(run: str, lanes: Collection[str]) -> None:
	"""Mark as gone what this run, which went through these lanes, has not found again. One statement."""
	if not lanes:
		return
	finding = frappe.qb.DocType(RECONCILIATION_FINDING)
	(
		frappe.qb.update(finding)
		.set(finding.state, "Gone")
		.set(finding.modified, now_datetime())
		.where(finding.lane.isin(list(lanes)) & finding.state.isin(list(UNSETTLED)) & (finding.run != run))
	).run()


def set_state(names: Sequence[str], state: str, **values: Any) -> None:
	"""Write what became of findings. One statement."""
	if names:
		frappe.db.set_value(RECONCILIATION_FINDING, {"name": ("in", list(names))}, {"state": state, **values})


def as_finding(row: Mapping) -> Finding:
	"""A stored row as the value that it was."""
	return Finding(
		kind=row["kind"],
		subject=row["subject"],
		lane=row["lane"],
		doctype=row["reference_doctype"],
		docname=row["reference_name"] or "",
		words=row["words"] or "",
		medusa_id=row["medusa_id"] or "",
		further_id=row["further_id"] or "",
		title=row["title"] or "",
		held_up=row["held_up"] or "",
	)
