"""No setting that the app has found out, and no row of a document of the app, is written by anybody."""

from __future__ import annotations

import json

import frappe
import pytest

from tests.security.conftest import CALLERS
from tests.security.own_documents import SINGLES, mostly_long

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


@pytest.mark.parametrize("doctype", mostly_long(OWN_ROWS, "Medusa Tax Account", "Medusa Payment Provider"))
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
