"""A Lead becomes a Customer, once (contract 136-143)."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.customers.conversion import lead_to_customer
from medusa_integration.customers.parties import find_party


@pytest.fixture
def lead(visitors):
	"""The Lead of a registration."""
	return frappe.get_doc("Lead", visitors.registered_lead()[1])


def convert(lead):
	name = lead_to_customer(lead)
	frappe.db.commit()
	return frappe.get_doc("Customer", name)


def converted(lead) -> list[str]:
	frappe.db.rollback()
	return frappe.get_all("Customer", {"lead_name": lead}, pluck="name")


@pytest.mark.contract(126, 137, 138, 139, 140, 141, 142, 143)
def test_the_customer_of_a_lead(visitors, lead):
	"""Same-named fields come along; name, group, sales team and id as ruled (C18, C22)."""
	frappe.db.set_value("Lead", lead.name, "website", "https://smile.example.com")
	customer = convert(lead.name)
	assert customer.customer_name == "Smile Clinic"
	assert customer.website == "https://smile.example.com"
	assert customer.customer_group == "Ecommerce Customer"
	assert [(row.sales_person, row.allocated_percentage) for row in customer.sales_team] == [
		("Website Sales", 100)
	]
	assert (customer.medusa_id, customer.lead_name) == (lead.medusa_id, lead.name)
	assert customer.t_c_acceptance == 1
	assert frappe.db.get_value("Lead", lead.name, "status") == "Converted"
	assert find_party(lead.medusa_id)[:2] == ("Customer", customer.name)


@pytest.mark.contract(163)
def test_reports_tell_them_by_their_group(visitors, lead):
	before = frappe.db.count("Customer", {"customer_group": "Ecommerce Customer"})
	visitors.site.new("Customer", customer_name=visitors.shop.name("Walk-in"))
	convert(lead.name)
	assert frappe.db.count("Customer", {"customer_group": "Ecommerce Customer"}) == before + 1


def test_contact_and_addresses_come_along(visitors, lead):
	address = visitors.site.new(
		"Address",
		address_title="Smile",
		address_type="Billing",
		address_line1="Way 1",
		city="Muscat",
		country="Oman",
		pincode="100",
		is_primary_address=1,
		links=[{"link_doctype": "Lead", "link_name": lead.name}],
	)
	customer = convert(lead.name)
	address.reload()
	assert address.has_link("Customer", customer.name) and address.has_link("Lead", lead.name)
	contact = frappe.get_doc("Contact", customer.customer_primary_contact)
	assert contact.has_link("Customer", customer.name)
	assert customer.customer_primary_address == address.name
	assert (customer.email_id, customer.mobile_no) == (lead.email_id, lead.mobile_no)


def test_a_lead_without_a_company_has_a_persons_name(visitors):
	lead = visitors.site.new("Lead", first_name="Walk-in", last_name=visitors.shop.mark)
	customer = convert(lead.name)
	assert (customer.customer_name, customer.customer_type) == (lead.lead_name, "Individual")
	assert customer.medusa_id is None


@pytest.mark.contract(139, 140)
def test_settings_decide_group_and_team(visitors, lead, shop):
	root = frappe.utils.nestedset.get_root_of("Customer Group")
	group = visitors.site.new(
		"Customer Group", customer_group_name=shop.name("Online"), parent_customer_group=root
	)
	shop.set(customer_group=group.name, sales_contribution=0)
	customer = convert(lead.name)
	assert customer.customer_group == group.name
	assert customer.sales_team == []
	frappe.delete_doc("Customer", customer.name, force=True)


@pytest.mark.contract(140)
def test_a_group_that_is_gone_falls_back(visitors, lead, shop):
	shop.set(customer_group="Never Was", sales_person="Never Was")
	customer = convert(lead.name)
	assert customer.customer_group == "Ecommerce Customer"
	assert [row.sales_person for row in customer.sales_team] == ["Website Sales"]


@pytest.fixture
def mandatory(visitors):
	"""A field of the site that no Customer of the shop fills in."""
	field = {"dt": "Customer", "fieldname": "custom_must", "label": "Must", "fieldtype": "Data", "reqd": 1}
	visitors.site.new("Custom Field", **field)
	frappe.clear_cache(doctype="Customer")


@pytest.mark.contract(141)
@pytest.mark.parametrize("role", ["Medusa Storefront", "Guest"])
def test_for_whom_it_is_made(visitors, shop, role, mandatory):
	"""The shop's user and guests have no permissions on Customers, Contacts and Addresses."""
	_id, lead = visitors.registered_lead()
	links = [{"link_doctype": "Lead", "link_name": lead}]
	values = {"address_title": "Smile", "address_line1": "Way 1", "city": "Muscat", "country": "Oman"}
	address = visitors.site.new("Address", address_type="Billing", links=links, **values)
	user = role
	if role != "Guest":
		user = visitors.site.new(
			"User", email=f"shop-{shop.mark}@example.com", first_name="Shop", send_welcome_email=0
		)
		user.add_roles(role)
		user = user.name
	frappe.db.commit()
	frappe.set_user(user)
	try:
		customer = convert(lead)
	finally:
		frappe.set_user("Administrator")
	assert customer.customer_primary_address == address.name
	contact = frappe.get_doc("Contact", customer.customer_primary_contact)
	assert contact.has_link("Customer", customer.name)
	assert (customer.email_id, customer.mobile_no) == (contact.email_id, "+968 9123 4567")
	if frappe.db.exists("Address Template", {"is_default": 1}):
		assert "Way 1" in customer.primary_address
	# as a person saves it afterwards
	customer.custom_must = "yes"
	customer.save()


