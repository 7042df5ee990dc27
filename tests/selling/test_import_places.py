"""Orders of Medusa v2 in several stock locations, as values: warehouses, and what is still for sale.

Quantities are kept at the location sloc_here; sloc_there is another one.
"""

from __future__ import annotations

from dataclasses import replace

import frappe
import pytest

from medusa_integration.catalogue.stock import quantities
from medusa_integration.catalogue.stock import state as stock_state
from medusa_integration.catalogue.stock.exporter import level
from medusa_integration.selling.order.imports.reservations import note_fulfilled
from medusa_integration.selling.order.imports.sources import warehouse_at
from tests.selling.order_values import line
from tests.selling.test_import_sources import account_of, another_company
from tests.support.imports import Imports

HERE, THERE = "sloc_here", "sloc_there"


class Places(Imports):
	"""A Website Item of which there are 10, in the store that it is sold from."""

	def __init__(self, quotes, stock) -> None:
		super().__init__(quotes)
		self.stock = stock
		self.shop.set(
			company=stock.company,
			stock_location=HERE,
			push_stock_quantities=1,
			refresh_stock_on_movement=1,
			submit_imported_orders=1,
		)
		self.item = stock.item(website_warehouse=stock.group)
		ids = {"medusa_id": quotes.id("prod"), "medusa_variant_id": quotes.id("variant")}
		frappe.db.set_value("Website Item", self.item.name, ids, update_modified=False)
		stock.move((self.item, 10))
		self.item.reload()

	def named(self, *rows: dict) -> None:
		"""The rows of the settings."""
		self.rows("order_sources", "Medusa Order Source", *rows)

	def ordered(self, *rows: tuple[str, str | None], **values):
		"""An order of rows of these quantities, each at this location."""
		lines = [
			line(str(10 * int(quantity)), quantity, id=f"item_{number}", location_id=place)
			for number, (quantity, place) in enumerate(rows, start=1)
		]
		total = str(10 * sum(int(quantity) for quantity, _place in rows))
		places = {place for _quantity, place in rows}
		only = places.pop() if len(places) == 1 else None
		return self.order(total, lines, [], **{"location_id": only, **values})

	def known(self, order):
		"""The Sales Order of an order of which the site knows that nothing has a fulfillment."""
		doc = self.make(order)
		self.site.new("Medusa Order", name=order.id, __newname=order.id)
		note_fulfilled(order, doc.name)
		frappe.db.commit()
		return doc

	def told(self) -> int:
		"""How many of the item Medusa would be told now."""
		frappe.db.rollback()
		(row,) = stock_state.read([self.item.name])
		return level(row, quantities.quantities([row])).quantity

	def is_recorded(self) -> bool:
		"""Whether the item waits to be sent; forgets it."""
		frappe.db.rollback()
		filters = {"reference_name": self.item.name, "lane": "stock"}
		found = bool(frappe.get_all("Medusa Sync Task", filters))
		frappe.db.delete("Medusa Sync Task", filters)
		frappe.db.commit()
		return found


@pytest.fixture
def places(quotes, stock):
	made = Places(quotes, stock)
	# as soon as it was connected
	frappe.db.set_single_value("Medusa Configuration", "learned_version", "v2")
	frappe.db.commit()
	return made


def warehouses(doc) -> list[str]:
	return [row.warehouse for row in doc.items]


def test_rows_at_several_locations(places):
	"""Each has the warehouse of its own; one whose location has no row has that of the sales channel."""
	stock = places.stock
	channel = stock.warehouse(parent_warehouse=stock.group)
	places.named(
		{"stock_location": HERE, "warehouse": stock.store},
		{"stock_location": THERE, "warehouse": stock.other},
		{"sales_channel": "sc_1", "warehouse": channel},
	)
	rows = [("1", HERE), ("2", THERE), ("1", "sloc_third"), ("1", None)]
	doc = places.make(places.ordered(*rows, sales_channel_id="sc_1"))
	assert warehouses(doc) == [stock.store, stock.other, channel, channel]
	assert [row.medusa_location_id for row in doc.items] == [HERE, THERE, "sloc_third", None]


