"""What is on a site after the install."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import SimpleNamespace

import frappe
import pytest
from frappe.utils.nestedset import get_root_of

import medusa_integration
from medusa_integration import hooks
from medusa_integration.setup import install, records
from medusa_integration.setup.custom_fields import CUSTOM_FIELDS
from medusa_integration.setup.top_categories import ensure_top_categories
from medusa_integration.sync import health
from tests.support.lists import deviation

APP = Path(medusa_integration.__file__).parent
PRICE_ID = {"fieldtype": "Data", "read_only": 1, "search_index": 1, "no_copy": 1}
ID = {"fieldtype": "Data", "read_only": 1, "unique": 1, "no_copy": 1, "hidden": 0}
ID_OF_SEVERAL = {**ID, "unique": 0, "search_index": 1}
FROM_ECOMMERCE = {"fieldtype": "Check", "read_only": 1, "search_index": 1, "no_copy": 0}
# data model, section 3
EXPECTED = {
	("Website Item", "medusa_id"): ID,
	("Website Item", "medusa_variant_id"): ID,
	("Website Item", "custom_in_stock"): {
		"fieldtype": "Check",
		"read_only": 1,
		"search_index": 1,
		"no_copy": 1,
	},
	("Website Item", "custom_available_qty"): {
		"fieldtype": "Float",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Website Item", "custom_threshold_qty"): {"fieldtype": "Int", "default": "1", "no_copy": 0},
	("Website Item", "custom_skip_update_hook"): {
		"fieldtype": "Check",
		"hidden": 1,
		"default": "0",
		"no_copy": 1,
	},
	("Website Item", "custom_clearance_item"): {
		"fieldtype": "Check",
		"label": "Clearance stock",
		"default": "0",
		"no_copy": 0,
	},
	("Website Item", "custom_overall_rating"): {"fieldtype": "Float", "read_only": 1, "no_copy": 1},
	("Website Item", "custom_parent_website_item"): {
		"fieldtype": "Link",
		"options": "Website Item",
		"search_index": 1,
		"no_copy": 0,
	},
	("Item Group", "medusa_id"): ID,
	("Item Price", "medusa_id"): PRICE_ID,
	("Item Price", "medusa_price_id"): PRICE_ID,
	("Item Group", "custom_medusa_route"): {
		"fieldtype": "Data",
		"read_only": 1,
		"hidden": 1,
		"search_index": 1,
		"no_copy": 1,
	},
	("Customer", "medusa_id"): ID,
	("Customer", "t_c_acceptance"): {"fieldtype": "Check", "default": "0", "read_only": 0},
	("Sales Order", "from_ecommerce"): FROM_ECOMMERCE,
	("Sales Order", "medusa_order_id"): ID,
	("Sales Order", "medusa_order_number"): {
		"fieldtype": "Data",
		"read_only": 1,
		"search_index": 1,
		"in_standard_filter": 1,
		"no_copy": 1,
	},
	("Sales Order", "medusa_customer_id"): {
		"fieldtype": "Data",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Sales Order", "medusa_short_of_stock"): {
		"fieldtype": "Check",
		"default": "0",
		"read_only": 1,
		"in_standard_filter": 1,
		"no_copy": 1,
	},
	("Quotation", "from_ecommerce"): FROM_ECOMMERCE,
	("Sales Order", "custom_is_courier_required"): {"fieldtype": "Check", "default": "0"},
	("Sales Order", "custom_location_and_contact_no"): {"fieldtype": "Data"},
	("Quotation", "medusa_quotation_id"): ID,
	("Quotation", "medusa_draft_order_id"): ID_OF_SEVERAL,
	("Quotation", "medusa_order_id"): ID_OF_SEVERAL,
	("Quotation", "workflow_state"): {
		"fieldtype": "Link",
		"options": "Workflow State",
		"hidden": 1,
		"no_copy": 1,
		"allow_on_submit": 1,
	},
	("Quotation", "unapproved_items"): {
		"fieldtype": "Table",
		"options": "Unapproved Quotation Item",
		"read_only": 1,
		"no_copy": 1,
	},
	("Quotation", "custom_increased_items"): {
		"fieldtype": "Table",
		"options": "Increased Items",
		"read_only": 1,
		"no_copy": 1,
	},
	("Quotation", "custom_delivery_charges_account"): {
		"fieldtype": "Link",
		"options": "Account",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Quotation", "custom_delivery_charges"): {
		"fieldtype": "Currency",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Sales Order", "custom_returned_items_section"): {"fieldtype": "Section Break"},
	("Sales Order", "custom_returned_items"): {
		"fieldtype": "Table",
		"options": "Returned Sales Order Item",
		"read_only": 1,
		"no_copy": 1,
		"allow_on_submit": 1,
	},
	("Quotation Item", "standard_price"): {"fieldtype": "Currency", "read_only": 1},
	("Sales Invoice", "from_ecommerce"): FROM_ECOMMERCE,
	("Sales Invoice", "medusa_order_id"): ID_OF_SEVERAL,
	("Delivery Note", "from_ecommerce"): FROM_ECOMMERCE,
	("Delivery Note", "medusa_order_id"): ID_OF_SEVERAL,
	("Payment Entry", "medusa_order_id"): ID_OF_SEVERAL,
	("Sales Invoice", "medusa_id"): ID,
	("Delivery Note", "medusa_id"): ID,
	("Payment Entry", "medusa_id"): ID,
	("Delivery Note", "medusa_tracking_number"): {"fieldtype": "Data", "allow_on_submit": 1, "no_copy": 1},
	("Delivery Note", "medusa_carrier"): {"fieldtype": "Data", "allow_on_submit": 1, "no_copy": 1},
	("Sales Order Item", "medusa_line_item_id"): {
		"fieldtype": "Data",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Sales Order Item", "medusa_fulfilled_qty"): {
		"fieldtype": "Float",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Sales Order Item", "medusa_location_id"): {
		"fieldtype": "Data",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Lead", "medusa_id"): ID,
	("Lead", "t_c_acceptance"): {"fieldtype": "Check", "default": "0", "read_only": 1},
	("Lead", "custom_proposed_customer"): {
		"fieldtype": "Link",
		"options": "Customer",
		"read_only": 0,
		"search_index": 1,
		"no_copy": 1,
	},
}
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


def test_these_fields_and_no_others():
	made = {(doctype, field["fieldname"]) for doctype, fields in CUSTOM_FIELDS.items() for field in fields}
	wrong = deviation("EXPECTED in tests/setup/test_install.py", EXPECTED, made)
	assert not wrong, wrong


@pytest.mark.contract(52, 59, 97)
@pytest.mark.parametrize(("doctype", "fieldname"), EXPECTED)
def test_custom_field(site, doctype, fieldname):
	custom = frappe.get_doc("Custom Field", f"{doctype}-{fieldname}")
	expected = EXPECTED[doctype, fieldname]
	assert {flag: custom.get(flag) for flag in expected} == expected
	assert custom.module == "Medusa Integration"
	assert custom.description
	assert frappe.get_meta(doctype).has_field(custom.insert_after)


@pytest.mark.parametrize(
	("doctype", "fieldname"), [key for key, flags in EXPECTED.items() if flags.get("unique")]
)
def test_an_id_belongs_to_one_document(site, doctype, fieldname):
	key = frappe.db.get_column_index(f"tab{doctype}", fieldname, unique=True)
	assert key and not key.Non_unique


def test_roles(site):
	desk = dict(
		frappe.get_all("Role", {"name": ("in", list(install.ROLES))}, ["name", "desk_access"], as_list=True)
	)
	assert desk == {"Medusa Manager": 1, "Medusa Storefront": 0}


def test_nothing_of_others_is_changed(site):
	assert not frappe.get_all("Property Setter", {"module": "Medusa Integration"})
	fields = frappe.get_all("Custom Field", {"module": "Medusa Integration"}, pluck="name")
	assert len(fields) == len(EXPECTED)


def test_settings_have_their_defaults(site):
	settings = frappe.get_doc("Medusa Configuration")
	for field in settings.meta.fields:
		if field.default:
			stored = settings.get(field.fieldname)
			stored = f"{stored:g}" if isinstance(stored, float) else str(stored)
			assert stored == field.default, field.fieldname
	assert (settings.customer_group, settings.sales_person) == ("Ecommerce Customer", "Website Sales")


@pytest.mark.contract(130, 139, 140)
def test_records_of_the_documentation(site):
	"""Leaves below the roots; the Lead Source under whatever name ERPNext has for it."""
	group = frappe.get_doc("Customer Group", "Ecommerce Customer")
	person = frappe.get_doc("Sales Person", "Website Sales")
	assert (group.is_group, group.parent_customer_group) == (0, get_root_of("Customer Group"))
	assert (person.is_group, person.parent_sales_person) == (0, get_root_of("Sales Person"))
	assert person.enabled
	assert frappe.db.exists(records.lead_source_field()[1], "Alfarsi Website")


def test_records_are_made_once_and_only_when_they_can_be(site, monkeypatch):
	"""Before the setup wizard there is no tree to put them in; afterwards they come with the next migrate."""
	frappe.db.delete("Customer Group", {"name": "Ecommerce Customer"})
	monkeypatch.setattr(records, "get_root_of", lambda doctype: None)
	install.sync_setup()
	assert not frappe.db.exists("Customer Group", "Ecommerce Customer")
	monkeypatch.undo()
	for _time in range(2):
		install.sync_setup()
	assert frappe.db.count("Customer Group", {"name": "Ecommerce Customer"}) == 1


def test_another_choice_is_not_overruled(site):
	"""Whoever has chosen a group needs none of ours, and keeps it."""
	frappe.db.delete("Sales Person", {"name": "Website Sales"})
	site.set_single("Medusa Configuration", sales_person=get_root_of("Sales Person"))
	install.sync_setup()
	assert not frappe.db.exists("Sales Person", "Website Sales")


def test_the_lead_source_of_erpnext_16(site, monkeypatch):
	"""Frappe's own UTM Source, which is named by hand."""
	if not frappe.db.exists("DocType", "UTM Source"):
		pytest.skip("this Frappe has no UTM Source")
	field = SimpleNamespace(options="UTM Source")
	meta = SimpleNamespace(has_field=lambda name: name == "utm_source", get_field=lambda name: field)
	get_meta = frappe.get_meta
	monkeypatch.setattr(
		frappe, "get_meta", lambda name, *args: meta if name == "Lead" else get_meta(name, *args)
	)
	assert records.lead_source_field() == ("utm_source", "UTM Source")
	records.ensure_lead_source("Alfarsi Website")
	records.ensure_lead_source("Alfarsi Website")
	assert frappe.db.exists("UTM Source", "Alfarsi Website")


