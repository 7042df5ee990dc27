"""Stores the findings of all runs as rows of Medusa Reconciliation Finding, one for each difference."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import frappe
from frappe.utils import now_datetime

from medusa_integration import database
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
# states of findings that a run finds again or closes
UNSETTLED = ("Open", "Queued")


def keep(run: str, findings: Sequence[Finding]) -> None:
	"""Store findings of a run, in the caller's transaction. Three statements, none without findings."""
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
	"""Return the columns of a finding. An ignored one stays ignored until something about it changes."""
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
		columns["queued_at"] = None  # otherwise it was sent already, without success
	return columns


def _insert(rows: Sequence[dict[str, Any]]) -> None:
	now, user = now_datetime(), frappe.session.user
	values = [
		(*database.standard_values(frappe.generate_hash(length=20), now, user), *row.values()) for row in rows
	]
	columns = [*database.STANDARD_COLUMNS, *rows[0]]
	frappe.db.bulk_insert(RECONCILIATION_FINDING, columns, values, chunk_size=len(values))


def to_send(run: str) -> list[frappe._dict]:
	"""Return findings of a run that sending corrects and that were not queued before. One statement."""
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
	"""Mark findings as gone that a run has not found again in the lanes that it compared. One statement."""
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
	"""Set the state, and other values, of findings. One statement."""
	if names:
		frappe.db.set_value(RECONCILIATION_FINDING, {"name": ("in", list(names))}, {"state": state, **values})


def as_finding(row: Mapping) -> Finding:
	"""Return a stored row as a finding."""
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
