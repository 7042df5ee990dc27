"""Product suggestions and requests to be contacted: who works on them in Desk, and personal data."""

from __future__ import annotations

import frappe
import pytest
import requests

from tests.security.conftest import GUEST, TOKEN, WEBSITE, headers  # noqa: F401
from tests.storefront.requests_of_visitors import ASKED, CONTACT, SUGGESTED, SUGGESTION, rows

pytestmark = pytest.mark.usefixtures("no_requests_left")
KINDS = (CONTACT, SUGGESTION)


@pytest.mark.parametrize("doctype", KINDS)
@pytest.mark.parametrize("who", [GUEST, WEBSITE, TOKEN])
def test_the_endpoint_is_the_only_way_from_outside(http_server, headers, doctype, who):  # noqa: F811
	"""Nor does anybody outside read, change or delete one."""
	values = ASKED if doctype == CONTACT else SUGGESTED
	frappe.get_doc({"doctype": doctype, "name": "left-1", **values}).db_insert()
	frappe.db.commit()
	before = rows(doctype)
	for method, path, body in (
		("POST", f"resource/{doctype}", values),
		("POST", "method/frappe.client.insert", {"doc": {"doctype": doctype, **values}}),
		("GET", f"resource/{doctype}", None),
		("GET", f"resource/{doctype}/left-1", None),
		("PUT", f"resource/{doctype}/left-1", {"city": "Nizwa"}),
		("DELETE", f"resource/{doctype}/left-1", None),
		("GET", "method/medusa_integration.api.create_opportunity_contact", None),
	):
		answer = requests.request(
			method, f"{http_server}/api/{path}", json=body, headers=headers(who), timeout=300
		)
		assert answer.status_code == 403, (method, path, answer.text[:300])
		assert "Salma" not in answer.text
	assert rows(doctype) == before


def test_sellers_work_on_them_in_desk(http_server, headers, site):  # noqa: F811
	url = f"{http_server}/api/resource"
	made = requests.post(f"{url}/{CONTACT}", json=ASKED, headers=headers("seller"), timeout=300)
	assert made.status_code == 200, made.text
	at = f"{url}/{CONTACT}/{made.json()['data']['name']}"
	assert (
		requests.put(at, json={"status": "Done"}, headers=headers("seller"), timeout=300).status_code == 200
	)
	assert [row.status for row in rows(CONTACT)] == ["Done"]
	assert requests.delete(at, headers=headers("sales manager"), timeout=300).status_code == 403
	for values in ({"status": "Whatever"}, {"mobile_no": "none"}, {"city": ["x"]}, {"country": "Atlantis"}):
		answer = requests.put(at, json=values, headers=headers("seller"), timeout=300)
		assert 400 <= answer.status_code < 500, (values, answer.text)
	assert [row.status for row in rows(CONTACT)] == ["Done"]


def test_personal_data_is_found_by_frappes_own_deletion(site):
	"""As a person asks the site to be forgotten."""
	frappe.get_doc({"doctype": CONTACT, **ASKED, "city": "Sur", "country": "Oman"}).insert()
	other = {**ASKED, "email": "other@example.com", "first_name": "Other"}
	frappe.get_doc({"doctype": CONTACT, **other}).insert()
	text = "Ask Salma Albalushi, salma@example.com"
	suggestion = {**SUGGESTED, "suggested_by": "Salma Albalushi", "supplier_details": text}
	frappe.get_doc({"doctype": SUGGESTION, **suggestion}).insert()
	site.new("User", email=ASKED["email"], first_name="Salma", last_name="Albalushi", send_welcome_email=0)
	request = frappe.get_doc({"doctype": "Personal Data Deletion Request", "email": ASKED["email"]})
	request.name = "deleted-user-0001@example.com"
	request.db_insert()
	site.added(request)
	request._anonymize_data()
	site.renamed("User", "salma@example.com", request.name)
	mine, others = frappe.get_all(CONTACT, fields=["*"], order_by="name")
	assert (mine.email, mine.first_name, mine.city) == (request.name, "[REDACTED]", "[REDACTED]")
	assert mine.mobile_no == "+91 0000000000"
	assert (others.email, others.first_name) == ("other@example.com", "Other")
	(left,) = frappe.get_all(SUGGESTION, fields=["*"])
	assert left.suggested_by == "REDACTED"
	assert left.supplier_details == f"Ask REDACTED, {request.name}"
