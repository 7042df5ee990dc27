"""A registration becomes a Lead, once, whatever is in the way (contract 128-133)."""

from __future__ import annotations

import frappe
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medusa_integration.api import insert_lead
from medusa_integration.customers.parties import find_party, known_party
from medusa_integration.exceptions import ValidationError
from tests.support.visitors import PERSON, leads


def job(data):
	"""What a worker does with it."""
	name = insert_lead(data)
	frappe.db.commit()
	return name


@pytest.mark.contract(128, 130, 131)
def test_doing_it_twice_does_it_once(visitors, data):
	assert job(data) == job(data)
	assert len(leads(data["id"])) == 1
	assert frappe.db.count("Contact", {"email_id": data["email"]}) == 1


@pytest.mark.contract(131)
def test_doing_it_twice_at_once_does_it_once(visitors, shop, data, run_on_site):
	"""In three processes."""
	code = f"from medusa_integration.api import insert_lead; insert_lead({data!r}); import frappe; frappe.db.commit()"
	for process in [run_on_site(code) for _ in range(3)]:
		assert process.wait(300) == 0
	assert len(leads(data["id"])) == 1


def test_somebody_is_quicker(visitors, shop, data):
	"""The Lead is committed by another after this transaction has seen that there is none."""
	assert find_party(data["id"]) is None
	shop.elsewhere(lambda: job(data))
	assert job(data) == leads(data["id"])[0]
	assert len(leads(data["id"])) == 1


@pytest.mark.contract(131)
def test_mandatory_fields_of_the_site_are_no_hindrance(visitors, data):
	"""Nor are permissions: the job runs as the guest who registered."""
	field = {"doctype": "Custom Field", "dt": "Lead", "fieldname": "custom_must", "label": "Must", "reqd": 1}
	visitors.site.added(frappe.get_doc({**field, "fieldtype": "Data"}).insert())
	frappe.clear_cache(doctype="Lead")
	frappe.set_user("Guest")
	name = job(data)
	frappe.set_user("Administrator")
	assert frappe.db.get_value("Lead", name, "medusa_id") == data["id"]
	assert not frappe.db.get_value("Lead", name, "lead_owner")


@pytest.mark.parametrize(
	"data", [{}, {"id": ""}, {"id": None}, {"id": ["cus"]}, {"id": {"like": "%"}}, [], None]
)
def test_an_id_is_needed(visitors, data):
	with pytest.raises(ValidationError, match=r"^id is required\.$"):
		insert_lead(data)


def test_the_source_of_the_settings(visitors, data):
	"""It is made if it is not there."""
	visitors.configure(lead_source=f"Shop {visitors.shop.mark}")
	lead = frappe.get_doc("Lead", job(data))
	fieldname = "utm_source" if lead.meta.has_field("utm_source") else "source"
	assert lead.get(fieldname) == f"Shop {visitors.shop.mark}"
	source = frappe.get_doc(lead.meta.get_field(fieldname).options, lead.get(fieldname))
	visitors.site.added(source)
	lead.set(fieldname, None)
	lead.save()


def test_a_lead_with_the_same_email_is_completed(visitors, data):
	"""What its people have written stays."""
	lead = visitors.site.new("Lead", first_name="A.", email_id=data["email"], company_name="Smile LLC")
	frappe.db.commit()
	assert job(data) == lead.name
	lead.reload()
	assert (lead.first_name, lead.company_name) == ("A.", "Smile LLC")
	assert (lead.last_name, lead.mobile_no) == (PERSON["last_name"], PERSON["mobile"])
	assert (lead.medusa_id, lead.t_c_acceptance) == (data["id"], 1)


def test_a_customer_with_the_id_needs_no_lead(visitors, shop, data):
	customer = visitors.site.new("Customer", customer_name=shop.name("Clinic"), medusa_id=data["id"])
	frappe.db.commit()
	assert job(data) == customer.name
	assert leads(data["id"]) == []


def test_a_mobile_number_that_no_lead_can_have(visitors, data):
	"""The registration counts more; the number is kept in a comment."""
	name = job({**data, "mobile": "call me <b>maybe</b>"})
	assert not frappe.db.get_value("Lead", name, "mobile_no")
	comments = frappe.get_all(
		"Comment", {"reference_doctype": "Lead", "reference_name": name}, pluck="content"
	)
	assert any("call me" in text and "<b>" not in text for text in comments)


def comments(visitors, lead):
	"""What was said on the Lead in this test; Frappe keeps the comments on one of that name that is gone."""
	about = {"reference_doctype": "Lead", "reference_name": lead, "comment_type": "Comment"}
	return frappe.get_all("Comment", {**about, "creation": (">=", visitors.site.started_at)}, pluck="content")


