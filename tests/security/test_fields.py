"""The app's fields on documents of others: who may set which, on insert and later, by whatever door."""

from __future__ import annotations

import json

import frappe
import pytest

from medusa_integration.setup.custom_fields import CUSTOM_FIELDS
from tests.support.lists import deviation

# whose each field is. "id": the app's, and a System Manager may enter another; "app": the app's alone;
# "people": whoever may write the document
OWNERS = {
	"Website Item": {
		"medusa_id": "id",
		"medusa_variant_id": "id",
		"custom_in_stock": "app",
		"custom_available_qty": "app",
		"custom_threshold_qty": "people",
		"custom_skip_update_hook": "people",
		"custom_clearance_item": "people",
		"custom_overall_rating": "app",
		# `product.events` refuses a parent that is none
		"custom_parent_website_item": "people",
	},
	"Item Price": {"medusa_id": "id", "medusa_price_id": "id"},
	"Item Group": {"medusa_id": "id", "custom_medusa_route": "app"},
	"Customer": {"medusa_id": "id", "t_c_acceptance": "people"},
	# a proposal gives nothing by itself: linking demands rights on both documents
	"Lead": {"medusa_id": "id", "t_c_acceptance": "app", "custom_proposed_customer": "people"},
	"Sales Order": {
		"from_ecommerce": "app",
		"medusa_order_id": "id",
		"custom_is_courier_required": "people",
		"custom_location_and_contact_no": "people",
		"custom_returned_items": "app",
		"medusa_order_number": "app",
		"medusa_customer_id": "app",
		"medusa_short_of_stock": "app",
	},
	"Quotation": {
		"from_ecommerce": "app",
		"medusa_quotation_id": "id",
		"medusa_draft_order_id": "id",
		"medusa_order_id": "id",
		"workflow_state": "people",
		"unapproved_items": "app",
		"custom_increased_items": "app",
		"custom_delivery_charges_account": "app",
		"custom_delivery_charges": "app",
	},
	# a price that is shown and decides nothing
	"Quotation Item": {"standard_price": "people"},
	"Sales Order Item": {
		"medusa_line_item_id": "app",
		"medusa_fulfilled_qty": "app",
		"medusa_location_id": "app",
	},
	"Sales Invoice": {"from_ecommerce": "app", "medusa_order_id": "id", "medusa_id": "id"},
	"Payment Entry": {"medusa_order_id": "id", "medusa_id": "id"},
	"Delivery Note": {
		"from_ecommerce": "app",
		"medusa_order_id": "id",
		"medusa_id": "id",
		# whoever may submit the Delivery Note says how it is sent
		"medusa_tracking_number": "people",
		"medusa_carrier": "people",
	},
}
SELLING = ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note")


def test_every_custom_field_is_decided_upon():
	"""Whoever adds one writes here who may set it."""
	for doctype, fields in CUSTOM_FIELDS.items():
		named = {field["fieldname"] for field in fields if not field["fieldtype"].endswith("Break")}
		place = f'OWNERS["{doctype}"] in tests/security/test_fields.py'
		assert doctype in OWNERS, f"{place} lacks: {', '.join(sorted(named))}"
		wrong = deviation(place, OWNERS[doctype], named)
		assert not wrong, wrong


def value_for(doctype, field):
	df = frappe.get_meta(doctype).get_field(field)
	if df.fieldtype == "Table":
		return [{"item_code": "x", "qty": 1, "uom": "Nos", "old_quantity": 1, "new_quantity": 2}]
	return {"Check": 1, "Currency": 7.5, "Float": 7.5}.get(df.fieldtype, "by an attacker")


