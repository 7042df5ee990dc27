"""Whose quotation it is, and what has become of it since."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.exceptions import ValidationError


def approval(quotes, doc, **values):
	defaults = {"quotation_id": doc.medusa_quotation_id, "approval": "Approved", "create_so": True}
	return {**defaults, "order_id": quotes.medusa.add_order(), **values}


def calls(quotes, doc, item):
	quotation = {"quotation_id": doc.medusa_quotation_id}
	line = {"variant_id": item.medusa_variant_id, "quantity": 1}
	yield "update_quotation", approval(quotes, doc)
	yield "update_quotation", {**quotation, "approval": "Rejected"}
	yield "update_quotation_new", {**quotation, "items": [line]}
	yield "update_quotation_new", {**quotation, "approval": "Rejected"}
	yield "fetch_quotation_pdf_url", quotation


def test_a_customer_id_has_to_own_it(quotes):
	"""Not theirs and not there: the same sentence but for the id, the same status."""
	item, other = quotes.variant(10), quotes.customer()
	doc = quotes.create(quotes.customer(), item)
	before = quotes.state()
	for name, values in calls(quotes, doc, item):
		told = []
		for given in ({"customer_id": other.medusa_id}, {"customer_id": "nobody"}, {"quotation_id": "none"}):
			given = (
				{"customer_id": other.medusa_id, **values, **given}
				if "customer_id" not in given
				else {**values, **given}
			)
			with pytest.raises(frappe.DoesNotExistError) as raised:
				quotes.call(name, **given)
			told.append(str(raised.value).replace(given["quotation_id"], "ID"))
		assert len(set(told)) == 1, (name, told)
	assert quotes.state() == before


def test_its_owner_decides(quotes):
	for party in (quotes.customer(), quotes.lead()):
		doc = quotes.create(party)
		answer = quotes.call("update_quotation", **approval(quotes, doc, customer_id=party.medusa_id))
		assert answer["sales_order_id"]
		# a Lead has become a Customer, with the id that it had
		again = {
			"quotation_id": doc.medusa_quotation_id,
			"approval": "Approved",
			"customer_id": party.medusa_id,
		}
		assert quotes.call("update_quotation", **again)["quotation_id"] == doc.name


def test_it_is_ordered_once(quotes):
	"""Under another id, too, and after somebody at Desk has done it."""
	doc = quotes.create(quotes.customer())
	quotes.call("update_quotation", **approval(quotes, doc))
	before = quotes.state()
	with pytest.raises(frappe.DuplicateEntryError, match="is already ordered"):
		quotes.call("update_quotation", **approval(quotes, doc))
	assert quotes.state() == before


def test_after_an_order_of_desk(quotes):
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	doc = quotes.create(quotes.customer())
	quotes.call("update_quotation", **approval(quotes, doc, create_so=False, order_id=None))
	order = make_sales_order(doc.name)
	for document in (order, *order.items):
		document.delivery_date = frappe.utils.today()
	order.insert()
	frappe.db.commit()
	with pytest.raises(frappe.DuplicateEntryError, match="is already ordered"):
		quotes.call("update_quotation", **approval(quotes, doc))
	assert quotes.made("Sales Order") == [order.name]


def test_what_was_lost_is_not_ordered(quotes):
	doc = quotes.create(quotes.customer())
	quotes.call("update_quotation", **approval(quotes, doc, create_so=False, order_id=None))
	frappe.db.set_value("Quotation", doc.name, "status", "Lost")
	frappe.db.commit()
	with pytest.raises(frappe.DuplicateEntryError, match="is already Lost"):
		quotes.call("update_quotation", **approval(quotes, doc))
	assert not quotes.made("Sales Order")


def test_what_is_not_wanted_is_no_more_than_was_quoted(quotes):
	"""Else it could be taken afterwards, without being named as an increase."""
	item = quotes.variant(10)
	doc = quotes.create(quotes.customer(), (item, 5))
	variant = {"variant_id": item.medusa_variant_id}
	before = quotes.state()
	for taken, left in ((5, 1), (3, 3), (1, 900_000)):
		with pytest.raises(ValidationError, match=f"Quantity of {item.medusa_variant_id} exceeds"):
			quotes.call(
				"update_quotation_new",
				quotation_id=doc.medusa_quotation_id,
				items=[{**variant, "quantity": taken}],
				unapproved_items=[{**variant, "quantity": left}],
			)
	assert quotes.state() == before


def test_a_long_place_is_kept_in_a_comment(quotes):
	"""A side field does not keep the order from being made."""
	doc = quotes.create(quotes.customer())
	place = "Villa 7, " + "behind the mosque, " * 20
	answer = quotes.call("update_quotation", **approval(quotes, doc, location_and_contact_no=place))
	order = frappe.get_doc("Sales Order", answer["sales_order_id"])
	assert order.custom_location_and_contact_no == place[:140].strip()
	comment = {"reference_doctype": "Sales Order", "reference_name": order.name, "comment_type": "Comment"}
	assert place.strip() in frappe.db.get_value("Comment", comment, "content")


def test_what_is_told_of_the_payment_is_true(quotes):
	quotes.shop.set(create_payment_request=0)
	doc = quotes.create(quotes.customer())
	answer = quotes.call("update_quotation", **approval(quotes, doc))
	assert answer["message"] == "Quotation updated successfully, Sales Order created"
