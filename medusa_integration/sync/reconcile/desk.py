"""The buttons for findings in Desk, and the button *Reconcile*."""

from __future__ import annotations

from collections.abc import Collection

import frappe
from frappe import _
from typing_extensions import TypedDict

from medusa_integration.constants import RECONCILIATION_FINDING
from medusa_integration.endpoints.parameters import Ids
from medusa_integration.sync.reconcile import actions, reconciliation, store
from medusa_integration.sync.reconcile.finding import REPAIRED_BY_DELETING, REPAIRED_BY_SENDING


class NotForThis(frappe.ValidationError):
	"""The action is not available for findings of this kind."""

	http_status_code = 400


class Settled(frappe.ValidationError):
	"""The finding is in a state in which the action is not available."""

	http_status_code = 409


class Run(TypedDict):
	"""Name of the Medusa Reconciliation."""

	run: str


class Done(TypedDict):
	"""The number of findings."""

	done: int


class DoneAndRefused(TypedDict):
	"""The number of findings, and a message for each of the others."""

	done: int
	refused: list[str]


def start() -> Run:
	"""Start a reconciliation. Requires the role Medusa Manager or System Manager.

	Returns:
		`{"run"}`, the name of the run.

	Raises:
		AlreadyRunning: Another run has not ended yet (409).
		frappe.ValidationError: The job queue does not respond (417).
		NotConnected: Nothing may be sent (503).
	"""
	return {"run": reconciliation.start(frappe.session.user)}


def queue(names: Ids) -> Done:
	"""Send the documents of Missing or Drifted findings again.

	Requires the role Medusa Manager or System Manager, and read permission on each finding. After an error,
	nothing is done.

	Args:
		names: One name, a list, or a JSON list, at most 200.

	Returns:
		`{"done"}`, the number of documents.

	Raises:
		NotForThis: A finding is of another kind (400).
		frappe.DoesNotExistError: A finding does not exist (404).
		Settled: A finding is in a state in which this is not possible (409).
	"""
	return {"done": actions.send(_checked(names, REPAIRED_BY_SENDING, ("Open", "Queued", "Ignored")))}


def adopt(names: Ids) -> DoneAndRefused:
	"""Link Website Items to their Adoptable products in Medusa, and send the Website Items.

	Requires the same role and permission as `queue`.

	Args:
		names: One name, a list, or a JSON list, at most 200.

	Returns:
		`{"done", "refused"}`, the number of Website Items, and a message for each whose link has changed.

	Raises:
		NotForThis: A finding is of another kind (400).
		frappe.DoesNotExistError: A finding does not exist (404).
		Settled: A finding is in a state in which this is not possible (409).
	"""
	done, refused = actions.adopt(_checked(names, ("Adoptable",), ("Open", "Ignored")))
	return {"done": done, "refused": refused}


def ignore(names: Ids) -> Done:
	"""Ignore findings until they change. Requires the same role and permission as `queue`.

	Args:
		names: One name, a list, or a JSON list, at most 200.

	Returns:
		`{"done"}`, the number of findings.

	Raises:
		frappe.DoesNotExistError: A finding does not exist (404).
		Settled: A finding is in a state in which this is not possible (409).
	"""
	rows = _checked(names, None, ("Open", "Queued"))
	store.set_state([row["name"] for row in rows], "Ignored")
	return {"done": len(rows)}


def reopen(names: Ids) -> Done:
	"""Undo `ignore`. Requires the same role and permission as `queue`.

	Args:
		names: One name, a list, or a JSON list, at most 200.

	Returns:
		`{"done"}`, the number of findings.

	Raises:
		frappe.DoesNotExistError: A finding does not exist (404).
		Settled: A finding is in a state in which this is not possible (409).
	"""
	rows = _checked(names, None, ("Ignored",))
	store.set_state([row["name"] for row in rows], "Open")
	return {"done": len(rows)}


def delete(names: Ids) -> DoneAndRefused:
	"""Delete Orphaned or Duplicated records in Medusa, immediately; this cannot be undone.

	Requires the role System Manager.

	Args:
		names: One name, a list, or a JSON list, at most 200.

	Returns:
		`{"done", "refused"}`, the number of deleted records, and a message for each that was not deleted.

	Raises:
		NotForThis: A finding is of another kind (400).
		frappe.DoesNotExistError: A finding does not exist (404).
		Settled: A finding is in a state in which this is not possible (409).
		SyncFailed: Medusa cannot be reached (417).
		NotConnected: Sending is off or paused (503).
	"""
	rows = _checked(names, REPAIRED_BY_DELETING, ("Open", "Ignored"))
	done, refused = actions.delete(rows)
	return {"done": done, "refused": refused}


def _checked(names: list[str], kinds: Collection[str] | None, states: Collection[str]) -> list[frappe._dict]:
	"""Return the rows of findings, after a check that each exists, may be read, and allows the action."""
	rows = frappe.get_list(
		RECONCILIATION_FINDING,
		filters={"name": ("in", names)},
		fields=["name", "state", *store.COLUMNS],
		limit=len(names),
	)
	if len(rows) < len(set(names)):
		frappe.throw(_("Finding not found."), frappe.DoesNotExistError, title=_("Finding Missing"))
	for row in rows:
		if kinds is not None and row.kind not in kinds:
			frappe.throw(
				_("This action is not available for findings of the kind {0}.").format(_(row.kind)),
				NotForThis,
			)
		if row.state not in states:
			frappe.throw(_("The finding is already {0}.").format(_(row.state)), Settled)
	return rows
