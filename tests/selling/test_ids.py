"""How invoices, deliveries and amended orders come to their Medusa ids, and that nobody else changes them."""

from __future__ import annotations

import frappe
import pytest


def ids(document):
	return frappe.db.get_value(document.doctype, document.name, ["from_ecommerce", "medusa_order_id"])


def as_user(sales, *roles):
	"""Go on as a user with these roles; the site's clean-up goes back to the Administrator."""
	email = f"{frappe.scrub(roles[0])}-{sales.shop.mark}@example.com"
	user = sales.site.new("User", email=email, first_name=roles[0], send_welcome_email=0)
	user.add_roles(*roles)
	frappe.db.commit()
	frappe.set_user(user.name)


def test_invoices_and_deliveries_have_the_id_of_their_order(sales):
	order = sales.order()
	assert ids(sales.invoice(order, submit=False)) == (1, order.medusa_order_id)
	assert ids(sales.delivery(order, submit=False)) == (1, order.medusa_order_id)


def test_an_invoice_of_several_orders_has_none(sales):
	"""It is of the shop, and belongs to no one order; but each of them hears of it."""
	customer = sales.customer()
	orders = [sales.order(customer=customer) for _ in range(2)]
	sales.shop.drain()
	invoice = sales.invoice(*orders)
	assert ids(invoice) == (1, None)
	sales.payment(invoice)
	sales.shop.drain()
	assert [sales.told(order) for order in orders] == [("To Deliver", "Paid")] * 2


def test_an_invoice_of_another_order_has_nothing(sales):
	order = sales.order(from_ecommerce=0, medusa_order_id=None)
	assert ids(sales.invoice(order, submit=False)) == (0, None)


@pytest.mark.parametrize("doctype", ["Sales Invoice", "Delivery Note"])
def test_an_order_that_is_added_to_a_draft(sales, doctype):
	"""By *Get Items From*; the draft was inserted for an order of somebody else."""
	from erpnext.selling.doctype.sales_order import sales_order

	customer = sales.customer()
	other = sales.order(customer=customer, from_ecommerce=0, medusa_order_id=None)
	order = sales.order(customer=customer)
	make, add = (
		(sales.invoice, sales_order.make_sales_invoice)
		if doctype == "Sales Invoice"
		else (sales.delivery, sales_order.make_delivery_note)
	)
	draft = make(other, submit=False)
	assert ids(draft) == (0, None)
	add(order.name, frappe.get_doc(doctype, draft.name)).save()
	frappe.db.commit()
	assert ids(draft) == (1, order.medusa_order_id)


def test_a_copy_of_an_invoice_belongs_to_no_order(sales):
	invoice = sales.invoice(sales.order())
	copy = frappe.copy_doc(frappe.get_doc("Sales Invoice", invoice.name), ignore_no_copy=False)
	copy.due_date = None
	assert ids(sales._insert(copy, submit=False))[1] is None


def test_an_order_has_the_id_of_its_quotation(sales):
	"""Made by the button on the Quotation, which knows nothing of Medusa."""
	quotation = sales.quotation()
	order = sales.ordered(quotation)
	assert ids(order) == (1, quotation.medusa_order_id)
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")


def test_the_second_order_of_a_quotation_has_none(sales):
	"""An id belongs to one order; saving the other one does not fail for that."""
	quotation = sales.quotation()
	sales.order(medusa_order_id=quotation.medusa_order_id)
	order = sales.ordered(quotation)
	assert ids(order) == (1, None) and sales.task(order) is None


def test_the_order_of_a_quotation_without_an_id(sales):
	assert ids(sales.ordered(sales.quotation(medusa_order_id=None))) == (1, None)
	assert ids(sales.ordered(sales.quotation(medusa_order_id=None, from_ecommerce=0))) == (0, None)


def test_an_amended_order_takes_the_id_over(sales):
	"""In one transaction, since an id belongs to one order; Medusa then hears of the new one."""
	order = sales.order()
	sales.shop.drain()
	amended = sales.amend(order)
	assert ids(order) == (1, None) and ids(amended) == (1, order.medusa_order_id)
	assert sales.sent(amended) == ("Pending", "Unpaid")
	amended.reload()
	amended.submit()
	assert sales.sent(amended) == ("To Deliver and Bill", "Unpaid")
	assert sales.task(amended).status == "Synced"


def test_an_order_that_was_amended_before_its_end_was_told(sales):
	"""Its cancellation has nobody to be told to any more."""
	order = sales.order()
	amended = sales.amend(order)
	assert sales.shop.drain() == {"Not Wanted": 1, "Synced": 1}
	assert sales.task(order).last_error == "The Sales Order has no Medusa order ID."
	assert sales.told(amended) == ("Pending", "Unpaid")
	assert len(sales.requests()) == 1


def test_an_amendment_that_fails_leaves_the_id_where_it_was(sales):
	order = sales.order()
	sales.cancel(order)
	amended = frappe.copy_doc(frappe.get_doc("Sales Order", order.name))
	amended.update({"amended_from": order.name, "customer": "Nobody of this name"})
	with pytest.raises(frappe.ValidationError):
		amended.insert()
	frappe.db.rollback()
	assert ids(order) == (1, order.medusa_order_id)


def test_an_amended_invoice_belongs_to_the_same_order(sales):
	order = sales.order()
	invoice = sales.invoice(order)
	amended = sales.amend(invoice)
	assert ids(amended) == (1, order.medusa_order_id)


def test_a_copy_of_an_order_has_no_id(sales):
	order = sales.order()
	copy = frappe.copy_doc(frappe.get_doc("Sales Order", order.name), ignore_no_copy=False)
	copy.delivery_date = frappe.utils.today()
	for row in copy.items:
		row.delivery_date = copy.delivery_date
	copy = sales._insert(copy, submit=True)
	assert ids(copy)[1] is None and sales.task(copy) is None


def test_an_id_belongs_to_one_order(sales):
	order = sales.order()
	with pytest.raises(frappe.UniqueValidationError):
		sales.order(medusa_order_id=order.medusa_order_id)
	frappe.db.rollback()


def test_only_a_system_manager_enters_an_id(sales):
	"""What a form or the REST API brings along does not count; what follows from the order does."""
	order = sales.order(submit=False)
	customer = sales.customer(medusa_id=None)
	frappe.db.commit()
	as_user(sales, "Sales User", "Sales Manager", "Accounts User", "Accounts Manager", "Stock User")
	other = sales.order(customer=customer, medusa_order_id="order_of_mine", submit=False, app=False)
	assert ids(other) == (0, None)
	changed = frappe.get_doc("Sales Order", order.name)
	changed.medusa_order_id = "order_of_mine"
	changed.save()
	assert ids(order)[1] == order.medusa_order_id
	changed.submit()
	invoice = sales.invoice(order, submit=False, medusa_order_id="order_of_mine")
	assert ids(invoice) == (1, order.medusa_order_id)


def test_only_a_system_manager_enters_the_id_of_a_customer(sales):
	customer = sales.customer()
	frappe.db.commit()
	as_user(sales, "Sales User", "Sales Master Manager", "Sales Manager")
	changed = frappe.get_doc("Customer", customer.name)
	changed.medusa_id = "cus_of_mine"
	changed.save()
	assert frappe.db.get_value("Customer", customer.name, "medusa_id") == customer.medusa_id
