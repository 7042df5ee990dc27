"""How many a visitor of a real Medusa v2 can buy, at each moment of an order of 3 out of 10 pieces."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.checkout import checkout_of
from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.sync.inbox import orders
from tests.catalogue.test_stock_in_medusa import BUYER, Server
from tests.support.medusa import real_server

pytestmark = [pytest.mark.medusa, pytest.mark.long]


@pytest.fixture
def medusa(generation):
	"""The real server instead of a simulated one."""
	return real_server(generation)


class Shelf:
	"""An item with 10 pieces, in ERPNext and in Medusa."""

	def __init__(self, quotes, stock) -> None:
		self.quotes, self.stock, self.shop = quotes, stock, quotes.shop
		self.shop.set(
			push_stock_quantities=1,
			refresh_stock_on_movement=1,
			import_orders=1,
			import_cancellations=1,
			submit_imported_orders=1,
			company=stock.company,
			delivery_charges_account=quotes.account(),
		)
		self.server = Server(quotes.medusa, "v2")
		self.item = stock.item(website_warehouse=stock.store)
		stock.move((self.item, 10))
		self.shop.drain()
		self.item.reload()

	def left(self) -> float:
		"""How many a visitor can buy, after all that waits was sent."""
		self.shop.drain()
		return self.server.level(self.item)[1]

	def buy(self) -> str:
		ask = self.server.ask
		channel = ask("GET", "/admin/sales-channels")["sales_channels"][0]["id"]
		currency = frappe.get_cached_value("Company", self.stock.company, "default_currency").lower()
		checkout = checkout_of(self.quotes.medusa)
		region = checkout.region(currency)
		option = checkout.option(region, "Courier", "2")
		draft = {
			"email": BUYER,
			"region_id": region.id,
			"sales_channel_id": channel,
			"items": [{"variant_id": self.item.medusa_variant_id, "quantity": 3, "unit_price": 5}],
			"shipping_methods": [{"shipping_option_id": option, "name": "Courier", "amount": 2}],
		}
		order_id = ask("POST", "/admin/draft-orders", json=draft)["draft_order"]["id"]
		ask("POST", f"/admin/draft-orders/{order_id}/convert-to-order", json={})
		return order_id

	def read(self, order_id: str):
		"""The Sales Order, after the order was read."""
		orders.record([order_id])
		frappe.db.commit()
		self.shop.drain(only=[(MEDUSA_ORDER, order_id, "order_import")])
		task = self.shop.task(order_id, MEDUSA_ORDER, "order_import")
		assert task.status == "Synced", task.last_error
		return frappe.get_doc("Sales Order", {"medusa_order_id": order_id})

	def fulfill(self, order_id: str, quantity: int) -> None:
		order = self.server.ask("GET", f"/admin/orders/{order_id}")["order"]
		location = self.server.ask("GET", "/admin/stock-locations")["stock_locations"][0]["id"]
		body = {"items": [{"id": order["items"][0]["id"], "quantity": quantity}], "location_id": location}
		self.server.ask("POST", f"/admin/orders/{order_id}/fulfillments", json=body)

	def deliver(self, doc, quantity: int) -> None:
		frappe.db.set_value("Sales Order Item", doc.items[0].name, "delivered_qty", quantity)
		frappe.get_doc("Sales Order", doc.name).update_reserved_qty()
		self.stock.move((self.item, -quantity))


@pytest.fixture
def shelf(quotes, stock):
	return Shelf(quotes, stock)


def test_from_the_order_to_the_fulfillment(shelf):
	order_id = shelf.buy()
	assert shelf.left() == 7
	doc = shelf.read(order_id)
	assert doc.docstatus == 1
	assert shelf.left() == 7
	shelf.deliver(doc, 2)
	assert shelf.left() == 7
	shelf.stock.move((shelf.item, 5))
	assert shelf.left() == 12
	shelf.fulfill(order_id, 2)
	assert shelf.server.level(shelf.item)[1] == 12
	shelf.read(order_id)
	assert shelf.left() == 12
	shelf.stock.move((shelf.item, 1))
	assert shelf.left() == 13


def test_an_order_that_is_cancelled(shelf):
	order_id = shelf.buy()
	assert shelf.read(order_id).docstatus == 1
	assert shelf.left() == 7
	shelf.server.ask("POST", f"/admin/orders/{order_id}/cancel")
	assert shelf.read(order_id).docstatus == 2
	assert shelf.left() == 10
