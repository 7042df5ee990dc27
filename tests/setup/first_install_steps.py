"""What `test_first_install.py` does on a site without this app; each function has a process of its own."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.installer import install_app

from tests.setup.steps import answer, migrate  # noqa: F401

APP = "medusa_integration"
SETTINGS = "Medusa Configuration"
WAITED_FOR = ("price_list", "sales_person", "root_item_group")


def install() -> None:
	install_app(APP)
	frappe.db.commit()


def settings(*fields: str) -> dict[str, Any]:
	"""These settings as they are stored, all without fields."""
	stored = frappe.db.get_singles_dict(SETTINGS)
	names = fields or [field.fieldname for field in frappe.get_meta(SETTINGS).fields]
	return {name: stored.get(name) or None for name in names}


def fields() -> dict[str, int]:
	"""How many custom fields of ours there are, and how many there should be."""
	from medusa_integration.setup.custom_fields import CUSTOM_FIELDS

	made = frappe.db.count("Custom Field", {"module": "Medusa Integration"})
	return {"fields": made, "expected fields": sum(map(len, CUSTOM_FIELDS.values()))}


def usual_site() -> dict[str, Any]:
	install()
	return settings()


def rename_price_list(new: str) -> None:
	frappe.rename_doc("Price List", "Standard Selling", new, force=True)
	frappe.db.commit()


def other_language() -> dict[str, Any]:
	rename_price_list("Standard-Vertrieb")
	insert_price_list("Aktion")
	frappe.db.set_single_value("Selling Settings", "selling_price_list", "Standard-Vertrieb")
	install()
	frappe.get_doc(SETTINGS).save()
	frappe.db.commit()
	return {**settings("price_list"), **fields(), "saved": settings("price_list")["price_list"]}


def only_price_list() -> str | None:
	rename_price_list("Verkauf")
	frappe.db.set_single_value("Selling Settings", "selling_price_list", None)
	install()
	return settings("price_list")["price_list"]


def insert_price_list(name: str) -> None:
	values = {"price_list_name": name, "currency": "OMR", "selling": 1, "enabled": 1}
	frappe.get_doc({"doctype": "Price List", **values}).insert()


def take_away_what_the_wizard_makes() -> None:
	for doctype in ("Price List", "Sales Person", "Item Group"):
		frappe.db.delete(doctype)
	frappe.db.set_single_value("Selling Settings", "selling_price_list", None)
	frappe.db.commit()
	frappe.clear_cache()


def what_the_wizard_makes() -> None:
	insert_price_list("Standard Selling")
	values = {"sales_person_name": "Sales Team", "is_group": 1}
	frappe.get_doc({"doctype": "Sales Person", **values}).insert(ignore_mandatory=True)
	values = {"item_group_name": "All Item Groups", "is_group": 1}
	frappe.get_doc({"doctype": "Item Group", **values}).insert(ignore_mandatory=True)
	values = {"item_group_name": "Products", "is_group": 1, "parent_item_group": "All Item Groups"}
	frappe.get_doc({"doctype": "Item Group", **values}).insert()


def complete_the_wizard() -> None:
	"""What Frappe's setup wizard does at its end."""
	for path in frappe.get_hooks("setup_wizard_complete", app_name=APP):
		frappe.get_attr(path)({"language": "English"})
	frappe.db.commit()


def before_the_wizard() -> dict[str, Any]:
	take_away_what_the_wizard_makes()
	install()
	result: dict[str, Any] = {"installed": settings(*WAITED_FOR)}
	frappe.get_doc(SETTINGS).save()
	frappe.db.commit()
	result["saved before the wizard"] = True
	frappe.db.delete("Singles", {"doctype": SETTINGS, "field": "root_item_group"})
	what_the_wizard_makes()
	complete_the_wizard()
	result["after the wizard"] = settings(*WAITED_FOR)
	return result


def wizard_with_an_error() -> dict[str, Any]:
	from medusa_integration.setup import install as setup

	take_away_what_the_wizard_makes()
	install()
	what_the_wizard_makes()
	frappe.db.commit()
	original, setup.ensure_roles = setup.ensure_roles, fail
	complete_the_wizard()
	setup.ensure_roles = original
	logged = frappe.get_last_doc("Error Log").method
	migrate()
	return {"logged": logged, **settings("price_list")}


def fail(*_arguments: Any, **_options: Any) -> None:
	raise ZeroDivisionError("stop here")


def failed_in_our_setup() -> dict[str, Any]:
	"""The last step of our own setup fails the first time."""
	from medusa_integration.setup import install as setup

	return _repeated(setup, "ensure_indexes")


def failed_before_our_setup() -> dict[str, Any]:
	"""Frappe itself fails while it makes the DocTypes, after it has entered the module."""
	import frappe.model.sync

	return _repeated(frappe.model.sync, "sync_for")


def _repeated(module: Any, function: str) -> dict[str, Any]:
	original = getattr(module, function)
	setattr(module, function, fail)
	try:
		install_app(APP)
		error = None
	except ZeroDivisionError as raised:
		error = str(raised)
	frappe.db.commit()  # the worst case: Frappe itself rolls back
	setattr(module, function, original)
	after_the_error = frappe.get_installed_apps()
	install()
	return {
		"error": error,
		"installed apps after the error": after_the_error,
		"installed apps": frappe.get_installed_apps(),
		"jobs": frappe.db.count("Scheduled Job Type", {"method": ("like", f"{APP}.%")}),
		**fields(),
		**settings("price_list"),
	}
