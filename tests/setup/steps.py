"""What the tests of the setup do on a site of their own: each function runs in a process connected to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import frappe

APP = "medusa_integration"
MODULE = "Medusa Integration"
DOCTYPES = (
	"Email OTP",
	"Medusa Configuration",
	"Medusa Event",
	"Medusa Order",
	"Medusa Order Backfill",
	"Medusa Reconciliation",
	"Medusa Reconciliation Finding",
	"Medusa Request Log",
	"Medusa Sync Task",
)
MARK = "answer: "
# tables that keep a history of what was there
HISTORY = (
	"tabDeleted Document",
	"tabError Log",
	"tabActivity Log",
	"tabPermission Log",
	"tabVersion",
	"tabComment",
)


def answer(step: Callable[..., Any], *arguments: Any) -> None:
	"""Print what a step returns, for the process that waits for it."""
	print(MARK + json.dumps(step(*arguments), default=str), flush=True)


def connect_again() -> None:
	name, sites_path = frappe.local.site, frappe.local.sites_path
	frappe.destroy()
	frappe.init(name, sites_path=sites_path)
	frappe.connect()


def migrate() -> None:
	from frappe.migrate import SiteMigration

	frappe.db.commit()
	name, sites_path = frappe.local.site, frappe.local.sites_path
	SiteMigration(skip_search_index=True).run(name)
	frappe.init(name, sites_path=sites_path, force=True)
	frappe.connect()


def state() -> dict[str, Any]:
	"""Everything of ours on the site, with all its columns."""
	ours = {"module": MODULE}
	return {
		"columns": [
			list(row) for doctype in tables() for row in frappe.db.sql(f"SHOW COLUMNS FROM `tab{doctype}`")
		],
		"custom fields": frappe.get_all("Custom Field", ours, ["*"], order_by="name"),
		"desk": [
			frappe.get_all(doctype, ours, ["*"], order_by="name")
			for doctype in ("Workspace", "Number Card", "Report")
		],
		"doctypes": frappe.get_all("DocType", ours, ["*"], order_by="name"),
		"error log": frappe.db.count("Error Log"),
		"indexes": sorted(
			(row.Table, row.Key_name, row.Seq_in_index, row.Column_name, row.Non_unique)
			for doctype in tables()
			for row in frappe.db.sql(f"SHOW INDEX FROM `tab{doctype}`", as_dict=True)
		),
		"jobs": frappe.get_all(
			"Scheduled Job Type", {"method": ("like", f"{APP}.%")}, ["*"], order_by="method"
		),
		"roles": frappe.get_all("Role", {"name": ("like", "Medusa%")}, ["*"], order_by="name"),
		"settings": frappe.db.get_singles_dict("Medusa Configuration"),
		"top categories": frappe.get_all("Medusa Top Category", fields=["*"], order_by="idx"),
	}


def tables() -> list[str]:
	of_others = (
		"Customer",
		"Delivery Note",
		"Item Group",
		"Lead",
		"Quotation",
		"Sales Invoice",
		"Sales Order",
		"Website Item",
	)
	return [*of_others, *(name for name in DOCTYPES if frappe.db.table_exists(name))]


def migrate_twice() -> list[dict[str, Any]]:
	"""The state after the first and after the second migrate."""
	states = []
	for _time in range(2):
		migrate()
		states.append(state())
	return states


def drop_unique_key() -> None:
	"""Make the ids of Website Items as they are on a site where somebody made the field by hand."""
	field = {"unique": 0, "read_only": 0, "no_copy": 0, "label": "Their ID", "module": None}
	frappe.db.set_value("Custom Field", "Website Item-medusa_id", field)
	frappe.db.sql_ddl("ALTER TABLE `tabWebsite Item` DROP INDEX `medusa_id`")
	frappe.clear_cache(doctype="Website Item")


def new_items(**ids: str | None) -> None:
	"""Website Items, past their validations."""
	for name, medusa_id in ids.items():
		frappe.db.sql(
			"INSERT INTO `tabWebsite Item` (name, creation, modified, medusa_id) VALUES (%s, NOW(6), NOW(6), %s)",
			(name, medusa_id),
		)
	frappe.db.commit()


def ids() -> dict[str, str | None]:
	return dict(frappe.db.sql("SELECT name, medusa_id FROM `tabWebsite Item`"))


def duplicates() -> dict[str, Any]:
	"""Two migrates of a site with duplicates: while they are there, and after they have gone."""
	drop_unique_key()
	new_items(first="prod_1", second="prod_1", third="prod_3", blank="", other_blank="", none=None)
	migrate()
	with_duplicates = custom_field()
	error = frappe.get_last_doc("Error Log")
	told = frappe.get_all("Notification Log", {"document_name": error.name}, pluck="for_user")
	kept = ids()
	migrate()
	again = frappe.db.count("Notification Log", {"subject": error.method})
	frappe.db.sql("UPDATE `tabWebsite Item` SET medusa_id = NULL WHERE name = 'second'")
	migrate()
	return {
		"with duplicates": with_duplicates,
		"error": [error.method, error.error],
		"told": told,
		"told again": again - len(told),
		"ids": kept,
		"without duplicates": custom_field(),
	}


def custom_field() -> dict[str, Any]:
	# the index of the shop's lists has the column too, further behind
	keys = frappe.db.sql(
		"SHOW INDEX FROM `tabWebsite Item` WHERE Column_name = 'medusa_id' AND Seq_in_index = 1", as_dict=True
	)
	fields = ["label", "read_only", "unique", "no_copy", "search_index", "module"]
	field = frappe.db.get_value("Custom Field", "Website Item-medusa_id", fields, as_dict=True)
	return {**field, "keys": [not key.Non_unique for key in keys]}


def fields_of_others() -> dict[str, Any]:
	"""Migrate a site where two of our fields were there before: one that can be brought to ours,
	one that can't.
	"""
	remove("Website Item-medusa_variant_id", "Website Item-custom_available_qty")
	frappe.db.sql_ddl("ALTER TABLE `tabWebsite Item` DROP INDEX `medusa_variant_id`")
	add(fieldname="medusa_variant_id", fieldtype="Small Text", label="Theirs", reqd=1, insert_after="route")
	frappe.db.sql_ddl("ALTER TABLE `tabWebsite Item` DROP COLUMN `custom_available_qty`")
	add(fieldname="custom_available_qty", fieldtype="Date", label="A Day", insert_after="route")
	new_items(theirs="prod_theirs")
	frappe.db.sql("UPDATE `tabWebsite Item` SET medusa_variant_id = 'variant_theirs' WHERE name = 'theirs'")
	migrate()
	fields = [
		"fieldname",
		"fieldtype",
		"label",
		"insert_after",
		"read_only",
		"unique",
		"no_copy",
		"reqd",
		"module",
	]
	names = ("medusa_variant_id", "custom_available_qty")
	rows = frappe.get_all("Custom Field", {"dt": "Website Item", "fieldname": ("in", names)}, fields)
	return {
		"fields": {row.pop("fieldname"): row for row in rows},
		"kept": frappe.db.get_value("Website Item", "theirs", "medusa_variant_id"),
		"error": frappe.get_last_doc("Error Log").method,
	}


def add(**values: Any) -> None:
	frappe.get_doc({"doctype": "Custom Field", "dt": "Website Item", **values}).insert()


def remove(*names: str) -> None:
	for name in names:
		frappe.delete_doc("Custom Field", name)


def come_and_go() -> dict[str, Any]:
	"""Use the app, remove it, and install it again."""
	from frappe.installer import install_app, remove_app

	before = state()
	user = {
		"doctype": "User",
		"email": "manager@example.com",
		"first_name": "Manager",
		"send_welcome_email": 0,
	}
	frappe.get_doc({**user, "roles": [{"role": "Medusa Manager"}, {"role": "Medusa Storefront"}]}).insert()
	settings = {"enable": 1, "url": "https://medusa.example.com", "admin_email": "a@example.com"}
	frappe.get_doc("Medusa Configuration").update(
		{**settings, "admin_password": "a password", "log_retention_days": 10}
	).save()
	frappe.make_property_setter(
		{"doctype": "Website Item", "fieldname": "medusa_id", "property": "hidden", "value": "1"}
	)
	new_items(kept="prod_kept")
	frappe.enqueue("medusa_integration.sync.worker.run", job_id="a drain")
	frappe.enqueue("frappe.ping", job_id="a job of others")
	frappe.db.commit()

	remove_app(APP, yes=True, no_backup=True)
	connect_again()
	gone = {
		"apps": frappe.get_installed_apps(),
		"tables": [table for table in frappe.db.get_tables(cached=False) if "Medusa" in table],
		"mentions": mentions(),
		"jobs": queued(),
		"roles": frappe.get_all("Has Role", {"parent": "manager@example.com"}, pluck="role"),
	}
	install_app(APP)
	frappe.db.commit()
	connect_again()
	return {"before": before, "gone": gone, "after": state(), "ids": ids()}


def mentions() -> list[str]:
	"""The tables in which the app is still spoken of."""
	found = []
	for table in frappe.db.get_tables(cached=False):
		columns = [
			row[0]
			for row in frappe.db.sql(f"SHOW COLUMNS FROM `{table}`")
			if "char" in row[1] or "text" in row[1]
		]
		condition = " OR ".join(f"`{column}` LIKE %(text)s" for column in columns)
		if columns and frappe.db.sql(
			f"SELECT 1 FROM `{table}` WHERE {condition} LIMIT 1", {"text": "%medusa%"}
		):
			found.append(table)
	return [table for table in found if table not in HISTORY]


def queued() -> list[str]:
	from frappe.utils.background_jobs import get_queues

	methods = [str(job.kwargs["method"]) for queue in get_queues() for job in queue.get_jobs() if job]
	return [method for method in methods if method.startswith(APP) or method == "frappe.ping"]
