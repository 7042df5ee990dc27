"""From the sign-up to the paid order: what stands in ERPNext, and what Medusa holds after each step.

On a simulated and on a real Medusa of both generations; on devbench's site, or with `--site` on a real one.
"""

from __future__ import annotations

import frappe
import pytest

from tests.customers.conftest import over_http, visitors  # noqa: F401
from tests.support.medusa import REAL_AND_LONG, real_server, simulator
from tests.support.quotes import ADDRESS, quotes  # noqa: F401
from tests.support.sales import sales  # noqa: F401
from tests.support.shop_fixtures import shop  # noqa: F401
from tests.support.whole_way import WholeWay, ask, logs_in, signs_up

REVIEW = "Ready for Customer Review"
DONE = "Quotation updated successfully"


def servers():
	for generation in ("v1", "v2"):
		yield pytest.param((False, generation), id=f"simulated {generation}")
		yield pytest.param((True, generation), id=f"real {generation}", marks=REAL_AND_LONG)


@pytest.fixture(params=servers())
def medusa(request):
	"""The server that the test's parameter names, extended by the routes for customers,
	quotations and orders.
	"""
	is_real, generation = request.param
	if is_real:
		yield real_server(generation)
		return
	with simulator(generation) as server:
		yield server


@pytest.fixture
def way(over_http, quotes, sales, run_on_site):  # noqa: F811
	return WholeWay(over_http, quotes, sales, run_on_site)


@pytest.mark.contract(8)
@pytest.mark.contract(101, 104, 105, 106, 107, 108, 109, 112, 113, 114, 115, 116, 117, 118)
@pytest.mark.contract(126, 127, 128, 129, 130, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143)
@pytest.mark.contract(149, 150, 151, 152, 153, 154)
def test_from_the_sign_up_to_the_paid_order(way):
	address = way.visitors.address("clinic")
	lead = signs_up(way, address)
	logs_in(way, address, lead.medusa_id)
	template, account = way.quotes.tax_template(5)
	items = [way.item(10.5, tax=template), way.item(20), way.item(7)]
	assert len({item.medusa_variant_id for item in items} - {None, ""}) == 3
	rejects_the_first_quotation(way, lead, items)

	quotation = asks(way, lead, items)
	offer = gets_an_offer(way, quotation, items, template, account)
	assert [mail[0] for mail in way.visitors.mails(address)].count(
		f"Here is your Quotation {quotation.name}"
	) == 1
	part = takes_a_part(way, quotation, items, offer)

	order = orders(way, quotation, lead)
	assert way.quotation_in_medusa(quotation.medusa_quotation_id) == part
	assert way.bodies("quotation") == [offer, part]
	states = is_billed_delivered_and_paid(way, order, lead.medusa_id)
	assert way.bodies("order") == states
	assert set(way.shop.tasks()) == {"Synced"}
	# users of a bench's site get mails about quotations, for which it has no account
	expected = set() if way.shop.site.is_ours else {"Failed to send Notification"}
	assert set(way.shop.errors()) <= expected
	asks_again(way, order, items)


def rejects_the_first_quotation(way, lead, items):
	"""Its billing address becomes the customer's primary one. Nothing was offered,
	so Medusa was told nothing.
	"""
	quotation = ask(way, lead, items[1], billing_address={**ADDRESS, "is_default": True})
	address = way.read("Address", quotation.customer_address)
	assert (address.country, address.city, address.is_primary_address) == ("Oman", "Muscat", 1)
	quotation_id = quotation.medusa_quotation_id
	way.shop_calls("update_quotation", quotation_id=quotation_id, approval="Rejected")
	quotation = way.read("Quotation", quotation.name)
	assert (quotation.docstatus, quotation.workflow_state) == (2, "Rejected")
	assert way.quotation_in_medusa(quotation_id) is None


