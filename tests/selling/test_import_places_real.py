"""Orders that a real Medusa 2 has reserved at two stock locations: warehouses, quantities, deliveries.

Quantities are kept at the first location; what is at the second one, somebody enters in Medusa.
"""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.checkout import checkout_of
from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.sync.inbox import orders
from tests.support.goods import Goods
from tests.support.locations import two_locations
from tests.support.medusa import read_orders, real_server

pytestmark = [pytest.mark.medusa, pytest.mark.long]


@pytest.fixture
def medusa():
	"""The real server instead of a simulated one."""
	return real_server("v2")


@pytest.fixture
def checkout(medusa):
	return checkout_of(medusa)


@pytest.fixture
def locations(checkout, shop):
	with two_locations(checkout, shop.mark) as found:
		yield found


def name_locations(site, *rows: tuple[str, str]) -> None:
	"""Have the settings a row for each of these locations, with its warehouse."""
	for number, (location, warehouse) in enumerate(rows, start=1):
		parent = {"parent": "Medusa Configuration", "parenttype": "Medusa Configuration"}
		row = {"parentfield": "order_sources", "idx": number, "stock_location": location}
		site.new("Medusa Order Source", **parent, **row, warehouse=warehouse)
	frappe.db.commit()
	frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")


class Shelves:
	"""Items of which ERPNext has 10 in the store, and Medusa 5 more at the second location."""

	def __init__(self, quotes, stock, checkout, locations) -> None:
		self.shop, self.stock, self.checkout, self.locations = quotes.shop, stock, checkout, locations
		self.shop.set(
			push_stock_quantities=1,
			refresh_stock_on_movement=1,
			import_orders=1,
			submit_imported_orders=1,
			company=stock.company,
			delivery_charges_account=quotes.account(),
			stock_location=locations.first,
		)
		quotes.exchange("USD", 0.385)
		self.both, self.only_there = (stock.item(website_warehouse=stock.store) for _ in range(2))
		stock.move((self.both, 10))
		self.shop.drain()
		self.region = checkout.region("usd")
		self.options = [checkout.option(self.region, "Courier", "5.00")]
		for item in (self.both, self.only_there):
			item.reload()
			path = f"/admin/products/{item.medusa_id}/variants/{item.medusa_variant_id}"
			checkout.admin("POST", path, {"prices": [{"amount": 20, "currency_code": "usd"}]})
			locations.stocked(item.medusa_variant_id, locations.second, 5)

	def buy(self, *rows: tuple) -> str:
		"""An order of these items and quantities; Medusa's id."""
		bought = [(item.medusa_variant_id, quantity) for item, quantity in rows]
		email = f"anna-{self.shop.mark}@example.com"
		return self.checkout.buy(self.region, bought, self.options, email=email)

	def read(self, order_id: str):
		"""The Sales Order, after the order was read and all that waits was sent."""
		orders.record([order_id])
		frappe.db.commit()
		self.shop.drain()
		task = self.shop.task(order_id, MEDUSA_ORDER, "order_import")
		assert task.status == "Synced", task.last_error
		return frappe.get_doc("Sales Order", {"medusa_order_id": order_id})

	def level(self, location: str) -> tuple[int, int]:
		return self.locations.level(self.both.medusa_variant_id, location)


@pytest.fixture
def shelves(quotes, stock, checkout, locations):
	return Shelves(quotes, stock, checkout, locations)


def warehouses(doc) -> dict[str, str]:
	return {row.item_code: row.warehouse for row in doc.items}


def comments(doc) -> list[str]:
	filters = {"reference_doctype": "Sales Order", "reference_name": doc.name, "comment_type": "Comment"}
	return frappe.get_all("Comment", filters, pluck="content")


