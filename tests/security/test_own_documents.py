"""No document of the app that a job believes is changed by anybody, by any of Frappe's ways to write."""

from __future__ import annotations

import json

import frappe
import pytest

from tests.security.conftest import CALLERS
from tests.security.own_documents import LOG, NAME, ORDER, ROWS, RUN, SINGLES, TASK, WISH, mostly_long, rows
from tests.security.test_own_singles import OWN_ROWS

# what may be deleted by whom; a run that is under way by nobody
DELETERS = {
	LOG: ("system manager", "administrator"),
	WISH: ("medusa manager", "system manager", "administrator"),
}
# what people write by hand, if they have the right; no job believes it
BY_HAND = ("Opportunity Contact", "Product Suggestions", "Website Coupon Code", "Website Item Review")


def doors(doctype, values):
	"""(what it is called, method, path, body) of each of Frappe's ways to write a document."""
	new = {"doctype": doctype, **ROWS[doctype][0], **values}
	changed = {"doctype": doctype, "name": NAME, **ROWS[doctype][0], **values}
	at = f"resource/{doctype}"
	return [
		("rest insert", "POST", at, new),
		("rest insert by another name", "POST", at, {**new, "name": "attacked-2"}),
		("rest update", "PUT", f"{at}/{NAME}", values),
		("rest with flags", "PUT", f"{at}/{NAME}", {**values, "flags": {"written_by_app": True}}),
		("rest submit", "PUT", f"{at}/{NAME}", {**values, "docstatus": 1}),
		("rest cancel", "PUT", f"{at}/{NAME}", {**values, "docstatus": 2}),
		("rest method", "POST", f"{at}/{NAME}", {"run_method": "submit"}),
		("rest rename", "POST", f"{at}/{NAME}", {"run_method": "rename", "name": "other", "force": 1}),
		("rest v2 update", "PUT", f"v2/document/{doctype}/{NAME}", values),
		("rest v2 insert", "POST", f"v2/document/{doctype}", new),
		("insert", "POST", "method/frappe.client.insert", {"doc": new}),
		("insert as if it were there", "POST", "method/frappe.client.insert", {"doc": {**changed, "__islocal": 1}}),
		("insert_many", "POST", "method/frappe.client.insert_many", {"docs": [new]}),
		("set_value", "POST", "method/frappe.client.set_value", {"doctype": doctype, "name": NAME, "fieldname": values}),
		("save", "POST", "method/frappe.client.save", {"doc": changed}),
		("submit", "POST", "method/frappe.client.submit", {"doc": changed}),
		("cancel", "POST", "method/frappe.client.cancel", {"doctype": doctype, "name": NAME}),
		("client rename", "POST", "method/frappe.client.rename_doc", {"doctype": doctype, "old_name": NAME, "new_name": "x"}),
		("bulk_update", "POST", "method/frappe.client.bulk_update", {"docs": json.dumps([{"docname": NAME, **changed}])}),
		("form save", "POST", "method/frappe.desk.form.save.savedocs", {"doc": json.dumps(changed), "action": "Save"}),
		("form new", "POST", "method/frappe.desk.form.save.savedocs", {"doc": json.dumps({**new, "name": "new-attack-1", "__islocal": 1}), "action": "Save"}),
		("form cancel", "POST", "method/frappe.desk.form.save.cancel", {"doctype": doctype, "name": NAME}),
		("form discard", "POST", "method/frappe.desk.form.save.discard", {"doctype": doctype, "name": NAME}),
		("list edit", "POST", "method/frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs", {"doctype": doctype, "docnames": json.dumps([NAME]), "action": "update", "data": json.dumps(values)}),
		("workflow", "POST", "method/frappe.model.workflow.apply_workflow", {"doc": json.dumps(changed), "action": "Approve"}),
		("rename tool", "POST", "method/frappe.model.rename_doc.update_document_title", {"doctype": doctype, "docname": NAME, "name": "other"}),
	]  # fmt: skip


def deletions(doctype):
	return [
		("rest delete", "DELETE", f"resource/{doctype}/{NAME}", None),
		("client delete", "POST", "method/frappe.client.delete", {"doctype": doctype, "name": NAME}),
		("list delete", "POST", "method/frappe.desk.reportview.delete_items", {"doctype": doctype, "items": json.dumps([NAME])}),
	]  # fmt: skip


