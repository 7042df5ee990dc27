"""A tax row's own rate is for rows without a template, and what the review has entered stays."""

from __future__ import annotations

import frappe
import pytest


@pytest.fixture
def taxed(quotes):
	"""`taxed(rate)`: a draft with 5 % on it and rows of 100 (no template), 50 (a template of that rate)."""

	def make(rate):
		template, account = quotes.tax_template(rate)
		plain, special = quotes.variant(100), quotes.variant(50, tax=template)
		doc = quotes.create(quotes.customer(), plain, special)
		doc.taxes[0].rate = 5
		doc.save()
		frappe.db.commit()
		assert [tax.account_head for tax in doc.taxes] == [account]
		return doc, plain, special

	return make


def take(quotes, doc, *items, left=()):
	lines, rest = (
		[{"variant_id": item.medusa_variant_id, "quantity": 1} for item in some] for some in (items, left)
	)
	values = {"items": lines, "unapproved_items": rest} if rest else {"items": lines}
	quotes.call("update_quotation_new", quotation_id=doc.medusa_quotation_id, **values)
	doc.reload()
	return doc.grand_total


@pytest.mark.parametrize(("rate", "total"), [(0, 155), (5, 157.5)])
def test_a_row_without_a_template_keeps_the_documents_rate(quotes, taxed, rate, total):
	"""100 + 5 % of it + 50 + 0 % or 5 % of it."""
	doc, plain, special = taxed(rate)
	assert doc.grand_total == total
	assert take(quotes, doc, plain, special) == total
	assert [tax.rate for tax in doc.taxes] == [5]
	assert quotes.order(doc).grand_total == total


def test_also_after_it_was_left_out(quotes, taxed):
	"""50 alone, at 5 % by its template; then both."""
	doc, plain, special = taxed(5)
	assert take(quotes, doc, special, left=[plain]) == 52.5
	assert take(quotes, doc, plain, special) == 157.5
	assert quotes.order(doc).grand_total == 157.5


def test_a_template_that_the_review_took_away_stays_away(quotes):
	"""In the quotation, in the order, and after the row was left out: 100 without 5 %."""
	template, _account = quotes.tax_template(5)
	item, other = quotes.variant(100, tax=template), quotes.variant(10)
	doc = quotes.create(quotes.customer(), item, other)
	assert doc.grand_total == 115
	doc.items[0].item_tax_template = ""
	doc.save()
	frappe.db.commit()
	assert doc.grand_total == 110
	assert take(quotes, doc, other, left=[item]) == 10
	assert take(quotes, doc, item, other) == 110
	assert quotes.order(doc).grand_total == 110


def test_taken_at_once_it_stays_away_in_the_order(quotes):
	template, _account = quotes.tax_template(5)
	doc = quotes.create(quotes.customer(), quotes.variant(100, tax=template))
	doc.items[0].item_tax_template = ""
	doc.taxes = []
	doc.save()
	frappe.db.commit()
	assert doc.grand_total == 100
	assert quotes.order(doc).grand_total == 100


def test_a_tax_row_that_the_review_took_away_stays_away(quotes):
	template, _account = quotes.tax_template(5)
	item = quotes.variant(100, tax=template)
	doc = quotes.create(quotes.customer(), item)
	doc.taxes = []
	doc.save()
	frappe.db.commit()
	total = doc.grand_total
	assert take(quotes, doc, item) == total
