"""What Desk shows of orders that were placed in Medusa: in the Sales Order, and in a report."""

from __future__ import annotations

import json

import frappe
import pytest

from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.medusa_integration.report.medusa_order_totals.medusa_order_totals import execute
from medusa_integration.mirror.admin_pages import order_page
from medusa_integration.selling.order import medusa_state

ID = "order_01J"


@pytest.mark.parametrize(
	("url", "generation", "expected"),
	[
		("https://medusa.example.com", "v2", "https://medusa.example.com/app/orders/order_1%3Cb%3E"),
		("https://medusa.example.com/", "v2", "https://medusa.example.com/app/orders/order_1%3Cb%3E"),
		# its admin is a server of its own
		("https://medusa.example.com", "v1", None),
		("https://medusa.example.com", None, None),
		("javascript:alert(1)", "v2", None),
		("", "v2", None),
		(None, "v2", None),
	],
)
def test_the_page_of_an_order(url, generation, expected):
	assert order_page(url, generation, "order_1<b>") == expected


def loaded(name: str):
	"""The Sales Order as its form loads it."""
	doc = frappe.get_doc("Sales Order", name)
	doc.run_method("onload")
	return doc.get("__onload") or {}


@pytest.mark.parametrize(("generation", "page"), [("v1", None), ("v2", "{url}/app/orders/{order_id}")])
def test_a_sales_order_shows_its_order_in_medusa(lane, generation, page, query_counter):
	order_id = lane.place()
	lane.shop.drain()
	states = {
		"order_status": "pending",
		"payment_status": "captured",
		"fulfillment_status": "partially_fulfilled",
	}
	frappe.db.set_value(MEDUSA_ORDER, order_id, dict(states))
	frappe.db.commit()
	name = lane.made(order_id).name
	requests = len(lane.medusa.requests)
	found = loaded(name)["medusa_order"]
	assert {field: found[field] for field in states} == states
	expected = page and page.format(url=lane.medusa.url, order_id=order_id)
	assert found["page"] == expected
	assert len(lane.medusa.requests) == requests
	doc = frappe.get_doc("Sales Order", name)
	with query_counter() as queries:
		medusa_state.show_in_sales_order(doc)
	assert len(queries) == 1


def test_another_sales_order_shows_nothing(lane, query_counter):
	order_id = lane.place()
	lane.shop.drain()
	name = lane.made(order_id).name
	frappe.db.set_value("Sales Order", name, "medusa_order_number", None)
	assert "medusa_order" not in loaded(name)


def test_a_medusa_order_leads_to_what_was_made_of_it(lane):
	order_id = lane.place()
	lane.shop.drain()
	doc = frappe.get_doc(MEDUSA_ORDER, order_id)
	doc.run_method("onload")
	assert doc.get("__onload")["medusa_page"] == f"{lane.medusa.url}/app/orders/{order_id}"
	data = medusa_state.connections_of_medusa_order({})
	assert data["fieldname"] == "medusa_order_id"
	(group,) = data["transactions"]
	for doctype in group["items"]:
		assert frappe.get_meta(doctype).has_field("medusa_order_id")


# -- the report ----------------------------------------------------------------------------------------------


