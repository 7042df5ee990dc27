"""Orders of Medusa with all settings on: paid, invoiced, delivered here, sent back and paid back."""

from __future__ import annotations

from decimal import Decimal

import frappe
import pytest

from medusa_integration.api import receive_medusa_event
from medusa_integration.constants import MEDUSA_ORDER
from tests.selling.test_goods_ledger import Stock
from tests.support.goods import Goods
from tests.support.medusa import read_orders
from tests.support.plugin import event

pytestmark = pytest.mark.parametrize("generation", ["v1", "v2"])
EVENT = "Medusa Event"
ALL = (
	*("import_orders", "submit_imported_orders", "import_edits", "import_payments", "invoice_paid_orders"),
	*("import_fulfillments", "send_deliveries", "import_returns", "import_refunds"),
	*("import_cancellations", "send_cancellations", "push_stock_quantities", "refresh_stock_on_movement"),
)
KINDS = ("Sales Order", "Sales Invoice", "Payment Entry", "Delivery Note", "Journal Entry", "Customer")


class Way:
	"""An order of three for 10 and two for 20 with 5 percent, sent for 5: 78.50."""

	def __init__(self, money) -> None:
		self.money, self.shop, self.medusa = money, money.shop, money.quotes.medusa
		self.goods = Goods(money.quotes, **dict.fromkeys(ALL, 1), mode_of_payment=money.mode)
		self.is_real = not self.shop.site.is_ours
		self.stock = Stock(self.goods) if self.is_real else None
		if self.stock:
			self.stock.buy_in(3, 2)
		self.id = ""

	def hear(self, type: str) -> None:
		"""Two events of the same, each sent twice; the worker runs after each."""
		for number in range(2):
			sent = event(f"evt_{self.shop.mark}_{self.shop._next()}", type=type, aggregate_id=self.id)
			receive_medusa_event(**sent)
			frappe.db.commit()
			with pytest.raises(frappe.DuplicateEntryError):
				receive_medusa_event(**sent)
			frappe.db.rollback()
			self.run(f"{type} {number}")

	def run(self, what: str = "") -> None:
		"""All that waits is done, and none of it stays."""
		self.shop.make_due()
		self.shop.drain()
		for lane in ("order_import", "delivery", "cancellation"):
			for task in frappe.get_all("Medusa Sync Task", {"lane": lane}, ["status", "last_error"]):
				assert task.status == "Synced", (what, lane, task.last_error)

	def place(self) -> None:
		self.id = self.medusa.place_order(self.goods.basket())

	def deliver(self, number: str, **quantities: int) -> str:
		"""Send these by position of the row from here; the name of the Delivery Note."""
		rows = {int(position[1:]): quantity for position, quantity in quantities.items()}
		note = self.goods.note(self.id, quantities=rows, medusa_tracking_number=number, medusa_carrier="Post")
		self.run()
		return note.name

	def made(self) -> dict[str, int]:
		frappe.db.rollback()
		return {kind: frappe.db.count(kind) for kind in KINDS}

	def bills(self) -> list[tuple]:
		return [
			(bill.docstatus, bill.grand_total, bill.outstanding_amount)
			for bill in self.goods.made("Sales Invoice", self.id)
		]

	def entries(self) -> list[tuple]:
		return [
			(entry.docstatus, entry.payment_type, entry.paid_amount, entry.unallocated_amount)
			for entry in self.goods.made("Payment Entry", self.id)
		]

	def moved(self) -> list[tuple]:
		codes = [item.item_code for item in self.goods.items]
		return [
			(note.docstatus, [(codes.index(row.item_code), row.qty) for row in note.items])
			for note in self.goods.made("Delivery Note", self.id)
		]

	def read(self):
		"""The order as Medusa has it."""
		(order,) = read_orders(self.medusa, [self.id])
		return order

	def check(self) -> None:
		"""One piece for 10 came back, and 10.50 with it: the same is in both, and nothing is open."""
		assert self.bills() == [(1, 78.5, 0), (1, -10.5, 0)]
		assert self.entries() == [(1, "Receive", 78.5, 0), (1, "Pay", 10.5, 0)]
		order, sales_order = self.read(), self.goods.order(self.id)
		(payment,) = order.payments
		assert [one.amount for one in payment.captures] == [Decimal("78.50")]
		assert [one.amount for one in payment.refunds] == [Decimal("10.50")]
		(returned,) = order.returns
		assert [one.received for one in returned.lines] == [1]
		sent = [one for one in order.fulfillments if not one.canceled_at]
		assert sum(line.quantity for one in sent for line in one.lines) == 5
		assert (sales_order.docstatus, sales_order.grand_total, sales_order.per_billed) == (1, 78.5, 100)
		told = self.medusa.order_update(self.id)
		assert (told["grand_total"], told["payment_status"]) == (78.5, "Paid")
		if self.is_real:
			self.check_ledgers(order, sales_order)

	def check_ledgers(self, order, sales_order) -> None:
		(bill,) = self.goods.made("Sales Invoice", self.id, is_return=0)
		(credit,) = self.goods.made("Sales Invoice", self.id, is_return=1)
		# the payment in advance is the invoice's, and not the credit note's
		assert ([row.allocated_amount for row in bill.advances], credit.advances) == ([78.5], [])
		income = bill.items[0].income_account
		charges = {row.account_head for row in bill.taxes if row.tax_amount}
		ledger = self.money.ledger(order)
		assert (ledger.pop(self.money.bank), ledger.pop(income)) == (68, -60)
		# 5 for shipping, and 3.50 of taxes without 0.50
		assert (set(ledger), sum(ledger.values())) == (charges, -8)
		assert self.money.unsettled(order) == {}
		assert self.stock.there() == [1, 0]
		# ERPNext counts what came back as not delivered
		assert [row.delivered_qty for row in sales_order.items] == [2, 2]


