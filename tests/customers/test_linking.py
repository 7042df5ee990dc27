"""A Customer is linked to the Lead of a registration (contract 143-147): what it takes, and who may."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import api, utils
from medusa_integration.utils import link_medusa_lead

SUCCESS = {"status": "success"}


@pytest.fixture
def lead(visitors, shop):
	def make(medusa_id="cus_1", **values):
		values = {"first_name": "Walk-in", "email_id": visitors.address(), **values}
		document = visitors.site.new("Lead", medusa_id=medusa_id and f"{medusa_id}_{shop.mark}", **values)
		frappe.db.commit()
		return document

	return make


def ids(customer):
	frappe.db.rollback()
	return frappe.db.get_value("Customer", customer.name, ["medusa_id", "lead_name", "customer_name"])


@pytest.mark.contract(143, 147)
def test_linking(make_customer, lead):
	buyer, person = make_customer(), lead()
	assert link_medusa_lead(buyer.name, person.name) == SUCCESS
	frappe.db.commit()
	assert ids(buyer) == (person.medusa_id, person.name, buyer.customer_name)
	modified = frappe.db.get_value("Customer", buyer.name, "modified")
	assert link_medusa_lead(buyer.name, person.name) == SUCCESS
	frappe.db.commit()
	assert frappe.db.get_value("Customer", buyer.name, "modified") == modified


@pytest.mark.contract(145)
def test_a_lead_without_an_id(make_customer, lead):
	with pytest.raises(frappe.ValidationError, match=r"^Selected Lead does not have a Medusa ID$"):
		link_medusa_lead(make_customer().name, lead(None).name)


@pytest.mark.contract(146)
def test_a_lead_of_another_customer(make_customer, lead):
	person, other, buyer = lead(), make_customer("Other"), make_customer()
	link_medusa_lead(other.name, person.name)
	frappe.db.commit()
	message = f"^This Medusa Lead is already linked to another Customer: {other.name}$"
	with pytest.raises(frappe.ValidationError, match=message):
		link_medusa_lead(buyer.name, person.name)
	assert ids(buyer)[:2] == (None, None)


def test_a_customer_with_another_account(make_customer, lead):
	buyer, first, second = make_customer(), lead(), lead("cus_2")
	link_medusa_lead(buyer.name, first.name)
	frappe.db.commit()
	with pytest.raises(frappe.ValidationError, match=r"is already linked to another Medusa account$"):
		link_medusa_lead(buyer.name, second.name)
	assert ids(buyer)[0] == first.medusa_id


def test_what_is_not_there(make_customer, lead):
	with pytest.raises(frappe.DoesNotExistError, match=r"^Customer does not exist$"):
		link_medusa_lead("nobody", lead().name)
	with pytest.raises(frappe.DoesNotExistError, match=r"^Lead does not exist$"):
		link_medusa_lead(make_customer().name, "nobody")


@pytest.mark.contract(146)
def test_two_customers_at_once_are_one(make_customer, lead, shop):
	"""The other is committed after this transaction has seen that nobody has the id."""
	person, first, second = lead(), make_customer("First"), make_customer("Second")
	assert not frappe.db.exists("Customer", {"medusa_id": person.medusa_id})
	shop.elsewhere(lambda: (link_medusa_lead(first.name, person.name), frappe.db.commit()))
	with pytest.raises(frappe.ValidationError, match="already linked to another Customer"):
		link_medusa_lead(second.name, person.name)
	assert (ids(first)[0], ids(second)[0]) == (person.medusa_id, None)


def test_the_same_pair_at_once(make_customer, lead, run_on_site):
	buyer, person = make_customer(), lead()
	code = (
		"from medusa_integration.utils import link_medusa_lead; import frappe; "
		f"link_medusa_lead({buyer.name!r}, {person.name!r}); frappe.db.commit()"
	)
	for process in [run_on_site(code) for _ in range(3)]:
		assert process.wait(300) == 0
	assert ids(buyer)[0] == person.medusa_id


@pytest.mark.contract(144)
def test_over_http(over_http, shop, make_customer, lead):
	"""Not for guests, and only with write on Customers and read on Leads."""
	values = {"customer": make_customer().name, "lead": lead().name}
	path = "utils.link_medusa_lead"
	shop.set(allow_guest_storefront_calls=1)
	for who in (None, "Medusa Storefront", "Medusa Manager", "Item Manager"):
		headers = shop.sign_in(who) if who else None
		assert over_http.call(path, headers=headers, **values).status_code == 403, who
	allowed = shop.sign_in("Sales Master Manager")
	frappe.db.rollback()
	if not frappe.db.exists("DocPerm", {"parent": "Lead", "role": "Sales Master Manager", "read": 1}):
		refused = over_http.call(path, headers=allowed, **values)
		assert refused.status_code == 403
		user = over_http.site.new(
			"User", email=f"sales-{shop.mark}@example.com", first_name="S", send_welcome_email=0
		)
		user.add_roles("Sales Master Manager", "Sales User")
		user.api_key, user.api_secret = frappe.generate_hash(length=15), "secret"
		user.save()
		frappe.db.commit()
		allowed = {"Authorization": f"token {user.api_key}:secret"}
	answer = over_http.call(path, headers=allowed, **values)
	assert (answer.status_code, answer.json()["message"]) == (200, SUCCESS)
	missing = over_http.call(path, headers=allowed, customer="", lead="x")
	assert (missing.status_code, missing.json()["error"]) == (400, "customer is required.")
	unknown = over_http.call(path, headers=allowed, customer="nobody", lead="x")
	assert (unknown.status_code, unknown.json()["error"]) == (404, "Customer does not exist")


@pytest.mark.contract(144)
def test_it_is_at_both_documented_paths():
	"""Ruling B10."""
	assert api.link_medusa_lead is utils.link_medusa_lead
	assert api.link_medusa_lead in frappe.whitelisted
	assert api.link_medusa_lead not in frappe.guest_methods


@pytest.mark.contract(147)
def test_the_save_does_without_permissions(make_customer, lead, visitors, shop):
	"""Beyond those that are asked for: a site may keep the field from whoever links."""
	setter = {"doctype_or_field": "DocField", "doc_type": "Customer", "field_name": "lead_name"}
	visitors.site.new("Property Setter", **setter, property="permlevel", property_type="Int", value="3")
	frappe.clear_cache(doctype="Customer")
	buyer, person = make_customer(), lead()
	user = frappe.get_doc("User", sign_in(visitors, "Sales Master Manager", "Sales User"))
	frappe.set_user(user.name)
	try:
		assert link_medusa_lead(buyer.name, person.name) == SUCCESS
		frappe.db.commit()
	finally:
		frappe.set_user("Administrator")
	assert ids(buyer)[:2] == (person.medusa_id, person.name)


def sign_in(visitors, *roles):
	"""The name of a new user."""
	email = f"user{frappe.generate_hash(length=6)}-{visitors.shop.mark}@example.com"
	user = visitors.site.new("User", email=email, first_name="S", send_welcome_email=0)
	user.add_roles(*roles)
	frappe.db.commit()
	return user.name


@pytest.fixture
def as_user(visitors):
	"""`as_user(*roles)` goes on as a new user; `allowed` are the only documents that this user may see."""

	def enter(*roles, **allowed):
		user = sign_in(visitors, *roles)
		for doctype, name in allowed.items():
			visitors.site.new("User Permission", user=user, allow=doctype, for_value=name)
		frappe.db.commit()
		frappe.set_user(user)

	yield enter
	frappe.set_user("Administrator")


@pytest.mark.parametrize("is_there", [True, False])
def test_who_may_not_read_leads_is_told_nothing(make_customer, lead, as_user, is_there):
	"""Nor whether a Customer is there."""
	buyer, person = make_customer(), lead()
	role = "Sales Master Manager"
	if frappe.db.exists("DocPerm", {"parent": "Lead", "role": role, "read": 1}):
		pytest.skip("this site lets them read Leads")
	as_user(role)
	if not frappe.has_permission("Customer", "write"):
		pytest.skip("this site does not let them write Customers")
	with pytest.raises(frappe.PermissionError):
		link_medusa_lead(buyer.name if is_there else "nobody", person.name if is_there else "nobody")


def test_who_may_not_see_all_of_them_is_not_told_which_there_are(make_customer, lead, as_user):
	mine, theirs, person = make_customer("Mine"), make_customer("Theirs"), lead()
	as_user("Sales Master Manager", "Sales User", Customer=mine.name)
	for name in (theirs.name, "nobody"):
		with pytest.raises(frappe.PermissionError):
			link_medusa_lead(name, person.name)
		frappe.db.rollback()
	assert link_medusa_lead(mine.name, person.name) == SUCCESS


def test_who_may_not_see_all_leads_is_not_told_which_there_are(make_customer, lead, as_user):
	buyer, mine, theirs = make_customer(), lead(), lead("cus_2")
	as_user("Sales Master Manager", "Sales User", Lead=mine.name)
	for name in (theirs.name, "nobody"):
		with pytest.raises(frappe.PermissionError):
			link_medusa_lead(buyer.name, name)
		frappe.db.rollback()
	assert link_medusa_lead(buyer.name, mine.name) == SUCCESS


@pytest.mark.contract(146)
def test_a_customer_that_one_may_not_read_is_not_named(make_customer, lead, as_user):
	person, mine, theirs = lead(), make_customer("Mine"), make_customer("Theirs")
	link_medusa_lead(theirs.name, person.name)
	frappe.db.commit()
	as_user("Sales Master Manager", "Sales User", Customer=mine.name)
	with pytest.raises(frappe.ValidationError) as error:
		link_medusa_lead(mine.name, person.name)
	assert str(error.value) == "This Medusa Lead is already linked to another Customer"
	assert not any(theirs.name in str(message) for message in frappe.local.message_log)