@pytest.fixture
def orders(lane):
	"""`orders(...)` are rows of Medusa Order, some with a Sales Order as it was imported."""
	frappe.db.delete(MEDUSA_ORDER)
	lane.shop.set(submit_imported_orders=0)
	made = lane.place()
	lane.shop.drain()
	first = lane.made(made)
	frappe.db.delete(MEDUSA_ORDER)

	def sales_order(order_id: str, **values) -> str:
		doc = frappe.copy_doc(first)
		doc.update({"docstatus": 0, "name": f"SO-{order_id}-{lane.shop.mark}", "__islocal": 1})
		for row in doc.get_all_children():
			row.parent = doc.name
		doc.medusa_order_id, doc.medusa_order_number = order_id, "1"
		doc.update(values)
		doc.db_insert()
		return lane.shop.site.added(doc).name

	def order(
		order_id: str, placed_at: str, currency: str, total: float, imported: dict | None = None, **more
	):
		values = {
			"placed_at": placed_at,
			"currency": currency,
			"grand_total": total,
			"order_status": "pending",
		}
		doc = frappe.get_doc({"doctype": MEDUSA_ORDER, "name": order_id, **values, **more})
		doc.db_insert()
		lane.shop.site.added(doc)
		if imported is not None:
			day = placed_at.split(" ")[0]
			given = {"transaction_date": day, "currency": currency, "grand_total": total, **imported}
			sales_order(order_id, **given)

	frappe.db.delete("Sales Order", {"name": first.name})
	order.sales_order = sales_order
	order.company = first.company
	order.lane = lane
	return order


MAY = {"from_date": "2026-05-01", "to_date": "2026-05-31"}


def rows(**filters):
	_columns, found, message = execute({**MAY, **filters})
	return [
		(
			str(row["day"]),
			row["currency"],
			row["orders"],
			float(row["total"]),
			row["sales_orders"],
			float(row["grand_total"]),
			row["difference"],
			row["not_imported"],
		)
		for row in found
	], message


def test_totals_by_day_and_currency(orders):
	orders("o1", "2026-05-02 00:00:00", "USD", 64.2674175, {"grand_total": 64.27})
	orders("o2", "2026-05-02 23:59:59.999", "USD", 10.004, {"grand_total": 10})
	orders("o3", "2026-05-02 12:00:00", "OMR", 1.2345, {"grand_total": 1.235})
	orders("o4", "2026-05-03 08:00:00", "USD", 20, {"grand_total": 19})
	orders("o5", "2026-05-03 09:00:00", "USD", 7.5)
	orders("o6", "2026-05-03 09:00:00", "USD", 100, order_status="canceled")
	orders("o7", "2026-05-03 10:00:00", "USD", 5, {"docstatus": 2})
	orders("o8", "2026-06-01 00:00:00", "USD", 5, {})
	orders("o9", "2026-04-30 23:59:59", "USD", 5, {})
	found, message = rows()
	assert found == [
		# of 7.50 and 5.00 nothing was imported, and 1.00 is missing of the other one
		("2026-05-03", "USD", 3, 32.5, 1, 19.0, -13.5, 2),
		("2026-05-02", "OMR", 1, 1.235, 1, 1.235, 0.0, 0),
		# each order is rounded, not the sum
		("2026-05-02", "USD", 2, 74.27, 2, 74.27, 0.0, 0),
	]
	assert message is None
	assert [row[1] for row in rows(currency="OMR")[0]] == ["OMR"]


def test_the_day_is_that_of_medusas_order(orders):
	"""Whatever date somebody has given to the Sales Order; without a row its own date counts."""
	orders("o1", "2026-05-02 08:00:00", "USD", 10, {"transaction_date": "2026-05-09"})
	orders.sales_order("o2", transaction_date="2026-05-04", currency="USD", grand_total=3)
	assert rows()[0] == [
		("2026-05-04", "USD", 0, 0.0, 1, 3.0, 3.0, 0),
		("2026-05-02", "USD", 1, 10.0, 1, 10.0, 0.0, 0),
	]


def test_orders_that_were_not_listed_yet_are_counted(orders):
	frappe.get_doc({"doctype": MEDUSA_ORDER, "name": "o1"}).db_insert()
	assert rows() == ([], "1 orders are left out, because Medusa has not listed them yet.")


