"""The steps of the trade: what things cost, and how many there are."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from devbench.demo.scene import Scene

SOLD, STOCKED = "FR-3001", "GM-1001"
# the list that the shop sells for, and its currency, as devbench/records.py makes them
PRICE, PRICE_LIST, CURRENCY = "Item Price", "Standard Selling", "OMR"
WEEK = timedelta(days=6)


class TradeSteps:
	"""Prices and quantities."""

	def __init__(self, scene: Scene) -> None:
		self.scene, self.desk, self.window = scene, scene.desk, scene.window
		self.articles = scene.articles

	def price(self) -> None:
		"""Save a price, change it, make an offer for a week, and end that."""
		product = self.window.products()[SOLD].id

		def asked(rate: float) -> str:
			self.scene.wait_until_sent()
			amount = self.window.price(product, CURRENCY)
			self.scene.expect(f"The price of {SOLD}", amount, rate)
			return f"{amount} {CURRENCY}"

		always = {"item_code": SOLD, "price_list": PRICE_LIST, "valid_from": "2020-01-01"}
		usual = self.desk.insert(PRICE, **always, price_list_rate=18.5)
		first = asked(18.5)
		self.desk.save(PRICE, usual["name"], price_list_rate=17.25)
		second = asked(17.25)
		offer = {**always, "valid_from": str(_today()), "valid_upto": str(_today() + WEEK)}
		week = self.desk.insert(PRICE, **offer, price_list_rate=14.9)
		third, ends = asked(14.9), self.window.ends_of_price_lists()
		self.scene.expect("The number of price lists that end", len(ends), 1)
		self.desk.delete(PRICE, week["name"])
		self.scene.step(
			f"“{self.articles[SOLD].name}” got an Item Price. A visitor of the shop is asked for {first}; after it was "
			f"changed, for {second}; during an offer for a week, for {third} (until {', '.join(ends)}); "
			f"after the offer was deleted, for {asked(17.25)}."
		)

	def stock(self) -> None:
		"""Goods come in, and some of them leave."""

		def moved(quantity: float, expected: int) -> int:
			self.scene.storeroom.move(STOCKED, quantity)
			self.scene.wait_until_sent()
			held = self.window.quantity(STOCKED)
			self.scene.expect(f"The quantity of {STOCKED}", held, expected)
			return held

		received, left = moved(40, 40), moved(-15, 25)
		self.scene.step(
			f"40 of “{self.articles[STOCKED].name}” came in: Medusa may sell {received}. 15 went out: it may sell {left}."
		)


def _today() -> date:
	"""A day that has begun everywhere east of Greenwich, where the demo's shop is."""
	return datetime.now(timezone.utc).date()