@pytest.fixture
def way(money):
	way = Way(money)
	yield way
	frappe.db.rollback()
	if not money.site.restores_tables:
		for doctype in (EVENT, MEDUSA_ORDER):
			frappe.db.delete(doctype)
		frappe.db.commit()


def test_step_by_step(way):
	"""Each step is heard of twice, and each event comes twice; another run makes nothing."""
	way.place()
	way.hear("order.placed")
	sales_order = way.goods.order(way.id)
	assert (sales_order.docstatus, sales_order.grand_total) == (1, 78.5)
	way.medusa.capture(way.id)
	way.hear("payment.captured")
	assert way.bills() == [(1, 78.5, 0)]
	assert way.entries() == [(1, "Receive", 78.5, 0)]
	one = way.deliver("T1", _0=2)
	other = way.deliver("T2", _0=1, _1=2)
	way.hear("order.fulfillment_created")
	way.hear("shipment.created")
	assert way.goods.shown(way.id) == [
		(one, [2], ["T1"], True, False),
		(other, [1, 2], ["T2"], True, False),
	]
	assert way.moved() == [(1, [(0, 2)]), (1, [(0, 1), (1, 2)])]
	back = way.medusa.request_return(way.id, {0: 1})
	way.hear("order.return_requested")
	assert len(way.moved()) == 2
	way.medusa.receive_return(way.id, back, {0: 1})
	way.hear("order.return_received")
	assert way.moved()[2:] == [(1, [(0, -1)])]
	assert way.bills() == [(1, 78.5, 0), (1, -10.5, -10.5)]
	way.medusa.refund(way.id, Decimal("10.50"))
	way.hear("payment.refunded")
	way.check()
	made, asked = way.made(), len(way.medusa.sent("POST"))
	way.hear("order.updated")
	assert (way.made(), len(way.medusa.sent("POST"))) == (made, asked)
	way.check()


def test_all_events_were_lost(way):
	"""Everything has happened in Medusa when the first event comes."""
	way.place()
	way.medusa.capture(way.id)
	way.medusa.fulfill(way.id, {0: 2}, ["T1"])
	way.medusa.fulfill(way.id, {0: 1, 1: 2}, ["T2"])
	way.medusa.receive_return(way.id, way.medusa.request_return(way.id, {0: 1}), {0: 1})
	way.medusa.refund(way.id, Decimal("10.50"))
	way.hear("payment.refunded")
	# fulfillments of one millisecond have no order
	assert sorted(way.moved()) == [(1, [(0, -1)]), (1, [(0, 1), (1, 2)]), (1, [(0, 2)])]
	way.check()
	made, asked = way.made(), len(way.medusa.sent("POST"))
	way.hear("order.updated")
	assert (way.made(), len(way.medusa.sent("POST"))) == (made, asked)
	way.check()
