"""What people in Desk decide about findings, and the button *Reconcile*."""

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
	"""A finding of that kind is not put right this way."""

	http_status_code = 400


class Settled(frappe.ValidationError):
	"""Something has been done about the finding already."""

	http_status_code = 409


class Run(TypedDict):
	"""Name of the Medusa Reconciliation."""

	run: str


class Done(TypedDict):
	"""How many findings something was done about."""

	done: int


class DoneAndRefused(TypedDict):
	"""How many, and a sentence for each of the others."""

	done: int
	refused: list[str]


def start() -> Run:
	"""Start a reconciliation. Needs the role Medusa Manager or System Manager.

	Returns:
		`{"run"}`.

	Raises:
		AlreadyRunning: One runs (409).
		frappe.ValidationError: The job queue does not answer (417).
		NotConnected: Nothing may be sent (503).
	"""
	return {"run": reconciliation.start(frappe.session.user)}


def queue(names: Ids) -> Done:
	"""Send the documents of these findings again, which are Missing or Drifted.

	Needs the role Medusa Manager or System Manager, and read on each. If one is refused, nothing is done.

	Args:
		names: One name, a list, or a JSON list, at most 200.

	Returns:
		`{"done"}`: how many documents.

	Raises:
		NotForThis: A finding is of another kind (400).
		frappe.DoesNotExistError: A name is unknown (404).
		Settled: Something was done about one of them already (409).
	"""
	return {"done": actions.send(_checked(names, REPAIRED_BY_SENDING, ("Open", "Queued", "Ignored")))}


def adopt(names: Ids) -> DoneAndRefused:
	"""Make products that Medusa has already those of the Website Items, which are sent there then.

	For what is Adoptable. Needs what `queue` does.

	Args:
		names: As for `queue`.

	Returns:
		`{"done", "refused"}`: how many, and a sentence for each that is linked otherwise by now.

	Raises:
		NotForThis: A finding is of another kind (400).
		frappe.DoesNotExistError: A name is unknown (404).
		Settled: Something was done about one of them already (409).
	"""
	done, refused = actions.adopt(_checked(names, ("Adoptable",), ("Open", "Ignored")))
	return {"done": done, "refused": refused}


def ignore(names: Ids) -> Done:
	"""Leave findings aside until something about them changes. Needs what `queue` does.

	Args:
		names: As for `queue`.

	Returns:
		`{"done"}`: how many.

	Raises:
		NotForThis: A finding is of another kind (400).
		frappe.DoesNotExistError: A name is unknown (404).
		Settled: Something was done about one of them already (409).
	"""
	rows = _checked(names, None, ("Open", "Queued"))
	store.set_state([row["name"] for row in rows], "Ignored")
	return {"done": len(rows)}


def reopen(names: Ids) -> Done:
	"""Take back `ignore`. Needs what `queue` does.

	Args:
		names: As for `queue`.

	Returns:
		`{"done"}`: how many.

	Raises:
		NotForThis: A finding is of another kind (400).
		frappe.DoesNotExistError: A name is unknown (404).
		Settled: Something was done about one of them already (409).
	"""
	rows = _checked(names, None, ("Ignored",))
	store.set_state([row["name"] for row in rows], "Open")
	return {"done": len(rows)}


def delete(names: Ids) -> DoneAndRefused:
	"""Delete in Medusa, now, what is Orphaned or Duplicated. It is not undone.

	Needs the role System Manager.

	Args:
		names: As for `queue`.

	Returns:
		`{"done", "refused"}`: how many, and a sentence for each that stays.

	Raises:
		NotForThis: A finding is of another kind (400).
		frappe.DoesNotExistError: A name is unknown (404).
		Settled: Something was done about one of them already (409).
		SyncFailed: Medusa cannot be told (417).
		NotConnected: Sending is off or paused (503).
	"""
	rows = _checked(names, REPAIRED_BY_DELETING, ("Open", "Ignored"))
	done, refused = actions.delete(rows)
	return {"done": done, "refused": refused}


def _checked(names: list[str], kinds: Collection[str] | None, states: Collection[str]) -> list[frappe._dict]:
	"""The rows of these findings, after checking that each exists, may be decided upon, and allows for it."""
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
