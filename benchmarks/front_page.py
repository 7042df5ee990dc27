"""Measures what the front page of a shop costs a guest: after a change, and when nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from subprocess import Popen

from benchmarks.figures import Bound, aligned, spread, with_bounds
from benchmarks.ours import answer_of, python_on
from devbench.processes import say
from devbench.site import Bench

PRODUCTS = 12
ROUNDS = 20
WAYS = {"cold": "after a change", "warm": "nothing has changed"}


@dataclass(frozen=True, slots=True)
class FrontPageFigures:
	"""What was measured: by cold and warm, (statements, milliseconds) of a whole page in each round."""

	site: str
	calls: int
	pages: dict[str, list[tuple[int, float]]]

	def statements(self, way: str) -> int:
		"""The most statements of a page."""
		return max(statements for statements, _milliseconds in self.pages[way])

	def bounds(self) -> list[Bound]:
		"""What is demanded of them."""
		return [
			Bound("front page, after a change: SQL statements", self.statements("cold")),
			Bound("front page, nothing has changed: SQL statements", self.statements("warm"), most=0),
		]

	def table(self) -> str:
		"""Statements and milliseconds for a person to read."""
		lines = [
			("front page of a guest", "calls", "SQL statements", "ms, median", "lowest", "highest", "rounds")
		]
		for way, rounds in self.pages.items():
			times = [milliseconds for _statements, milliseconds in rounds]
			counts = (str(self.calls), str(self.statements(way)))
			lines.append((WAYS[way], *counts, *spread(times), str(len(rounds))))
		return aligned(lines)

	def as_json(self) -> dict:
		return with_bounds(asdict(self), self.bounds())


def measure_front_page(site: str | None = None) -> FrontPageFigures:
	"""Measure on a fresh site of devbench, or on this one of the bench whose sites are in SITES_PATH."""
	if site:
		return _measure(site, python_on(site))
	with Bench() as bench:
		return _measure("devbench", bench.python)


def _measure(site: str, python: Callable[[str], Popen[str]]) -> FrontPageFigures:
	say(f"the front page of a shop on {site}")
	found = answer_of(python, "front_page_on_site", "front_page", PRODUCTS, ROUNDS)
	pages = {way: [tuple(one) for one in found[way]] for way in WAYS}
	return FrontPageFigures(site, found["calls"], pages)
