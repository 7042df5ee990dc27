"""pay_now: the order, its invoice with the discount of a coupon, and the request for the payment."""

from __future__ import annotations

import frappe
import pytest

from tests.support.asking import called
from tests.support.charges import allow_coupons, coupon, forget_made


@pytest.fixture
def pay(sales):
	"""`pay(order, code)`: pay_now, committed, by Medusa's id of the order."""
	allow_coupons(sales.shop)
	yield lambda order, code=None: called("pay_now", order_id=order.medusa_order_id, coupon_code=code)
	forget_made(sales)


def invoices(order):
	frappe.db.rollback()
	names = frappe.get_all("Sales Invoice Item", {"sales_order": order.name}, pluck="parent", distinct=True)
	return [frappe.get_doc("Sales Invoice", name) for name in sorted(names)]


def requests_of(document):
	frappe.db.rollback()
	filters = {"reference_doctype": document.doctype, "reference_name": document.name}
	fields = ["name", "docstatus", "grand_total", "party", "email_to"]
	return frappe.get_all("Payment Request", filters, fields, order_by="creation asc")


def test_an_order_is_invoiced_and_its_payment_requested(sales, pay):
	order = sales.order()
	answer = pay(order)
	(invoice,) = invoices(order)
	assert (invoice.docstatus, invoice.grand_total, invoice.customer) == (1, 20, order.customer)
	assert (invoice.from_ecommerce, invoice.medusa_order_id) == (1, order.medusa_order_id)
	(request,) = requests_of(invoice)
	assert (request.docstatus, request.grand_total, request.party) == (1, 20, order.customer)
	assert answer == {
		"success": True,
		"sales_invoice": invoice.name,
		"payment_request": request.name,
		"payment_url": None,
	}
	assert pay(order) == answer
	assert [len(invoices(order)), len(requests_of(invoice))] == [1, 1]


def test_a_submitted_order_stays_and_its_invoice_has_the_discount(sales, pay):
	order, code = sales.order(), coupon(sales.shop)
	answer = pay(order, code)
	(invoice,) = invoices(order)
	assert (invoice.discount_amount, invoice.grand_total) == (3, 17)
	assert frappe.db.get_value("Sales Order", order.name, ["discount_amount", "grand_total"]) == (0, 20)
	assert requests_of(invoice)[0].grand_total == 17
	fields = ["claimed", "claimed_by", "claimed_order", "discount_on"]
	claim = frappe.db.get_value("Website Coupon Code", code, fields)
	assert claim == (1, order.customer, order.name, "Sales Invoice")
	# the same again, by the same code in other letters, and without it
	assert pay(order, code) == pay(order, code.lower()) == pay(order) == answer
	with pytest.raises(frappe.ValidationError, match=r"Coupon code is not valid\."):
		pay(order, coupon(sales.shop))


def test_a_draft_gets_the_discount_and_is_submitted(sales, pay):
	order, code = sales.order(submit=False), coupon(sales.shop)
	pay(order, code)
	order.reload()
	assert (order.docstatus, order.discount_amount, order.grand_total) == (1, 3, 17)
	(invoice,) = invoices(order)
	assert (invoice.discount_amount, invoice.grand_total) == (3, 17)
	assert frappe.db.get_value("Website Coupon Code", code, "discount_on") == "Sales Order"


def test_a_discount_that_was_given_before_stays(sales, pay):
	"""10 % of 20 at the time of the order, then 3."""
	order = sales.order(apply_discount_on="Net Total", additional_discount_percentage=10)
	assert order.grand_total == 18
	pay(order, coupon(sales.shop))
	(invoice,) = invoices(order)
	assert (invoice.discount_amount, invoice.grand_total) == (5, 15)


def test_a_discount_takes_no_more_than_the_items_cost(sales, pay):
	allow_coupons(sales.shop, discount_amount=25)
	order, code = sales.order(), coupon(sales.shop)
	answer = pay(order, code)
	(invoice,) = invoices(order)
	assert (invoice.discount_amount, invoice.grand_total) == (20, 0)
	assert answer["payment_request"] is None
	assert pay(order, code) == answer


def test_a_code_that_does_not_count_changes_nothing(sales, pay):
	used, order = coupon(sales.shop, claimed=1), sales.order(submit=False)
	with pytest.raises(frappe.ValidationError, match=r"Coupon code is not valid\."):
		pay(order, used)
	assert invoices(order) == []
	assert frappe.db.get_value("Sales Order", order.name, "docstatus") == 0


