"""What it costs: statements of a save, of a chunk, of the nightly look."""

from __future__ import annotations

import frappe
import pytest

from tests.selling.quoting import inserted_by_others
from tests.sync.test_costs import no_http, statements, without_the_app  # noqa: F401

STEPS = ("order", "submit", "invoice", "invoice submit", "delivery submit", "payment submit", "cancel")


def steps(sales, order, target=None):
	"""The named steps in the life of an order, each to be done once, in their order."""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice

	made = {}

	def insert(name, document):
		made[name] = document
		sales._made.append(sales.site.added(document.insert()))

	def paid():
		payment = get_payment_entry("Sales Invoice", made["invoice"].name)
		payment.update({"reference_no": "1", "reference_date": frappe.utils.today()})
		insert("payment", payment)
		return payment

	yield "order", lambda: frappe.get_doc("Sales Order", order.name).save()
	yield "submit", lambda: frappe.get_doc("Sales Order", order.name).submit()
	yield "invoice", lambda: insert("invoice", make_sales_invoice(order.name))
	yield "invoice submit", lambda: frappe.get_doc("Sales Invoice", made["invoice"].name).submit()
	insert("delivery", make_delivery_note(order.name))
	yield "delivery submit", lambda: frappe.get_doc("Delivery Note", made["delivery"].name).submit()
	payment = paid()
	yield "payment submit", lambda: frappe.get_doc("Payment Entry", payment.name).submit()
	yield "cancel", lambda: frappe.get_doc("Payment Entry", payment.name).cancel()


@pytest.mark.parametrize("of_the_shop", [True, False])
def test_a_save_costs_two_statements_at_most(sales, statements, without_the_app, no_http, of_the_shop):  # noqa: F811
	"""Two more than without the app, for each step of an order of the shop;
	one for what others have ordered.
	"""
	values = {} if of_the_shop else {"from_ecommerce": 0, "medusa_order_id": None}
	customer = sales.customer()
	first, second, third = (sales.order(customer=customer, submit=False, **values) for _ in range(3))

	def count(order):
		return {name: statements(work) for name, work in steps(sales, order)}

	count(first)  # fills the caches
	with_the_app = count(second)
	without_the_app()
	without = count(third)

	more = {name: with_the_app[name] - without[name] for name in STEPS}
	print(more)
	assert max(more.values()) <= (2 if of_the_shop else 1)


@pytest.mark.parametrize(("how", "most"), [("anew", 1), ("quotation", 2), ("amended", 3), ("deleted", 2)])
def test_orders_come_and_go(sales, statements, without_the_app, no_http, how, most):  # noqa: F811
	"""An amended order costs one more: its id leaves the order that it amends first."""
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	customer = sales.customer()

	def prepare():
		if how == "quotation":
			return make_sales_order(sales.quotation().name)
		order = sales.order(customer=customer, submit=how == "amended")
		copy = frappe.copy_doc(frappe.get_doc("Sales Order", order.name), ignore_no_copy=False)
		copy.medusa_order_id = sales.medusa.add_order()
		if how == "amended":
			sales.cancel(order)
			copy.amended_from = order.name
		return order if how == "deleted" else copy

	def work():
		document = documents.pop()
		if how == "deleted":
			frappe.delete_doc("Sales Order", document.name)
			return
		for each in (document, *document.items):
			each.delivery_date = frappe.utils.today()
		sales._made.append(sales.site.added(document.insert()))

	documents = [prepare() for _ in range(3)]
	statements(work)  # fills the caches
	with_the_app = statements(work)
	without_the_app()
	if how == "amended" and frappe.__version__.partition(".")[0] != "15" and not sales.site.is_ours:
		most += 1  # ERPNext 16 reads the currency of the amended order, which was cached until its id left it
	assert with_the_app - statements(work) <= most


def test_a_chunk_costs_the_same_at_any_size(sales, statements):  # noqa: F811
	"""As many statements for 10 as for 100 orders, and hardly fewer for one:
	several leave time to look for more.
	"""
	sales.many(1)
	sales.shop.record(sales.many(1), "Sales Order")
	sales.shop.drain()  # signs in, and finds out what there is to be found out
	counts = {}
	for size in (1, 10, 100):
		names = sales.many(size)
		sales.shop.record(names, "Sales Order")
		counts[size] = statements(sales.shop.drain)
		assert set(sales.shop.tasks()) == {"Synced"}
	print(counts)
	# behind a full chunk, more is looked for while it is sent
	assert counts[10] <= counts[100] <= counts[10] + 1 and abs(counts[100] - counts[1]) <= 2


def test_the_nightly_look_costs_the_same_at_any_size(sales, statements):  # noqa: F811
	from medusa_integration.selling.order.nightly import record_missed_orders

	record_missed_orders()
	counts = {}
	for size in (1, 10, 100):
		sales.many(size)
		counts[size] = statements(record_missed_orders)
	print(counts)
	assert len(set(counts.values())) == 1


def test_a_customer_that_stays_as_it_is_costs_nothing(sales, statements, without_the_app):  # noqa: F811
	customer = sales.customer()
	names = iter(("One", "Two", "Three"))

	def save():
		document = frappe.get_doc("Customer", customer.name)
		document.customer_name = next(names)
		document.save()

	statements(save)
	with_the_app = statements(save)
	without_the_app()
	assert statements(save) == with_the_app


def test_our_statements_of_a_quotation_do_not_grow_with_its_lines(quotes, statements):  # noqa: F811
	"""What grows is ERPNext's own work, as when somebody else inserts the same, and that is done once."""
	items = [quotes.variant(5, item_group="Products") for _ in range(3)]
	customer = quotes.customer()
	quotes.create(customer, *items)  # fills the caches
	ours = {}

	def both(size):
		request = quotes.request(customer, *(items[number % 3] for number in range(size)))
		answers = []
		with_the_app = statements(lambda: answers.append(quotes.call("create_quotation", **request)))
		doc = frappe.get_doc("Quotation", answers[0]["quotationId"])
		return with_the_app - statements(lambda: inserted_by_others(doc))

	for size in (1, 10, 100):
		ours[size] = both(size)
	print(ours)
	assert len(set(ours.values())) == 1
