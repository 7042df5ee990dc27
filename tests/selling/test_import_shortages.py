"""Imported orders of more than ERPNext has in stock are marked, and say what is missing; others are not.

Of 5 pieces, unless the test says otherwise.
"""

from __future__ import annotations

from dataclasses import replace

import frappe
import pytest

from tests.selling.lanes import State


class Shop(State):
	"""A Website Item of which 5 are in stock."""

	def __init__(self, quotes, stock) -> None:
		super().__init__(quotes)
		self.stock = stock
		self.shop.set(company=stock.company, submit_imported_orders=1, import_edits=1)
		self.gloves = self._item("variant_gloves")
		stock.put(self.gloves, 5, stock.store)

	def _item(self, variant: str):
		item = self.stock.item(website_warehouse=self.stock.store)
		variant = f"{variant}_{self.shop.mark}"
		frappe.db.set_value("Website Item", item.name, "medusa_variant_id", variant, update_modified=False)
		frappe.db.delete("Medusa Sync Task", {"lane": ("in", ("product", "price", "collection", "stock"))})
		frappe.db.commit()
		return item.reload()

	def bought(self, *quantities: int):
		"""The Sales Order of an order that has rows of so many gloves."""
		basket = self.basket(*((self.gloves, "10.00", quantity) for quantity in quantities))
		return self.import_(basket)[1]


@pytest.fixture
def lane(quotes, stock):
	return Shop(quotes, stock)


def said(doc) -> list[str]:
	"""The comments on a Sales Order."""
	filters = {"reference_doctype": "Sales Order", "reference_name": doc.name, "comment_type": "Comment"}
	return frappe.get_all("Comment", filters, pluck="content")


def sentence(lane, *missing: str) -> list[str]:
	where = f"of Item {lane.gloves.item_code} are missing in Warehouse {lane.stock.store}."
	return [
		"<br>".join(["Medusa has sold more than there is in stock.", *(f"{one} {where}" for one in missing)])
	]


@pytest.mark.parametrize("submits", [0, 1])
def test_as_many_as_there_are(lane, submits):
	lane.shop.set(submit_imported_orders=submits)
	doc = lane.bought(5)
	assert (doc.docstatus, doc.medusa_short_of_stock, said(doc)) == (submits, 0, [])


@pytest.mark.parametrize("submits", [0, 1])
def test_more_than_there_are(lane, submits):
	"""A draft reserves nothing, and misses as many."""
	lane.shop.set(submit_imported_orders=submits)
	doc = lane.bought(7)
	assert (doc.docstatus, doc.medusa_short_of_stock) == (submits, 1)
	assert said(doc) == sentence(lane, "2 of 7")


def test_two_rows_of_an_item(lane):
	doc = lane.bought(4, 3)
	assert (doc.medusa_short_of_stock, said(doc)) == (1, sentence(lane, "2 of 7"))


def test_what_others_reserve_is_not_there(lane):
	"""Three for a customer of ERPNext, one for production: an order of two misses one, the next one all."""
	lane.stock.order(lane.gloves, 3)
	lane.stock.reserve_otherwise(lane.gloves, lane.stock.store, reserved_qty_for_production=1)
	first, second = lane.bought(2), lane.bought(2)
	assert (first.medusa_short_of_stock, said(first)) == (1, sentence(lane, "1 of 2"))
	assert (second.medusa_short_of_stock, said(second)) == (1, sentence(lane, "2 of 2"))


def test_an_item_that_was_never_in_stock(lane):
	"""There is no Bin of it before the order."""
	lane.gloves = lane._item("variant_new")
	doc = lane.bought(1)
	assert (doc.medusa_short_of_stock, said(doc)) == (1, sentence(lane, "1 of 1"))


def test_a_service_is_never_missing(lane):
	_, doc = lane.import_()
	assert frappe.get_cached_value("Item", doc.items[0].item_code, "is_stock_item") == 0
	assert (doc.medusa_short_of_stock, said(doc)) == (0, [])


@pytest.mark.parametrize("submits", [0, 1])
def test_an_edit_is_looked_at_again(lane, submits):
	"""Three after seven: nothing is missing. The comment of the first one stays."""
	lane.shop.set(submit_imported_orders=submits)
	basket = lane.basket((lane.gloves, "10.00", 7))
	order_id, first = lane.import_(basket)
	assert first.medusa_short_of_stock == 1
	(row,) = basket.items
	lane.medusa.edit_order(order_id, replace(basket, items=(replace(row, quantity=3),)))
	lane.told(order_id)
	doc = lane.made(order_id)
	assert (doc.items[0].qty, doc.medusa_short_of_stock) == (3, 0)
	lane.medusa.edit_order(order_id, replace(basket, items=(replace(row, quantity=6),)))
	lane.told(order_id)
	doc = lane.made(order_id)
	assert (doc.items[0].qty, doc.medusa_short_of_stock) == (6, 1)
	assert sentence(lane, "1 of 6")[0] in said(doc)


def test_an_edited_order_on_hold_reserves_nothing_and_misses_as_many(lane):
	basket = lane.basket((lane.gloves, "10.00", 5))
	order_id, first = lane.import_(basket)
	first.reload().update_status("On Hold")
	frappe.db.commit()
	(row,) = basket.items
	lane.medusa.edit_order(order_id, replace(basket, items=(replace(row, quantity=7),)))
	lane.told(order_id)
	doc = lane.made(order_id)
	assert (doc.status, doc.medusa_short_of_stock) == ("On Hold", 1)
	assert sentence(lane, "2 of 7")[0] in said(doc)


def test_they_are_counted_in_the_workspace(lane):
	import json

	from frappe.desk.doctype.number_card.number_card import get_result

	card = frappe.get_doc("Number Card", "Medusa Orders Short of Stock")
	filters = json.loads(card.filters_json)
	before = get_result(card.as_dict(), filters)
	lane.bought(2)
	doc = lane.bought(7)
	assert get_result(card.as_dict(), filters) == before + 1
	lane.cancel(doc)
	assert get_result(card.as_dict(), filters) == before


def test_only_the_app_writes_the_mark(lane):
	"""Whatever a form or a caller of the API sends; a copy has none."""
	lane.shop.set(submit_imported_orders=0)
	doc = lane.bought(7)
	doc.medusa_short_of_stock = 0
	doc.save()
	assert doc.reload().medusa_short_of_stock == 1
	copy = frappe.copy_doc(doc)
	copy.medusa_order_id = None
	copy.insert()
	assert not copy.reload().medusa_short_of_stock
