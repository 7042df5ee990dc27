"""Orders that were bought in real Medusas, and what ERPNext has delivered of them."""

from __future__ import annotations

import pytest

from devbench.medusa.checkout import checkout_of
from medusa_integration.mirror import Target, connect
from medusa_integration.mirror.deliveries import Delivered, Delivery
from medusa_integration.mirror.shop_order_events import MovedLine
from tests.medusa.delivering import D, mark
from tests.support.medusa import real_server

pytestmark = [pytest.mark.medusa, pytest.mark.long]


class Shop:
	def __init__(self, generation: str) -> None:
		self.server = real_server(generation)
		self.checkout = checkout_of(self.server)
		self.mirror = connect(
			Target(
				url=self.server.url,
				email=self.server.email,
				password=self.server.password,
				generation=generation,
				extras="metadata",
			)
		)

	def buy(self, *quantities: int) -> str:
		"""Buy so many of each of some variants, shipped by one way."""
		place = self.checkout.region("usd", 10)
		rows = [(self.checkout.variant({"usd": "10"}, place), quantity) for quantity in quantities]
		return self.checkout.buy(place, rows, [self.checkout.option(place, "Post", "5")])

	def read(self, order_id: str):
		(order,) = self.mirror.shop_orders.read([order_id])
		return order

	def line(self, order_id: str, quantity: int) -> str:
		return next(line.id for line in self.read(order_id).lines if line.quantity == quantity)


@pytest.fixture(params=["v1", "v2"])
def shop(request) -> Shop:
	return Shop(request.param)


def test_two_parts_with_numbers(shop):
	order_id = shop.buy(3, 2)
	three, two = shop.line(order_id, 3), shop.line(order_id, 2)
	first = Delivery(mark("DN-1"), order_id, {three: 1}, ("T1", "T2"), "Post")
	second = Delivery(mark("DN-2"), order_id, {three: 2, two: 2})
	for _ in range(2):
		found = shop.mirror.deliveries.save([first, second])
		assert [(len(one.ids), one.error) for one in found] == [(1, None), (1, None)]
	order = shop.read(order_id)
	one, other = order.fulfillments
	assert (one.delivery_note, one.lines, one.tracking_numbers) == (
		"DN-1",
		(MovedLine(three, D(1)),),
		("T1", "T2"),
	)
	assert one.shipped_at and not other.shipped_at
	assert {line.line_id: line.quantity for line in other.lines} == {three: 2, two: 2}
	assert order.fulfillment_status == {"v1": "fulfilled", "v2": "partially_shipped"}[shop.server.generation]
	later = Delivery(mark("DN-2"), order_id, {three: 2, two: 2}, ("T3",), "https://post.example.com/T3")
	assert shop.mirror.deliveries.save([later])[0].error is None
	order = shop.read(order_id)
	assert (order.fulfillment_status, order.fulfillments[1].tracking_numbers) == ("shipped", ("T3",))


def test_a_cancelled_one(shop):
	order_id = shop.buy(2)
	line = shop.line(order_id, 2)
	delivery = Delivery(mark("DN-1"), order_id, {line: 2})
	shop.mirror.deliveries.save([delivery])
	cancelled = Delivery(mark("DN-1"), order_id, {line: 2}, is_canceled=True)
	for _ in range(2):
		assert shop.mirror.deliveries.save([cancelled])[0].error is None
	(one,) = shop.read(order_id).fulfillments
	assert one.canceled_at
	# of its stead another one
	(found,) = shop.mirror.deliveries.save([Delivery(mark("DN-1-1"), order_id, {line: 2}, ("T1",))])
	assert found == Delivered(ids=(shop.read(order_id).fulfillments[1].id,))
	shipped = Delivery(mark("DN-1-1"), order_id, {line: 2}, ("T1",), is_canceled=True)
	assert "was shipped" in str(shop.mirror.deliveries.save([shipped])[0].error)


def test_more_than_was_ordered(shop):
	order_id = shop.buy(1)
	line = shop.line(order_id, 1)
	error = shop.mirror.deliveries.save([Delivery(mark("DN-1"), order_id, {line: 2})])[0].error
	assert error and not error.retryable and "Cannot fulfill more items" in str(error)


def test_v2_takes_the_stock_from_where_it_is_reserved():
	"""Managed inventory: what was reserved for the order is gone, from the stock as well."""
	shop = Shop("v2")
	admin = shop.checkout.admin
	place = shop.checkout.region("usd", 10)
	variant = shop.checkout.variant({"usd": "10"}, place)
	product = admin("GET", f"/admin/product-variants?id[]={variant}&fields=id,product_id")["variants"][0]
	path = f"/admin/products/{product['product_id']}/variants/{variant}"
	admin("POST", path, {"manage_inventory": True})
	fields = "id,inventory_items.inventory_item_id"
	(made,) = admin("GET", f"/admin/product-variants?id[]={variant}&fields={fields}")["variants"]
	item = made["inventory_items"][0]["inventory_item_id"]
	admin("POST", f"{path}/inventory-items/{item}", {"required_quantity": 2})
	location = shop.checkout.place.rsplit("/", 1)[1]
	level = {"location_id": location, "stocked_quantity": 10}
	admin("POST", f"/admin/inventory-items/{item}/location-levels", level)
	admin("POST", f"{shop.checkout.place}/sales-channels", {"add": [shop.checkout.channel]})
	order_id = shop.checkout.buy(place, [(variant, 3)], [shop.checkout.option(place, "Post", "5")])

	def levels() -> tuple[int, int]:
		(found,) = admin("GET", f"/admin/inventory-items/{item}/location-levels")["inventory_levels"]
		return found["stocked_quantity"], found["reserved_quantity"]

	assert levels() == (10, 6)
	line = shop.line(order_id, 3)
	(found,) = shop.mirror.deliveries.save([Delivery(mark("DN-1"), order_id, {line: 2}, ("T1",))])
	assert found.error is None
	assert levels() == (6, 2)
	(one,) = shop.read(order_id).fulfillments
	assert (one.lines, one.location_id) == ((MovedLine(line, D(2)),), location)
	(again,) = shop.mirror.deliveries.save([Delivery(mark("DN-1"), order_id, {line: 2}, ("T1",))])
	assert again.ids == found.ids
	assert levels() == (6, 2)