def asks(way, lead, items):
	"""At the standard prices, for a further address."""
	further = {**ADDRESS, "country_code": "ae", "address_line1": "3 Creek Road", "city": "Dubai"}
	quotation = ask(way, lead, (items[0], 4), (items[1], 2), items[2], billing_address=further)
	assert [(row.item_code, row.qty, row.rate) for row in quotation.items] == [
		(items[0].item_code, 4, 10.5),
		(items[1].item_code, 2, 20),
		(items[2].item_code, 1, 7),
	]
	address = way.read("Address", quotation.customer_address)
	assert (address.country, address.city, address.is_primary_address) == ("United Arab Emirates", "Dubai", 0)
	assert len(addresses("Lead", lead.name)) == 2
	assert way.quotation_in_medusa(quotation.medusa_quotation_id) is None
	return quotation


def addresses(doctype, name):
	link = [["Dynamic Link", "link_doctype", "=", doctype], ["Dynamic Link", "link_name", "=", name]]
	return set(frappe.get_all("Address", link, pluck="name"))


def gets_an_offer(way, quotation, items, template, account):
	"""A seller lowers two rates, gives a discount and puts it before the customer;
	Medusa's record is the offer.
	"""

	def offer(document):
		document["items"][0]["rate"], document["items"][1]["rate"] = 10, 18
		document.update(apply_discount_on="Net Total", additional_discount_percentage=10)

	way.desk_saves("Quotation", quotation.name, offer)
	assert way.quotation_in_medusa(quotation.medusa_quotation_id) is None
	answer = way.desk_presses("send_quotation_for_review", quotation=quotation.name)
	assert answer == {"quotation": quotation.name, "workflow_state": REVIEW}
	mail = {"reference_doctype": "Quotation", "reference_name": quotation.name, "status": "Not Sent"}
	frappe.db.rollback()
	assert frappe.db.count("Email Queue", mail) == 1

	told = way.quotation_in_medusa(quotation.medusa_quotation_id)
	written = way.read("Quotation", quotation.name)
	assert told == {
		"customer_id": frappe.db.get_value("Lead", quotation.party_name, "medusa_id"),
		"draft_order_id": quotation.medusa_draft_order_id,
		"erp_status": "Price received",
		"erp_items": [
			row(items[0], 10, 4, item_tax_template=template),
			row(items[1], 18, 2),
			row(items[2], 7, 1),
		],
		"erp_unaccepted_items": [],
		"erp_total_quantity": 7,
		"erp_total": 83,
		"erp_net_total": 74.7,
		"erp_tax": [{"account_head": account, "tax_rate": 0, "tax_amount": 1.8}],
		"erp_total_taxes": 1.8,
		"avail_delivery": True,
		"erp_delivery_charges": 2,
		"erp_grand_total": 76.5,
		"erp_rounding_adjustments": written.rounding_adjustment,
		"erp_discount_on": "Net Total",
		"erp_discount_percentage": 10,
		"erp_discount_amount": 8.3,
		"tax_breakup": written.other_charges_calculation or None,
	}
	return told


def row(item, price, quantity, item_tax_template=None):
	return {
		"item": item.medusa_variant_id,
		"item_code": item.item_code,
		"price": price,
		"quantity": quantity,
		"uom": "Nos",
		"amount": price * quantity,
		"item_tax_template": item_tax_template,
	}


def takes_a_part(way, quotation, items, offer):
	"""More of the first, half of the second, nothing of the third; Medusa's record follows."""
	first, second, third = (item.medusa_variant_id for item in items)
	way.shop_calls(
		"update_quotation_new",
		quotation_id=quotation.medusa_quotation_id,
		items=[{"variant_id": first, "quantity": 6}, {"variant_id": second, "quantity": 1}],
		unapproved_items=[{"variant_id": second, "quantity": 1}, {"variant_id": third, "quantity": 1}],
		increased_items=[{"variant_id": first, "old_quantity": 4, "new_quantity": 6}],
	)
	written = way.read("Quotation", quotation.name)
	assert (written.docstatus, written.workflow_state) == (0, "Approved")
	told = way.quotation_in_medusa(quotation.medusa_quotation_id)
	(tax,) = offer["erp_tax"]
	assert told == {
		**offer,
		"erp_items": [
			{**offer["erp_items"][0], "quantity": 6, "amount": 60},
			{**offer["erp_items"][1], "quantity": 1, "amount": 18},
		],
		"erp_unaccepted_items": [
			{"item": second, "price": 18, "quantity": 1},
			{"item": third, "price": 7, "quantity": 1},
		],
		"erp_total_quantity": 7,
		"erp_total": 78,
		"erp_net_total": 70.2,
		"erp_tax": [{**tax, "tax_amount": 2.7}],
		"erp_total_taxes": 2.7,
		"erp_grand_total": 72.9,
		"erp_rounding_adjustments": written.rounding_adjustment,
		"erp_discount_amount": 7.8,
		"tax_breakup": written.other_charges_calculation or None,
	}
	return told


