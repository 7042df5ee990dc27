"""What hooks.py names is there, and nothing else: functions, scripts, jobs and their times."""

from __future__ import annotations

import importlib
from pathlib import Path

import frappe
import pytest

import medusa_integration
from medusa_integration import hooks

APP = Path(medusa_integration.__file__).parent
# contract 1, 4, 13, 36, 58; the drain has a frequency of its own, so that there are no more of these
SCHEDULER_EVENTS = {
	"all": [
		"medusa_integration.sync.worker.run",
		"medusa_integration.customers.lead.insert_waiting_leads",
		"medusa_integration.selling.order.backfill.run.go_on",
	],
	"cron": {
		"*/5 * * * *": ["medusa_integration.sync.inbox.polling.poll_orders"],
		"* * * * *": [
			"medusa_integration.api.send_quotation_emails",
			"medusa_integration.api.expire_otps",
		],
		"0 1 * * *": [
			"medusa_integration.api.fetch_clearance_items",
			"medusa_integration.api.add_top_selling_items_to_collection",
			"medusa_integration.api.export_items_and_images_custom",
			"medusa_integration.api.sync_missing_prices_to_medusa",
		],
		"30 2 * * *": ["medusa_integration.sync.reconcile.reconciliation.nightly"],
		"0 3 * * *": ["medusa_integration.selling.order.nightly.record_missed_orders"],
		"30 3 * * *": ["medusa_integration.sync.inbox.polling.compare_orders"],
	},
	"daily_long": ["medusa_integration.api.update_webitem_stock"],
}


def strings_in(value):
	if isinstance(value, str):
		return [value]
	return [
		text for one in (value.values() if isinstance(value, dict) else value) for text in strings_in(one)
	]


def test_every_path_in_the_hooks_leads_somewhere(site):
	keys = (
		"doc_events",
		"scheduler_events",
		"before_request",
		"after_request",
		"before_install",
		"after_install",
		"after_migrate",
		"before_uninstall",
	)
	for path in [path for key in keys for path in strings_in(getattr(hooks, key))]:
		assert callable(frappe.get_attr(path)), path


def test_every_script_in_the_hooks_is_there():
	for path in strings_in(hooks.doctype_js):
		assert (APP / path).is_file(), path


def test_hooks_hold_nothing_but_values():
	"""A flat table: no code, no imports."""
	module = importlib.import_module("medusa_integration.hooks")
	public = {name: value for name, value in vars(module).items() if not name.startswith("_")}
	assert all(isinstance(value, str | list | dict | bool) for value in public.values())


@pytest.mark.contract(73, 99)
def test_documented_hooks():
	assert hooks.doc_events["Website Item"]["validate"] == "medusa_integration.api.website_item_validate"
	assert hooks.doc_events["Website Item"]["on_trash"] == "medusa_integration.api.delete_medusa_item"


@pytest.mark.contract(1, 4, 5, 9, 13, 14, 17, 23, 36, 39, 58, 100)
def test_these_jobs_at_these_times_and_no_others():
	assert hooks.scheduler_events == SCHEDULER_EVENTS
