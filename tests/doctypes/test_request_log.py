"""Medusa Request Log: never changed, found by document, and cleared by age."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.medusa_integration.doctype.medusa_request_log.medusa_request_log import (
	MedusaRequestLog,
)
from tests.support.tables import insert_aged, keys_of

DOCTYPE = "Medusa Request Log"


def new_log(name, status, age):
	insert_aged(DOCTYPE, name, age, status=status, url="/x")


def test_failures_are_kept_three_times_as_long(site):
	new_log("young success", "Success", 29)
	new_log("old success", "Success", 31)
	new_log("old failure", "Failure", 89)
	new_log("very old failure", "Failure", 91)
	MedusaRequestLog.clear_old_logs(days=30)
	left = frappe.get_all(DOCTYPE, {"url": "/x"}, pluck="name")
	assert sorted(left) == ["old failure", "young success"]


def test_frappe_clears_it_and_the_tasks(site):
	settings = frappe.get_doc("Log Settings")
	settings.logs_to_clear = []
	settings.add_default_logtypes()
	days = {
		row.ref_doctype: row.days for row in settings.logs_to_clear if row.ref_doctype.startswith("Medusa")
	}
	assert days == {
		"Medusa Event": 30,
		"Medusa Reconciliation": 30,
		"Medusa Reconciliation Finding": 30,
		"Medusa Request Log": 30,
		"Medusa Sync Task": 30,
	}
	settings.remove_unsupported_doctypes()
	assert {row.ref_doctype for row in settings.logs_to_clear} >= set(days)


def test_nobody_writes_it(site):
	meta = frappe.get_meta(DOCTYPE)
	assert meta.in_create
	assert not any(rule.create or rule.write for rule in meta.permissions)
	layout = ("Section Break", "Column Break")
	assert all(field.read_only for field in meta.fields if field.fieldtype not in layout)


@pytest.mark.contract(66)
@pytest.mark.parametrize("columns", [("status",), ("voucher_type", "voucher_name"), ("creation",)])
def test_is_found_without_a_full_scan(site, columns):
	assert (columns, False) in keys_of(DOCTYPE)