@pytest.mark.parametrize("doctype", [name for name in OWNERS if name != "Quotation Item"])
@pytest.mark.parametrize("who", ["Sales User", "System Manager"])
@pytest.mark.parametrize("is_new", [True, False])
def test_what_a_save_makes_of_them(site, doctype, who, is_new):
	"""The doc event itself, for every field: before a document is inserted, and when it is saved."""
	from medusa_integration.protection import protect_ids

	user = site.new("User", email="attacker@example.com", first_name="A", send_welcome_email=0)
	user.add_roles(who)
	frappe.set_user(user.name)
	doc, before = frappe.new_doc(doctype), frappe.new_doc(doctype)
	for field in OWNERS[doctype]:
		doc.set(field, value_for(doctype, field))
	if not is_new:
		doc._doc_before_save = before
	protect_ids(doc)
	for field, owner in OWNERS[doctype].items():
		sent = value_for(doctype, field)
		kept = owner == "people" or (owner == "id" and who == "System Manager")
		if isinstance(sent, list):
			assert bool(doc.get(field)) is kept, field
		else:
			assert (doc.get(field) or None) == (sent if kept else None), field


def test_a_seller_does_not_make_an_order_the_shops(sales, ask):
	customer, item = sales.customer().name, sales.item()
	row = {"item_code": item, "qty": 1, "rate": 5, "delivery_date": frappe.utils.today()}
	values = {
		"doctype": "Sales Order",
		"customer": customer,
		"delivery_date": frappe.utils.today(),
		"from_ecommerce": 1,
		"medusa_order_id": "order_of_others",
		"items": [row],
	}
	for who in ("seller", "system manager", "administrator"):
		answer = ask(who, "POST", "resource/Sales Order", values)
		if who == "system manager":
			assert answer.status_code == 403
			continue
		assert answer.status_code == 200, answer.text
		name = answer.json()["data"]["name"]
		sales.site.added(frappe.get_doc("Sales Order", name))
		assert frappe.db.get_value("Sales Order", name, "from_ecommerce") == 0, who
		ask(who, "PUT", f"resource/Sales Order/{name}", {"from_ecommerce": 1})
		ask(
			who,
			"POST",
			"method/frappe.client.set_value",
			{"doctype": "Sales Order", "name": name, "fieldname": "from_ecommerce", "value": 1},
		)
		frappe.db.rollback()
		assert frappe.db.get_value("Sales Order", name, "from_ecommerce") == 0, who


def test_a_quotation_of_a_seller_is_not_the_shops(sales, ask):
	"""So ERPNext's price check is on, and the address of a Lead is asked a right for."""
	row = {"item_code": sales.item(), "qty": 1, "rate": 5}
	values = {"doctype": "Quotation", "quotation_to": "Customer", "party_name": sales.customer().name}
	answer = ask("seller", "POST", "resource/Quotation", {**values, "from_ecommerce": 1, "items": [row]})
	assert answer.status_code == 200, answer.text
	name = answer.json()["data"]["name"]
	sales.site.added(frappe.get_doc("Quotation", name))
	assert frappe.db.get_value("Quotation", name, "from_ecommerce") == 0


def test_a_copy_of_the_shops_quotation_is_the_sellers(sales, ask):
	quotation = sales.quotation()
	copy = frappe.copy_doc(quotation).as_dict(convert_dates_to_str=True)
	copy.update({"from_ecommerce": 1, "medusa_order_id": None})
	answer = ask(
		"seller", "POST", "method/frappe.client.insert", {"doc": json.loads(json.dumps(copy, default=str))}
	)
	assert answer.status_code == 200, answer.text
	name = answer.json()["message"]["name"]
	sales.site.added(frappe.get_doc("Quotation", name))
	assert frappe.db.get_value("Quotation", name, "from_ecommerce") == 0


def test_what_is_made_of_the_shops_is_the_shops(sales):
	"""ERPNext's own buttons carry it over: an order of a quotation, invoice and delivery note of an order."""
	quotation = sales.quotation()
	order = sales.ordered(quotation)
	assert (order.from_ecommerce, order.medusa_order_id) == (1, quotation.medusa_order_id)
	invoice = sales.invoice(order)
	assert (invoice.from_ecommerce, invoice.medusa_order_id) == (1, quotation.medusa_order_id)
	invoice.reload()
	assert (invoice.from_ecommerce, invoice.medusa_order_id) == (1, quotation.medusa_order_id)


def test_what_is_made_of_a_sellers_quotation_is_not(sales):
	quotation = sales.quotation(medusa_order_id=None, from_ecommerce=0)
	order = sales.ordered(quotation)
	assert (order.from_ecommerce, order.medusa_order_id) == (0, None)