def test_a_new_setting_gets_its_default_on_migrate(site):
	site.set_single("Medusa Configuration", request_timeout=12)
	frappe.db.delete("Singles", {"doctype": "Medusa Configuration", "field": "max_attempts"})
	install.ensure_defaults()
	assert frappe.db.get_single_value("Medusa Configuration", "max_attempts", cache=False) == 7
	assert frappe.db.get_single_value("Medusa Configuration", "request_timeout", cache=False) == 12


# what is missing


@pytest.mark.parametrize(
	("installed", "missing"),
	[
		(["frappe"], "erpnext, webshop"),
		(["frappe", "webshop"], "erpnext"),
		(["frappe", "erpnext"], "webshop"),
	],
)
def test_install_names_the_app_that_is_missing(site, monkeypatch, installed, missing):
	monkeypatch.setattr(frappe, "get_installed_apps", lambda *args, **kwargs: installed)
	with pytest.raises(frappe.ValidationError, match=f"{missing}\\.$"):
		install.before_install()


def test_install_needs_website_items(site, monkeypatch):
	install.before_install()
	monkeypatch.setattr(frappe.db, "exists", lambda *args, **kwargs: None)
	with pytest.raises(frappe.ValidationError, match="Website Item"):
		install.before_install()


# hooks


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


