"""An order of a real Medusa that is edited before its delivery, or cancelled on either side."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal

import frappe
import pytest

from devbench.medusa.checkout import checkout_of
from tests.support.goods import Goods
from tests.support.medusa import read_orders, real_server

D = Decimal
pytestmark = [pytest.mark.medusa, pytest.mark.long, pytest.mark.parametrize("generation", ["v1", "v2"])]


@pytest.fixture
def medusa(generation):
	"""A real Medusa of that generation, with the custom routes."""
	return real_server(generation)


class Bought:
	"""Three pieces for 19.99 and seven for 0.37, shipped for 5.95, in USD with 7.25 %; `code` is for less."""

	def __init__(self, quotes, code=(), **settings) -> None:
		self.goods = Goods(quotes, **settings)
		self.goods.usd()
		self.shop, self.medusa = self.goods.shop, quotes.medusa
		self.checkout = checkout = checkout_of(self.medusa)
		region = checkout.region("usd", 7.25)
		items = (*self.goods.items, quotes.variant(None))
		self.variants = [checkout.variant({"usd": price}) for price in ("19.99", "0.37", "3.33")]
		for item, variant in zip(items, self.variants, strict=True):
			frappe.db.set_value("Website Item", item.name, "medusa_variant_id", variant)
		self.names = [item.item_code for item in items]
		self.id = checkout.buy(
			region,
			[(self.variants[0], 3), (self.variants[1], 7)],
			[checkout.option(region, "Post", "5.95")],
			[checkout.discount(region, *code)] if code else [],
			email=f"anna-{self.shop.mark}@example.com",
		)
		frappe.db.delete("Medusa Sync Task")
		frappe.db.commit()
		self.follow()

	def follow(self) -> None:
		task = self.goods.follow(self.id)
		assert (task.status, task.last_error) == ("Synced", None)

	def lines(self) -> dict[str, str]:
		"""The ids that Medusa has of the rows now, by the name of the Item."""
		(order,) = read_orders(self.medusa, [self.id])
		names = dict(zip(self.variants, self.names, strict=True))
		return {names[line.variant_id]: line.id for line in order.lines if line.quantity}

	def order(self):
		"""The Sales Order that the order has now."""
		return frappe.get_doc("Sales Order", self.live()[-1])

	def live(self) -> list[str]:
		"""The Sales Orders of the order that are not cancelled."""
		frappe.db.rollback()
		filters = {"medusa_order_id": self.id, "docstatus": ("!=", 2)}
		return frappe.get_all("Sales Order", filters, pluck="name")

	def rows(self) -> list[tuple[str, float, Decimal]]:
		"""Item, quantity and price of each row, in the order of the variants."""
		found = [(row.item_code, row.qty, cents(row.rate)) for row in self.order().items]
		return sorted(found, key=lambda row: self.names.index(row[0]))

	def total(self) -> Decimal:
		"""What the order costs by Medusa's own answer."""
		total = self.shown()["total"]
		return D(total) / 100 if self.medusa.generation == "v1" else cents(total)

	def shown(self) -> dict:
		return self.checkout.admin("GET", f"/admin/orders/{self.id}")["order"]

	def half_an_hour_later(self, name: str) -> None:
		"""Let the cancellation of a Sales Order have waited as long as it has to."""
		task = self.shop.task(name, "Sales Order", "cancellation")
		at = frappe.utils.add_to_date(None, minutes=-31)
		values = {"payload": json.dumps({"cancelled_at": str(at)}), "next_attempt_at": at}
		frappe.db.set_value("Medusa Sync Task", task.name, values)
		frappe.db.commit()
		self.shop.drain(only=[("Sales Order", name, "cancellation")])


