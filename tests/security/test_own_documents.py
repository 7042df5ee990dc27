"""No document of the app that a job believes is changed by anybody, by any of Frappe's ways to write."""

from __future__ import annotations

import json

import frappe
import pytest

from .conftest import CALLERS, GUEST, TOKEN, WEBSITE

TASK, FINDING, OTP = "Medusa Sync Task", "Medusa Reconciliation Finding", "Email OTP"
WISH = "Medusa Wishlist"
FACET = "Medusa Product Facet"
LOG, RUN = "Medusa Request Log", "Medusa Reconciliation"
EVENT, ORDER = "Medusa Event", "Medusa Order"
BACKFILL = "Medusa Order Backfill"
# what is there, and what the attacker would have in its place
ROWS = {
	TASK: (
		{
			"reference_doctype": "Item Group",
			"reference_name": "attacked",
			"lane": "order",
			"operation": "Upsert",
			"status": "Synced",
			"version": 3,
		},
		{
			"status": "Pending",
			"operation": "Delete",
			"medusa_id": "order_of_others",
			"payload": '{"order_id": "order_of_others", "payment_status": "Paid"}',
			"next_attempt_at": "2026-01-01 00:00:00",
			"fingerprint": "",
		},
	),
	FINDING: (
		{
			"kind": "Orphaned",
			"subject": "Product",
			"lane": "product",
			"reference_doctype": "Website Item",
			"reference_name": "attacked",
			"medusa_id": "prod_orphan",
			"identity": "attacked",
			"state": "Open",
		},
		{"kind": "Adoptable", "medusa_id": "prod_of_others", "state": "Queued", "lane": "collection"},
	),
	OTP: (
		{"email": "attacked@example.com", "status": "Expired", "attempts": 5, "purpose": "Login"},
		{
			"status": "Verified",
			"attempts": 0,
			"otp_hash": "x",
			"medusa_id": "cus_1",
			"expiration_time": "2030-01-01",
		},
	),
	LOG: (
		{"status": "Failure", "url": "https://medusa.example.com", "status_code": 400},
		{"status": "Success", "payload": "{}", "status_code": 200},
	),
	WISH: (
		{"website_item": "attacked", "medusa_customer_id": "cus_attacked"},
		{"medusa_customer_id": "cus_attacker"},
	),
	FACET: (
		{"website_item": "attacked", "kind": "colour", "value": "Blue", "value_key": "blue"},
		{"value": "Free of charge", "value_key": "free"},
	),
	EVENT: (
		{
			"event_type": "order.placed",
			"aggregate": "order",
			"aggregate_id": "order_attacked",
			"status": "Processed",
		},
		{"status": "Received", "aggregate_id": "order_of_others", "event_type": "order.canceled"},
	),
	ORDER: (
		{"display_id": "7", "currency": "USD", "grand_total": 12.5, "payment_status": "captured"},
		{
			"grand_total": 0.01,
			"payment_status": "refunded",
			"sales_order": "SAL-ORD-OF-OTHERS",
			"medusa_updated_at": "2030-01-01 00:00:00",
		},
	),
	RUN: ({"status": "Running", "slot": "running"}, {"status": "Completed", "slot": ""}),
	BACKFILL: (
		{"status": "Running", "slot": "running", "job": "of the app", "from_date": "2026-05-01"},
		{"status": "Queued", "slot": "", "job": "of others", "from_date": "2020-01-01", "dry_run": 0},
	),
}
NAME = "attacked-1"
# what may be deleted by whom; a run that is under way by nobody
DELETERS = {
	LOG: ("system manager", "administrator"),
	WISH: ("medusa manager", "system manager", "administrator"),
}
# what people write by hand, if they have the right; no job believes it
BY_HAND = ("Opportunity Contact", "Product Suggestions", "Website Coupon Code", "Website Item Review")
SINGLES = ("Medusa Configuration", "Homepage Landing", "Product Collection", "Expiring Items")
OWN_ROWS = (
	"Best Deals",
	"Expiring Items Table",
	"Homepage Banner",
	"Homepage Item",
	"Homepage Order",
	"Increased Items",
	"Item and Brand Entry",
	"Medusa Order Source",
	"Medusa Payment Provider",
	"Medusa Shipping Charge",
	"Medusa Tax Account",
	"Medusa Top Category",
	"Product Collection Item",
	"Product details banner",
	"Returned Sales Order Item",
	"Testimonial",
	"Unapproved Quotation Item",
	"Youtube Videos",
)


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


@pytest.fixture
def stored(site):
	"""`stored(doctype)` puts the row there; all rows of it as they are in the database come back."""

	def put(doctype):
		frappe.db.delete(doctype, {"name": ("like", "attacked%")})
		values = {"doctype": doctype, "name": NAME, **ROWS[doctype][0]}
		frappe.get_doc(values).db_insert()
		frappe.db.commit()
		return rows(doctype)

	yield put
	frappe.db.rollback()
	for doctype in ROWS:
		frappe.db.delete(doctype, {"name": ("like", "attacked%")})
	frappe.db.commit()


