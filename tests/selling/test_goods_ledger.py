"""The stock ledger of a real ERPNext, and what a buyer's goods do to it: sent, and back again."""

from __future__ import annotations

import frappe
import pytest

from tests.selling.coming_back import by_hand, stocked
from tests.support.goods import ROWS, Goods


@pytest.fixture
def goods(quotes):
	if quotes.site.is_ours:
		pytest.skip("needs the stock ledger of a real ERPNext")
	return Goods(quotes, import_fulfillments=1, import_returns=1, send_deliveries=1)


class Stock:
	"""A warehouse in which the Items of the orders are kept."""

	def __init__(self, goods: Goods) -> None:
		self.goods, site = goods, goods.shop.site
		company = goods.quotes.company
		values = {"warehouse_name": goods.shop.name("Shelf"), "company": company}
		self.warehouse = site.new("Warehouse", **values).name
		# ERPNext keeps the accounts of all warehouses for a request or a job
		frappe.flags.pop("warehouse_account_map", None)
		group = goods.shop.item_group().name
		items = [goods.shop.item(item_group=group, is_stock_item=1, valuation_rate=4) for _ in ROWS]
		goods.items = [goods.shop.website_item(item, website_warehouse=self.warehouse) for item in items]
		for item in goods.items:
			ids = {"medusa_id": goods.quotes.id("prod"), "medusa_variant_id": goods.quotes.id("variant")}
			frappe.db.set_value("Website Item", item.name, ids, update_modified=False)
			item.update(ids)
		frappe.db.delete("Medusa Sync Task", {"lane": ("in", ("product", "price", "collection", "stock"))})
		frappe.db.commit()

	def buy_in(self, *quantities: int) -> None:
		rows = [
			{"item_code": item.item_code, "qty": quantity, "t_warehouse": self.warehouse, "basic_rate": 4}
			for item, quantity in zip(self.goods.items, quantities, strict=True)
			if quantity
		]
		entry = frappe.get_doc(
			{"doctype": "Stock Entry", "stock_entry_type": "Material Receipt", "items": rows}
		)
		entry.company = self.goods.quotes.company
		entry.insert().submit()
		frappe.db.commit()

	def ledger(self, doctype: str = "Delivery Note") -> list[tuple[str, float, float]]:
		"""What documents of this kind have moved: Item, quantity, and what is there after it."""
		frappe.db.rollback()
		return frappe.get_all(
			"Stock Ledger Entry",
			{"warehouse": self.warehouse, "voucher_type": doctype, "is_cancelled": 0},
			["item_code", "actual_qty", "qty_after_transaction"],
			order_by="posting_datetime asc, creation asc",
			as_list=True,
		)

	def there(self) -> list[float]:
		frappe.db.rollback()
		return [
			frappe.db.get_value(
				"Bin", {"item_code": item.item_code, "warehouse": self.warehouse}, "actual_qty"
			)
			for item in self.goods.items
		]


def test_sent_in_medusa_and_back(goods):
	"""Two parts are sent, two pieces come back, one of them damaged."""
	stock = Stock(goods)
	stock.buy_in(3, 2)
	order_id = goods.place()
	one, two = (item.item_code for item in goods.items)
	goods.medusa.fulfill(order_id, {0: 2})
	assert goods.follow(order_id).status == "Synced"
	goods.medusa.fulfill(order_id, {0: 1, 1: 2})
	assert goods.follow(order_id).status == "Synced"
	assert stock.there() == [0, 0]
	back = goods.medusa.request_return(order_id, {0: 2})
	goods.medusa.receive_return(order_id, back, {0: 1}, {0: 1})
	assert goods.follow(order_id).status == "Synced"
	assert goods.follow(order_id).status == "Synced"
	assert [tuple(row) for row in stock.ledger()] == [(one, -2, 1), (one, -1, 0), (two, -2, 0), (one, 1, 1)]
	assert stock.there() == [1, 0]


def test_without_stock_it_waits(goods):
	stock = Stock(goods)
	stock.buy_in(1, 2)
	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 2})
	task = goods.follow(order_id)
	assert task.status == "Waiting"
	assert "units of" in task.last_error and goods.items[0].item_code in task.last_error
	assert (goods.made("Delivery Note", order_id), stock.there()) == ([], [1, 2])
	stock.buy_in(1, 0)
	goods.again("Medusa Order", order_id, "order_import")
	assert stock.there() == [0, 2]
	assert goods.follow(order_id).status == "Synced"


def test_a_cancelled_fulfillment_brings_the_stock_back(goods):
	stock = Stock(goods)
	stock.buy_in(3, 2)
	order_id = goods.place()
	made = goods.medusa.fulfill(order_id, {0: 3, 1: 2})
	goods.follow(order_id)
	assert stock.there() == [0, 0]
	goods.medusa.cancel_fulfillment(order_id, made)
	assert goods.follow(order_id).status == "Synced"
	assert stock.there() == [3, 2]
	assert list(stock.ledger()) == []


def test_delivered_here(goods):
	"""A Delivery Note of ERPNext, whose goods come back by a return in Medusa after it was invoiced."""
	stock = Stock(goods)
	stock.buy_in(3, 2)
	order_id = goods.place()
	note = goods.note(order_id, medusa_tracking_number="T1")
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], ["T1"], True, False)]
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	bill = make_sales_invoice(goods.order(order_id).name)
	bill.insert().submit()
	frappe.db.commit()
	back = goods.medusa.request_return(order_id, {0: 3})
	goods.medusa.receive_return(order_id, back, {0: 3})
	assert goods.follow(order_id).status == "Synced"
	assert stock.there() == [3, 0]
	(credit,) = goods.made("Sales Invoice", order_id, is_return=1)
	# three of 10 with 5 percent
	assert credit.grand_total == -31.5
	booked = frappe.get_all(
		"GL Entry", {"voucher_no": credit.name, "is_cancelled": 0}, ["account", "debit", "credit"]
	)
	customer = [row for row in booked if row.account == credit.debit_to]
	assert (sum(row.credit for row in customer), sum(row.debit for row in booked)) == (31.5, 31.5)
	assert bill.reload().outstanding_amount == 78.5 - 31.5


