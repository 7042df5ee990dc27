"""Measures `get_website_items` on catalogues of three sizes, next to the plain way, and with many callers."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass, field
from statistics import median

from benchmarks.figures import Bound, aligned, spread, with_bounds
from benchmarks.ours import answer_of
from benchmarks.visitors import Load, load
from devbench.processes import say
from devbench.site import Bench

SIZES = (1_000, 10_000, 50_000)
ROUNDS = 5
PLAIN_ROUNDS = 3
CALLERS = 50
SECONDS = 30
MOST_STATEMENTS = 12
LARGE_TO_SMALL = 2
PLAIN_RATIO = 10
STATES = {
	"warm": "warm cache",
	"cold": "cold, a product was saved",
	"database": "cold, no catalogue is stored",
}


@dataclass(frozen=True, slots=True)
class Costs:
	"""Pages with their facets on one catalogue: (statements, milliseconds) of each, by state of the cache.

	Cold is after the save of a product, warm when nothing has changed since, `database` after a change with
	which the stored catalogue has gone.
	"""

	cold: list[tuple[int, float]]
	warm: list[tuple[int, float]]
	database: list[tuple[int, float]]

	def milliseconds(self, state: str) -> list[float]:
		"""Of all pages that were measured."""
		return [milliseconds for _statements, milliseconds in getattr(self, state)]

	def statements(self, state: str) -> int:
		"""The most that a page has cost."""
		return max(statements for statements, _milliseconds in getattr(self, state))


@dataclass
class ListingFigures:
	"""All that was measured, by number of Website Items."""

	costs: dict[int, Costs] = field(default_factory=dict)
	index_seconds: dict[int, float] = field(default_factory=dict)
	# of the job that makes the catalogue in memory
	catalogue_seconds: dict[int, float] = field(default_factory=dict)
	# of the smallest catalogue, (statements, milliseconds): a page alone, and with its facets
	plain: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
	load: Load | None = None

	def plain_ratio(self, state: str) -> float:
		"""How many times as long the plain way takes for a page with its facets."""
		theirs = median(milliseconds for _statements, milliseconds in self.plain["facets"])
		return theirs / median(self.costs[min(self.costs)].milliseconds(state))

	def bounds(self) -> list[Bound]:
		"""What is demanded of them."""
		small, large = min(self.costs), max(self.costs)
		bounds = []
		for state in STATES:
			most = [costs.statements(state) for costs in self.costs.values()]
			grown = median(self.costs[large].milliseconds(state)) / median(
				self.costs[small].milliseconds(state)
			)
			bounds += [
				Bound(f"listing, {state}: SQL statements a page at most", max(most), most=MOST_STATEMENTS),
				Bound(
					f"listing, {state}: more statements at a larger catalogue", max(most) - min(most), most=0
				),
				Bound(
					f"listing, {state}: times as long at {large:,} as at {small:,}",
					grown,
					most=LARGE_TO_SMALL if state != "database" else None,
				),
				Bound(
					f"listing, {state}: times as fast as the plain way",
					self.plain_ratio(state),
					PLAIN_RATIO if state == "warm" else None,
				),
			]
		if self.load:
			what = f"listing, {self.load.callers} callers"
			bounds += [
				Bound(f"{what}: requests a second", self.load.requests_a_second),
				Bound(f"{what}: ms, 95th percentile", self.load.percentile_95),
				Bound(f"{what}: errors", self.load.errors, most=0),
			]
		return bounds

	def table(self) -> str:
		"""Statements and milliseconds for a person to read."""
		lines = [
			(
				"get_website_items, a page with facets",
				"SQL statements",
				"ms, median",
				"lowest",
				"highest",
				"pages",
			)
		]
		for size, costs in self.costs.items():
			for state, words in STATES.items():
				lines.append(_line(f"{size:,} Website Items, {words}", getattr(costs, state)))
		small = f"{min(self.costs):,}"
		for way, rounds in self.plain.items():
			lines.append(_line(f"{small} Website Items, the plain way, {way}", rounds))
		for what, times in (
			("all specifications indexed anew", self.index_seconds),
			("the job that stores the catalogue", self.catalogue_seconds),
		):
			for size, seconds in times.items():
				number = f"{seconds * 1000:.0f}"
				lines.append((f"{size:,} Website Items, {what}", "-", number, number, number, "1"))
		return aligned(lines)

	def as_json(self) -> dict:
		return with_bounds(asdict(self), self.bounds())


def measure_listing() -> ListingFigures:
	"""Measure on a fresh site of devbench."""
	figures = ListingFigures()
	with Bench() as bench:

		def on_site(function: str, *arguments: object):
			return answer_of(bench.python, "listing_on_site", function, *arguments)

		for before, size in itertools.pairwise((0, *SIZES)):
			say(f"lists of {size:,} Website Items")
			figures.index_seconds[size] = on_site("fill", before, size)
			figures.catalogue_seconds[size] = on_site("store_catalogue")
			rounds = on_site("costs", ROUNDS)
			figures.costs[size] = Costs(**{state: [tuple(one) for one in rounds[state]] for state in rounds})
			if not figures.plain:
				plain = on_site("plain_costs", PLAIN_ROUNDS)
				figures.plain = {way: [tuple(one) for one in plain[way]] for way in plain}
		on_site("store_catalogue")
		say(f"{CALLERS} callers at once for {SECONDS} seconds")
		figures.load = load(bench.serve(), CALLERS, SECONDS)
	return figures


def _line(what: str, rounds: list[tuple[int, float]]) -> tuple[str, ...]:
	times = [milliseconds for _statements, milliseconds in rounds]
	return what, f"{max(statements for statements, _time in rounds)}", *spread(times), str(len(rounds))
