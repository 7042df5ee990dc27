"""Goods that come back: in Medusa, and by hands of users."""

from __future__ import annotations

import frappe


def sent(goods, *parts: dict, basket=None) -> str:
	"""An order of which these parts were sent, each for itself."""
	order_id = goods.place(basket)
	for part in parts or ({0: 3, 1: 2},):
		goods.medusa.fulfill(order_id, part)
		goods.follow(order_id)
	return order_id


def invoice(goods, order_id: str):
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	doc = make_sales_invoice(goods.order(order_id).name)
	doc.insert().submit()
	frappe.db.commit()
	return doc


def back(goods, order_id: str, items: dict, came: dict | None = None, damaged: dict | None = None) -> str:
	"""These are to come back, and these have come."""
	id = goods.medusa.request_return(order_id, items)
	if came is None or came or damaged:
		goods.medusa.receive_return(order_id, id, items if came is None else came, damaged)
	return id


def returns(goods, order_id: str, doctype: str = "Delivery Note") -> list[tuple]:
	"""Of each return its state, id, what it is against, and its rows."""
	return [
		(doc.docstatus, doc.medusa_id, doc.return_against, [(row.item_code, row.qty) for row in doc.items])
		for doc in goods.made(doctype, order_id, is_return=1)
	]


def by_hand(goods, source, quantities: dict, **values):
	"""The return or credit note that a user makes of a document, of these quantities by position."""
	from erpnext.accounts.doctype.sales_invoice import sales_invoice
	from erpnext.stock.doctype.delivery_note import delivery_note

	module = {"Delivery Note": delivery_note, "Sales Invoice": sales_invoice}[source.doctype]
	doc = module.make_sales_return(source.name)
	for position, row in enumerate(doc.items):
		row.qty = -quantities.get(position, 0)
	doc.set("items", [row for row in doc.items if row.qty])
	doc.update(values)
	doc.insert().submit()
	frappe.db.commit()
	return doc


def delivered(goods, order_id: str):
	return goods.made("Delivery Note", order_id, is_return=0)[0]


def come(goods, order_id: str, items: dict, **values) -> str:
	"""A return in Medusa that is received, and imported once however often it is heard of."""
	id = back(goods, order_id, items, **values)
	for _ in range(2):
		task = goods.follow(order_id)
		assert task.status == "Synced", task.last_error
	return id


def ids_and_pieces(goods, order_id: str, doctype: str = "Delivery Note") -> list[tuple]:
	return [
		(id, [qty for _item, qty in rows])
		for state, id, _of, rows in returns(goods, order_id, doctype)
		if state == 1
	]


def stocked(goods, order_id: str, *quantities: float, updates_stock: bool = True):
	"""An invoice of so many of each row, which delivers them as well."""
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	doc = make_sales_invoice(goods.order(order_id).name)
	for row, quantity in zip(doc.items, quantities, strict=False):
		row.qty = quantity
	doc.set("items", [row for row in doc.items[: len(quantities)] if row.qty])
	doc.update_stock = int(updates_stock)
	doc.insert().submit()
	frappe.db.commit()
	return doc