def rows(doctype):
	frappe.db.rollback()
	# a heartbeat and the like are none of these doors'
	return frappe.db.sql(f"select * from `tab{doctype}` order by name", as_dict=True)


@pytest.mark.parametrize("doctype", ROWS)
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


# -- Singles -------------------------------------------------------------------------------------------------

COMPUTED = {
	"Medusa Configuration": {
		"learned_version": "v1",
		"learned_extras": "metadata",
		"paused": 1,
		"paused_at": "2020-01-01 00:00:00",
		"pause_reason": "by an attacker",
		"token_expires_at": "2099-01-01 00:00:00",
		"last_export": "all done",
		"access_token": "a token of mine",
	},
	"Product Collection": {"updated_on": "2020-01-01 00:00:00"},
	"Homepage Landing": {"clearance_items": [{"website_item": "no such item"}]},
}


def single(doctype):
	frappe.db.rollback()
	values = frappe.db.get_singles_dict(doctype)
	values.pop("modified", None)
	values.pop("modified_by", None)
	tables = frappe.get_meta(doctype).get_table_fields()
	return values, {
		field.fieldname: frappe.get_all(
			field.options,
			{"parenttype": doctype, "parentfield": field.fieldname},
			["name", *frappe.get_meta(field.options).get_valid_columns()[8:]],
			order_by="idx, name",
		)
		for field in tables
	}


@pytest.mark.parametrize("doctype", COMPUTED)
@pytest.mark.parametrize("who", ["medusa manager", "system manager", "administrator"])
def test_nobody_writes_what_the_app_has_found_out(site, ask, who, doctype):
	site.keep_single(doctype)
	before = single(doctype)
	for values in [{key: value} for key, value in COMPUTED[doctype].items()]:
		ask(who, "PUT", f"resource/{doctype}/{doctype}", values)
		ask(
			who,
			"POST",
			"method/frappe.client.set_value",
			{"doctype": doctype, "name": doctype, "fieldname": values},
		)
		changed = frappe.get_doc(doctype).as_dict(convert_dates_to_str=True) | values
		ask(who, "POST", "method/frappe.client.save", {"doc": json.dumps(changed, default=str)})
		now = single(doctype)
		for field in values:
			assert now[0].get(field) == before[0].get(field), (who, field)
		assert now[1] == before[1], who


@pytest.mark.parametrize("doctype", SINGLES)
def test_a_single_is_neither_made_nor_deleted(site, ask, doctype):
	site.keep_single(doctype)
	before = single(doctype)
	for who in CALLERS:
		assert ask(who, "POST", f"resource/{doctype}", {"doctype": doctype}).status_code == 403, who
		answer = ask(who, "POST", "method/frappe.client.insert", {"doc": {"doctype": doctype}})
		assert answer.status_code == 403, who
		assert ask(who, "DELETE", f"resource/{doctype}/{doctype}").status_code in (403, 404), who
		assert single(doctype) == before, who


def test_from_clearance_is_the_apps(site, ask):
	"""A row of a person that says it is the app's would be taken away at night."""
	site.keep_single("Homepage Landing")
	rows = [{"url": "/mine", "from_clearance": 1}]
	answer = ask("medusa manager", "PUT", "resource/Homepage Landing/Homepage Landing", {"best_deals": rows})
	assert answer.status_code == 200, answer.text
	frappe.db.rollback()
	assert frappe.get_all("Best Deals", {"url": "/mine"}, pluck="from_clearance") == [0]


# -- rows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("doctype", OWN_ROWS)
def test_rows_are_not_written_past_their_document(site, ask, doctype):
	"""Frappe lets whoever may write a document put rows into it, without its validation."""
	parent, field = {
		"Medusa Order Source": ("Medusa Configuration", "order_sources"),
		"Medusa Payment Provider": ("Medusa Configuration", "payment_providers"),
		"Medusa Shipping Charge": ("Medusa Configuration", "shipping_charges"),
		"Medusa Tax Account": ("Medusa Configuration", "tax_accounts"),
		"Medusa Top Category": ("Medusa Configuration", "top_categories"),
		"Expiring Items Table": ("Expiring Items", "expiring_items"),
		"Product Collection Item": ("Product Collection", "dental_items"),
		"Unapproved Quotation Item": ("Quotation", "unapproved_items"),
		"Increased Items": ("Quotation", "custom_increased_items"),
		"Returned Sales Order Item": ("Sales Order", "custom_returned_items"),
	}.get(doctype, ("Homepage Landing", "clearance_items"))
	place = {"parent": parent, "parenttype": parent, "parentfield": field}
	frappe.get_doc({"doctype": doctype, "name": "attacked-row", **place}).db_insert()
	frappe.db.commit()
	try:
		before = frappe.db.sql(f"select * from `tab{doctype}` order by name")
		new = {"doctype": doctype, **place, "url": "/x", "label": "x"}
		for who in CALLERS:
			for method, path, body in (
				("POST", f"resource/{doctype}", new),
				("PUT", f"resource/{doctype}/attacked-row", {"label": "y", "url": "/y", "rate": 1}),
				("DELETE", f"resource/{doctype}/attacked-row", None),
			):
				answer = ask(who, method, path, body)
				assert answer.status_code == 403, (who, method, answer.text)
				frappe.db.rollback()
				assert frappe.db.sql(f"select * from `tab{doctype}` order by name") == before, (who, method)
	finally:
		frappe.db.delete(doctype, {"name": "attacked-row"})
		frappe.db.commit()