def test_a_part_of_what_comes_back_was_taken_back_by_hand(goods):
	"""Two of three come back, one of which a user has booked: the stock has two, then all three."""
	stock = Stock(goods)
	stock.buy_in(3, 2)
	order_id = goods.place()
	goods.medusa.fulfill(order_id, {0: 3})
	assert goods.follow(order_id).status == "Synced"
	by_hand(goods, goods.made("Delivery Note", order_id)[0], {0: 1})
	assert stock.there() == [1, 2]
	for pieces, there in ((2, 2), (1, 3)):
		back = goods.medusa.request_return(order_id, {0: pieces})
		goods.medusa.receive_return(order_id, back, {0: pieces})
		for _ in range(2):
			assert goods.follow(order_id).status == "Synced"
		assert stock.there() == [there, 2]


def test_an_invoice_that_has_delivered(goods):
	"""A user takes one of three back with its credit note: in Medusa two come back."""
	stock = Stock(goods)
	stock.buy_in(3, 2)
	order_id = goods.place()
	bill = stocked(goods, order_id, 3, 2)
	assert stock.there() == [0, 0]
	by_hand(goods, bill, {0: 1})
	back = goods.medusa.request_return(order_id, {0: 2})
	goods.medusa.receive_return(order_id, back, {0: 2})
	for _ in range(2):
		assert goods.follow(order_id).status == "Synced"
	assert (stock.there(), goods.made("Delivery Note", order_id)) == ([2, 0], [])


class Kits:
	"""The second Website Item of the orders is a bundle: of one piece of a part, two of another one."""

	def __init__(self, stock: Stock) -> None:
		self.stock, self.goods, site = stock, stock.goods, stock.goods.shop.site
		group = self.goods.shop.item_group().name
		self.parts = [
			self.goods.shop.item(item_group=group, is_stock_item=1, valuation_rate=4) for _ in (1, 2)
		]
		kit = self.goods.items[1]
		frappe.db.set_value("Item", kit.item_code, "is_stock_item", 0)
		frappe.clear_document_cache("Item", kit.item_code)
		rows = [{"item_code": part.name, "qty": count} for count, part in enumerate(self.parts, start=1)]
		self.bundle = site.new("Product Bundle", new_item_code=kit.item_code, items=rows).name
		values = {"warehouse_name": self.goods.shop.name("Other"), "company": self.goods.quotes.company}
		self.other = site.new("Warehouse", **values).name
		frappe.flags.pop("warehouse_account_map", None)
		frappe.db.commit()

	def buy_in(self, *warehouses: str) -> None:
		rows = [
			{"item_code": part.name, "qty": 10, "t_warehouse": warehouse, "basic_rate": 4}
			for part in self.parts
			for warehouse in warehouses
		]
		entry = frappe.get_doc(
			{"doctype": "Stock Entry", "stock_entry_type": "Material Receipt", "items": rows}
		)
		entry.company = self.goods.quotes.company
		entry.insert().submit()
		frappe.db.commit()

	def there(self, warehouse: str) -> list[float]:
		frappe.db.rollback()
		return [
			frappe.db.get_value("Bin", {"item_code": part.name, "warehouse": warehouse}, "actual_qty")
			for part in self.parts
		]


@pytest.fixture
def kits(goods):
	made = Kits(Stock(goods))
	yield made
	# ERPNext deletes none that was sold
	frappe.db.rollback()
	frappe.db.delete("Product Bundle", {"name": made.bundle})
	frappe.db.delete("Product Bundle Item", {"parent": made.bundle})
	frappe.db.commit()


@pytest.mark.parametrize("generation", ["v2"])
def test_a_bundle_from_another_location(goods, kits, site, generation):
	"""All of its parts leave the warehouse of the location, and come back there."""
	stock = kits.stock
	kits.buy_in(stock.warehouse, kits.other)
	stock.buy_in(3, 0)
	parent = {"parent": "Medusa Configuration", "parenttype": "Medusa Configuration"}
	row = {"parentfield": "order_sources", "idx": 1, "stock_location": "sloc_other"}
	site.new("Medusa Order Source", **parent, **row, warehouse=kits.other)
	frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")
	frappe.db.commit()
	order_id = goods.place()
	made = goods.medusa.fulfill(order_id, {1: 2})
	(row,) = goods.medusa.app.placed.rows[order_id]["_fulfillments"]
	row["location_id"] = "sloc_other"
	task = goods.follow(order_id)
	assert task.status == "Synced", task.last_error
	assert (kits.there(stock.warehouse), kits.there(kits.other)) == ([10, 10], [8, 6])
	back = goods.medusa.request_return(order_id, {1: 1})
	goods.medusa.receive_return(order_id, back, {1: 1})
	task = goods.follow(order_id)
	assert task.status == "Synced", task.last_error
	assert (kits.there(stock.warehouse), kits.there(kits.other)) == ([10, 10], [9, 8])
	(note,) = goods.made("Delivery Note", order_id, medusa_id=made)
	assert [one.warehouse for one in note.packed_items] == [kits.other] * 2