def test_a_user_sees_the_companies_that_are_permitted(orders):
	site = orders.lane.shop.site
	other = f"Other {orders.lane.shop.mark}"
	orders("o1", "2026-05-02 08:00:00", "USD", 10, {})
	orders("o2", "2026-05-02 08:00:00", "USD", 20, {"company": other})
	orders("o3", "2026-05-02 08:00:00", "USD", 40)
	left_out = "Orders without a Sales Order are left out, because they belong to no company yet."
	assert rows() == ([("2026-05-02", "USD", 3, 70.0, 2, 30.0, -40.0, 1)], None)
	assert rows(company=other) == ([("2026-05-02", "USD", 1, 20.0, 1, 20.0, 0.0, 0)], left_out)
	user = site.new(
		"User", email=f"{orders.lane.shop.mark}@example.com", first_name="S", send_welcome_email=0
	)
	user.add_roles("Sales User")
	frappe.set_user(user.name)
	try:
		assert rows()[0] == [("2026-05-02", "USD", 3, 70.0, 2, 30.0, -40.0, 1)]
		frappe.set_user("Administrator")
		values = {"user": user.name, "allow": "Company", "for_value": orders.company}
		site.new("User Permission", **values, apply_to_all_doctypes=1)
		frappe.set_user(user.name)
		assert rows() == ([("2026-05-02", "USD", 1, 10.0, 1, 10.0, 0.0, 0)], left_out)
	finally:
		frappe.set_user("Administrator")


def test_the_last_day_that_there_is(orders):
	orders("o1", "2026-05-02 08:00:00", "USD", 10, {})
	assert rows(from_date="9999-12-31", to_date="9999-12-31") == ([], None)


@pytest.mark.parametrize("roles", [(), ("Medusa Manager",), ("Stock Manager",)])
def test_who_may_not_read_sales_orders_gets_no_report(orders, roles):
	site = orders.lane.shop.site
	orders("o1", "2026-05-02 08:00:00", "USD", 10, {})
	user = site.new(
		"User", email=f"{orders.lane.shop.mark}@example.com", first_name="S", send_welcome_email=0
	)
	if roles:
		user.add_roles(*roles)
	frappe.set_user(user.name)
	try:
		with pytest.raises(frappe.PermissionError):
			execute(MAY)
	finally:
		frappe.set_user("Administrator")


@pytest.mark.parametrize(
	"filters",
	[
		{},
		{"from_date": "2026-05-01"},
		{"from_date": "2026-05-02", "to_date": "2026-05-01"},
		{"from_date": "2000-01-01", "to_date": "2026-05-01"},
	],
)
def test_a_time_has_to_be_given(site, filters):
	with pytest.raises(frappe.ValidationError):
		execute(filters)


def test_days_cost_nothing(orders, query_counter):
	"""As many statements for 1, 10 and 100 days."""
	for number in range(100):
		day = frappe.utils.add_days("2026-01-01", number)
		orders(f"o{number}", f"{day} 08:00:00", "USD", 10, {} if number % 2 else None)
	execute(MAY)
	counts = {}
	for days in (1, 10, 100):
		with query_counter() as queries:
			_columns, found, _message = execute(
				{"from_date": "2026-01-01", "to_date": frappe.utils.add_days("2026-01-01", days - 1)}
			)
		assert len(found) == days
		counts[days] = len(queries)
	assert counts[1] == counts[10] == counts[100] <= 4


def test_the_report_is_for_sellers(site):
	report = frappe.get_doc("Report", "Medusa Order Totals")
	assert {row.role for row in report.roles} == {"Sales User", "Sales Manager"}
	assert report.ref_doctype == "Sales Order"


def test_imported_orders_have_a_filter(site):
	fields = {field.fieldname: field for field in frappe.get_meta("Sales Order").fields}
	assert fields["medusa_order_number"].in_standard_filter
	shortcuts = {row.label: row for row in frappe.get_doc("Workspace", "Medusa").shortcuts}
	shortcut = shortcuts["Orders from Medusa"]
	assert shortcut.link_to == "Sales Order"
	assert json.loads(shortcut.stats_filter) == {"medusa_order_number": ["is", "set"]}
