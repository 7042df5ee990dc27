"""Events are deleted by age: processed ones first."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.medusa_integration.doctype.medusa_event.medusa_event import MedusaEvent
from tests.inbox.conftest import EVENT
from tests.support.tables import insert_aged, keys_of


def new_event(name, status, age):
	values = {"event_type": "order.placed", "aggregate": "order", "aggregate_id": "order_1", "status": status}
	insert_aged(EVENT, name, age, **values)


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


@pytest.mark.parametrize("columns", [("status", "creation"), ("aggregate_id",)])
def test_is_found_without_a_full_scan(site, columns):
	assert (columns, False) in keys_of(EVENT)
