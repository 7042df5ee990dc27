"""A cart that was completed in a real Medusa, all the way: Sales Order, and what Medusa is told of it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import frappe
import pytest

from devbench.medusa.checkout import checkout_of
from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.sync.inbox import orders
from tests.support.medusa import read_orders, real_server

pytestmark = [pytest.mark.medusa, pytest.mark.long, pytest.mark.parametrize("generation", ["v1", "v2"])]


@pytest.fixture
def medusa(generation):
	"""A real Medusa of that generation, with the custom routes."""
	return real_server(generation)


def test_from_the_cart_to_the_sales_order(quotes):
	"""A guest buys two products with a discount; both sides have the same total, and Medusa hears of it."""
	medusa, shop = quotes.medusa, quotes.shop
	checkout = checkout_of(medusa)
	region = checkout.region("usd", 7.25)
	bought = [
		(checkout.variant({"usd": price}), quantity) for price, quantity in (("19.99", 3), ("0.37", 50))
	]
	options = [checkout.option(region, "Courier", "5.95")]
	codes = [checkout.discount(region, "fixed", "5")]
	email = f"anna-{shop.mark}@example.com"
	order_id = checkout.buy(region, bought, options, codes, email=email)
	items = [quotes.variant(None) for _ in bought]
	for item, (variant_id, _) in zip(items, bought, strict=True):
		frappe.db.set_value("Website Item", item.name, "medusa_variant_id", variant_id)
	quotes.exchange("USD", 0.385)
	account = quotes.account()
	shop.set(delivery_charges_account=account, submit_imported_orders=1, import_orders=1)
	frappe.db.delete("Medusa Sync Task")
	orders.record([order_id])
	frappe.db.commit()
	shop.drain(only=[(MEDUSA_ORDER, order_id, "order_import")])
	task = shop.task(order_id, MEDUSA_ORDER, "order_import")
	assert task.status == "Synced", task.last_error
	doc = frappe.get_doc("Sales Order", {"medusa_order_id": order_id})
	assert frappe.db.get_value(MEDUSA_ORDER, order_id, "sales_order") == doc.name
	# Medusa 2 does not keep the order of a cart's rows
	assert {row.item_code: row.qty for row in doc.items} == {items[0].item_code: 3, items[1].item_code: 50}
	assert len(doc.items) == 2
	(order,) = read_orders(medusa, [order_id])
	paid = order.total.quantize(Decimal("0.01"), ROUND_HALF_UP)
	assert Decimal(str(doc.grand_total)).quantize(Decimal("0.01")) == paid
	assert (doc.docstatus, doc.medusa_order_number) == (1, order.display_id)
	assert frappe.db.get_value("Address", doc.shipping_address_name, "address_line1") == "1 Main Street"
	shop.drain(only=[("Sales Order", doc.name, "order")])
	told = medusa.order_update(order_id)
	assert (told["customer_id"], told["grand_total"]) == (order.customer.id, float(paid))
