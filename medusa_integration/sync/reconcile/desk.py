"""What people in Desk decide about findings, and the button *Reconcile*."""

from __future__ import annotations

from collections.abc import Collection

import frappe
from frappe import _

from medusa_integration.sync.names import as_list
from medusa_integration.sync.reconcile import actions, reconciliation, store
from medusa_integration.sync.reconcile.finding import REPAIRED_BY_DELETING, REPAIRED_BY_SENDING
from medusa_integration.sync.reconcile.store import FINDING

# more would keep the person at the screen waiting for too long
MOST = 500


class NotForThis(frappe.ValidationError):
	"""A finding of that kind is not put right this way."""

	http_status_code = 400


class Settled(frappe.ValidationError):
	"""Something has been done about the finding already."""

	http_status_code = 409


@frappe.whitelist(methods=["POST"])
def start() -> dict[str, str]:
	"""Start a reconciliation; answers {"run"}. Needs write permission on Medusa Reconciliation Finding.

	Raises NotConnected (417) when nothing may be sent, AlreadyRunning (409) while one runs.
	"""
	frappe.has_permission(FINDING, "write", throw=True)
	return {"run": reconciliation.start(frappe.session.user)}


@frappe.whitelist(methods=["POST"])
def queue(names: str | list[str]) -> dict[str, int]:
	"""Send the documents of these findings again; answers {"done"}: how many documents.

	For what is Missing or Drifted. `names` is one name, a list, or a JSON list, at most 500. Needs write on each.
	Raises `frappe.DoesNotExistError` (404) for an unknown name, NotForThis (400) for another kind, Settled (409)
	for one that is no longer open. Then nothing is done.
	"""
	return {"done": actions.send(_checked(names, REPAIRED_BY_SENDING, ("Open", "Queued", "Ignored")))}


@frappe.whitelist(methods=["POST"])
def adopt(names: str | list[str]) -> dict[str, int | list[str]]:
	"""Make products that Medusa has already those of the Website Items, which are sent there then.

	For what is Adoptable. Answers {"done", "refused"}: how many, and a sentence for each that is linked otherwise
	by now. Takes, needs and raises what `queue` does.
	"""
	done, refused = actions.adopt(_checked(names, ("Adoptable",), ("Open", "Ignored")))
	return {"done": done, "refused": refused}


@frappe.whitelist(methods=["POST"])
def ignore(names: str | list[str]) -> dict[str, int]:
	"""Leave findings aside until something about them changes. Takes, needs, answers and raises what `queue` does."""
	rows = _checked(names, None, ("Open", "Queued"))
	store.set_state([row["name"] for row in rows], "Ignored")
	return {"done": len(rows)}


@frappe.whitelist(methods=["POST"])
def reopen(names: str | list[str]) -> dict[str, int]:
	"""Take back `ignore`. Takes, needs, answers and raises what `queue` does."""
	rows = _checked(names, None, ("Ignored",))
	store.set_state([row["name"] for row in rows], "Open")
	return {"done": len(rows)}


@frappe.whitelist(methods=["POST"])
def delete(names: str | list[str]) -> dict[str, int | list[str]]:
	"""Delete in Medusa, now, what is Orphaned or Duplicated. Needs delete permission on each, and is not undone.

	Answers {"done", "refused"}: how many, and a sentence for each that stays. Takes and raises what `queue` does;
	NotConnected or SyncFailed (417) when Medusa cannot be told.
	"""
	rows = _checked(names, REPAIRED_BY_DELETING, ("Open", "Ignored"), "delete")
	done, refused = actions.delete(rows)
	return {"done": done, "refused": refused}


def _checked(
	names: str | list[str], kinds: Collection[str] | None, states: Collection[str], right: str = "write"
) -> list[frappe._dict]:
	"""The rows of these findings, after checking that each exists, may be decided upon, and allows for it."""
	frappe.has_permission(FINDING, right, throw=True)
	names = list(dict.fromkeys(as_list(names, _("Name the findings, as one name or as a list of names."))))
	if len(names) > MOST:
		frappe.throw(_("At most {0} findings at once.").format(MOST), NotForThis)
	rows = frappe.get_list(
		FINDING, filters={"name": ("in", names)}, fields=["name", "state", *store.COLUMNS], limit=MOST
	)
	if len(rows) < len(names):
		frappe.throw(_("Finding not found."), frappe.DoesNotExistError, title=_("Finding Missing"))
	for row in rows:
		if kinds is not None and row.kind not in kinds:
			frappe.throw(_("This is not done about what is {0}.").format(_(row.kind)), NotForThis)
		if row.state not in states:
			frappe.throw(_("The finding is {0} already.").format(_(row.state)), Settled)
	return rows
