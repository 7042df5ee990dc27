"""What is demanded of the front page, and when it does not hold."""

from __future__ import annotations

import pytest

from benchmarks.front_page import FrontPageFigures


def figures(*warm: int) -> FrontPageFigures:
	pages = {"cold": [(60, 90.0), (64, 100.0)], "warm": [(number, 30.0) for number in warm]}
	return FrontPageFigures("devbench", 16, pages)


@pytest.mark.parametrize(("warm", "holds"), [((0, 0), True), ((0, 1), False)])
def test_no_statement_when_nothing_has_changed(warm, holds):
	assert all(bound.holds for bound in figures(*warm).bounds()) is holds


def test_everything_is_told():
	found = figures(0, 0)
	assert [one.measured for one in found.bounds()] == [64, 0]
	assert "after a change" in found.table() and "nothing has changed" in found.table()
	assert found.as_json()["pages"]["cold"] == [(60, 90.0), (64, 100.0)]
