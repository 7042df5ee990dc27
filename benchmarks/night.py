"""Measures prices, stock and the nightly jobs, with the articles that a contest has left on its site."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.callers import Caller
from benchmarks.figures import NightFigures, PriceRates, StockJob
from benchmarks.ours import Ours
from devbench.processes import DevbenchError, say

ROUNDS = 3
# prices a round: as many as keep each way busy for a few seconds
PRICES = {"v2": {"plain": 100, "ours": 1000}, "v1": {"plain": 60, "ours": 200}}
# what the plain way takes a minute for tells as much
PLAIN_STOCK = 2000
ON_EACH_SHELF = 7


@dataclass
class Evening:
	"""One server and one site with articles that Medusa has."""

	name: str
	ours: Ours
	caller: Caller

	def prices(self) -> PriceRates:
		"""Prices a second, ours and one list each, every round with variants that have none yet."""
		sizes = PRICES[self.caller.shape.generation]
		rates, offset = PriceRates(sizes), 0
		for number in range(ROUNDS):
			for way in (list(sizes), list(sizes)[::-1])[number % 2]:
				seconds = getattr(self, f"_{way}_prices")(offset, sizes[way])
				getattr(rates, way).append(sizes[way] / seconds)
				offset += sizes[way]
			shown = f"plain {rates.plain[-1]:.1f}, ours {rates.ours[-1]:.1f}"
			say(f"{self.name}: prices a second in round {number + 1} of {ROUNDS}: {shown}")
		return rates

	def _plain_prices(self, offset: int, count: int) -> float:
		return self.caller.plain_prices(self.ours.at_night("variants", offset, count))

	def _ours_prices(self, offset: int, count: int) -> float:
		self.ours.at_night("record_prices", offset, count)
		return self.ours.drain(count).seconds

	def stock(self) -> NightFigures:
		"""Measure the stock job, with all items changed and with none, then a night over unchanged items."""
		items = self.ours.at_night("fill_shelves", ON_EACH_SHELF)
		say(f"{self.name}: the stock of {items:,} items, by the job and the plain way")
		changed = self._job("stock_job", items)
		pushed = self.ours.drain(items)
		unchanged = self._job("stock_job", items)
		plain = self._job("plain_stock_job", PLAIN_STOCK, PLAIN_STOCK)
		say(f"{self.name}: a night over {items:,} unchanged items")
		night = self._settled_night()
		return NightFigures(items, changed, unchanged, plain, items / pushed.seconds, night)

	def _job(self, function: str, items: int, *arguments: object) -> StockJob:
		return StockJob(items, **self.ours.at_night(function, *arguments))

	def _settled_night(self) -> dict:
		"""The second night: the first may have something to say."""
		self.ours.at_night("night")
		night = self.ours.at_night("night")
		if set(night["states"]) - {"Synced"}:
			raise DevbenchError(f"The night left tasks as {night['states']}.")
		return night
