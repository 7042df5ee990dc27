"""What was measured, what is demanded of it, and how both are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

# what the app has to reach, by generation
PLAIN_RATIO = {"v1": 3, "v2": 15}
BARE_RATIO = {"v1": 0.85, "v2": 0.7}
STATEMENTS_PER_ITEM = 0.3
REQUESTS_PER_ITEM = 0.02
LARGE_TO_SMALL = 0.8
MEGABYTES = 150
# v1 has one list for each price, as documented: only v2 can be faster by more than a few at a time
PRICE_RATIO = {"v2": 8}
STOCK_STATEMENTS = 20


@dataclass(frozen=True, slots=True)
class Bound:
	"""One measured figure with its lower or upper bound; without a bound it is only reported."""

	what: str
	measured: float
	least: float | None = None
	most: float | None = None

	@property
	def holds(self) -> bool:
		if self.least is not None and self.measured < self.least:
			return False
		return self.most is None or self.measured <= self.most

	@property
	def wanted(self) -> str:
		if self.least is not None:
			return f"at least {self.least:g}"
		return f"at most {self.most:g}" if self.most is not None else "-"


@dataclass
class Rates:
	"""Items a second, one figure a round; those of the same round were measured one right after the other."""

	plain: list[float] = field(default_factory=list)
	bare: list[float] = field(default_factory=list)
	ours: list[float] = field(default_factory=list)

	def ratio(self, other: str, *, of: str = "ours") -> float:
		"""How many times as fast as the other one a way is (`of`; else ours): the rounds' median."""
		pairs = zip(getattr(self, of), getattr(self, other), strict=True)
		return median(rate / other_rate for rate, other_rate in pairs)


@dataclass
class Large:
	"""The drain of many tasks, between two of few."""

	tasks: int
	rate: float
	small_tasks: int
	small_rates: list[float]
	idle_mb: float
	peak_mb: float


@dataclass
class PriceRates:
	"""Prices a second, one figure a round; `sizes` is how many of each way a round has."""

	sizes: dict[str, int]
	plain: list[float] = field(default_factory=list)
	ours: list[float] = field(default_factory=list)

	@property
	def ratio(self) -> float:
		"""How many times as fast as one list for each price the app is: the median over the rounds."""
		return median(ours / plain for ours, plain in zip(self.ours, self.plain, strict=True))


@dataclass(frozen=True, slots=True)
class StockJob:
	"""One run over so many items; `writes` are those of the statements that change something."""

	items: int
	seconds: float
	statements: int
	writes: int

	@property
	def rate(self) -> float:
		return self.items / self.seconds


@dataclass(frozen=True, slots=True)
class NightFigures:
	"""Return the figures of the stock job, with all items changed and none, and of an unchanged night."""

	items: int
	changed: StockJob
	unchanged: StockJob
	plain: StockJob
	levels_rate: float
	night: dict

	def bounds(self, name: str) -> list[Bound]:
		"""What is demanded of the night."""
		per_thousand = self.changed.statements / self.items * 1000
		return [
			Bound(
				f"{name}: SQL statements for the stock of 1,000 items", per_thousand, most=STOCK_STATEMENTS
			),
			Bound(f"{name}: writes of the stock job when nothing changed", self.unchanged.writes, most=0),
			Bound(f"{name}: times as fast as the plain stock job", self.changed.rate / self.plain.rate),
			Bound(f"{name}: writes to Medusa in a night without changes", self.night["writes"], most=0),
		]