def cents(amount) -> Decimal:
	return D(str(amount)).quantize(D("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize("submits", [0, 1], ids=["draft", "submitted"])
def test_a_sales_order_follows_an_edit(quotes, generation, submits):
	"""Five and two instead of three and seven, one for 3.33 more; v2 takes 18.49 instead of 19.99."""
	bought = Bought(quotes, import_edits=1, submit_imported_orders=submits)
	first = bought.order()
	# 59.97 + 2.59 + 5.95, and 7.25 % of each
	assert (cents(first.grand_total), bought.total()) == (D("73.48"), D("73.48"))
	dear, cheap, more = bought.names
	lines = bought.lines()
	prices = {lines[dear]: "18.49"} if generation == "v2" else None
	bought.checkout.edit(bought.id, {lines[dear]: 5, lines[cheap]: 2}, prices, [(bought.variants[2], 1)])
	bought.follow()
	price = D("18.49") if prices else D("19.99")
	assert bought.rows() == [(dear, 5, price), (cheap, 2, D("0.37")), (more, 1, D("3.33"))]
	made = bought.order()
	# 99.95 (or 92.45) + 0.74 + 3.33 + 5.95, and 7.25 % of each
	expected = D("109.90") if prices else D("117.94")
	assert (cents(made.grand_total), bought.total()) == (expected, expected)
	assert {row.item_code: row.medusa_line_item_id for row in made.items} == bought.lines()
	assert (made.docstatus, made.amended_from) == (submits, first.name if submits else None)
	assert bought.live() == [made.name]
	# and a row less; whoever reads it once more changes nothing
	bought.checkout.edit(bought.id, {bought.lines()[cheap]: 0})
	for _ in range(2):
		bought.follow()
	assert [row[0] for row in bought.rows()] == [dear, more]
	expected -= D("0.79")
	assert (cents(bought.order().grand_total), bought.total()) == (expected, expected)
	assert len(bought.live()) == 1


@pytest.mark.parametrize("code", [("percentage", "10"), ("fixed", "5")], ids=lambda code: code[0])
def test_an_edit_of_an_order_with_a_discount(quotes, code):
	bought = Bought(quotes, code, import_edits=1)
	before = bought.total()
	assert before < D("73.48")
	assert cents(bought.order().grand_total) == before
	lines = bought.lines()
	bought.checkout.edit(bought.id, {lines[bought.names[0]]: 5}, None, [(bought.variants[2], 1)])
	bought.follow()
	assert bought.total() > before
	assert cents(bought.order().grand_total) == bought.total()
	assert [row[1] for row in bought.rows()] == [5, 7, 1]


def test_an_edit_after_the_delivery_is_left_to_a_person(quotes):
	bought = Bought(quotes, import_edits=1)
	doc = bought.order()
	bought.goods.note(bought.id, quantities={0: 1})
	# the stand-ins do not count what is delivered
	frappe.db.set_value("Sales Order", doc.name, "per_delivered", 10)
	frappe.db.commit()
	bought.checkout.edit(bought.id, {bought.lines()[bought.names[1]]: 9})
	task = bought.goods.follow(bought.id)
	assert (task.status, task.last_error) == (
		"Failed",
		f"The order was edited in Medusa after the delivery or invoice of Sales Order {doc.name}. Change it here by "
		"hand until it has the same items and total.",
	)
	assert bought.rows() == [(bought.names[0], 3, D("19.99")), (bought.names[1], 7, D("0.37"))]
	assert cents(bought.order().grand_total) == D("73.48")


@pytest.mark.parametrize("submits", [0, 1], ids=["draft", "submitted"])
def test_an_order_that_is_cancelled_in_medusa(quotes, submits):
	"""Its Sales Order is cancelled, and Medusa is not told to cancel it again."""
	bought = Bought(quotes, import_cancellations=1, send_cancellations=1, submit_imported_orders=submits)
	doc = bought.order()
	assert doc.docstatus == submits
	bought.checkout.cancel(bought.id)
	for _ in range(2):
		bought.follow()
	assert (doc.reload().docstatus, doc.status) == (2, "Cancelled")
	assert bought.live() == []
	assert bought.shop.task(doc.name, "Sales Order", "cancellation") is None


def test_a_sales_order_that_is_cancelled(quotes):
	"""Half an hour later its order is cancelled in Medusa; what Medusa tells of that changes nothing."""
	bought = Bought(quotes, import_cancellations=1, send_cancellations=1)
	doc = bought.goods.cancel(bought.order())
	bought.shop.drain(only=[("Sales Order", doc.name, "cancellation")])
	assert bought.shown()["status"] == "pending"
	bought.half_an_hour_later(doc.name)
	task = bought.shop.task(doc.name, "Sales Order", "cancellation")
	assert (task.status, task.last_error) == ("Synced", None)
	assert bought.shown()["status"] == "canceled"
	bought.follow()
	assert (doc.reload().docstatus, bought.live()) == (2, [])
