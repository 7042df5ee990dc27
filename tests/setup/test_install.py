"""What is on a site after the install: roles, records, defaults, categories; what it knows of a person."""

from __future__ import annotations

from types import SimpleNamespace

import frappe
import pytest
from frappe.utils.nestedset import get_root_of

from medusa_integration import hooks
from medusa_integration.setup import install, records
from medusa_integration.setup.top_categories import ensure_top_categories


def test_roles(site):
	desk = dict(
		frappe.get_all("Role", {"name": ("in", list(install.ROLES))}, ["name", "desk_access"], as_list=True)
	)
	assert desk == {"Medusa Manager": 1, "Medusa Storefront": 0}


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
