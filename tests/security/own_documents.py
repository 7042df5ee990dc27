"""Documents of the app that somebody attacks: what is in them, and Frappe's ways to read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import frappe
import pytest

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
SINGLES = ("Medusa Configuration", "Homepage Landing", "Product Collection", "Expiring Items")


def mostly_long(doctypes: Iterable[str], *short: str) -> Iterator[Any]:
	"""Parameters: these DocTypes, all but `short` long, as the same code protects all of them."""
	for doctype in doctypes:
		yield pytest.param(doctype, marks=[] if doctype in short else pytest.mark.long)


def rows(doctype):
	frappe.db.rollback()
	# a heartbeat and the like are none of these doors'
	return frappe.db.sql(f"select * from `tab{doctype}` order by name", as_dict=True)


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
