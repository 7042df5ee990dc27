"""The Sales Order of an order that was placed in Medusa keeps its customer, whoever saves it."""

from __future__ import annotations

import csv
import json
from functools import partial
from io import StringIO

import frappe
import pytest
import requests

from medusa_integration.selling.order.customer import keep_customer
from tests.selling.lanes import State
from tests.support.queries import recorded_queries
from tests.support.users import token_of

FREE = {"order_type": "Maintenance"}
NO_ADDRESS = {"customer_address": None, "shipping_address_name": None, "contact_person": None}


class Orders(State):
	"""Imported orders, and a Customer who has placed none of them."""

	def other(self) -> str:
		name = self.shop.site.new("Customer", customer_name=self.shop.name("Other")).name
		frappe.db.commit()
		return name

	def customer_in(self, sales_order: str) -> str:
		frappe.db.rollback()
		return frappe.db.get_value("Sales Order", sales_order, "customer")

	def is_changed(self, sales_order: str) -> bool:
		frappe.db.rollback()
		return frappe.db.get_value("Sales Order", sales_order, "order_type") == "Maintenance"


@pytest.fixture
def lane(quotes):
	return Orders(quotes)


def refused(customer: str):
	sentence = f"The order was placed in Medusa by Customer {customer}. It cannot get another customer."
	return pytest.raises(frappe.ValidationError, match=sentence)


def test_in_a_form(lane):
	"""Administrator's, who has all roles; anything else of the draft may be changed."""
	from frappe.desk.form.save import savedocs

	_, doc = lane.import_()
	with refused(doc.customer):
		savedocs(json.dumps({**doc.as_dict(), "customer": lane.other()}, default=str), "Save")
	assert lane.customer_in(doc.name) == doc.customer
	frappe.db.rollback()
	savedocs(json.dumps({**doc.as_dict(), **FREE}, default=str), "Save")
	frappe.db.commit()
	assert lane.is_changed(doc.name)


@pytest.mark.parametrize("other", [None, ""])
def test_it_is_not_left_out(lane, other):
	_, doc = lane.import_()
	customer = doc.customer
	with refused(customer):
		doc.update({"customer": other}).save()
	assert lane.customer_in(doc.name) == customer


def test_through_the_api(lane, http_server):
	_, doc = lane.import_()
	token = token_of(lane.shop.site, "Seller", ["Sales User", "System Manager"])
	put = partial(
		requests.put, f"{http_server}/api/resource/Sales Order/{doc.name}", headers=token, timeout=300
	)
	answer = put(json={"customer": lane.other()})
	assert (answer.status_code, "It cannot get another customer." in answer.text) == (417, True)
	assert lane.customer_in(doc.name) == doc.customer
	assert (put(json=FREE).status_code, lane.is_changed(doc.name)) == (200, True)


def test_with_an_import_of_data(lane):
	from frappe.core.doctype.data_import.importer import Importer

	_, doc = lane.import_()
	for values, is_refused in (({"customer": lane.other()}, True), (FREE, False)):
		text = StringIO()
		csv.writer(text).writerows([["name", *values], [doc.name, *values.values()]])
		file = lane.shop.site.new("File", file_name="orders.csv", is_private=1, content=text.getvalue())
		# a DocType of devbench does not say that it may be imported
		data_import = frappe.new_doc("Data Import", reference_doctype="Sales Order")
		data_import.update({"name": frappe.generate_hash(), "import_type": "Update Existing Records"})
		data_import.db_insert()
		lane.shop.site.added(data_import)
		Importer("Sales Order", data_import=data_import, file_path=file.file_url).import_data()
		(said,) = frappe.get_all("Data Import Log", {"data_import": data_import.name}, pluck="messages")
		assert ("It cannot get another customer." in str(said)) == is_refused, said
	assert (lane.customer_in(doc.name), lane.is_changed(doc.name)) == (doc.customer, True)


def test_with_the_cancellation(lane):
	"""Frappe stores what is sent with it, and does not validate it."""
	lane.shop.set(submit_imported_orders=1)
	_, doc = lane.import_()
	doc.customer = lane.other()
	with refused(lane.customer_in(doc.name)):
		doc.cancel()
	assert lane.customer_in(doc.name) != doc.customer


def test_in_an_amendment(lane):
	"""Until Medusa has cancelled the order; what is made of it then is an order of its own."""
	lane.shop.set(submit_imported_orders=1, import_cancellations=1)
	order_id, doc = lane.import_()
	lane.cancel(doc)
	other = lane.other()
	with refused(doc.customer):
		lane.amend(doc, customer=other)
	frappe.db.rollback()
	assert frappe.db.get_value("Sales Order", doc.name, "medusa_order_id") == order_id
	lane.cancel_in_medusa(order_id)
	lane.told(order_id)
	made = lane.amend(doc, customer=other, **NO_ADDRESS)
	assert (made.customer, made.medusa_order_id) == (other, None)


def test_other_orders_are_free(lane):
	"""Such as one that the shop's server has made of a Quotation: its payments are not imported."""
	_, doc = lane.import_()
	frappe.db.set_value("Sales Order", doc.name, "medusa_order_number", None)
	frappe.db.commit()
	other = lane.other()
	doc.reload().update({"customer": other, **NO_ADDRESS}).save()
	assert doc.customer == other


def test_costs_no_statement(lane):
	_, doc = lane.import_()
	doc._doc_before_save = frappe.get_doc("Sales Order", doc.name)
	with recorded_queries() as queries:
		keep_customer(doc)
	assert queries == []