@dataclass
class Figures:
	"""All that was measured with one server. `statements` and `requests` are those of one item."""

	generation: str
	version: str
	sizes: dict[str, int]
	rates: Rates
	statements: float
	requests: float
	large: Large | None = None
	prices: PriceRates | None = None
	night: NightFigures | None = None

	def bounds(self) -> list[Bound]:
		"""What is demanded of this generation."""
		name = self.generation
		bounds = [
			Bound(f"{name}: times as fast as the plain way", self.rates.ratio("plain"), PLAIN_RATIO[name]),
			Bound(f"{name}: of the speed of the bare loop", self.rates.ratio("bare"), BARE_RATIO[name]),
			# how much Medusa itself gains by being called in the best way known
			Bound(
				f"{name}: the bare loop, times as fast as the plain way", self.rates.ratio("plain", of="bare")
			),
		]
		if name == "v2":
			bounds += [
				Bound(f"{name}: SQL statements an item", self.statements, most=STATEMENTS_PER_ITEM),
				Bound(f"{name}: HTTP requests an item", self.requests, most=REQUESTS_PER_ITEM),
			]
		if self.large:
			speed = self.large.rate / median(self.large.small_rates)
			memory = self.large.peak_mb - self.large.idle_mb
			tasks = f"{self.large.tasks:,} tasks"
			bounds += [
				Bound(
					f"{name}: of its speed at {self.large.small_tasks:,}, at {tasks}", speed, LARGE_TO_SMALL
				),
				Bound(f"{name}: MB above idle, at {tasks}", memory, most=MEGABYTES),
			]
		if self.prices:
			wanted = PRICE_RATIO.get(name)
			bounds.append(Bound(f"{name}: prices, times as fast as one list each", self.prices.ratio, wanted))
		if self.night:
			bounds += self.night.bounds(name)
		return bounds

	def as_json(self) -> dict:
		return with_bounds(asdict(self), self.bounds())


def table(all_figures: Iterable[Figures]) -> str:
	"""How fast each way was, for a person to read."""
	lines = [("items a second", "median", "lowest", "highest", "items a round", "rounds")]
	for figures in all_figures:
		for way in ("plain", "bare", "ours"):
			rates = getattr(figures.rates, way)
			name = f"Medusa {figures.version}: {way}"
			numbers = spread(rates)
			lines.append((name, *numbers, f"{figures.sizes[way]:,}", str(len(rates))))
		if figures.large:
			name, rate = f"Medusa {figures.version}: ours, large", f"{figures.large.rate:.1f}"
			lines.append((name, rate, rate, rate, f"{figures.large.tasks:,}", "1"))
		lines += _lines_of_the_night(figures)
	return aligned(lines)


def table_of_bounds(bounds: Iterable[Bound]) -> str:
	"""What is demanded, what was measured, and whether it holds."""
	lines = [("bound", "measured", "wanted", "holds")]
	for bound in bounds:
		lines.append((bound.what, f"{bound.measured:.3g}", bound.wanted, "yes" if bound.holds else "NO"))
	return aligned(lines)


def _lines_of_the_night(figures: Figures) -> Iterator[tuple[str, ...]]:
	if figures.prices:
		for way in ("plain", "ours"):
			rates = getattr(figures.prices, way)
			numbers = spread(rates)
			name = f"Medusa {figures.version}: prices, {way}"
			yield (name, *numbers, f"{figures.prices.sizes[way]:,}", str(len(rates)))
	if night := figures.night:
		jobs = {"plain": night.plain, "ours": night.changed, "ours, unchanged": night.unchanged}
		for way, job in jobs.items():
			yield (f"stock job: {way}", *[f"{job.rate:.1f}"] * 3, f"{job.items:,}", "1")
		yield (
			f"Medusa {figures.version}: stock levels, ours",
			*[f"{night.levels_rate:.1f}"] * 3,
			f"{night.items:,}",
			"1",
		)


def with_bounds(values: dict, bounds: Iterable[Bound]) -> dict:
	"""Return the values of a measurement with what is demanded of them, for JSON."""
	return {**values, "bounds": [asdict(bound) | {"holds": bound.holds} for bound in bounds]}


def spread(numbers: Sequence[float]) -> list[str]:
	"""Return the median, the lowest and the highest of the numbers of all rounds, for a table."""
	return [f"{number:.1f}" for number in (median(numbers), min(numbers), max(numbers))]


def aligned(lines: list[tuple[str, ...]]) -> str:
	"""A table: the first line is its head, the first column stands left, the others right."""
	widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
	rows = [
		"  ".join((line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:]))).rstrip()
		for line in lines
	]
	return "\n".join([rows[0], "-" * max(map(len, rows)), *rows[1:]])
