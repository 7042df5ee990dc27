"""By which an order counts as edited: what Medusa stores of its rows, shipping and credits."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from medusa_integration.mirror.shop_orders import Adjustment, Credit
from medusa_integration.selling.order.imports.edits import mark_of
from tests.selling.order_values import line, shipped, shop_order, taxes

D = Decimal
VAT = taxes(("VAT", "5", "1.00"))
ROW = line("20.00", "2", tax=VAT)
WAY = shipped("5.00")
ORDER = shop_order("26.00", [ROW], [WAY])


def halves(order) -> tuple[bool, bool]:
	"""Whether the rows are other ones, and whether the rest is."""
	mark, before = mark_of(order), mark_of(ORDER)
	assert len(mark) == 64
	return mark[:32] != before[:32], mark[32:] != before[32:]


@pytest.mark.parametrize(
	"values",
	[
		{"quantity": D(3)},
		{"unit_price": D("9.99")},
		{"variant_id": "variant_2"},
		{"id": "item_2"},
		{"is_tax_inclusive": True},
		{"taxes": taxes(("VAT", "6", "1.00"))},
		{"taxes": taxes(("GST", "5", "1.00"))},
		{"taxes": ()},
		{"adjustments": (Adjustment("TEN", D("2.00")),)},
	],
	ids=str,
)
def test_another_row_is_an_edit_of_the_rows(values):
	assert halves(replace(ORDER, lines=(replace(ROW, **values),))) == (True, False)


def test_a_row_more_or_less():
	assert halves(replace(ORDER, lines=(ROW, replace(ROW, id="item_2")))) == (True, False)
	# Medusa keeps a row that was taken out, with a quantity of 0
	none = replace(ROW, id="item_2", quantity=D(0))
	assert halves(replace(ORDER, lines=(ROW, none))) == (False, False)


@pytest.mark.parametrize(
	"values",
	[
		{"shipping": (replace(WAY, amount=D("6.00")),)},
		{"shipping": (replace(WAY, name="Express"),)},
		{"shipping": (replace(WAY, option_id="so_2"),)},
		{"shipping": (replace(WAY, taxes=VAT),)},
		{"shipping": ()},
		{"credits": (Credit("gift_card", "gift_1", D("5.00")),)},
		{"currency": "USD" if ORDER.currency != "USD" else "EUR"},
	],
	ids=lambda values: next(iter(values)),
)
def test_the_rest_is_an_edit_too(values):
	assert halves(replace(ORDER, **values)) == (False, True)


@pytest.mark.parametrize(
	"values",
	[
		{"total": D("17.00")},
		{"status": "completed"},
		{"lines": (replace(ROW, returned=D(1), subtotal=D("10.00"), total=D("10.50")),)},
		{"lines": (replace(ROW, title="Other gloves", unit_price=D("10.0000")),)},
	],
	ids=["total", "status", "returned", "title"],
)
def test_what_medusa_calculates_or_only_shows_is_none(values):
	assert halves(replace(ORDER, **values)) == (False, False)
