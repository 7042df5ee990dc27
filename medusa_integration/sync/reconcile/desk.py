"""What people in Desk decide about findings, and the button *Reconcile*."""

from __future__ import annotations

from collections.abc import Collection

import frappe
from frappe import _

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


def start() -> dict[str, str]:
	"""Start a reconciliation; returns {"run"}. Needs the role Medusa Manager or System Manager.

	Raises NotConnected (503) when nothing may be sent, AlreadyRunning (409) while one runs.
	"""
	return {"run": reconciliation.start(frappe.session.user)}


def queue(names: Ids) -> dict[str, int]:
	"""Send the documents of these findings again; returns {"done"}: how many documents.

	For what is Missing or Drifted. `names` is one name, a list, or a JSON list, at most 200. Needs the
	role Medusa Manager or System Manager, and read on each. Raises `frappe.DoesNotExistError` (404) for an
	unknown name, NotForThis (400) for another kind,
	Settled (409) for one that is no longer open. Then nothing is done.
	"""
	return {"done": actions.send(_checked(names, REPAIRED_BY_SENDING, ("Open", "Queued", "Ignored")))}


def adopt(names: Ids) -> dict[str, int | list[str]]:
	"""Make products that Medusa has already those of the Website Items, which are sent there then.

	For what is Adoptable. Returns {"done", "refused"}: how many,
	and a sentence for each that is linked otherwise by now. Takes, needs and raises what `queue` does.
	"""
	done, refused = actions.adopt(_checked(names, ("Adoptable",), ("Open", "Ignored")))
	return {"done": done, "refused": refused}


def ignore(names: Ids) -> dict[str, int]:
	"""Leave findings aside until something about them changes.

	Takes, needs, returns and raises what `queue` does.
	"""
	rows = _checked(names, None, ("Open", "Queued"))
	store.set_state([row["name"] for row in rows], "Ignored")
	return {"done": len(rows)}


def reopen(names: Ids) -> dict[str, int]:
	"""Take back `ignore`. Takes, needs, returns and raises what `queue` does."""
	rows = _checked(names, None, ("Ignored",))
	store.set_state([row["name"] for row in rows], "Open")
	return {"done": len(rows)}


def delete(names: Ids) -> dict[str, int | list[str]]:
	"""Delete in Medusa, now, what is Orphaned or Duplicated. It is not undone.

	Needs the role System Manager.
	Returns {"done", "refused"}: how many, and a sentence for each that stays.
	Takes and raises what `queue` does; NotConnected (503) or SyncFailed (417) when Medusa cannot be told.
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