def orders(way, quotation, lead):
	"""The approval makes the Customer of the Lead,
	and the Sales Order under the id that the order has in Medusa.
	"""
	order_id = way.medusa.add_order()
	decision = {"quotation_id": quotation.medusa_quotation_id, "approval": "Approved", "create_so": True}
	answer = way.shop_calls("update_quotation", **decision, order_id=order_id, is_courier_required=True)
	assert answer["message"] == f"{DONE}, Sales Order & Payment Request created"
	assert way.shop_calls("update_quotation", **decision, order_id=order_id) == answer
	assert way.medusa.order_update(order_id) is None

	quotation = way.read("Quotation", quotation.name)
	customer = frappe.get_doc("Customer", quotation.party_name)
	assert (quotation.docstatus, quotation.workflow_state, quotation.quotation_to) == (
		1,
		"Approved",
		"Customer",
	)
	assert (customer.lead_name, customer.medusa_id) == (lead.name, lead.medusa_id)
	assert (customer.customer_name, customer.customer_group) == (lead.company_name, "Ecommerce Customer")
	(seller,) = customer.sales_team
	assert (seller.sales_person, seller.allocated_percentage) == ("Website Sales", 100)
	assert addresses("Customer", customer.name) == addresses("Lead", lead.name)

	order = frappe.get_doc("Sales Order", answer["sales_order_id"])
	assert (order.docstatus, order.customer, order.from_ecommerce) == (1, customer.name, 1)
	assert quotation.medusa_order_id == order.medusa_order_id == order_id
	assert order.custom_is_courier_required == 1
	assert [(row.item_code, row.qty, row.rate) for row in order.items] == [
		(row.item_code, row.qty, row.rate) for row in quotation.items
	]
	assert frappe.db.get_value("Payment Request", answer["payment_id"], "reference_name") == order.name
	return order


def is_billed_delivered_and_paid(way, order, customer_id):
	"""Each step is read back from Medusa; what it was told each time it was told something."""
	states = []

	def medusa_has(order_status, payment_status):
		told = way.order_in_medusa(order.medusa_order_id)
		assert told == {
			"customer_id": customer_id,
			"order_status": order_status,
			"payment_status": payment_status,
			"discount_amount": 7.8,
			"net_total": 70.2,
			"grand_total": 72.9,
		}
		if told not in states:
			states.append(told)

	# ERPNext 16 has a status of its own for what a Payment Request asks for
	asks = order.meta.has_field("advance_payment_status")
	medusa_has("To Pay" if asks else "To Deliver and Bill", "Unpaid")
	invoice = way.sales.invoice(order)
	assert (invoice.medusa_order_id, invoice.from_ecommerce) == (order.medusa_order_id, 1)
	medusa_has("To Pay" if asks else "To Deliver", "Unpaid")
	part = way.sales.delivery(order, qty=1)
	assert (part.medusa_order_id, part.from_ecommerce) == (order.medusa_order_id, 1)
	medusa_has("To Pay" if asks else "To Deliver", "Unpaid")
	rest = way.sales.delivery(order)
	assert [row.qty for row in rest.items] == [5]
	medusa_has("Completed", "Unpaid")
	way.sales.payment(invoice, 30)
	medusa_has("Completed", "Partly Paid")
	way.sales.payment(way.read("Sales Invoice", invoice.name))
	medusa_has("Completed", "Paid")
	assert way.read("Sales Invoice", invoice.name).outstanding_amount == 0
	assert len(states) == (4 if asks else 5)
	return states


def asks_again(way, order, items):
	"""Under the same id of Medusa, and as the Customer from now on."""
	quotation = ask(way, way.read("Customer", order.customer), items[1])
	assert quotation.customer_name == order.customer_name
