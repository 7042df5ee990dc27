"""Imported orders of the simulated Medusa, and what is delivered of them, on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from devbench.medusa.simulator.baskets import Basket, Bought, Shipped, Tax
from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.sync import task_recording
from tests.support.quotes import Quotes

if TYPE_CHECKING:
	from frappe.model.document import Document

D = Decimal
FIVE = Tax("VAT", "VAT", D(5))
# of three and of two pieces, for 10 and 20
ROWS = ((D(10), 3), (D(20), 2))


class Goods:
	"""Orders of two Website Items that become submitted Sales Orders; the worker is drained by hand."""

	def __init__(self, quotes: Quotes, **settings: object) -> None:
		import frappe

		self.quotes, self.shop, self.medusa = quotes, quotes.shop, quotes.medusa
		self.currency = frappe.get_cached_value("Company", quotes.company, "default_currency").lower()
		account = quotes.account()
		defaults = {
			"delivery_charges_account": account,
			"gift_card_account": account,
			"submit_imported_orders": 1,
			"import_orders": 1,
		}
		self.shop.set(**{**defaults, **settings})
		self.items = [quotes.variant(None) for _ in ROWS]
		frappe.db.delete("Medusa Sync Task", {"lane": ("in", ("product", "price", "collection", "stock"))})
		frappe.db.commit()

	def sold_shipping(self) -> str:
		"""Have the way of shipping sold as an Item, whose name is returned."""
		import frappe

		item = self.shop.item(is_stock_item=0).name
		names = {"parent": "Medusa Configuration", "parenttype": "Medusa Configuration"}
		row = {
			"parentfield": "shipping_charges",
			"idx": 1,
			"shipping_option": "so_standard",
			"item_code": item,
		}
		self.shop.site.new("Medusa Shipping Charge", **names, **row)
		frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")
		frappe.db.commit()
		return item

	def usd(self) -> None:
		"""Let orders in USD be imported: a rate of the day, where the site has such rates."""
		import frappe

		if frappe.db.table_exists("Currency Exchange") and self.currency != "usd":
			names = {"from_currency": "USD", "to_currency": self.currency.upper()}
			rate = {"exchange_rate": 0.4, "for_selling": 1, "for_buying": 1}
			self.shop.site.new("Currency Exchange", date="2026-01-01", **names, **rate)
		if not self.shop.site.is_ours:
			# the site has no account of the customers in USD
			any_currency = "allow_multi_currency_invoices_against_single_party_account"
			frappe.db.set_single_value("Accounts Settings", any_currency, 1)
		frappe.db.commit()

	# -- in Medusa -------------------------------------------------------------------------------------------

	def basket(self, *, taxes: tuple[Tax, ...] = (FIVE,), shipping: Shipped | None = None) -> Basket:
		items = tuple(
			Bought(item.medusa_variant_id, price, quantity, taxes=taxes, sku=item.item_code)
			for item, (price, quantity) in zip(self.items, ROWS, strict=True)
		)
		ways = (shipping or Shipped(D("5.00")),)
		return Basket(items, ways, currency=self.currency, email=f"anna-{self.shop.mark}@example.com")

	def place(self, basket: Basket | None = None) -> str:
		"""Let an order be placed and imported; returns Medusa's id."""
		order_id = self.medusa.place_order(basket or self.basket())
		task = self.follow(order_id)
		assert task.status == "Synced", task.last_error
		return order_id

	def follow(self, order_id: str, *, only: bool = False) -> Any:
		"""Have the order read again, as after an event, `only` or with all that is due; returns the task."""
		import frappe

		frappe.db.rollback()
		if not frappe.db.exists(MEDUSA_ORDER, order_id):
			self.shop.site.new(MEDUSA_ORDER, name=order_id, __newname=order_id)
		task_recording.record_many(MEDUSA_ORDER, [order_id], "order_import")
		frappe.db.commit()
		self.shop.drain(only=[(MEDUSA_ORDER, order_id, "order_import")] if only else None)
		return self.shop.task(order_id, MEDUSA_ORDER, "order_import")

	def shown(self, order_id: str) -> list[tuple]:
		"""Of each fulfillment its note, quantities, numbers, and whether it was shipped and cancelled."""
		v1 = self.medusa.generation == "v1"
		return [
			(
				(row["metadata"] or {}).get("erpnext_delivery_note"),
				[item["quantity"] for item in row["items"]],
				[link["tracking_number"] for link in row["tracking_links" if v1 else "labels"]],
				bool(row["shipped_at"]),
				bool(row["canceled_at"]),
			)
			for row in self.medusa.fulfillments(order_id)
		]

	def as_first_sent(self, order_id: str, hours: int = 0) -> None:
		"""Leave the name alone of each Delivery Note in its fulfillments, as the first versions sent them.

		`hours`: how long ago.
		"""
		for row in self.medusa.app.placed.rows[order_id]["_fulfillments"]:
			del row["metadata"]["erpnext_delivery_note_created"]
			moment = datetime.fromisoformat(row["created_at"].replace("Z", "+00:00")) - timedelta(hours=hours)
			row["created_at"] = moment.isoformat().replace("+00:00", "Z")

	def in_two(self, order_id: str) -> tuple[str, str]:
		"""Have a fulfillment for each row, as of two stock locations; returns their ids."""
		row = self.medusa.app.placed.rows[order_id]
		(whole,) = row["_fulfillments"]
		other = f"{whole['id']}B"
		parts = [{**whole, "_items": {0: 3}}, {**whole, "id": other, "_items": {1: 2}}]
		self.medusa.app.placed.update(row, {"_fulfillments": parts})
		return whole["id"], other

	def half_canceled(self) -> tuple[str, Document, str, str]:
		"""Cancel the second fulfillment of a Delivery Note: order, note and the ids of both fulfillments."""
		order_id = self.place()
		note = self.note(order_id)
		self.shop.drain()
		first, second = self.in_two(order_id)
		self.medusa.cancel_fulfillment(order_id, second)
		return order_id, note, first, second

	# -- in ERPNext ------------------------------------------------------------------------------------------

	def order(self, order_id: str) -> Document:
		"""The Sales Order of an order."""
		import frappe

		frappe.db.rollback()
		return frappe.get_doc("Sales Order", {"medusa_order_id": order_id})

	def note(
		self,
		*order_ids: str,
		quantities: Mapping[int, float] | None = None,
		submit: bool = True,
		**values: Any,
	) -> Document:
		"""The Delivery Note of these orders, of these quantities by position of the row; committed."""
		import frappe
		from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

		note: Any = None
		for order_id in order_ids:
			note = make_delivery_note(self.order(order_id).name, note)
		for position, row in enumerate(note.items):
			row.qty = row.qty if quantities is None else quantities.get(position, 0)
		note.set("items", [row for row in note.items if row.qty])
		note.update(values)
		note.insert()
		if submit:
			note.submit()
		frappe.db.commit()
		return note

	def cancel(self, document: Document) -> Document:
		"""Cancel it as it is now; committed."""
		import frappe

		document = frappe.get_doc(document.doctype, document.name)
		document.cancel()
		frappe.db.commit()
		return document

	def delete(self, document: Document) -> None:
		"""Delete it; committed."""
		import frappe

		frappe.delete_doc(document.doctype, document.name, force=True)
		frappe.db.commit()

	def amend(self, document: Document) -> Document:
		"""Amend a cancelled one as the form does, and submit the amendment; committed."""
		import frappe

		amendment = frappe.copy_doc(frappe.get_doc(document.doctype, document.name))
		amendment.amended_from = document.name
		amendment.insert().submit()
		frappe.db.commit()
		return amendment

	def made(self, doctype: str, order_id: str, **filters: Any) -> list[Document]:
		"""The documents of an order, the oldest first."""
		import frappe

		frappe.db.rollback()
		filters = {"medusa_order_id": order_id, **filters}
		names = frappe.get_all(doctype, filters, pluck="name", order_by="creation asc, name asc")
		return [frappe.get_doc(doctype, name) for name in names]

	def task(self, note: Document) -> Any:
		"""The task of a Delivery Note in the lane "delivery"."""
		return self.shop.task(note, "Delivery Note", "delivery")

	def again(self, doctype: str, name: str, lane: str) -> None:
		"""Drain the task that is due later."""
		import frappe

		before = frappe.utils.add_to_date(None, seconds=-1)
		task = self.shop.task(name, doctype, lane)
		frappe.db.set_value("Medusa Sync Task", task.name, "next_attempt_at", before)
		frappe.db.commit()
		self.shop.drain(only=[(doctype, name, lane)])


def rows(note: Document) -> list[tuple]:
	"""The rows of a Delivery Note: (Item, quantity, rate) each."""
	return [(row.item_code, row.qty, row.rate) for row in note.items]