def test_each_row_has_the_warehouse_of_its_location(shelves, locations, site):
	"""Of 7 only the first location has enough, then of 4 only the second; the other item is there alone."""
	here, there = shelves.stock.store, shelves.stock.other
	name_locations(site, (locations.first, here), (locations.second, there))
	both, other = shelves.both, shelves.only_there
	for item in (both, other):
		shelves.stock.put(item, 5, there)
	mixed = shelves.buy((both, 7), (other, 2))
	assert locations.reserved(mixed) == {
		both.medusa_variant_id: locations.first,
		other.medusa_variant_id: locations.second,
	}
	second = shelves.buy((both, 4))
	assert locations.reserved(second) == {both.medusa_variant_id: locations.second}
	first_order, second_order = shelves.read(mixed), shelves.read(second)
	assert warehouses(first_order) == {both.item_code: here, other.item_code: there}
	assert warehouses(second_order) == {both.item_code: there}
	assert comments(first_order) == comments(second_order) == []
	# of 10 pieces 7 are reserved, once; what the second location has is left alone
	assert shelves.level(locations.first) == (10, 7)
	assert shelves.level(locations.second) == (5, 4)
	shelves.stock.order(both, 1)
	shelves.shop.drain()
	assert shelves.level(locations.first) == (9, 7)
	assert shelves.level(locations.second) == (5, 4)


def test_a_location_that_no_row_names(shelves, locations, site):
	"""The rows have the Website Item's warehouse: what is reserved there is not for sale at the first one."""
	first, second = shelves.buy((shelves.both, 6)), shelves.buy((shelves.both, 5))
	assert locations.reserved(second) == {shelves.both.medusa_variant_id: locations.second}
	assert warehouses(shelves.read(first)) == {shelves.both.item_code: shelves.stock.store}
	doc = shelves.read(second)
	assert warehouses(doc) == {shelves.both.item_code: shelves.stock.store}
	# 10 pieces, 6 of the first order and 5 of the second: nothing is left, one is missing
	assert shelves.level(locations.first) == (5, 6)
	assert shelves.level(locations.second) == (5, 5)
	assert doc.medusa_short_of_stock == 1
	said = sorted(comments(doc))
	assert said == [
		f"Medusa has reserved items of this order at the stock location {locations.second}, which no row under "
		"Sales Channels of Medusa Configuration names. They have the warehouse of their Website Item.",
		"Medusa has sold more than there is in stock.<br>"
		f"1 of 5 of Item {shelves.both.item_code} are missing in Warehouse {shelves.stock.store}.",
	]
	# once the five are delivered from that warehouse, they are not in its stock any more
	frappe.db.set_value("Sales Order Item", doc.items[0].name, "delivered_qty", 5)
	doc.reload().update_reserved_qty()
	shelves.stock.move((shelves.both, -5))
	shelves.shop.drain()
	assert shelves.level(locations.first) == (5, 6)


# -- deliveries ----------------------------------------------------------------------------------------------


class Parcels:
	"""Two variants that are stocked at one of the locations each, and orders of two pieces of both."""

	def __init__(self, quotes, stock, checkout, locations) -> None:
		self.goods = Goods(quotes, send_deliveries=1, import_fulfillments=1, stock_location=locations.first)
		self.goods.usd()
		self.locations, self.checkout, self.medusa = locations, checkout, quotes.medusa
		self.here, self.there = stock.store, stock.other
		name_locations(quotes.site, (locations.first, self.here), (locations.second, self.there))
		self.region = checkout.region("usd", 5)
		self.options = [checkout.option(self.region, "Post", "5")]
		self.variants = [checkout.variant({"usd": "10"}, self.region) for _ in self.goods.items]
		for item, variant in zip(self.goods.items, self.variants, strict=True):
			frappe.db.set_value("Website Item", item.name, "medusa_variant_id", variant)
			locations.count(variant)
		frappe.db.commit()

	def bought(self, *places: str) -> str:
		"""An order of two pieces of each variant, which is reserved at these locations; Medusa's id."""
		for variant, place in zip(self.variants, places, strict=True):
			for location in (self.locations.first, self.locations.second):
				self.locations.stocked(variant, location, 10 if location == place else 0)
		email = f"anna-{self.goods.shop.mark}@example.com"
		rows = [(variant, 2) for variant in self.variants]
		order_id = self.checkout.buy(self.region, rows, self.options, email=email)
		assert self.locations.reserved(order_id) == dict(zip(self.variants, places, strict=True))
		self.follow(order_id)
		return order_id

	def follow(self, order_id: str) -> None:
		task = self.goods.follow(order_id, only=True)
		assert task.status == "Synced", task.last_error

	def send(self, note) -> None:
		self.goods.shop.drain(only=[("Delivery Note", note.name, "delivery")])
		assert self.goods.task(note).status == "Synced", self.goods.task(note).last_error

	def fulfillments(self, order_id: str):
		(order,) = read_orders(self.medusa, [order_id])
		return order.fulfillments

	def levels(self) -> list[tuple]:
		"""(stocked, reserved) of each variant at the first and at the second location."""
		places = (self.locations.first, self.locations.second)
		return [tuple(self.locations.level(variant, place) for place in places) for variant in self.variants]

	def fulfill(self, order_id: str, position: int, quantity: int, location: str) -> None:
		fields = "fields=id,items.id,items.variant_id"
		order = self.checkout.admin("GET", f"/admin/orders/{order_id}?{fields}")["order"]
		line = next(row["id"] for row in order["items"] if row["variant_id"] == self.variants[position])
		body = {"items": [{"id": line, "quantity": quantity}], "location_id": location}
		self.checkout.admin("POST", f"/admin/orders/{order_id}/fulfillments", body)


