"""The customer takes a part of a quotation, or more than was quoted."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.exceptions import ValidationError

DONE = "Quotation updated successfully"


@pytest.fixture
def offer(quotes):
	"""A quotation over 5 of the first at 10, 2 of the second at 20."""
	first, second = quotes.variant(10), quotes.variant(20)
	return quotes.create(quotes.lead(), (first, 5), (second, 2)), first, second


def line(item, quantity, **values):
	return {"variant_id": item.medusa_variant_id, "quantity": quantity, **values}


def take(quotes, doc, items, **values):
	answer = quotes.call("update_quotation_new", quotation_id=doc.medusa_quotation_id, items=items, **values)
	assert answer == {"message": DONE, "quotation_id": doc.name, "Quotation ID": doc.name}
	return frappe.get_doc("Quotation", doc.name)


def rows(doc):
	return [(row.item_code, row.qty, row.uom, row.rate) for row in doc.items]


def test_a_part_is_taken_at_the_quoted_rate(quotes, offer):
	doc, first, second = offer
	doc.items[0].rate = 9  # what the review has made of it
	doc.save()
	frappe.db.commit()
	doc = take(
		quotes,
		doc,
		[line(first, 3, rate=0.01, amount=0.03)],
		unapproved_items=[line(first, 2), line(second, 2)],
	)
	assert rows(doc) == [(first.item_code, 3, "Nos", 9)]
	assert [(row.item_code, row.qty, row.uom, row.rate) for row in doc.unapproved_items] == [
		(first.item_code, 2, "Nos", 9),
		(second.item_code, 2, "Nos", 20),
	]
	assert (doc.docstatus, doc.workflow_state, doc.grand_total) == (0, "Approved", 27)
	quotes.shop.drain()
	told = quotes.told(doc)
	assert told["erp_grand_total"] == 27
	assert told["erp_unaccepted_items"][1] == {
		"item": second.medusa_variant_id,
		"price": 20,
		"quantity": 2,
	}


def test_more_than_was_quoted_has_to_be_named(quotes, offer):
	doc, first, _second = offer
	increase = {"variant_id": first.medusa_variant_id, "old_quantity": 5, "new_quantity": 8}
	before = quotes.state()
	for increases in (None, [{**increase, "old_quantity": 4}], [{**increase, "new_quantity": 9}]):
		with pytest.raises(ValidationError, match=f"Quantity of {first.medusa_variant_id} exceeds"):
			take(quotes, doc, [line(first, 8)], increased_items=increases)
	assert quotes.state() == before
	doc = take(quotes, doc, [line(first, 8)], increased_items=[increase])
	assert rows(doc) == [(first.item_code, 8, "Nos", 10)]
	(row,) = doc.custom_increased_items
	assert (row.item_code, row.old_quantity, row.new_quantity) == (first.item_code, 5, 8)


def test_twice_is_once_and_another_choice_replaces_the_first(quotes, offer):
	doc, first, second = offer
	choice = {
		"items": [line(first, 7)],
		"unapproved_items": [line(second, 2)],
		"increased_items": [{"variant_id": first.medusa_variant_id, "old_quantity": 5, "new_quantity": 7}],
	}
	once = take(quotes, doc, **choice)
	twice = take(quotes, doc, **choice)
	for table in ("items", "unapproved_items", "custom_increased_items"):
		assert [
			[row.get(f) for f in ("item_code", "qty", "rate", "old_quantity")] for row in once.get(table)
		] == [[row.get(f) for f in ("item_code", "qty", "rate", "old_quantity")] for row in twice.get(table)]
	assert once.grand_total == twice.grand_total == 70

	doc = take(quotes, doc, [line(second, 1), line(first, 5)], unapproved_items=[line(second, 1)])
	assert rows(doc) == [(second.item_code, 1, "Nos", 20), (first.item_code, 5, "Nos", 10)]
	assert not doc.custom_increased_items
	assert [row.standard_price for row in doc.items] == [20, 10]


def test_taxes_follow(quotes):
	template, account = quotes.tax_template(5)
	taxed, other = quotes.variant(100, tax=template), quotes.variant(50)
	doc = quotes.create(quotes.customer(), (taxed, 2), other)
	doc = take(quotes, doc, [line(taxed, 1)], unapproved_items=[line(taxed, 1), line(other, 1)])
	# a tax row that is there keeps its rate: rows without a template follow it
	assert [(tax.account_head, tax.rate, tax.tax_amount) for tax in doc.taxes] == [(account, 0, 5)]
	assert doc.grand_total == 105


def test_then_it_is_ordered(quotes, offer):
	doc, first, second = offer
	take(quotes, doc, [line(first, 3)], unapproved_items=[line(second, 2)])
	order = quotes.order(doc)
	assert [(row.item_code, row.qty, row.rate) for row in order.items] == [(first.item_code, 3, 10)]


def test_rejected_needs_no_items(quotes, offer):
	doc, _first, _second = offer
	quotes.call("update_quotation_new", quotation_id=doc.medusa_quotation_id, approval="Rejected")
	doc.reload()
	assert (doc.docstatus, doc.workflow_state) == (2, "Rejected")


def test_what_is_refused_changes_nothing(quotes, offer):
	doc, first, _second = offer
	foreign = quotes.variant()
	before = quotes.state()
	for error, match, values in (
		(ValidationError, "items must be a non-empty list", {"items": []}),
		(ValidationError, "quantity must be greater than 0", {"items": [line(first, 0)]}),
		(ValidationError, "is not part of the quotation", {"items": [line(foreign, 1)]}),
		(
			ValidationError,
			"is not part of the quotation",
			{"items": [line(first, 1)], "unapproved_items": [line(foreign, 1)]},
		),
		(
			frappe.DoesNotExistError,
			"Item not found for variant ID",
			{"items": [{"variant_id": "none", "quantity": 1}]},
		),
		(
			frappe.DoesNotExistError,
			"Quotation not found",
			{"items": [line(first, 1)], "quotation_id": "none"},
		),
	):
		values = {"quotation_id": doc.medusa_quotation_id, **values}
		with pytest.raises(error, match=match):
			quotes.call("update_quotation_new", **values)
	assert quotes.state() == before

	quotes.call("update_quotation", quotation_id=doc.medusa_quotation_id, approval="Approved")
	with pytest.raises(frappe.ValidationError, match="is already submitted") as raised:
		take(quotes, doc, [line(first, 1)])
	assert raised.value.http_status_code == 409