@pytest.mark.parametrize("doctype", mostly_long(ROWS, TASK, ORDER))
def test_nobody_writes_what_a_job_believes(stored, ask, doctype):
	before = stored(doctype)
	for who in CALLERS:
		for name, method, path, body in doors(doctype, ROWS[doctype][1]):
			answer = ask(who, method, path, body)
			where = f"{name} by {who}: {answer.status_code} {answer.text[:500]}"
			assert rows(doctype) == before, where
			assert answer.status_code < 500, where


@pytest.mark.parametrize("doctype", ROWS)
def test_who_deletes(stored, ask, doctype):
	for who in CALLERS:
		for name, method, path, body in deletions(doctype):
			stored(doctype)
			answer = ask(who, method, path, body)
			frappe.db.rollback()
			is_gone = not frappe.db.exists(doctype, NAME)
			where = f"{name} by {who}: {answer.status_code} {answer.text[:300]}"
			assert is_gone is (who in DELETERS.get(doctype, ())), where
			assert answer.status_code < 500, where


def test_the_matter_of_the_issue_is_a_403(stored, ask):
	stored(TASK)
	for who in ("medusa manager", "system manager", "administrator"):
		answer = ask(who, "PUT", f"resource/{TASK}/{NAME}", ROWS[TASK][1])
		assert answer.status_code == 403, answer.text
		answer = ask(who, "POST", f"resource/{TASK}", {"doctype": TASK, **ROWS[TASK][1]})
		assert answer.status_code == 403, answer.text


def test_a_run_that_is_over_may_be_deleted(stored, ask):
	stored(RUN)
	assert ask("system manager", "DELETE", f"resource/{RUN}/{NAME}").status_code == 403
	frappe.db.set_value(RUN, NAME, {"slot": None, "status": "Completed"})
	frappe.db.commit()
	assert ask("medusa manager", "DELETE", f"resource/{RUN}/{NAME}").status_code == 403
	assert ask("system manager", "DELETE", f"resource/{RUN}/{NAME}").status_code == 202


def test_a_share_gives_nothing(stored, ask, headers):
	"""Whoever is given write on one document by a share, or by Custom DocPerm."""
	before = stored(TASK)
	headers("seller")
	user = frappe.get_all("User", {"first_name": "seller"}, pluck="name", order_by="creation desc")[0]
	share = frappe.get_doc(
		{
			"doctype": "DocShare",
			"user": user,
			"share_doctype": TASK,
			"share_name": NAME,
			"read": 1,
			"write": 1,
		}
	)
	share.insert(ignore_permissions=True)
	frappe.db.commit()
	try:
		answer = ask("seller", "PUT", f"resource/{TASK}/{NAME}", ROWS[TASK][1])
		assert answer.status_code == 403
		assert rows(TASK) == before
		# nor does it press a button
		path = "medusa_integration.api.retry_sync_tasks"
		assert ask("seller", "POST", f"method/{path}", {"names": [NAME]}).status_code == 403
	finally:
		share.delete(ignore_permissions=True)
		frappe.db.commit()


def test_a_deleted_log_is_not_brought_back_with_other_content(site, stored, ask):
	stored(LOG)
	values = {"doctype": LOG, "name": "attacked-9", "status": "Success", "payload": "made up"}
	deleted = site.new(
		"Deleted Document", deleted_doctype=LOG, deleted_name="attacked-9", data=json.dumps(values)
	)
	frappe.db.commit()
	path = "method/frappe.core.doctype.deleted_document.deleted_document.restore"
	ask("system manager", "POST", path, {"name": deleted.name})
	frappe.db.rollback()
	assert not frappe.db.exists(LOG, {"payload": "made up"})


def test_the_table_has_all_doctypes(site):
	"""Each DocType of the app is one of the kinds above."""
	ours = frappe.get_all("DocType", {"module": "Medusa Integration", "custom": 0}, pluck="name")
	assert set(ours) == {*ROWS, *SINGLES, *OWN_ROWS, *BY_HAND}
