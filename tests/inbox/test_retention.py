"""Events are deleted by age: processed ones first."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from medusa_integration.medusa_integration.doctype.medusa_event.medusa_event import MedusaEvent
from tests.inbox.conftest import EVENT


def new_event(name, status, age):
	at = add_days(now_datetime(), -age)
	values = {"event_type": "order.placed", "aggregate": "order", "aggregate_id": "order_1", "status": status}
	frappe.get_doc({"doctype": EVENT, "name": name, "creation": at, "modified": at, **values}).db_insert()


def test_what_nobody_has_processed_is_kept_three_times_as_long(inbox):
	new_event("young", "Processed", 29)
	new_event("old", "Processed", 31)
	new_event("old and waiting", "Received", 89)
	new_event("very old and waiting", "Received", 91)
	MedusaEvent.clear_old_logs(days=30)
	assert sorted(frappe.get_all(EVENT, pluck="name")) == ["old and waiting", "young"]


def test_frappe_clears_them(inbox):
	"""By Log Settings, in the job of each night."""
	settings = frappe.get_doc("Log Settings")
	settings.add_default_logtypes()
	settings.logs_to_clear = [row for row in settings.logs_to_clear if row.ref_doctype == EVENT]
	new_event("old", "Processed", 31)
	settings.clear_logs()
	assert frappe.get_all(EVENT, pluck="name") == []


@pytest.mark.parametrize("columns", [["status", "creation"], ["aggregate_id"]])
def test_is_found_without_a_full_scan(site, columns):
	keys = {}
	for row in sorted(
		frappe.db.sql(f"SHOW INDEX FROM `tab{EVENT}`", as_dict=True), key=lambda row: row.Seq_in_index
	):
		keys.setdefault(row.Key_name, []).append(row.Column_name)
	assert columns in keys.values()