def test_the_invoice_of_a_person_is_used(sales, pay):
	"""Also of one that is paid in part; a code comes too late for it."""
	order = sales.order()
	invoice = sales.invoice(order)
	sales.payment(invoice, 5)
	with pytest.raises(frappe.ValidationError, match=r"Coupon code is not valid\."):
		pay(order, coupon(sales.shop))
	assert pay(order)["sales_invoice"] == invoice.name
	assert requests_of(invoice)[0].grand_total == 15


def test_the_rest_of_an_order_is_invoiced(sales, pay):
	"""One of two was invoiced and paid before."""
	order = sales.order()
	invoice = sales.invoice(order, qty=1)
	sales.payment(invoice)
	answer = pay(order)
	assert answer["sales_invoice"] != invoice.name
	assert frappe.db.get_value("Sales Invoice", answer["sales_invoice"], "grand_total") == 10


def test_what_a_person_has_invoiced_for_less_is_not_invoiced_again(sales, pay):
	"""Two of 10 were ordered, and invoiced at 9 each: the 2 between are no debt."""
	order = sales.order()
	invoice = sales.invoice(order, submit=False)
	invoice.items[0].update({"rate": 9, "price_list_rate": 9})
	invoice.save()
	invoice.submit()
	frappe.db.commit()
	assert invoice.grand_total == 18
	sales.payment(invoice)
	with pytest.raises(frappe.DuplicateEntryError, match=r"Order is already paid\."):
		pay(order)
	assert len(invoices(order)) == 1


def test_charges_and_discount_of_an_order_are_invoiced_once(quotes, sales, pay):
	"""2 of 10, less 3, and 2 for the delivery: 11 with the first of them, and 8 or 10 must not come twice."""
	account = quotes.account()
	charge = {"charge_type": "Actual", "account_head": account, "description": "Delivery", "tax_amount": 2}
	order = sales.order(apply_discount_on="Net Total", discount_amount=3, taxes=[charge])
	assert order.grand_total == 19
	first = sales.invoice(order, qty=1)
	assert first.grand_total == 9
	sales.payment(first)
	second = frappe.get_doc("Sales Invoice", pay(order)["sales_invoice"])
	assert [row.tax_amount for row in second.taxes] == [0]
	assert (second.discount_amount, second.grand_total) == (0, 10)


def test_what_earlier_invoices_left_out_is_invoiced_with_the_rest(quotes, sales, pay):
	"""A person has given 1 of 3, and taken 0.5 of 2 for the delivery."""
	account = quotes.account()
	charge = {"charge_type": "Actual", "account_head": account, "description": "Delivery", "tax_amount": 2}
	order = sales.order(apply_discount_on="Net Total", discount_amount=3, taxes=[charge])
	taxes = [{**charge, "tax_amount": 0.5}]
	first = sales.invoice(order, qty=1, discount_amount=1, taxes=taxes)
	assert first.grand_total == 9.5
	sales.payment(first)
	second = frappe.get_doc("Sales Invoice", pay(order)["sales_invoice"])
	assert [row.tax_amount for row in second.taxes] == [1.5]
	assert (second.discount_amount, second.grand_total) == (2, 9.5)


def test_what_was_paid_in_advance_counts(sales, pay):
	order = sales.order()
	sales.payment(order, 8)
	invoice = frappe.get_doc("Sales Invoice", pay(order)["sales_invoice"])
	assert (invoice.grand_total, invoice.outstanding_amount) == (20, 12)
	assert requests_of(invoice)[0].grand_total == 12


def test_what_is_paid_or_cancelled_is_not_paid_again(sales, pay):
	in_advance, cancelled, billed = sales.order(), sales.order(), sales.order()
	sales.payment(in_advance)
	sales.cancel(cancelled)
	sales.payment(sales.invoice(billed))
	credited = sales.order()
	invoice = sales.invoice(credited)
	sales.payment(invoice)
	sales.credit_note(invoice, update_outstanding_for_self=1, update_billed_amount_in_sales_order=1)
	if sales.site.is_ours:
		# which ERPNext does with this mark, and the stand-in does not
		frappe.db.set_value("Sales Order Item", credited.items[0].name, "billed_amt", 0)
		frappe.db.commit()
	for order in (in_advance, billed, credited):
		before = len(invoices(order))
		with pytest.raises(frappe.DuplicateEntryError, match=r"Order is already paid\."):
			pay(order)
		assert len(invoices(order)) == before
	with pytest.raises(frappe.DuplicateEntryError, match=r"Order is cancelled\."):
		pay(cancelled)