def test_locations_of_another_company(places):
	"""All of one: the order is of that. Of two: that of the sales channel, and only its locations count."""
	other = another_company(places)
	names = [f"W{number} {places.shop.mark}" for number in (1, 2)]
	abroad = [places.site.new("Warehouse", warehouse_name=name, company=other).name for name in names]
	freight, stock = account_of(places, other), places.stock
	places.rows(
		"shipping_charges", "Medusa Shipping Charge", {"shipping_option": "Courier", "account": freight}
	)
	places.named(
		{"stock_location": "sloc_1", "company": other, "warehouse": abroad[0]},
		{"stock_location": "sloc_2", "company": other, "warehouse": abroad[1]},
		{"stock_location": HERE, "warehouse": stock.store},
		{"warehouse": stock.other},
	)
	doc = places.make(places.ordered(("1", "sloc_1"), ("1", "sloc_2")))
	assert (doc.company, warehouses(doc)) == (other, abroad)
	doc = places.make(places.ordered(("1", "sloc_1"), ("1", HERE)))
	assert (doc.company, warehouses(doc)) == (stock.company, [stock.other, stock.store])


def test_what_is_reserved_elsewhere_is_not_for_sale_here(places):
	"""Medusa lowers what it has here by its reservations here only, and counts each of them itself."""
	places.named({"warehouse": places.stock.store})
	places.is_recorded()
	assert places.told() == 10
	here = places.known(places.ordered(("3", HERE)))
	assert (places.told(), places.is_recorded()) == (10, False)
	there = places.known(places.ordered(("4", THERE)))
	assert (places.told(), places.is_recorded()) == (6, True)
	# both are delivered: the 3 are reserved here until Medusa has a fulfillment, the 4 never were
	for doc, quantity in ((here, 3), (there, 4)):
		frappe.db.set_value("Sales Order Item", doc.items[0].name, "delivered_qty", quantity)
		frappe.get_doc("Sales Order", doc.name).update_reserved_qty()
		places.stock.move((places.item, -quantity))
	assert places.told() == 6


def test_a_draft_that_is_reserved_elsewhere(places):
	"""It will need its pieces here; one that is deleted will not."""
	places.shop.set(submit_imported_orders=0)
	places.named({"warehouse": places.stock.store})
	places.is_recorded()
	doc = places.make(places.ordered(("4", THERE)))
	assert (places.told(), places.is_recorded()) == (6, True)
	doc.submit()
	frappe.db.commit()
	assert (places.told(), places.is_recorded()) == (6, True)
	doc.cancel()
	frappe.db.commit()
	assert (places.told(), places.is_recorded()) == (10, True)


def test_where_it_is_reserved_is_read_again(places):
	"""Somebody has moved the reservation; what was sent from there is known after it is gone."""
	places.named({"warehouse": places.stock.store})
	order = places.ordered(("3", HERE))
	doc = places.known(order)
	places.is_recorded()
	moved = places.ordered(("3", THERE), id=order.id)
	note_fulfilled(moved, doc.name)
	frappe.db.commit()
	assert (places.told(), places.is_recorded()) == (7, True)
	gone = replace(moved, location_id=None, lines=(replace(moved.lines[0], location_id=None),))
	note_fulfilled(gone, doc.name)
	frappe.db.commit()
	assert (places.told(), places.is_recorded()) == (7, False)


def test_the_location_of_the_quantities_is_found_out(places):
	"""Without a setting it is the one that quantities were sent to; orders are counted by it from then on."""
	places.shop.set(stock_location=None, learned_location=None)
	places.named({"warehouse": places.stock.store})
	first = places.shop.medusa.app.stock_location["id"]
	places.make(places.ordered(("4", THERE)))
	places.make(places.ordered(("3", first)))
	assert places.told() == 10
	frappe.db.set_value("Website Item", places.item.name, {"medusa_id": None, "medusa_variant_id": None})
	places.shop.record([places.item.name])
	places.shop.drain()
	assert places.shop.setting("learned_location") == first
	assert places.told() == 6
	(item,) = places.shop.medusa.app.inventory_items.where(
		"_variant_id", places.shop.value(places.item, "medusa_variant_id")
	)
	(found,) = places.shop.medusa.app.inventory_levels.where("inventory_item_id", item["id"])
	assert found["stocked_quantity"] == 6


def test_a_fulfillment_of_a_location_without_a_row(places):
	"""It is delivered from the warehouse of the Sales Order."""
	stock = places.stock
	places.named({"stock_location": THERE, "warehouse": stock.other}, {"warehouse": stock.store})
	order = places.ordered(("3", HERE))
	assert warehouse_at(order, THERE, stock.company) == stock.other
	for location in (HERE, "sloc_third", None):
		assert warehouse_at(order, location, stock.company) is None
	assert warehouse_at(order, THERE, another_company(places)) is None
