"""Patches, on a site as it was before them."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.patches import move_fields_of_orders, tell_apart_ignored_tasks
from medusa_integration.patches import take_over_active_homepage_landing as patch

HOMEPAGE, ACTIVE = patch.HOMEPAGE, patch.ACTIVE


@pytest.fixture
def homepage(site):
	"""The Single without rows, and the table of the DocType that it was before."""
	if f"tab{HOMEPAGE}" in frappe.db.get_tables(cached=False):
		pytest.skip("the site has the old table itself")
	site.keep_single(HOMEPAGE)
	for field in frappe.get_meta(HOMEPAGE).get_table_fields():
		frappe.db.delete(field.options, {"parenttype": HOMEPAGE})
	frappe.db.sql_ddl(
		f"CREATE TABLE `tab{HOMEPAGE}` (`name` varchar(140) PRIMARY KEY, `price_visibility_threshold` decimal(21,9))"
	)
	frappe.db.sql(f"INSERT INTO `tab{HOMEPAGE}` VALUES (%s, 75), ('Another', 1)", ACTIVE)
	yield lambda: frappe.get_doc(HOMEPAGE)
	frappe.db.rollback()
	frappe.db.sql_ddl(f"DROP TABLE `tab{HOMEPAGE}`")
	frappe.cache.delete_keys("table_columns")


def old_row(parent, table, url):
	doctype = frappe.get_meta(HOMEPAGE).get_field(table).options
	values = {"parent": parent, "parenttype": HOMEPAGE, "parentfield": table, "url": url, "idx": 1}
	frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=10), **values}).db_insert()


def test_the_active_homepage_becomes_the_single(homepage):
	"""Its rows and its prices; records that the shop did not show stay where they are."""
	old_row(ACTIVE, "banners", "/of-the-active")
	old_row("Another", "urls", "/of-another")
	patch.execute()
	assert [row.url for row in homepage().banners] == ["/of-the-active"]
	assert homepage().urls == []
	assert homepage().price_visibility_threshold == 75
	assert homepage().delivery_charges == 2


def test_what_the_single_has_already_stays(homepage):
	"""So the patch may run again."""
	old_row(HOMEPAGE, "banners", "/of-the-single")
	old_row(ACTIVE, "banners", "/of-the-active")
	old_row(ACTIVE, "urls", "/video")
	for _time in range(2):
		patch.execute()
		assert [row.url for row in homepage().banners] == ["/of-the-single"]
		assert [row.url for row in homepage().urls] == ["/video"]


def test_a_site_that_never_had_one(site):
	"""The Single is as it was."""
	before = frappe.db.get_singles_dict(HOMEPAGE)
	patch.execute()
	assert frappe.db.get_singles_dict(HOMEPAGE) == before


@pytest.mark.parametrize(
	("of_the_task", "status"),
	[
		# the app has claimed it, and said why it does not go
		({"last_error": "The rate is zero."}, "Not Wanted"),
		({"last_error": None}, "Not Wanted"),
		({"last_error": "In einer anderen Sprache."}, "Not Wanted"),
		# only a person puts aside what was not sent yet, what has failed, and what waits
		({"version": 5, "claimed_version": 4, "last_error": "The rate is zero."}, "Ignored"),
		({"version": 1, "claimed_version": 0, "last_error": None}, "Ignored"),
		({"attempts": 1, "last_error": "Medusa refuses it (400): no"}, "Ignored"),
		({"last_error": "Waits for Item Group Gloves."}, "Ignored"),
		({"last_error": "Medusa Customer ID not found for Customer: Clinic"}, "Ignored"),
	],
)
def test_old_ignored_tasks_are_told_apart(site, of_the_task, status):
	"""What the app has set aside is *Not Wanted*, what can only be a person's stays."""
	values = {"status": "Ignored", "version": 3, "claimed_version": 3, "attempts": 0, **of_the_task}
	about = {"reference_doctype": "Item Price", "reference_name": "gone", "lane": "price"}
	task = frappe.get_doc({"doctype": "Medusa Sync Task", **about, **values})
	task.flags.ignore_links = True
	task.db_insert()
	for _time in range(2):
		tell_apart_ignored_tasks.execute()
		assert frappe.db.get_value("Medusa Sync Task", task.name, "status") == status
	frappe.db.rollback()


def test_fields_of_orders_leave_the_top_of_the_form(site):
	"""Where they still stand as the app had put them; a field that a person has moved stays."""
	places = {
		"Sales Order-from_ecommerce": "customer_name",
		"Quotation-from_ecommerce": "order_type",
		"Sales Order-custom_is_courier_required": "medusa_order_id",
	}
	for name, place in places.items():
		frappe.db.set_value("Custom Field", name, "insert_after", place)
	move_fields_of_orders.execute()
	assert [frappe.db.get_value("Custom Field", name, "insert_after") for name in places] == [
		"status",
		"order_type",
		"shipping_address_name",
	]
	assert frappe.db.get_value("Custom Field", "Delivery Note-from_ecommerce", "insert_after") == "status"