@pytest.fixture
def parcels(quotes, stock, checkout, locations):
	return Parcels(quotes, stock, checkout, locations)


def test_a_delivery_note_is_sent_from_its_location(parcels, locations):
	"""And when it is cancelled, the pieces are back where they came from."""
	order_id = parcels.bought(locations.second, locations.second)
	note = parcels.goods.note(order_id)
	assert {row.warehouse for row in note.items} == {parcels.there}
	parcels.send(note)
	(sent,) = parcels.fulfillments(order_id)
	assert (sent.location_id, sent.delivery_note) == (locations.second, note.name)
	assert parcels.levels() == [((0, 0), (8, 0))] * 2
	parcels.send(parcels.goods.cancel(note))
	assert parcels.levels() == [((0, 0), (10, 2))] * 2


def test_a_delivery_note_from_two_locations(parcels, locations):
	order_id = parcels.bought(locations.first, locations.second)
	note = parcels.goods.note(order_id)
	assert sorted(row.warehouse for row in note.items) == sorted([parcels.here, parcels.there])
	parcels.send(note)
	sent = parcels.fulfillments(order_id)
	assert {one.location_id for one in sent} == {locations.first, locations.second}
	assert [len(one.lines) for one in sent] == [1, 1]
	assert parcels.levels() == [((8, 0), (0, 0)), ((0, 0), (8, 0))]


def test_a_delivery_note_from_another_warehouse_than_ordered(parcels, locations):
	"""Reserved at the first location, and taken from the second: the first one still has its pieces."""
	order_id = parcels.bought(locations.first, locations.first)
	for variant in parcels.variants:
		locations.stocked(variant, locations.second, 10)
	note = parcels.goods.note(order_id, submit=False)
	for row in note.items:
		row.warehouse = parcels.there
	note.save()
	note.submit()
	frappe.db.commit()
	parcels.send(note)
	(sent,) = parcels.fulfillments(order_id)
	assert sent.location_id == locations.second
	assert parcels.levels() == [((10, 0), (8, 0))] * 2


def test_a_fulfillment_is_delivered_from_the_warehouse_of_its_location(parcels, locations):
	"""One where it was reserved, and one from the other location."""
	order_id = parcels.bought(locations.second, locations.first)
	locations.stocked(parcels.variants[1], locations.second, 10)
	parcels.fulfill(order_id, 0, 2, locations.second)
	parcels.fulfill(order_id, 1, 1, locations.second)
	parcels.fulfill(order_id, 1, 1, locations.first)
	parcels.follow(order_id)
	one, two = (item.item_code for item in parcels.goods.items)
	notes = parcels.goods.made("Delivery Note", order_id)
	assert sorted((row.item_code, row.qty, row.warehouse) for note in notes for row in note.items) == sorted(
		[(one, 2, parcels.there), (two, 1, parcels.there), (two, 1, parcels.here)]
	)
	assert [note.docstatus for note in notes] == [1, 1, 1]
