"""How the demo buys in a real Medusa and pays back, and that it reads there what has happened."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from devbench.demo.buying import Cart, RealShop, shop_of
from devbench.demo.medusa_orders import MedusaOrder
from devbench.demo.medusa_reader import MedusaReader
from devbench.medusa.checkout import CheckoutV1, CheckoutV2, checkout_of
from devbench.processes import DevbenchError
from medusa_integration.mirror import Target, connect
from medusa_integration.mirror.deliveries import Delivery
from medusa_integration.mirror.shop_order_events import NoteMark
from tests.support.medusa import real_server

pytestmark = [pytest.mark.medusa, pytest.mark.long, pytest.mark.parametrize("generation", ["v1", "v2"])]


def stock(variant: str, quantity: int, checkout: CheckoutV1 | CheckoutV2) -> str:
	"""Have Medusa hold so many of a variant, as the site does; returns its SKU."""
	admin = checkout.admin
	if isinstance(checkout, CheckoutV1):
		row = admin("GET", f"/admin/variants/{variant}")["variant"]
	else:
		(row,) = admin("GET", f"/admin/product-variants?id={variant}")["variants"]
	path, sku = f"/admin/products/{row['product_id']}/variants/{variant}", row["sku"]
	if isinstance(checkout, CheckoutV1):
		admin("POST", path, {"manage_inventory": True, "inventory_quantity": quantity})
		return sku
	level = {"location_id": checkout.location, "stocked_quantity": quantity}
	item = admin("POST", "/admin/inventory-items", {"sku": sku, "location_levels": [level]})
	link = {"inventory_item_id": item["inventory_item"]["id"], "required_quantity": 1}
	admin("POST", f"{path}/inventory-items", link)
	admin("POST", path, {"manage_inventory": True})
	return sku


def left(variant: str, sku: str, reader: MedusaReader, checkout: CheckoutV1 | CheckoutV2) -> int | None:
	"""How many are available; v1 shows it at the variant."""
	if isinstance(checkout, CheckoutV1):
		return checkout.admin("GET", f"/admin/variants/{variant}")["variant"]["inventory_quantity"]
	return reader.quantity(sku)


def test_an_order_from_the_cart_to_the_refund(generation):
	"""3 of 4.25 and 1.5 for shipping with 10 percent are 15.675, one of them with its tax is 4.675."""
	server = real_server(generation)
	shop = shop_of(server)
	assert isinstance(shop, RealShop)
	access = (server.url, generation, server.email, server.password)
	reader = MedusaReader(*access, server.publishable_key)
	checkout = checkout_of(server)
	variant = checkout.variant({"omr": "4.25"})
	sku = stock(variant, 5, checkout)
	order_id = shop.buy(Cart("visitor@example.com", variant, 4.25, 3, "OMR", "Courier", "1.5", 10))

	def read() -> MedusaOrder:
		return reader.order(order_id, "OMR")

	bought = read()
	assert (bought.total, bought.captured, bought.refunded) == (15.675, 0, 0)
	assert (bought.returned, bought.shipped) == (0, {})
	shop.capture(order_id)
	assert read().captured == 15.675
	target = Target(
		url=server.url,
		email=server.email,
		password=server.password,
		generation=generation,
		extras="metadata",
	)
	with connect(target) as mirror:
		note = NoteMark("DN-1", "2026-11-30 12:00:00", datetime(2026, 11, 30, 12, tzinfo=timezone.utc))
		delivery = Delivery(note, order_id, {bought.row: 3}, ("T1",))
		(sent,) = mirror.deliveries.save([delivery])
	assert read().shipped == {sent.ids[0]: ("T1",)}
	assert shop.take_back(order_id, bought.row, 1, "4.675")
	after = read()
	assert (after.captured, after.refunded, after.returned) == (15.675, 4.675, 1)
	assert left(variant, sku, reader, checkout) == 3


def test_a_refusal_of_medusa_is_a_problem_of_the_demo(generation):
	"""It ends the demo with the reason, not with a traceback."""
	shop = shop_of(real_server(generation))
	with pytest.raises(DevbenchError, match=r"^Medusa refuses: 404 "):
		shop.capture("order_missing")