@pytest.mark.parametrize(
	("mobile", "stored", "kept"),
	[
		("+968 9123 4567", "+968 9123 4567", None),
		("٠٩١٢٣٤٥٦٧", "091234567", "٠٩١٢٣٤٥٦٧"),
		("+968 9123 4567 ext. 12", None, "+968 9123 4567 ext. 12"),
		("+968 9123 4567 / +968 9876 5432", None, "+968 9123 4567 / +968 9876 5432"),
		("x" * 140, None, "x" * 140),
	],
)
@pytest.mark.parametrize("is_known", [False, True])
def test_a_mobile_number_as_people_write_it(visitors, data, mobile, stored, kept, is_known):
	"""Of a new Lead and of one that is completed, by a job that runs as the guest who registered."""
	if is_known:
		visitors.site.new("Lead", first_name="Shop", last_name="Visitor", email_id=data["email"])
		frappe.db.commit()
	frappe.set_user("Guest")
	try:
		name = job({**data, "mobile": mobile})
	finally:
		frappe.set_user("Administrator")
	assert frappe.db.get_value("Lead", name, "mobile_no") == stored
	label = frappe.get_meta("Lead").get_label("mobile_no")
	expected = [f"{label} as it was entered: {kept}"] if kept else []
	assert comments(visitors, name) == expected


def test_names_that_are_too_long_together(visitors, data):
	"""A Lead's title has both, and so has the name of its Contact."""
	first, last = "ä" * 140, "ß" * 140
	for number in range(2):
		values = {**data, "id": f"{data['id']}_{number}", "email": visitors.address()}
		name = job({**values, "first_name": first, "last_name": last})
		assert frappe.db.get_value("Lead", name, ["first_name", "last_name"]) == ("ä" * 65, "ß" * 65)
		(text,) = comments(visitors, name)
		assert first in text and last in text


@pytest.mark.contract(132, 133)
def test_the_id_is_the_key(visitors, shop):
	"""On both DocTypes: once each, and found by it; the Customer counts before the Lead."""
	for doctype in ("Lead", "Customer"):
		field = frappe.get_meta(doctype).get_field("medusa_id")
		assert (field.fieldtype, field.unique, field.read_only, field.no_copy) == ("Data", 1, 1, 1)
	medusa_id, lead = visitors.registered_lead()
	assert find_party(medusa_id) == ("Lead", lead, "Shop Visitor")
	assert frappe.db.get_value("Lead", {"medusa_id": medusa_id}) == lead
	customer = visitors.site.new("Customer", customer_name=shop.name("Clinic"), medusa_id=medusa_id)
	assert find_party(medusa_id) == ("Customer", customer.name, customer.customer_name)
	assert find_party("cus_nobody") is None


def test_a_customer_is_known_before_the_lead_is_made(visitors, shop):
	"""Whoever orders right after the sign-up does not wait for the job."""
	medusa_id = visitors.register()["customer_id"]
	assert find_party(medusa_id) is None
	party = known_party(medusa_id)
	frappe.db.commit()
	assert party == ("Lead", leads(medusa_id)[0], "Shop Visitor")
	assert shop.task(party.name, "Lead").status == "Synced"
	assert known_party("cus_nobody") is None


def test_nobody_else_changes_an_id(visitors):
	"""Only a System Manager enters one, and only the app clears it."""
	_id, name = visitors.registered_lead()
	lead = frappe.get_doc("Lead", name)
	medusa_id = lead.medusa_id
	lead.medusa_id = None
	lead.save()
	assert frappe.db.get_value("Lead", name, "medusa_id") == medusa_id


def test_a_registration_without_any_name_is_not_lost(visitors):
	"""The Lead is called by Medusa's id."""
	medusa_id = f"cus_{visitors.shop.mark}nobody"
	lead = frappe.get_doc("Lead", insert_lead({"id": medusa_id, "first_name": " ", "email": None}))
	assert (lead.medusa_id, lead.lead_name) == (medusa_id, medusa_id)


NASTY = st.one_of(
	st.sampled_from(
		["%", "_", "cus_%", "' OR 1=1 -- ", '" OR ""="', "\\", "0", "null", "cus_\u0000", "🦷", " "]
	),
	st.text(min_size=1, max_size=40),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(medusa_id=NASTY, name=NASTY)
def test_ids_and_names_are_values_and_nothing_else(visitors, medusa_id, name):
	"""Neither wildcards nor SQL find anybody, whatever a Lead is called."""
	frappe.db.rollback()
	assert find_party(medusa_id) is None
	data = {"id": medusa_id, "first_name": name, "email": None}
	try:
		lead = insert_lead(data)
	except Exception as error:
		# Frappe names the Lead's Contact, and takes no angle brackets there: `sign_up` does not let them in
		assert isinstance(error, frappe.ValidationError | frappe.NameError), repr(error)
		return
	stored = frappe.db.get_value("Lead", lead, "medusa_id")
	assert stored == medusa_id.strip()
	frappe.db.rollback()