# what a shop begins with


@pytest.fixture
def categories(site):
	"""No categories, and a function that has those of the setup."""
	site.keep_single("Medusa Configuration")
	frappe.db.delete("Medusa Top Category")

	def ensure():
		ensure_top_categories()
		return frappe.get_doc("Medusa Configuration").top_categories

	return ensure


@pytest.mark.contract(19)
def test_the_four_categories(categories):
	rows = categories()
	assert [row.label for row in rows] == ["Dental", "Medical", "Infection Control", "Medical Laboratory IVD"]
	assert [row.target_table for row in rows] == [
		"dental_items",
		"medical_items",
		"infection_control_items",
		"medical_laboratory_ivd_items",
	]
	assert [row.homepage_function for row in rows] == [
		"get_dental_items",
		"get_medical_items",
		"get_infection_control_items",
		"get_medical_laboratory_items",
	]


def new_group(site, name):
	from frappe.utils.nestedset import get_root_of

	if not frappe.db.exists("Item Group", name):
		site.new("Item Group", item_group_name=name, parent_item_group=get_root_of("Item Group"))


def test_a_category_takes_the_group_of_its_name(site, categories):
	"""Whatever its case, and also when the group comes later; what people chose stays."""
	dental, *_others, laboratory = categories()
	assert laboratory.item_group is None
	other = frappe.get_all("Item Group", pluck="name", limit=1)[0]
	dental.db_set("item_group", other)
	new_group(site, "medical laboratory ivd")
	new_group(site, "DENTAL")
	dental, *_others, laboratory = categories()
	assert laboratory.item_group == "medical laboratory ivd"
	assert dental.item_group == other
	assert len(categories()) == 4


def test_a_row_of_the_form_takes_the_group_of_its_name(site, categories):
	new_group(site, "Orthopaedics of this test")
	settings = frappe.get_doc("Medusa Configuration")
	settings.enable = 0
	settings.append("top_categories", {"label": "orthopaedics of this test", "target_table": "other_items"})
	settings.save()
	assert settings.top_categories[-1].item_group == "Orthopaedics of this test"


