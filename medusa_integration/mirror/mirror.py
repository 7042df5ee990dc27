"""One Medusa that is kept equal to our values, whatever its generation."""

from __future__ import annotations

import random as randomness
import time
from collections.abc import Callable, Sequence

from ..medusa import Exchange, Generation, Medusa, MedusaV1, MedusaV2, TokenStore, Upload
from ..medusa import connect as connect_medusa
from .accounts import Accounts
from .collections import Collections
from .deliveries import Deliveries
from .order_cancelling import Cancelling
from .order_reading import ShopOrders, ShopOrdersV1, ShopOrdersV2
from .orders import Orders
from .outcomes import Outcome, send_each
from .prices import Prices
from .prices_v1 import PricesV1
from .prices_v2 import PricesV2
from .products import Products
from .products_v1 import ProductCallsV1
from .products_v2 import ProductCallsV2
from .stock import Stock, StockV1, StockV2
from .values import Extras, Server, Target


class Mirror:
	"""The operations that keep one Medusa equal to our values.

	It may be used by one thread at a time; callbacks are only ever called in that thread.

	Args:
		medusa: The client.
		target: How the server is to hold our values.
		on_extras: Told where extras go, once that was found out.

	Attributes:
		medusa: The client.
		target: As given.
	"""

	products: Products
	prices: Prices
	stock: Stock
	shop_orders: ShopOrders
	deliveries: Deliveries

	def __init__(
		self, medusa: Medusa, target: Target, *, on_extras: Callable[[Extras], object] | None = None
	) -> None:
		self.medusa, self.target = medusa, target
		self.collections = Collections(medusa)
		self.orders = Orders(medusa.session)
		self.cancelling = Cancelling(medusa)
		self.accounts = Accounts(medusa)
		if isinstance(medusa, MedusaV1):
			self._set_up_v1(medusa, on_extras)
		else:
			self._set_up_v2(medusa, on_extras)

	def _set_up_v1(self, medusa: MedusaV1, on_extras: Callable[[Extras], object] | None) -> None:
		calls = ProductCallsV1(medusa, self.target, on_extras=on_extras)
		self.products = Products(calls)
		self.prices = PricesV1(medusa, self.target.amount_multiplier)
		self.stock = StockV1(medusa, calls)
		self.shop_orders = ShopOrdersV1(medusa, self.target.amount_multiplier)
		self.deliveries = Deliveries(medusa, self.shop_orders)

	def _set_up_v2(self, medusa: MedusaV2, on_extras: Callable[[Extras], object] | None) -> None:
		calls = ProductCallsV2(medusa, self.target, on_extras=on_extras)
		self.products = Products(calls)
		self.prices = PricesV2(medusa)
		self.stock = StockV2(
			medusa, wanted=self.target.stock_location, sales_channel=lambda: calls.sales_channel
		)
		self.shop_orders = ShopOrdersV2(medusa)
		self.deliveries = Deliveries(medusa, self.shop_orders)

	def __enter__(self) -> Mirror:
		return self

	def __exit__(self, *raised: object) -> None:
		self.close()

	def close(self) -> None:
		"""Close the connections that are kept open."""
		self.medusa.close()

	@property
	def generation(self) -> Generation:
		"""Which Medusa it is."""
		return self.medusa.generation

	def set_deadline(self, stops_at: float | None) -> None:
		"""Begin no more requests but those that delete after that, as `time.monotonic` counts."""
		self.medusa.session.stops_at = stops_at

	def meanwhile(self, work: Callable[[], object] | None) -> None:
		"""Have `work` done in this thread during the next call that leaves it waiting for others.

		It must not raise. None takes it back.
		"""
		self.medusa.session.pool.meanwhile = work

	def describe(self) -> Server:
		"""Return what the server is like: currencies, sales channels, stock locations, where extras go."""
		stores = self.medusa.stores
		store = stores.settings()
		return Server(
			generation=self.generation,
			version=None,
			extras=self.products.extras,
			currencies=store.currencies,
			sales_channels=stores.sales_channels(store),
			stock_locations=stores.stock_locations(store),
		)

	def upload(self, files: Sequence[Upload]) -> list[Outcome]:
		"""Have Medusa store the files; one Outcome each, in order, with the `url` that visitors can open."""

		def send(file: Upload) -> Outcome:
			stored = self.medusa.uploads.create(file)
			return Outcome(file.key, id=stored.id, url=stored.url)

		return send_each(self.medusa.session, files, send, key=lambda file: file.key)


def connect(
	target: Target,
	*,
	tokens: TokenStore | None = None,
	on_exchange: Callable[[Exchange], object] | None = None,
	on_learned: Callable[[str, str], object] | None = None,
	sleep: Callable[[float], object] = time.sleep,
	random: Callable[[], float] = randomness.random,
) -> Mirror:
	"""Return the mirror of this server, of the generation that the target names or that answers there.

	Args:
		target: Address, credentials, and how the server is to hold our values.
		tokens: Keeps the token between clients.
		on_exchange: Told of every request.
		on_learned: Told name and value of what was found out ("generation", "extras"), so that the next
			client need not find it out again.
		sleep: Waits for so many seconds, before something is repeated.
		random: Draws from 0 to 1.

	Raises:
		WrongAddress: It is not Medusa that answers.
		MedusaError: Nothing answers (Unreachable and the like).
	"""

	def tell(name: str, value: str) -> None:
		if on_learned:
			on_learned(name, value)

	medusa = connect_medusa(
		target,
		tokens=tokens,
		on_exchange=on_exchange,
		on_generation=lambda generation: tell("generation", generation),
		sleep=sleep,
		random=random,
	)
	return Mirror(medusa, target, on_extras=lambda extras: tell("extras", extras))
