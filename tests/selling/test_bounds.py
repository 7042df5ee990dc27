"""Quantities: what ERPNext rounds to nothing, and what the database has no room for."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.exceptions import ValidationError

TOO_SMALL = "quantity must be greater than 0"


@pytest.mark.parametrize(
	("quantity", "sentence"),
	[
		(1e-9, TOO_SMALL),
		(0.0004, TOO_SMALL),
		("1e-9", TOO_SMALL),
		(1e11, "quantity must be 1000000000 or less"),
		(1_000_000_001, "quantity must be 1000000000 or less"),
		("1e300", "quantity must be 1000000000 or less"),
	],
)
def test_what_no_document_can_have(quotes, quantity, sentence):
	item = quotes.variant(12.5)
	request = quotes.request(quotes.customer(), item)
	before = quotes.state()
	request["items"][0]["quantity"] = quantity
	with pytest.raises(ValidationError, match=sentence):
		quotes.call("create_quotation", **request)
	assert quotes.state() == before

	doc = quotes.create(quotes.customer(), item)
	before = quotes.state()
	variant = {"variant_id": item.medusa_variant_id}
	one = {"items": [{**variant, "quantity": 1}]}
	for values in (
		{"items": [{**variant, "quantity": quantity}]},
		{**one, "unapproved_items": [{**variant, "quantity": quantity}]},
	):
		with pytest.raises(ValidationError, match=sentence):
			quotes.call("update_quotation_new", quotation_id=doc.medusa_quotation_id, **values)
	for field in ("old_quantity", "new_quantity"):
		increase = {**variant, "old_quantity": 1, "new_quantity": 2, field: quantity}
		with pytest.raises(ValidationError, match=sentence.replace("quantity", field)):
			quotes.call(
				"update_quotation_new",
				quotation_id=doc.medusa_quotation_id,
				increased_items=[increase],
				**one,
			)
	assert quotes.state() == before


def test_amounts_that_have_no_room(quotes):
	"""Both fit, and what they come to does not: 1,000,000,000 at 12,500."""
	item = quotes.variant(12_500)
	request = quotes.request(quotes.customer(), (item, 10**9))
	before = quotes.state()
	with pytest.raises(ValidationError, match="amounts of the quotation are out of range"):
		quotes.call("create_quotation", **request)
	assert quotes.state() == before


def test_a_quantity_is_rounded_as_erpnext_does(quotes):
	frappe.db.set_value("UOM", "Nos", "must_be_whole_number", 0)
	try:
		doc = quotes.create(quotes.customer(), (quotes.variant(10), 1.0004))
		assert [(row.qty, row.amount) for row in doc.items] == [(1, 10)]
	finally:
		frappe.db.rollback()
		frappe.db.set_value("UOM", "Nos", "must_be_whole_number", 1)
		frappe.db.commit()