def test_a_name_that_leaves_no_room_for_a_number(visitors, shop):
	"""ERPNext calls the second Customer of a name "... - 1"."""
	name = f"{shop.mark} {'ü' * 140}"[:140]
	leads = [visitors.registered_lead(organization_name=name)[1] for _ in range(2)]
	customers = [convert(lead) for lead in leads]
	assert [customer.customer_name for customer in customers] == [name[:130]] * 2
	for customer in customers:
		filters = {"reference_doctype": "Customer", "reference_name": customer.name}
		(text,) = frappe.get_all("Comment", {**filters, "comment_type": "Comment"}, pluck="content")
		assert text == f"Customer Name as it was entered: {name}"


def test_converting_twice_gives_one(visitors, lead):
	assert convert(lead.name).name == convert(lead.name).name
	assert len(converted(lead.name)) == 1


def test_converting_at_once_gives_one(visitors, lead, run_on_site):
	"""In four processes."""
	code = (
		"from medusa_integration.customers.conversion import lead_to_customer; import frappe; "
		f"frappe.db.get_value('Customer', 'nobody'); lead_to_customer({lead.name!r}); frappe.db.commit()"
	)
	for process in [run_on_site(code) for _ in range(4)]:
		assert process.wait(300) == 0
	assert len(converted(lead.name)) == 1


def test_somebody_is_quicker(visitors, lead, shop):
	"""The Customer is committed by another after this transaction has seen that there is none."""
	assert frappe.db.get_value("Customer", {"medusa_id": lead.medusa_id}) is None
	shop.elsewhere(lambda: convert(lead.name))
	name = lead_to_customer(lead.name)
	frappe.db.commit()
	assert converted(lead.name) == [name]


def test_two_leads_of_one_company_at_once(visitors, shop):
	"""Two Customers, each with its own id; the names differ where names are the key."""
	first = visitors.registered_lead(organization_name=f"Twin {shop.mark}")[1]
	second = visitors.registered_lead(organization_name=f"Twin {shop.mark}")[1]
	assert not frappe.db.exists("Customer", f"Twin {shop.mark}")
	shop.elsewhere(lambda: convert(first))
	customer = convert(second)
	assert customer.customer_name == f"Twin {shop.mark}"
	assert len({*converted(first), *converted(second)}) == 2


def test_a_customer_with_that_id_is_used(visitors, lead, shop):
	customer = visitors.site.new("Customer", customer_name=shop.name("Clinic"), medusa_id=lead.medusa_id)
	assert convert(lead.name).name == customer.name


def test_a_customer_made_in_desk_gets_the_id(visitors, lead, shop):
	"""Contract 143: whatever the way, the id is inherited."""
	customer = visitors.site.new("Customer", customer_name=shop.name("Clinic"), lead_name=lead.name)
	assert customer.medusa_id == lead.medusa_id
	assert convert(lead.name).name == customer.name


@pytest.mark.contract(143)
def test_the_mapping_of_desk_inherits_the_id(visitors, lead):
	from erpnext.crm.doctype.lead.lead import make_customer

	customer = make_customer(lead.name)
	customer.insert()
	assert customer.medusa_id == lead.medusa_id
	other = frappe.copy_doc(customer, ignore_no_copy=False)
	# not copied
	other.update({"lead_name": lead.name, "customer_name": customer.customer_name})
	other.insert()
	assert other.medusa_id is None


def test_an_older_customer_of_the_lead_gets_the_id(visitors, shop):
	lead = visitors.site.new("Lead", first_name="Walk-in", email_id=visitors.address())
	customer = visitors.site.new("Customer", customer_name=shop.name("Clinic"), lead_name=lead.name)
	frappe.db.set_value("Lead", lead.name, "medusa_id", f"cus_{shop.mark}")
	assert convert(lead.name).name == customer.name
	assert frappe.db.get_value("Customer", customer.name, "medusa_id") == f"cus_{shop.mark}"


def test_a_lead_that_is_not_there(visitors):
	with pytest.raises(frappe.DoesNotExistError):
		lead_to_customer("no such lead")


def test_what_erpnext_refuses_leaves_nothing(visitors, lead, monkeypatch):
	def refuse(_doc, _method=None):
		frappe.throw("No more customers today")

	monkeypatch.setattr("medusa_integration.api.customer_before_insert", refuse)
	with pytest.raises(frappe.ValidationError, match="No more customers"):
		lead_to_customer(lead.name)
	frappe.db.rollback()
	assert converted(lead.name) == []
	monkeypatch.undo()
	assert convert(lead.name).name


def test_saving_a_customer_costs_two_statements_more_at_most(visitors, shop, query_counter, monkeypatch):
	def cost(**values):
		customer = frappe.get_doc({"doctype": "Customer", "customer_name": shop.name("Clinic"), **values})
		with query_counter() as queries:
			customer.insert()
		visitors.site.added(customer)
		return len(queries)

	lead = visitors.site.new(
		"Lead", first_name="Walk-in", email_id=visitors.address(), medusa_id=f"cus_{shop.mark}"
	)
	cost(lead_name=visitors.site.new("Lead", first_name="First").name)
	with_app = cost(lead_name=lead.name)
	plain = visitors.site.new("Lead", first_name="Salim", email_id=visitors.address())
	monkeypatch.setattr("medusa_integration.api.customer_before_insert", lambda doc, method=None: None)
	assert with_app <= cost(lead_name=plain.name) + 2
