"""What is demanded of quotations and invoices, and when it does not hold."""

from __future__ import annotations

import pytest

from benchmarks.selling import LINES, WAYS, Cost, SellingFigures


def figures(*, a_line: int = 0, ratio: float = 1.0) -> SellingFigures:
	"""ERPNext's own 30 statements and 9 a line; ours 7 and so many a line;
	an invoice so many times as long.
	"""

	def cost(statements: int, milliseconds: float = 50.0) -> Cost:
		return Cost.of([(statements, milliseconds)] * 3)

	quotations = {
		lines: {"ours": cost(37 + (9 + a_line) * lines), "plain": cost(30 + 9 * lines)} for lines in LINES
	}
	invoices = {way: cost(80, 50.0 * (1 if way == "off" else ratio)) for way in WAYS}
	return SellingFigures("devbench", quotations, invoices)


def test_erpnexts_own_work_may_grow():
	found = figures()
	assert [found.ours(lines) for lines in LINES] == [7, 7, 7]
	assert all(bound.holds for bound in found.bounds())


@pytest.mark.parametrize("worse", [{"a_line": 1}, {"ratio": 1.06}])
def test_ours_may_not(worse):
	assert not all(bound.holds for bound in figures(**worse).bounds())


def test_the_ratio_is_that_of_neighbours():
	"""A machine that gets slower while it is measured counts for neither."""
	without = Cost.of([(80, 50.0), (80, 100.0), (80, 200.0)])
	with_the_app = Cost.of([(84, 51.0), (84, 102.0), (84, 204.0)])
	assert with_the_app.to(without) == pytest.approx([1.02] * 3)


def test_everything_is_told():
	found = figures()
	assert found.table().count("create_quotation") == len(LINES)
	assert all(way in found.table() for way in WAYS.values())
	assert [bound["holds"] for bound in found.as_json()["bounds"]] == [True] * 8
