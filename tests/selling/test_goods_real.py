"""Goods of an order that was bought in a real Medusa: delivered on either side, and sent back."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.checkout import checkout_of
from medusa_integration.mirror.shop_order_events import MovedLine
from tests.support.goods import ROWS, D, Goods
from tests.support.medusa import read_orders, real_server

pytestmark = [pytest.mark.medusa, pytest.mark.long, pytest.mark.parametrize("generation", ["v1", "v2"])]


@pytest.fixture
def medusa(generation):
	"""A real Medusa of that generation, with the custom routes."""
	return real_server(generation)


class Bought:
	"""Three and two pieces, of which the Sales Order is there."""

	def __init__(self, quotes) -> None:
		self.goods = Goods(quotes, send_deliveries=1, import_fulfillments=1, import_returns=1)
		self.goods.usd()
		self.medusa = quotes.medusa
		self.v1 = self.medusa.generation == "v1"
		self.checkout = checkout = checkout_of(self.medusa)
		self.admin = checkout.admin
		region = checkout.region("usd", 5)
		bought = [(checkout.variant({"usd": str(price)}, region), quantity) for price, quantity in ROWS]
		for item, (variant, _quantity) in zip(self.goods.items, bought, strict=True):
			frappe.db.set_value("Website Item", item.name, "medusa_variant_id", variant)
		options = [checkout.option(region, "Post", "5")]
		email = f"anna-{self.goods.shop.mark}@example.com"
		self.id = checkout.buy(region, bought, options, email=email)
		frappe.db.delete("Medusa Sync Task")
		frappe.db.commit()
		self.follow()
		lines = {line.quantity: line.id for line in self.read().lines}
		self.three, self.two = lines[D(3)], lines[D(2)]

	def follow(self) -> None:
		task = self.goods.follow(self.id)
		assert task.status == "Synced", task.last_error

	def read(self):
		(order,) = read_orders(self.medusa, [self.id])
		return order

	def fulfill(self, line: str, quantity: int) -> None:
		path, key = ("fulfillment", "item_id") if self.v1 else ("fulfillments", "id")
		self.admin("POST", f"/admin/orders/{self.id}/{path}", {"items": [{key: line, "quantity": quantity}]})

	def take_back(self, line: str, quantity: int) -> str:
		"""Have so many requested and received, in Medusa's own routes."""
		if self.v1:
			# it pays back at once
			self.checkout.capture(self.id)
		return self.checkout.take_back(self.id, line, quantity)


def test_delivered_on_both_sides_and_sent_back(quotes):
	bought = Bought(quotes)
	goods = bought.goods
	# two of three from here
	note = goods.note(bought.id, quantities={0: 2}, medusa_tracking_number="T1", medusa_carrier="Post")
	goods.shop.drain(only=[("Delivery Note", note.name, "delivery")])
	assert goods.task(note).status == "Synced", goods.task(note).last_error
	(sent,) = bought.read().fulfillments
	row = next(row for row in goods.order(bought.id).items if row.name == note.items[0].so_detail)
	assert sent.lines == (MovedLine(row.medusa_line_item_id, D(2)),)
	assert (sent.delivery_note, sent.tracking_numbers, bool(sent.shipped_at)) == (note.name, ("T1",), True)
	assert note.reload().medusa_id == sent.id
	# all of the other row there
	other = bought.two if row.medusa_line_item_id == bought.three else bought.three
	quantity = 2 if other == bought.two else 3
	bought.fulfill(other, quantity)
	bought.follow()
	made = goods.made("Delivery Note", bought.id, medusa_id=("!=", sent.id))
	assert [(one.docstatus, one.medusa_id) for one in made] == [(1, bought.read().fulfillments[1].id)]
	assert [one.qty for one in made[0].items] == [quantity]
	# it was invoiced, and one piece comes back
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	bill = make_sales_invoice(goods.order(bought.id).name)
	bill.insert().submit()
	frappe.db.commit()
	id = bought.take_back(row.medusa_line_item_id, 1)
	for _ in range(2):
		bought.follow()
	(back,) = goods.made("Delivery Note", bought.id, is_return=1)
	assert (back.medusa_id, back.return_against, [one.qty for one in back.items]) == (id, note.name, [-1])
	(credit,) = goods.made("Sales Invoice", bought.id, is_return=1)
	# one of 10 or of 20 with 5 percent
	expected = -10.5 if row.medusa_line_item_id == bought.three else -21
	assert (credit.medusa_id, credit.grand_total) == (id, expected)


def test_a_cancelled_delivery_note(quotes):
	bought = Bought(quotes)
	note = bought.goods.note(bought.id)
	bought.goods.shop.drain(only=[("Delivery Note", note.name, "delivery")])
	bought.goods.cancel(note)
	bought.goods.shop.drain(only=[("Delivery Note", note.name, "delivery")])
	(sent,) = bought.read().fulfillments
	assert sent.canceled_at and not sent.shipped_at
