"""Uninstall: removes what Frappe leaves when it removes the app's module.

Frappe drops the DocTypes with their tables, and the records that name the module. This module removes
roles, scheduled jobs, queued jobs and rows about the app in other tables. Medusa is not called. The columns
of the custom fields remain with their data until the tables are trimmed.
"""

from __future__ import annotations

from contextlib import suppress

import frappe
from frappe.utils.background_jobs import get_queues
from redis.exceptions import RedisError

from medusa_integration.constants import MODULE
from medusa_integration.setup.custom_fields import CUSTOM_FIELDS
from medusa_integration.setup.install import INDEXES, ROLES
from medusa_integration.setup.selling_records import delete_selling_records
from medusa_integration.storefront.user import delete_storefront_user

APP = "medusa_integration"
# DocType: the field in which it names one of our DocTypes
MENTIONS = {
	"Custom DocPerm": "parent",
	"DocShare": "share_doctype",
	"List Filter": "reference_doctype",
	"Logs To Clear": "ref_doctype",
	"Notification Log": "document_type",
	"Property Setter": "doc_type",
	"Version": "ref_doctype",
}


def before_uninstall() -> None:
	"""Remove the app's custom fields, roles, jobs and Desk records from this site."""
	delete_queued_jobs()
	delete_scheduled_jobs()
	delete_selling_records()
	delete_custom_fields()
	delete_indexes()
	delete_desk_records()
	delete_storefront_user()
	delete_roles()
	delete_mentions()


def delete_custom_fields() -> None:
	"""Delete the custom fields with their property setters. The columns and their data remain.

	A field remains if a Workflow of the site uses it.
	"""
	for doctype, fields in CUSTOM_FIELDS.items():
		for field in fields:
			name = frappe.db.exists("Custom Field", {"dt": doctype, "fieldname": field["fieldname"]})
			of_workflow = {"document_type": doctype, "workflow_state_field": field["fieldname"]}
			if name and field.get("only_if_missing") and frappe.db.exists("Workflow", of_workflow):
				# Frappe deletes what names the module
				frappe.db.set_value("Custom Field", name, "module", None)
			elif name:
				frappe.delete_doc("Custom Field", name, force=True)
		frappe.clear_cache(doctype=doctype)


def delete_indexes() -> None:
	"""Delete the indexes that the app has added to other tables."""
	for doctype, indexes in INDEXES.items():
		table = f"tab{doctype}"
		for name in indexes:
			if not frappe.db.has_index(table, name):
				continue
			if frappe.db.db_type == "mariadb":
				# nosemgrep: frappe-using-db-sql -- DDL, with names that are constants of this app
				frappe.db.sql_ddl(f"ALTER TABLE `{table}` DROP INDEX `{name}`")
			else:
				# nosemgrep: frappe-using-db-sql -- DDL, with names that are constants of this app
				frappe.db.sql_ddl(f'DROP INDEX "{name}"')


def delete_roles() -> None:
	"""Delete the roles of the app, and all their assignments."""
	for role in ROLES:
		frappe.db.delete("Has Role", {"role": role})
		frappe.db.delete("Custom DocPerm", {"role": role})
		frappe.delete_doc("Role", role, force=True)
	frappe.clear_cache()


def delete_scheduled_jobs() -> None:
	"""Delete the app's scheduled job types and their logs; Frappe does it only at the next migration."""
	jobs = {"method": ("like", f"{APP}.%")}
	for name in frappe.get_all("Scheduled Job Type", jobs, pluck="name"):
		frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": name})
	_delete_all("Scheduled Job Type", jobs)


def delete_queued_jobs() -> None:
	"""Delete the app's queued jobs of this site. Without Redis there are none."""
	with suppress(RedisError):
		for queue in get_queues():
			for job in queue.get_jobs():
				if job and _is_ours(job):
					job.delete()


def delete_desk_records() -> None:
	"""Delete workspace and number cards, and the sidebar and desktop icon that Frappe 16 created for them."""
	workspaces = frappe.get_all("Workspace", {"module": MODULE}, pluck="name")
	if workspaces and frappe.db.exists("DocType", "Workspace Sidebar"):
		_delete_all("Desktop Icon", {"label": ("in", workspaces), "link_type": "Workspace Sidebar"})
		_delete_all("Workspace Sidebar", {"title": ("in", workspaces)})
		# the copies that users have made for themselves
		_delete_all("Workspace Sidebar", {"module": MODULE})
	_delete_all("Workspace", {"module": MODULE})
	_delete_all("Number Card", {"module": MODULE})


def delete_mentions() -> None:
	"""Delete rows about the app in other tables: patches, versions, filters, shares, log settings."""
	frappe.db.delete("Patch Log", {"patch": ("like", f"{APP}.%")})
	doctypes = frappe.get_all("DocType", {"module": MODULE}, pluck="name")
	if not doctypes:
		return
	for doctype, fieldname in MENTIONS.items():
		frappe.db.delete(doctype, {fieldname: ("in", doctypes)})
	frappe.db.delete("List View Settings", {"name": ("in", doctypes)})
	frappe.db.delete("__UserSettings", {"doctype": ("in", doctypes)})


def _delete_all(doctype: str, filters: dict) -> None:
	for name in frappe.get_all(doctype, filters, pluck="name"):
		frappe.delete_doc(doctype, name, force=True)


def _is_ours(job) -> bool:
	if job.kwargs.get("site") != frappe.local.site:
		return False
	kwargs = job.kwargs.get("kwargs") or {}
	# a scheduled job carries the method in its arguments
	return any(
		str(method).startswith(f"{APP}.") for method in (job.kwargs.get("method"), kwargs.get("job_type"))
	)
