"""Measures orders that are placed in Medusa: their events, the Sales Order, and the way there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from subprocess import Popen

import psutil

from benchmarks.events import Plugin, processor_milliseconds, taken_a_second
from benchmarks.figures import Bound, aligned, spread, with_bounds
from benchmarks.ours import answer_of, python_on
from benchmarks.selling import Cost
from devbench.processes import say
from devbench.site import Bench

SIZES = (1, 10, 50)
ROUNDS = 15
EVENTS = 1500
REFUSED = 100
PLACED = 40

INSERT_RATIO = 1.3
EVENTS_A_SECOND = 100
REFUSED_MILLISECONDS = 20
SECONDS_TO_SALES_ORDER = 5
DEVBENCH = "devbench"
WAYS = {"ours": "imported", "plain": "inserted without the app"}


@dataclass
class OrderFigures:
	"""All that was measured.

	Attributes:
		site: where.
		imports: by rows of the order and by way: what a Sales Order costs.
		events_a_second: taken by one web worker; None on a real bench.
		refused: milliseconds of the web worker's processor for a refused event, by its kind.
		waits: seconds from the order in Medusa to its Sales Order, with a worker free.
	"""

	site: str
	imports: dict[int, dict[str, Cost]]
	events_a_second: float | None = None
	refused: dict[str, float] = field(default_factory=dict)
	waits: list[float] = field(default_factory=list)

	def ours(self, rows: int) -> float:
		"""The statements of an import of so many rows beyond those of ERPNext's insert."""
		ways = self.imports[rows]
		return median(ways["ours"].statements) - median(ways["plain"].statements)

	def bounds(self) -> list[Bound]:
		"""What is demanded of them."""
		few, many = min(self.imports), max(self.imports)
		what = "Sales Order of an order in Medusa"
		bounds = [
			Bound(f"{what}: our SQL statements at {few} row", self.ours(few)),
			Bound(f"{what}: more of ours at {many} rows", self.ours(many) - self.ours(few), most=0),
		]
		for rows, ways in self.imports.items():
			_lower, middle, _upper = ways["ours"].to(ways["plain"])
			# an insert of few rows by the stand-ins sends a quarter of ERPNext's statements
			most = INSERT_RATIO if self.site != DEVBENCH or rows == many else None
			bounds.append(Bound(f"{what}, rows: {rows}: times as long as an insert", middle, most=most))
		if self.events_a_second is not None:
			bounds.append(Bound("events taken a second", self.events_a_second, EVENTS_A_SECOND))
		for kind, milliseconds in self.refused.items():
			what = f"an event that is {kind}: ms of processor"
			bounds.append(Bound(what, milliseconds, most=REFUSED_MILLISECONDS))
		if self.waits:
			late = quantiles(self.waits, n=20, method="inclusive")[-1]
			what = "seconds from the order in Medusa to its Sales Order, 95th percentile"
			bounds.append(Bound(what, late, most=SECONDS_TO_SALES_ORDER))
		return bounds

	def table(self) -> str:
		"""Statements and milliseconds for a person to read."""
		lines = [("one order", "SQL statements", "ms, median", "lowest", "highest", "rounds")]
		for rows, ways in self.imports.items():
			for way, cost in ways.items():
				times = cost.milliseconds
				name = f"Sales Order {WAYS[way]}, rows: {rows}"
				lines.append((name, f"{median(cost.statements):g}", *spread(times), str(len(times))))
		if self.waits:
			times = [seconds * 1000 for seconds in self.waits]
			lines.append(
				("from the order in Medusa to its Sales Order", "-", *spread(times), str(len(times)))
			)
		return aligned(lines)

	def as_json(self) -> dict:
		return with_bounds(asdict(self), self.bounds())


def measure_orders(site: str | None = None) -> OrderFigures:
	"""Measure on a fresh site of devbench; only the import on this one of the bench in SITES_PATH."""
	if site:
		return measure_imports(site, python_on(site))
	with Bench() as bench:
		figures = measure_imports(DEVBENCH, bench.python)
		_measure_the_way(figures, bench)
	return figures


def measure_imports(
	site: str, python: Callable[[str], Popen[str]], sizes: Sequence[int] = SIZES, rounds: int = ROUNDS
) -> OrderFigures:
	"""Measure the import alone, of orders with so many rows.

	Args:
		site: where, for the figures.
		python: starts Python code on the site.
		sizes: the rows of each order.
		rounds: how often each is measured.
	"""
	say(f"orders of Medusa on {site}")
	costs = answer_of(python, "orders_on_site", "imports", tuple(sizes), rounds)
	return OrderFigures(
		site,
		{int(rows): {way: Cost.of(ways[way]) for way in WAYS} for rows, ways in costs.items()},
	)


def _measure_the_way(figures: OrderFigures, bench: Bench) -> None:
	"""Events over HTTP, and orders with a worker that is free."""
	secret = answer_of(bench.python, "orders_on_site", "share_secret")
	plugin = Plugin(bench.serve(), secret)
	server = psutil.Process(bench.programs[-1].pid)
	say(f"{EVENTS:,} events")
	# what is imported by the first ones
	taken_a_second(plugin, 20)
	figures.events_a_second = taken_a_second(plugin, EVENTS)
	figures.refused = processor_milliseconds(plugin, server, REFUSED)
	answer_of(bench.python, "orders_on_site", "forget_what_waits")
	bench.worker()
	say(f"{PLACED} orders, from Medusa to their Sales Orders")
	figures.waits = answer_of(
		bench.python, "placed_on_site", "seconds_to_sales_order", plugin.server, secret, PLACED
	)
