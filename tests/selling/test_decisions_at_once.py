"""Decisions about quotations at the same time, refused, or interrupted: whole, once, or not at all."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.exceptions import ValidationError
from tests.selling.quoting import ORDERED, order
from tests.support.quotes import ADDRESS


def test_at_the_same_time_is_once(quotes):
	"""The second waits for the first one's lock, and finds everything done."""
	import threading

	doc = quotes.create(quotes.lead(), billing_address=ADDRESS)
	order_id = quotes.medusa.add_order()
	answers, failures = [], []
	start = threading.Barrier(3)

	def approve():
		def work():
			start.wait(300)
			answers.append(order(quotes, doc, order_id=order_id))

		try:
			quotes.shop.elsewhere(work)
		except BaseException as error:
			failures.append(error)

	threads = [threading.Thread(target=approve) for _ in range(3)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join(300)
	assert not failures
	assert len(answers) == 3
	assert answers[0] == answers[1] == answers[2]
	for doctype in ("Sales Order", "Payment Request", "Customer"):
		assert len(quotes.made(doctype)) == 1, doctype


def test_an_order_of_another_quotation_is_refused(quotes):
	first, second = quotes.create(quotes.customer()), quotes.create(quotes.customer())
	order_id = quotes.medusa.add_order()
	order(quotes, first, order_id=order_id)
	before = quotes.state()
	with pytest.raises(frappe.DuplicateEntryError, match=f"Order {order_id} already exists for another"):
		order(quotes, second, order_id=order_id)
	assert quotes.state() == before


def test_decisions_of_several_customers_do_not_stop_each_other(quotes):
	"""Where Frappe's own locks meet, one of them begins again."""
	import threading

	from medusa_integration.api import update_quotation

	docs = [quotes.create(quotes.lead(), billing_address=ADDRESS) for _ in range(4)]
	order_ids = [quotes.medusa.add_order() for _ in docs]
	failures, start = [], threading.Barrier(len(docs))

	def approve(doc, order_id):
		def work():
			start.wait(300)
			made = update_quotation.endpoint
			sent = {"quotation_id": doc.medusa_quotation_id, "order_id": order_id, "approval": "Approved"}
			# as within a request, which is one transaction
			made.perform(made.read((), {**sent, "create_so": True}))
			frappe.db.commit()

		try:
			quotes.shop.elsewhere(work)
		except BaseException as error:
			failures.append(error)

	threads = [threading.Thread(target=approve, args=pair) for pair in zip(docs, order_ids, strict=True)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join(300)
	assert not failures
	assert len(quotes.made("Sales Order")) == len(quotes.made("Payment Request")) == 4


def test_one_order_of_two_quotations_at_the_same_time(quotes, monkeypatch):
	"""The other one has committed after ours has looked for the order: the unique key decides."""
	from medusa_integration.selling.order import make as ordering

	first, second = quotes.create(quotes.customer()), quotes.create(quotes.customer())
	order_id = quotes.medusa.add_order()
	order(quotes, second, order_id=order_id)
	monkeypatch.setattr(ordering, "find_order", lambda *_args: None)
	with pytest.raises(frappe.DuplicateEntryError, match=f"Order {order_id} already exists for another"):
		order(quotes, first, order_id=order_id)
	assert len(quotes.made("Sales Order")) == 1
	assert frappe.db.get_value("Quotation", first.name, "docstatus") == 0


@pytest.mark.parametrize(
	("error", "match", "values"),
	[
		(frappe.DoesNotExistError, "Quotation not found for ID: none", {"quotation_id": "none"}),
		(ValidationError, "approval must be Approved or Rejected", {"approval": "Maybe"}),
		(ValidationError, "order_id is required", {"create_so": True}),
		(ValidationError, "too long", {"location_and_contact_no": "x" * 1001}),
	],
)
def test_what_is_refused(quotes, error, match, values):
	doc = quotes.create(quotes.customer())
	before = quotes.state()
	values = {"quotation_id": doc.medusa_quotation_id, "approval": "Approved", **values}
	with pytest.raises(error, match=match):
		quotes.call("update_quotation", **values)
	assert quotes.state() == before


@pytest.mark.parametrize("step", ["make_order", "new_payment_request"])
def test_an_error_in_the_middle_leaves_nothing_and_can_be_repeated(quotes, monkeypatch, step):
	"""Lead converted, Quotation submitted, perhaps the order made: then something is refused."""
	from medusa_integration.selling.order import make as ordering

	doc = quotes.create(quotes.lead(), billing_address=ADDRESS)
	before = quotes.state()
	original = getattr(ordering, step)

	def refuse(*args):
		original(*args)
		frappe.throw("Credit limit has been crossed")

	order_id = quotes.medusa.add_order()
	with monkeypatch.context() as patch:
		patch.setattr(ordering, step, refuse)
		with pytest.raises(frappe.ValidationError, match="Credit limit"):
			order(quotes, doc, order_id=order_id)
	assert quotes.state() == before
	assert order(quotes, doc, order_id=order_id)["message"] == ORDERED
