"""Many buyers want the last pieces at the same moment, in a real Medusa v2 and in ERPNext.

Medusa reserves no piece twice, and each order that it has sold becomes one Sales Order. Under a rush it
keeps the order of some whom it has refused, without payment and reservation: that waits. What ERPNext sells
meanwhile, Medusa hears a moment later, and may sell too, never more of it than ERPNext has sold before.
Whatever is too much is seen: its Sales Orders are marked, and nothing is left of the item, in both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest
import requests

from devbench.medusa.checkout import Region, checkout_of
from medusa_integration.catalogue.stock import quantities
from medusa_integration.catalogue.stock import state as stock_state
from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.sync.inbox import polling
from tests.support.medusa import real_server
from tests.support.shop_fixtures import stock  # noqa: F401

pytestmark = [pytest.mark.medusa, pytest.mark.long]
PIECES = 10
# carts are filled before, by a few at a time
AT_ONCE = 4
TRIES = 50
PAGE = 200


@pytest.fixture
def medusa():
	"""The real server instead of a simulated one."""
	return real_server("v2")


class Rush:
	"""An item of which there are few pieces, and those who want one each."""

	def __init__(self, quotes, stock, medusa, connections: int, **values) -> None:  # noqa: F811
		self.shop, self.stock, self.medusa = quotes.shop, stock, medusa
		self.connections = connections
		self.shop.set(
			push_stock_quantities=1,
			refresh_stock_on_movement=1,
			import_orders=1,
			submit_imported_orders=1,
			orders_polled_until=None,
			company=stock.company,
			delivery_charges_account=quotes.account(),
		)
		self.item = stock.item(website_warehouse=stock.store, **values)
		stock.move((self.item, PIECES))
		self.shop.drain()
		self.item.reload()
		self.checkout = checkout_of(medusa)
		quotes.exchange("USD", 0.385)
		self.region = self._region()
		self.option = self.checkout.option(self.region, "Courier", "5.00")
		# the first run begins with the present
		polling.poll_orders()

	def _region(self) -> Region:
		price = {"prices": [{"amount": 20, "currency_code": "usd"}]}
		path = f"/admin/products/{self.item.medusa_id}/variants/{self.item.medusa_variant_id}"
		self.checkout.admin("POST", path, price)
		return self.checkout.region("usd")

	def carts(self, count: int) -> list[str]:
		"""Carts with one piece each, of so many buyers."""

		def fill(number: int) -> str:
			email = f"buyer-{self.shop.mark}-{number}@example.com"
			row = (self.item.medusa_variant_id, 1)
			return self.checkout.cart(self.region, [row], [self.option], email=email)

		with ThreadPoolExecutor(AT_ONCE) as pool:
			return list(pool.map(fill, range(count)))

	def complete(self, carts: list[str], meanwhile: Callable[[], None] = lambda: None) -> list[str | None]:
		"""All complete their carts at once: the id of each order, None for who was refused.

		A proxy in front of Medusa passes on some requests at a time; the other buyers wait for their turn.
		"""
		start = threading.Barrier(len(carts) + 1)
		connections = threading.BoundedSemaphore(self.connections)
		key = {"x-publishable-api-key": self.medusa.publishable_key}

		def pay(cart: str) -> str | None:
			start.wait()
			path = f"{self.medusa.url}/store/carts/{cart}/complete"
			for _ in range(TRIES):
				with connections:
					answer = requests.post(path, json={}, headers=key, timeout=600)
				# Medusa waits seconds for its lock on the item, and then has done nothing
				if answer.status_code != 500:
					break
			told = answer.json()
			if "order" in told:
				return told["order"]["id"]
			assert (answer.status_code, told["type"]) == (400, "not_allowed"), told
			return None

		with ThreadPoolExecutor(len(carts)) as pool:
			orders = pool.map(pay, carts)
			start.wait()
			meanwhile()
			return list(orders)

	def level(self) -> tuple[float, float]:
		"""(stocked, still to be sold) in Medusa."""
		path = "/admin/product-variants?fields=id,inventory_items.inventory_item_id&id="
		(variant,) = self.checkout.admin("GET", path + self.item.medusa_variant_id)["variants"]
		(link,) = variant["inventory_items"]
		path = f"/admin/inventory-items/{link['inventory_item_id']}/location-levels"
		(level,) = self.checkout.admin("GET", path)["inventory_levels"]
		return level["stocked_quantity"], level["available_quantity"]

	def placed(self) -> dict[str, str]:
		"""The orders of these buyers that Medusa has, whatever it has answered: by id if they are paid."""
		path, found = f"/admin/orders?limit={PAGE}&fields=id,email,payment_status&order=id", {}
		while orders := self.checkout.admin("GET", f"{path}&offset={len(found)}")["orders"]:
			found.update((one["id"], one) for one in orders)
		return {key: one["payment_status"] for key, one in found.items() if self.shop.mark in one["email"]}

	def import_orders(self, sold: list[str]) -> list[str]:
		"""Let all that Medusa has sold become Sales Orders, and what it has refused wait; all names."""
		polling.poll_orders()
		self.shop.drain()
		frappe.db.rollback()
		placed = self.placed()
		for order_id, payment in placed.items():
			task = self.shop.task(order_id, MEDUSA_ORDER, "order_import")
			is_sold = order_id in sold
			assert payment == ("authorized" if is_sold else "not_paid")
			assert task.status == ("Synced" if is_sold else "Waiting"), task.last_error
		filters = {"medusa_order_id": ("in", list(placed)), "docstatus": 1}
		return frappe.get_all("Sales Order", filters, pluck="name")

	def short(self, names: list[str]) -> list[str]:
		"""Those of these Sales Orders that say that their piece is not there."""
		filters = {"name": ("in", names), "medusa_short_of_stock": 1}
		marked = frappe.get_all("Sales Order", filters, pluck="name")
		said = {
			"reference_name": ("in", names),
			"content": ("like", "Medusa has sold more than%1 of 1 of Item%"),
		}
		assert sorted(frappe.get_all("Comment", said, pluck="reference_name")) == sorted(marked)
		return marked

	def reserved(self) -> float:
		"""What all Sales Orders together reserve."""
		frappe.db.rollback()
		return self.stock.bin(self.item).reserved_qty

	def left(self) -> float:
		"""What ERPNext has left to be sold in the shop."""
		frappe.db.rollback()
		(row,) = stock_state.read([self.item.name])
		found = quantities.quantities([row])[self.item.name]
		return found.available - found.ordered


def buyers(request: pytest.FixtureRequest) -> int:
	"""How many complete their carts at the same moment: `--buyers`."""
	return request.config.getoption("--buyers")


@pytest.fixture
def rush(quotes, stock, medusa, request) -> Iterator[Callable[..., Rush]]:  # noqa: F811
	"""`rush()` makes an item with ten pieces."""
	connections = request.config.getoption("--connections")
	try:
		yield lambda **values: Rush(quotes, stock, medusa, connections, **values)
	finally:
		stock.clean_up()


def test_medusa_sells_ten_of_ten(rush, request):
	"""The others are refused; each order that Medusa has sold is reserved once in ERPNext, and no other."""
	rush = rush()
	assert rush.level() == (PIECES, PIECES)
	sold = [order for order in rush.complete(rush.carts(buyers(request))) if order]
	assert len(sold) == len(set(sold)) == PIECES
	assert rush.level() == (PIECES, 0)

	made = rush.import_orders(sold)
	assert len(made) == rush.reserved() == PIECES
	assert rush.short(made) == []
	assert rush.left() == 0
	# what ERPNext has reserved is not taken off a second time
	assert rush.level() == (PIECES, 0)


def test_both_sell_at_once(rush, request):
	"""ERPNext sells too, and Medusa is told after each: it sells what it has been told, and no more."""
	rush, here = rush(), 5

	def sell() -> None:
		for _ in range(here):
			rush.stock.order(rush.item, 1)
			rush.shop.drain()

	sold = [order for order in rush.complete(rush.carts(buyers(request)), sell) if order]
	assert PIECES - here <= len(sold) <= PIECES
	made = rush.import_orders(sold)
	assert len(made) == len(sold)
	# each is reserved once, also what is too much
	assert rush.reserved() == len(sold) + here
	assert len(rush.short(made)) == len(sold) + here - PIECES
	assert rush.left() <= 0
	assert rush.level() == (PIECES - here, PIECES - here - len(sold))
	# nothing more is sold now
	late = rush.checkout.visitor.post(
		f"{rush.medusa.url}/store/carts",
		json={
			"region_id": rush.region.id,
			"items": [{"variant_id": rush.item.medusa_variant_id, "quantity": 1}],
		},
		timeout=300,
	)
	assert (late.status_code, late.json()["type"]) == (400, "not_allowed"), late.text
