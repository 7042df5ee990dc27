"""Install and migrate. Both bring the site to the same state, and running them again changes nothing."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.installer import remove_from_installed_apps

from medusa_integration import shared_cache
from medusa_integration.catalogue.collection import routes
from medusa_integration.constants import HOMEPAGE, WEBSITE_ITEM
from medusa_integration.settings import SETTINGS, default_price_list
from medusa_integration.setup import records, selling_records
from medusa_integration.setup.custom_fields import CUSTOM_FIELDS
from medusa_integration.setup.field_checks import prepare
from medusa_integration.setup.top_categories import ensure_top_categories
from medusa_integration.storefront import facet_index

# role: whether its users may open Desk
ROLES = {"Medusa Manager": 1, "Medusa Storefront": 0}
REQUIRED_APPS = ("erpnext", "webshop")
# Singles whose defaults are stored
SINGLES = (SETTINGS, HOMEPAGE)
# of two columns or more: Frappe takes an index of one, that the DocType does not name, away again
INDEXES = {
	WEBSITE_ITEM: {
		"medusa_item_code": ["item_code", "name"],
		# all that the shop's lists filter, count and sort by: without it each facet reads every row, with
		# its long texts
		"medusa_listing": [
			"published",
			"item_group",
			"brand",
			"custom_in_stock",
			"medusa_id",
			"item_code",
			"web_item_name",
			"ranking",
		],
	}
}
ROOT_ITEM_GROUP = "Products"
APP = "medusa_integration"


def before_install() -> None:
	"""Refuse a site without the apps and DocTypes that this app requires.

	Raises:
		frappe.ValidationError: names what is missing.
	"""
	installed = frappe.get_installed_apps()
	missing = [app for app in REQUIRED_APPS if app not in installed]
	if missing:
		frappe.throw(
			_("Medusa Integration needs the apps ERPNext and Webshop. Install first: {0}.").format(
				", ".join(missing)
			)
		)
	if not frappe.db.exists("DocType", WEBSITE_ITEM):
		frappe.throw(
			_(
				"Medusa Integration needs the DocType Website Item. Run the migration of the app Webshop first."
			)
		)
	if APP not in installed:
		# an installation that failed has left it, and Frappe would refuse to make it a second time
		frappe.db.delete("Module Def", {"app_name": APP})
	frappe.flags.medusa_has_no_settings = not frappe.db.get_singles_dict(SETTINGS)


def after_install() -> None:
	"""Create what the app needs besides its own DocTypes.

	If that fails, the app is removed from the list of installed apps, so that `install-app` can be
	repeated.
	"""
	try:
		if frappe.flags.pop("medusa_has_no_settings", False):
			forget_filled_in_links()
		sync_setup()
	except Exception:
		frappe.db.rollback()
		remove_from_installed_apps(APP)
		raise


def setup_wizard_complete(answers: dict[str, Any] | None = None) -> None:
	"""Create what depends on company, price lists and roles. An error does not fail the wizard.

	Args:
		answers: of the user in the wizard; not used.
	"""
	try:
		sync_setup()
	except Exception:
		frappe.db.rollback()
		frappe.log_error("Medusa: the setup could not be completed; the next migration tries again")


def after_sync() -> None:
	"""Complete the installation, now that the scheduled jobs exist."""
	keep_job_logs()


def after_migrate() -> None:
	"""Create what is missing, and retry what failed before."""
	sync_setup()
	keep_job_logs()
	# what is stored may be of another version of the app
	shared_cache.forget()


def sync_setup() -> None:
	"""Create missing roles, custom fields, records and settings.

	Existing data never makes it fail.
	"""
	ensure_roles()
	ensure_custom_fields()
	records.ensure_records()
	selling_records.ensure_selling_records()
	ensure_defaults()
	ensure_routes()
	ensure_top_categories()
	ensure_indexes()
	facet_index.ensure()


def ensure_indexes() -> None:
	"""Add the indexes of Website Item that webshop lacks: by its Item, and for the shop's lists.

	One that the database refuses, because a customized field is too long for it, is left out.
	"""
	for doctype, indexes in INDEXES.items():
		for name, fields in indexes.items():
			try:
				frappe.db.add_index(doctype, fields, name)
			except frappe.db.OperationalError:
				frappe.log_error(f"Medusa: the index {name} of {doctype} is left out")


def keep_job_logs() -> None:
	"""Have every run of the app's jobs leave a row in the Scheduled Job Log; Frappe skips some."""
	jobs = {"method": ("like", "medusa_integration.%"), "create_log": 0}
	frappe.db.set_value("Scheduled Job Type", jobs, "create_log", 1, update_modified=False)


def ensure_roles() -> None:
	"""Create the roles of the app. Existing ones are not changed."""
	for role, desk_access in ROLES.items():
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": desk_access}).insert(
				ignore_permissions=True
			)


def ensure_custom_fields() -> None:
	"""Create the custom fields, and correct the properties of existing ones.

	A field that cannot be created is reported and not changed. An id that occurs twice loses its unique key
	until a later migration finds no duplicates.
	"""
	create_custom_fields(
		{
			doctype: [made for field in fields if (made := prepare(doctype, field))]
			for doctype, fields in CUSTOM_FIELDS.items()
		}
	)


def ensure_defaults() -> None:
	"""Store the default of each setting without a value, because a Single otherwise reads 0 or nothing.

	A default that is a missing record is left to a later migration: it would prevent saving the form.
	"""
	for single in SINGLES:
		stored = frappe.db.get_singles_dict(single)
		missing = {
			field.fieldname: field.default
			for field in frappe.get_meta(single).fields
			if field.default and field.fieldname not in stored
		}
		if single == SETTINGS:
			if not stored.get("price_list") and (price_list := default_price_list()):
				missing["price_list"] = price_list
			missing |= records.settings_of_made_records(
				stored, (*records.LEAVES.items(), *selling_records.CHOSEN)
			)
		if missing:
			frappe.db.set_single_value(single, missing, update_modified=False)


def forget_filled_in_links() -> None:
	"""Clear the links that Frappe has filled into the new settings, such as currency and company.

	No user has chosen them, and the documented meaning is that of an empty field.
	"""
	links = [field.fieldname for field in frappe.get_meta(SETTINGS).get_link_fields()]
	frappe.db.delete("Singles", {"doctype": SETTINGS, "field": ("in", links)})
	frappe.clear_document_cache(SETTINGS, SETTINGS)


def ensure_routes() -> None:
	"""Set the group "Products", if there is one, as the root group, and set every group's route."""
	stored = frappe.db.get_singles_dict(SETTINGS)
	if "root_item_group" not in stored and frappe.db.exists("Item Group", ROOT_ITEM_GROUP):
		frappe.db.set_single_value(SETTINGS, "root_item_group", ROOT_ITEM_GROUP, update_modified=False)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
	routes.update_quietly()