def test_several_orders_and_still_the_shops(sales):
	"""With two ids there is none, and the flag stays all the same, after the next save too."""
	customer = sales.customer()
	invoice = sales.invoice(sales.order(customer=customer), sales.order(customer=customer), submit=False)
	invoice.reload()
	invoice.save()
	assert (invoice.from_ecommerce, invoice.medusa_order_id) == (1, None)


def test_a_cancellation_carries_nothing_in(sales, ask):
	"""Frappe stores what is sent along with it, and does not validate."""
	order = sales.order(medusa_order_id=None)
	frappe.db.set_value("Sales Order", order.name, "from_ecommerce", 0)
	frappe.db.commit()
	values = {"docstatus": 2, "from_ecommerce": 1, "medusa_order_id": "order_of_others"}
	answer = ask("seller", "PUT", f"resource/Sales Order/{order.name}", values)
	frappe.db.rollback()
	stored = frappe.db.get_value("Sales Order", order.name, ["from_ecommerce", "medusa_order_id"])
	assert stored == (0, None), answer.text


def test_amending_takes_nothing_from_what_is_not_cancelled(sales, ask):
	order = sales.order()
	row = {"item_code": sales.item(), "qty": 1, "rate": 1, "delivery_date": frappe.utils.today()}
	values = {"customer": order.customer, "delivery_date": frappe.utils.today(), "items": [row]}
	answer = ask("seller", "POST", "resource/Sales Order", {**values, "amended_from": order.name})
	frappe.db.rollback()
	assert frappe.db.get_value("Sales Order", order.name, "medusa_order_id") == order.medusa_order_id
	if answer.status_code == 200:
		name = answer.json()["data"]["name"]
		sales.site.added(frappe.get_doc("Sales Order", name))
		assert frappe.db.get_value("Sales Order", name, ["from_ecommerce", "medusa_order_id"]) == (0, None)


# -- a Lead's account ----------------------------------------------------------------------------------------


@pytest.fixture
def lead(site):
	lead = frappe.get_doc({"doctype": "Lead", "first_name": "Victim", "company_name": "Victims"})
	lead.update({"email_id": "victim@example.com", "medusa_id": "cus_victim"})
	lead.flags.update({"medusa_id_update": True, "ignore_mandatory": True})
	lead = site.added(lead.insert(ignore_permissions=True))
	frappe.db.commit()
	return lead


def new_customer(lead):
	return {"customer_name": "Attackers", "customer_type": "Company", "lead_name": lead.name}


def test_a_customer_takes_no_account_of_a_lead_that_is_not_read(site, ask, lead, headers):
	"""A seller who sees only Leads of one's own."""
	headers("seller")
	user = frappe.get_all("User", {"first_name": "seller"}, pluck="name", order_by="creation desc")[0]
	other = site.new("Lead", first_name="Mine", company_name="Mine")
	site.new(
		"User Permission",
		user=user,
		allow="Lead",
		for_value=other.name,
		apply_to_all_doctypes=0,
		applicable_for="Lead",
	)
	frappe.db.commit()
	assert ask("seller", "GET", f"resource/Lead/{lead.name}").status_code == 403
	answer = ask("seller", "POST", "resource/Customer", new_customer(lead))
	assert answer.status_code == 403, answer.text
	frappe.db.rollback()
	assert not frappe.db.exists("Customer", {"medusa_id": "cus_victim"})

	mine = site.new("Customer", customer_name="Mine Too", customer_type="Company")
	frappe.db.commit()
	answer = ask("seller", "PUT", f"resource/Customer/{mine.name}", {"lead_name": lead.name})
	assert answer.status_code == 403, answer.text
	frappe.db.rollback()
	assert not frappe.db.get_value("Customer", mine.name, "lead_name")


def test_a_customer_takes_the_account_of_a_lead_that_is_read(site, ask, lead):
	answer = ask("seller", "POST", "resource/Customer", new_customer(lead))
	assert answer.status_code == 200, answer.text
	customer = frappe.get_doc("Customer", answer.json()["data"]["name"])
	site.added(customer)
	assert customer.medusa_id == "cus_victim"