# -- reading -------------------------------------------------------------------------------------------------

OUTSIDERS = (GUEST, WEBSITE, TOKEN, "seller", "stock manager")
READERS = (
	("GET", "resource/{doctype}/{name}", None),
	("GET", "resource/{doctype}?fields=[\"*\"]", None),
	("POST", "method/frappe.client.get", {"doctype": "{doctype}", "name": "{name}"}),
	("POST", "method/frappe.client.get_list", {"doctype": "{doctype}", "fields": ["*"]}),
	("POST", "method/frappe.client.get_value", {"doctype": "{doctype}", "fieldname": "name", "filters": {}}),
	("POST", "method/frappe.client.get_single_value", {"doctype": "{doctype}", "field": "name"}),
	("POST", "method/frappe.client.get_password", {"doctype": "{doctype}", "name": "{name}", "fieldname": "access_token"}),
	("POST", "method/frappe.desk.reportview.get", {"doctype": "{doctype}", "fields": '["name"]'}),
	("POST", "method/frappe.desk.reportview.export_query", {"doctype": "{doctype}", "fields": '["name"]', "file_format_type": "CSV", "title": "x"}),
	("POST", "method/frappe.desk.form.load.getdoc", {"doctype": "{doctype}", "name": "{name}"}),
	("POST", "method/frappe.desk.search.search_link", {"doctype": "{doctype}", "txt": ""}),
	("POST", "method/frappe.desk.query_report.run", {"report_name": "Medusa Reconciliation"}),
	("GET", "method/frappe.utils.print_format.download_pdf?doctype={doctype}&name={name}", None),
)  # fmt: skip


def read(ask, who, doctype, name):
	"""(path, answer) of each of Frappe's ways to read a document."""
	fill = {"{doctype}": doctype, "{name}": name}
	for method, path, body in READERS:
		if "?fields" in path and doctype in SINGLES:
			continue  # Frappe knows no list of a Single, for anybody
		body = body and {
			key: fill.get(value, value) if isinstance(value, str) else value for key, value in body.items()
		}
		path = path.replace("{doctype}", doctype).replace("{name}", name)
		yield path, ask(who, method, path, body)


@pytest.mark.parametrize("doctype", [*ROWS, *SINGLES])
def test_outsiders_read_nothing(site, stored, ask, doctype):
	mark = "https://a-very-secret-address.example.com"
	if doctype in ROWS:
		stored(doctype)
		field = {
			OTP: "medusa_id",
			RUN: "error",
			LOG: "url",
			FINDING: "title",
			TASK: "medusa_id",
			WISH: "medusa_customer_id",
			FACET: "value",
			EVENT: "source",
			ORDER: "order_status",
			BACKFILL: "error",
		}[doctype]
		frappe.db.set_value(doctype, NAME, field, mark)
	elif doctype == "Medusa Configuration":
		site.set_single(doctype, url=mark)
	frappe.db.commit()
	for who in OUTSIDERS:
		for path, answer in read(ask, who, doctype, NAME if doctype in ROWS else doctype):
			assert mark not in answer.text, (who, path, answer.text[:300])
			assert NAME not in answer.text or answer.status_code >= 400, (who, path, answer.text[:300])


@pytest.mark.parametrize("who", ["medusa manager", "system manager"])
def test_insiders_read_no_secret(site, stored, ask, who):
	"""What is stored encrypted, and the hashes of codes, whatever is asked for them."""
	from frappe.utils.password import remove_encrypted_password, set_encrypted_password

	stored(OTP)
	frappe.db.set_value(OTP, NAME, {"otp_hash": "0pen-secret", "salt": "0pen-secret"})
	site.keep_single("Medusa Configuration")
	secrets = (
		*("access_token", "admin_password", "secret_api_key"),
		*("shared_secret", "previous_shared_secret"),
	)
	for field in secrets:
		set_encrypted_password("Medusa Configuration", "Medusa Configuration", "0pen-secret", field)
	set_encrypted_password(OTP, NAME, "0pen-secret", "password")
	frappe.db.commit()
	try:
		for doctype, name in (("Medusa Configuration", "Medusa Configuration"), (OTP, NAME)):
			for path, answer in read(ask, who, doctype, name):
				assert "0pen-secret" not in answer.text, (path, answer.text[:300])
		for field in secrets:
			values = {"doctype": "Medusa Configuration", "name": "Medusa Configuration", "fieldname": field}
			assert ask(who, "POST", "method/frappe.client.get_password", values).status_code == 403
		values = {"doctype": OTP, "name": NAME, "fieldname": "password"}
		assert ask(who, "POST", "method/frappe.client.get_password", values).status_code == 403
	finally:
		remove_encrypted_password(OTP, NAME, "password")
		frappe.db.commit()
