"""How a visitor buys, and what the shop's people do with the order, in a real or a simulated Medusa."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import requests

from devbench.demo.site_client import SiteClient
from devbench.medusa.checkout import checkout_of
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Simulator
from devbench.medusa.simulator.baskets import Basket, Bought, Shipped, Tax
from devbench.processes import DevbenchError

POLL = "medusa_integration.sync.inbox.polling.poll_orders"
TAX_CODE = "STD"
# what the plugin sends of a sale, among others; v1 pays back as it receives a return: one event for both
_EVENTS_V1 = ("order.placed", "payment.captured", "shipment.created", "return.received")
EVENTS = {"v1": _EVENTS_V1, "v2": (*_EVENTS_V1, "payment.refunded")}


@dataclass(frozen=True, slots=True)
class Cart:
	"""What a visitor wants: so many of a variant, a way of shipping, and the tax, in percent, on both."""

	email: str
	variant: str
	price: float
	quantity: int
	currency: str
	shipping_name: str
	shipping: str
	rate: int


@contextlib.contextmanager
def _reported() -> Iterator[None]:
	"""Raise DevbenchError if Medusa refuses."""
	try:
		yield
	except requests.RequestException as error:
		raise DevbenchError(f"Medusa refuses: {error}") from error


class RealShop:
	"""A real Medusa. Its plugin sends an event to the site for each change of an order."""

	bought = "fills a cart through Medusa's store API and pays by the system's provider"
	heard = "a signed event of the plugin"

	@_reported()
	def __init__(self, server: MedusaServer) -> None:
		self._checkout = checkout_of(server)
		self._pays_back_itself = server.generation == "v1"
		self.events = EVENTS[server.generation]

	@_reported()
	def buy(self, cart: Cart) -> str:
		"""Fill the cart, pay, and return the order's id."""
		region = self._checkout.region(cart.currency.lower(), cart.rate)
		option = self._checkout.option(region, cart.shipping_name, cart.shipping)
		return self._checkout.buy(region, [(cart.variant, cart.quantity)], [option], email=cart.email)

	@_reported()
	def capture(self, order_id: str) -> None:
		"""Capture the payment."""
		self._checkout.capture(order_id)

	@_reported()
	def take_back(self, order_id: str, row: str, quantity: int, amount: str) -> str:
		"""Request and receive a return, and refund this amount; returns the return's id."""
		return_id = self._checkout.take_back(order_id, row, quantity)
		if not self._pays_back_itself:
			self._checkout.refund(order_id, amount)
		return return_id

	def tell(self, site: SiteClient) -> None:
		"""Nothing: the plugin does it."""


class SimulatedShop:
	"""A simulated Medusa, which has no store API and sends no events: the site polls it."""

	bought = "buys (the simulator has no store API)"
	heard = "polling"
	events: tuple[str, ...] = ()

	def __init__(self, simulator: Simulator) -> None:
		self._simulator = simulator

	def buy(self, cart: Cart) -> str:
		"""Let there be the order, and return its id."""
		taxes = (Tax(TAX_CODE, "Tax", Decimal(cart.rate)),)
		bought = Bought(cart.variant, Decimal(str(cart.price)), cart.quantity, taxes=taxes)
		shipped = Shipped(Decimal(cart.shipping), cart.shipping_name, taxes=taxes)
		basket = Basket((bought,), (shipped,), currency=cart.currency.lower(), email=cart.email)
		return self._simulator.place_order(basket)

	def capture(self, order_id: str) -> None:
		"""Capture the payment."""
		self._simulator.capture(order_id)

	def take_back(self, order_id: str, row: str, quantity: int, amount: str) -> str:
		"""Request and receive a return, and refund this amount; returns the return's id."""
		return_id = self._simulator.request_return(order_id, {0: quantity})
		self._simulator.receive_return(order_id, return_id, {0: quantity})
		self._simulator.refund(order_id, Decimal(amount))
		return return_id

	def tell(self, site: SiteClient) -> None:
		"""Execute the job that asks Medusa for changed orders."""
		site.execute_job(POLL)


def shop_of(medusa: MedusaServer | Simulator) -> RealShop | SimulatedShop:
	"""Return the shop of a running Medusa."""
	return SimulatedShop(medusa) if isinstance(medusa, Simulator) else RealShop(medusa)
