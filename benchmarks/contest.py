"""Compares the three ways on one server; every measurement sends articles that are new to Medusa."""

from __future__ import annotations

from statistics import median

from benchmarks.articles import articles
from benchmarks.callers import Caller
from benchmarks.figures import Figures, Large, Rates
from benchmarks.night import Evening
from benchmarks.ours import Drained, Ours
from devbench.medusa.servers import Generation, MedusaServer
from devbench.processes import DevbenchError, say
from devbench.site import Bench

ROUNDS = 5
# as many as keep each way busy for so long that its first and last moments do not count
SIZES = {
	"v2": {"plain": 50, "bare": 1000, "ours": 1000},
	"v1": {"plain": 80, "bare": 1000, "ours": 1000},
}
LARGE, SMALL = 10_000, 1000


def measure(generation: Generation) -> Figures:
	"""Everything about one generation, on a server with a fresh database and a fresh site."""
	with MedusaServer(generation) as medusa, Bench() as bench:
		contest = Contest(medusa, bench)
		contest.warm_up()
		for number in range(ROUNDS):
			contest.round(number)
		drains = contest.drains
		large = contest.large() if generation == "v2" else None
		evening = Evening(contest.name, contest.ours, contest.caller)
		return Figures(
			generation=generation,
			version=medusa.version,
			sizes=contest.sizes,
			rates=contest.rates,
			statements=median(drain.statements for drain in drains) / contest.sizes["ours"],
			requests=median(drain.requests for drain in drains) / contest.sizes["ours"],
			large=large,
			prices=evening.prices(),
			night=evening.stock() if generation == "v2" else None,
		)


class Contest:
	"""One server, one site, and what was measured there so far."""

	def __init__(self, medusa: MedusaServer, bench: Bench) -> None:
		self.name = f"Medusa {medusa.version}"
		self.sizes = SIZES[medusa.generation]
		self.ours = Ours(bench, medusa)
		self.caller = Caller(medusa, self.ours.collection_id)
		self.rates = Rates()
		self.drains: list[Drained] = []

	def warm_up(self) -> None:
		"""Each way once, uncounted: Medusa compiles what it runs often."""
		say(f"{self.name}: warming up")
		for way, size in self.sizes.items():
			self._seconds(way, "warm", size // 4)
		self.drains.clear()

	def round(self, number: int) -> None:
		"""All three ways one right after the other, each time in another order."""
		ways = list(self.sizes)
		rates = {}
		for way in ways[number % 3 :] + ways[: number % 3]:
			rates[way] = self.sizes[way] / self._seconds(way, f"round{number}", self.sizes[way])
			getattr(self.rates, way).append(rates[way])
		shown = ", ".join(f"{way} {rates[way]:.1f}" for way in ways)
		say(f"{self.name}: items a second in round {number + 1} of {ROUNDS}: {shown}")

	def large(self) -> Large:
		"""A drain of many tasks between two of few, so that Medusa's growing tables count for neither."""
		say(f"{self.name}: draining {LARGE:,} tasks at once, and {SMALL:,} before and after")
		before = self._drain("before", SMALL)
		large = self._drain("large", LARGE)
		after = self._drain("after", SMALL)
		return Large(
			tasks=LARGE,
			rate=LARGE / large.seconds,
			small_tasks=SMALL,
			small_rates=[SMALL / drain.seconds for drain in (before, after)],
			idle_mb=large.idle_mb,
			peak_mb=large.peak_mb,
		)

	def _seconds(self, way: str, series: str, size: int) -> float:
		if way == "ours":
			self.drains.append(self._drain(series, size))
			return self.drains[-1].seconds
		before = self.caller.products()
		seconds = getattr(self.caller, way)(articles(f"{series}-{way}", size))
		self._check(before + size)
		return seconds

	def _drain(self, series: str, size: int) -> Drained:
		self.ours.record(f"{series}-ours", size)
		before = self.caller.products()
		drained = self.ours.drain(size)
		self._check(before + size)
		return drained

	def _check(self, expected: int) -> None:
		found = self.caller.products()
		if found != expected:
			raise DevbenchError(f"{self.name} has {found} products instead of {expected}.")
