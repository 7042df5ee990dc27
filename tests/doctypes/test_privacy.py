"""Personal data of those who sign up, for who may read Leads only: lists, forms, reports, REST, exports."""

from __future__ import annotations

import frappe
import pytest
import requests

from medusa_integration.patches import mark_requests_about_people
from medusa_integration.sync.request_log import RequestLog

LOG, TASK = "Medusa Request Log", "Medusa Sync Task"
PERSON = "nadia.albalushi@example.com"
SHOWN = pytest.mark.parametrize(
	("roles", "shown"),
	[(("Medusa Manager",), False), (("Medusa Manager", "Sales User"), True)],
	ids=["a manager", "one who may read Leads"],
)


@pytest.fixture
def rows(site):
	"""One request and one task about a person, and one each about a product; their names."""
	person = '{"email": "' + PERSON + '"}'
	made = []
	for doctype, about_person, about_product in (
		(LOG, {"personal_data": 1, "payload": person}, {"payload": '{"title": "Gloves"}'}),
		(
			TASK,
			{"lane": "lead", "reference_doctype": "Lead", "operation": "Insert Lead", "payload": person},
			{"lane": "product", "reference_doctype": "Website Item"},
		),
	):
		for number, values in enumerate((about_person, about_product)):
			name = f"privacy {doctype} {number}"
			document = frappe.get_doc({"doctype": doctype, "name": name, "reference_name": name, **values})
			document.db_insert()
			site.added(document)
			made.append(name)
	frappe.db.commit()
	return made


@pytest.fixture
def somebody(site):
	def make(*roles):
		user = site.new("User", email="somebody@example.com", first_name="Somebody", send_welcome_email=0)
		user.add_roles(*roles)
		return user

	return make


@SHOWN
def test_lists_and_forms(somebody, rows, roles, shown):
	"""The row is not there for the others, however it is asked for; that of a product is."""
	person_log, product_log, person_task, product_task = rows
	frappe.set_user(somebody(*roles).name)
	for doctype, person, product in ((LOG, person_log, product_log), (TASK, person_task, product_task)):
		found = frappe.get_list(doctype, {"name": ("in", rows)}, ["name", "payload"], as_list=True)
		assert {name for name, _ in found} == ({person, product} if shown else {product})
		assert frappe.get_list(doctype, {"payload": ("like", f"%{PERSON}%")}, pluck="name") == (
			[person] if shown else []
		)
		for right in ("read", "print", "export", "email", "share"):
			assert bool(frappe.has_permission(doctype, right, doc=frappe.get_doc(doctype, person))) == shown
		assert frappe.has_permission(doctype, "read", doc=frappe.get_doc(doctype, product))


@SHOWN
def test_rest_reports_and_exports(somebody, rows, http_server, roles, shown):
	"""Every way in over HTTP that reads a DocType."""
	user, secret = somebody(*roles), frappe.generate_hash(length=15)
	user.reload()
	user.update({"api_key": frappe.generate_hash(length=15), "api_secret": secret}).save()
	frappe.db.commit()
	session = requests.Session()
	session.headers["Authorization"] = f"token {user.api_key}:{secret}"
	for doctype, person, product in ((LOG, *rows[:2]), (TASK, *rows[2:])):
		filters = frappe.as_json([[doctype, "name", "like", "privacy %"]])
		fields = frappe.as_json(["name", "payload"])
		ways = {
			f"resource/{doctype}": {"fields": fields, "filters": filters},
			"method/frappe.client.get_list": {"doctype": doctype, "fields": fields, "filters": filters},
			"method/frappe.client.get_value": {"doctype": doctype, "fieldname": "payload", "filters": person},
			"method/frappe.client.get": {"doctype": doctype, "name": person},
			"method/frappe.desk.reportview.get": {"doctype": doctype, "fields": fields, "filters": filters},
			f"resource/{doctype}/{person}": {},
		}
		for path, values in ways.items():
			answer = session.get(f"{http_server}/api/{path}", params=values, timeout=300)
			assert (PERSON in answer.text) == shown, path
		count = {"doctype": doctype, "filters": filters}
		if frappe.__version__.partition(".")[0] != "15":  # which counts for everybody, whatever the DocType
			path = f"{http_server}/api/method/frappe.client.get_count"
			answer = session.get(path, params=count, timeout=300)
			assert answer.json()["message"] == (2 if shown else 1)
		assert session.get(f"{http_server}/api/resource/{doctype}/{product}", timeout=300).status_code == 200


def test_what_is_logged_of_accounts_is_marked(site):
	"""By whoever makes the call, whatever routes this Medusa has."""
	from medusa_integration.medusa.values import Exchange

	exchange = Exchange("POST", "https://medusa.example.com/store/our-own-login", 200, 5, {"email": PERSON})
	for personal in (True, False):
		log = RequestLog(personal=personal)
		log.add(exchange)
		log.write()
		(found,) = frappe.get_all(LOG, {"url": exchange.url, "personal_data": int(personal)}, pluck="name")
		assert frappe.db.get_value(LOG, found, "payload") == '{"email": "' + PERSON + '"}'


def test_what_was_logged_before_is_marked(site):
	"""The patch finds requests to the shop's accounts by their addresses and by what they were about."""
	urls = {
		"/store/customers": 1,
		"/store/customers/me": 1,
		"/auth/customer/emailpass/register": 1,
		"/store/auth/token": 1,
		"/store/signup": 1,
		"/store/login?x=1": 1,
		"/admin/products": 0,
		"/auth/user/emailpass": 0,
		"/store/order-update?order_id=1": 0,
	}
	for url in urls:
		frappe.get_doc(
			{"doctype": LOG, "name": f"old {url}", "url": f"https://m.example.com{url}"}
		).db_insert()
	about_code = {"voucher_type": "Email OTP", "voucher_name": "x", "url": "https://m.example.com/own"}
	frappe.get_doc({"doctype": LOG, "name": "old /own", **about_code}).db_insert()
	mark_requests_about_people.execute()
	found = frappe.get_all(LOG, {"name": ("like", "old /%")}, ["name", "personal_data"], as_list=True)
	assert {name.removeprefix("old "): mark for name, mark in found} == {**urls, "/own": 1}