def test_an_invoice_that_was_cancelled_is_made_again_with_its_discount(sales, pay):
	order, code = sales.order(), coupon(sales.shop)
	first = frappe.get_doc("Sales Invoice", pay(order, code)["sales_invoice"])
	for request in requests_of(first):
		frappe.get_doc("Payment Request", request.name).cancel()
	frappe.db.commit()
	sales.cancel(first)
	second = frappe.get_doc("Sales Invoice", pay(order)["sales_invoice"])
	assert second.name != first.name
	assert (second.discount_amount, second.grand_total) == (3, 17)


@pytest.mark.parametrize("is_draft", [True, False])
def test_a_coupon_stays_with_an_order_that_is_amended_twice(sales, pay, is_draft):
	"""3 off 20 once: by the order if it was a draft, else by its invoice."""
	order, code = sales.order(submit=not is_draft), coupon(sales.shop)
	invoice = frappe.get_doc("Sales Invoice", pay(order, code)["sales_invoice"])
	for request in requests_of(invoice):
		frappe.get_doc("Payment Request", request.name).cancel()
	frappe.db.commit()
	sales.cancel(invoice)
	once = sales.amend(order)
	once.submit()
	frappe.db.commit()
	order = sales.amend(once)
	with pytest.raises(frappe.ValidationError, match=r"Coupon code is not valid\."):
		pay(order, coupon(sales.shop))
	again = frappe.get_doc("Sales Invoice", pay(order, code)["sales_invoice"])
	assert (again.discount_amount, again.grand_total) == (3, 17)


def test_the_request_for_the_order_gives_way_to_that_for_its_invoice(quotes, sales, pay):
	"""ERPNext takes no payment for an order that is billed. The shop is told the new one everywhere."""
	doc = quotes.create(quotes.customer(), (quotes.variant(10), 2))
	decision = {
		"quotation_id": doc.medusa_quotation_id,
		"approval": "Approved",
		"order_id": quotes.medusa.add_order(),
		"create_so": True,
	}
	before = quotes.call("update_quotation", **decision)
	order = frappe.get_doc("Sales Order", before["sales_order_id"])
	answer = pay(order)
	assert frappe.db.get_value("Payment Request", before["payment_id"], "docstatus") == 2
	again = quotes.call("update_quotation", **decision)
	assert again["payment_id"] == answer["payment_request"] != before["payment_id"]
	(invoice,) = invoices(order)
	assert [row.docstatus for row in requests_of(invoice)] == [1]
	frappe.db.set_value(
		"Payment Request", answer["payment_request"], "payment_url", "https://pay.example.com"
	)
	frappe.db.commit()
	told = quotes.call(
		"get_medusa_prices",
		items=[
			{
				"medusa_variant_id": frappe.db.get_value(
					"Website Item", {"item_code": order.items[0].item_code}, "medusa_variant_id"
				)
			}
		],
		customer_id=frappe.db.get_value("Customer", order.customer, "medusa_id"),
		draft_order_id=doc.medusa_draft_order_id,
	)
	assert told["payment_url"] == "https://pay.example.com"


def test_no_payment_is_requested_where_the_settings_say_so(sales, pay):
	sales.shop.set(create_payment_request=0)
	order = sales.order()
	answer = pay(order)
	assert (answer["payment_request"], answer["payment_url"]) == (None, None)
	assert len(invoices(order)) == 1


def test_what_erpnext_refuses_leaves_nothing_behind(sales, pay):
	"""An order on hold cannot be invoiced: neither it nor the coupon has changed."""
	from erpnext.selling.doctype.sales_order.sales_order import update_status

	order, code = sales.order(), coupon(sales.shop)
	update_status("On Hold", order.name)
	frappe.db.commit()
	if sales.site.is_ours:
		pytest.skip("the stand-in invoices orders on hold")
	with pytest.raises(frappe.ValidationError):
		pay(order, code)
	assert invoices(order) == []
	assert frappe.db.get_value("Website Coupon Code", code, "claimed") == 0