def test_personal_data_can_be_asked_for_and_deleted(site):
	"""What the site knows of a person besides User and Contact (data model 7)."""
	kinds = {hook["doctype"]: hook for hook in hooks.user_data_fields}
	assert set(kinds) == {
		"Email OTP",
		"Medusa Request Log",
		"Medusa Sync Task",
		"Opportunity Contact",
		"Product Suggestions",
		"Website Item Review",
	}
	for doctype in ("Email OTP", "Opportunity Contact"):
		assert frappe.get_meta(doctype).has_field(kinds[doctype]["filter_by"])


# desk


def test_number_cards_count(site):
	from frappe.desk.doctype.number_card.number_card import get_result

	for at, status in enumerate(["Failed", "Pending", "Synced", "Synced"]):
		values = {
			"reference_doctype": "Item Group",
			"reference_name": str(at),
			"lane": "lead",
			"status": status,
		}
		synced_at = {2: frappe.utils.now_datetime(), 3: "2020-01-01 12:00:00"}.get(at)
		task = {"doctype": "Medusa Sync Task", "name": f"task {at}", **values, "synced_at": synced_at}
		frappe.get_doc(task).db_insert()
	counts = {}
	cards = {"module": "Medusa Integration", "type": "Document Type", "name": ("like", "% Tasks%")}
	for name in frappe.get_all("Number Card", cards, pluck="name"):
		card = frappe.get_doc("Number Card", name)
		filters = [*json.loads(card.filters_json), ["Medusa Sync Task", "lane", "=", "lead"]]
		counts[name] = get_result(card.as_dict(), filters)
	assert counts == {"Failed Medusa Tasks": 1, "Pending Medusa Tasks": 1, "Medusa Tasks Synced Today": 1}


def test_number_cards_count_orders(site):
	from frappe.desk.doctype.number_card.number_card import get_result

	def count(name):
		card = frappe.get_doc("Number Card", name)
		return get_result(card.as_dict(), json.loads(card.filters_json))

	cards = ("Medusa Orders Today", "Waiting Medusa Orders", "Failed Medusa Orders")
	before = {name: count(name) for name in cards}
	today = frappe.utils.today()
	days = [f"{today} 00:00:00", f"{today} 23:59:59", frappe.utils.add_days(today, -1), None]
	for at, placed_at in enumerate(days):
		frappe.get_doc({"doctype": "Medusa Order", "name": f"order {at}", "placed_at": placed_at}).db_insert()
	states = [("order_import", status) for status in ("Waiting", "Waiting", "Failed", "Retrying", "Synced")]
	for at, (lane, status) in enumerate([*states, ("product", "Waiting"), ("product", "Failed")]):
		values = {"reference_doctype": "Item Group", "reference_name": f"of card {at}"}
		task = {"doctype": "Medusa Sync Task", "name": f"of card {at}", "lane": lane, "status": status}
		frappe.get_doc({**task, **values}).db_insert()
	added = {name: count(name) - before[name] for name in cards}
	assert added == {"Medusa Orders Today": 2, "Waiting Medusa Orders": 2, "Failed Medusa Orders": 1}


def test_jobs_without_a_worker_are_counted(site, monkeypatch):
	"""Ruling A9: the workspace says so, too."""
	queues = {"default": 2, "long": 3}
	monkeypatch.setattr(health, "listening_workers", lambda: {"default": 1, "long": 0})
	monkeypatch.setattr(health, "get_queue", lambda name: SimpleNamespace(count=queues[name]))
	card = frappe.get_doc("Number Card", "Medusa Jobs Without a Worker")
	assert frappe.get_attr(card.method)()["value"] == 3


def test_workspace_shows_what_it_names(site):
	workspace = frappe.get_doc("Workspace", "Medusa")
	assert {row.role for row in workspace.roles} == {"System Manager", "Medusa Manager"}
	assert workspace.public
	shown = {"number_card": set(), "shortcut": set()}
	for block in json.loads(workspace.content):
		if block["type"] in shown:
			shown[block["type"]].add(block["data"][f"{block['type']}_name"])
	assert shown["shortcut"] == {row.label for row in workspace.shortcuts}
	assert shown["number_card"] == {row.label for row in workspace.number_cards}
	for row in workspace.number_cards:
		assert frappe.db.exists("Number Card", row.number_card_name)


def test_shortcuts_open_lists_that_exist(site):
	for shortcut in frappe.get_doc("Workspace", "Medusa").shortcuts:
		assert frappe.db.exists(shortcut.type, shortcut.link_to)
		if shortcut.stats_filter:
			frappe.get_list(shortcut.link_to, filters=json.loads(shortcut.stats_filter))
