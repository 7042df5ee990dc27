"""What is demanded of the ways of sending products, and when it does not hold."""

from __future__ import annotations

import pytest

from benchmarks.figures import Figures, Rates


def figures(generation: str, *, plain: float, bare: float = 1.0) -> Figures:
	"""Ours so many times as fast as the plain way and as the bare loop; few statements and requests."""
	rates = Rates(plain=[10.0] * 3, bare=[10.0 * plain / bare] * 3, ours=[10.0 * plain] * 3)
	return Figures(generation, "1.2.3", {"plain": 1, "bare": 1, "ours": 1}, rates, 0.1, 0.01)


def holds(found: Figures) -> bool:
	return all(bound.holds for bound in found.bounds())


@pytest.mark.parametrize(("generation", "plain", "bare"), [("v1", 3, 0.85), ("v2", 15, 0.7)])
def test_the_least_that_is_demanded(generation, plain, bare):
	assert holds(figures(generation, plain=plain, bare=bare))
	assert not holds(figures(generation, plain=plain - 0.01, bare=bare))
	assert not holds(figures(generation, plain=plain, bare=bare - 0.01))


def test_the_ratio_is_that_of_neighbours():
	"""A machine that gets slower while it is measured counts for neither."""
	rates = Rates(plain=[20.0, 10.0, 5.0], bare=[80.0, 40.0, 20.0], ours=[60.0, 30.0, 15.0])
	assert rates.ratio("plain") == pytest.approx(3)
	assert rates.ratio("bare") == pytest.approx(0.75)
	assert rates.ratio("plain", of="bare") == pytest.approx(4)


def test_what_the_server_itself_gains_is_told():
	[told] = [bound for bound in figures("v1", plain=3, bare=0.75).bounds() if "the bare loop," in bound.what]
	assert told.measured == pytest.approx(4) and told.wanted == "-" and told.holds
