"""Orders that are placed in the simulated Medusa and imported, and what users do with their Sales Orders."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import frappe

from devbench.medusa.seeds import sign_in_v1, sign_in_v2
from devbench.medusa.simulator.baskets import Basket, Bought, Shipped, Tax
from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.sync import task_recording

D = Decimal
FIVE = Tax("VAT", "VAT", D(5))


class Lane:
	"""Orders that are placed in the simulated Medusa, and recorded as an event or the polling does it."""

	def __init__(self, quotes) -> None:
		self.quotes, self.shop, self.medusa = quotes, quotes.shop, quotes.medusa
		self.currency = frappe.get_cached_value("Company", quotes.company, "default_currency").lower()
		self.item = self.variant()
		account = quotes.account()
		self.shop.set(
			delivery_charges_account=account,
			gift_card_account=account,
			submit_imported_orders=0,
			import_orders=1,
		)

	def variant(self):
		"""A Website Item that Medusa has; a drain does not give it another id."""
		item = self.quotes.variant(None)
		frappe.db.delete("Medusa Sync Task", {"lane": ("in", ("product", "price", "collection", "stock"))})
		frappe.db.commit()
		return item

	def basket(self, *rows: tuple, **values) -> Basket:
		rows = rows or ((self.item, "10.00", 2),)
		items = tuple(
			Bought(item.medusa_variant_id, D(price), quantity, taxes=(FIVE,))
			for item, price, quantity in rows
		)
		email = f"anna-{self.shop.mark}@example.com"
		return Basket(items, (Shipped(D("5.00")),), **{"currency": self.currency, "email": email, **values})

	def place(self, basket: Basket | None = None) -> str:
		order_id = self.medusa.place_order(basket or self.basket())
		self.record(order_id)
		return order_id

	def record(self, *ids: str) -> None:
		for order_id in ids:
			if not frappe.db.exists(MEDUSA_ORDER, order_id):
				self.shop.site.new(MEDUSA_ORDER, name=order_id, __newname=order_id)
		task_recording.record_many(MEDUSA_ORDER, ids, "order_import")
		frappe.db.commit()

	def made(self, order_id: str):
		frappe.db.rollback()
		name = frappe.db.get_value("Sales Order", {"medusa_order_id": order_id})
		assert frappe.db.get_value(MEDUSA_ORDER, order_id, "sales_order") == name
		return frappe.get_doc("Sales Order", name) if name else None

	def task(self, order_id: str):
		return self.shop.task(order_id, MEDUSA_ORDER, "order_import")

	def again(self, order_id: str) -> None:
		"""Drain the order that is due later."""
		before = frappe.utils.add_to_date(None, seconds=-1)
		frappe.db.set_value("Medusa Sync Task", self.task(order_id).name, "next_attempt_at", before)
		self.shop.drain(only=[(MEDUSA_ORDER, order_id, "order_import")])


class State(Lane):
	"""Orders that are imported, and what users do with their Sales Orders."""

	def import_(self, basket=None) -> tuple[str, frappe.model.document.Document]:
		order_id = self.place(basket)
		self.drain(order_id)
		return order_id, self.made(order_id)

	def drain(self, order_id: str) -> None:
		self.shop.drain(only=[(MEDUSA_ORDER, order_id, "order_import")])

	def told(self, order_id: str) -> None:
		"""Medusa has changed the order."""
		self.record(order_id)
		self.drain(order_id)

	def cancel(self, doc) -> None:
		doc.reload()
		doc.flags.ignore_permissions = True
		doc.cancel()
		frappe.db.commit()

	def amend(self, doc, **values):
		"""As a form does it, with all values of the cancelled document."""
		made = frappe.copy_doc(doc)
		made.update({"amended_from": doc.name, "status": "Draft", **values})
		made.insert()
		frappe.db.commit()
		return made

	def cancel_in_medusa(self, order_id: str) -> None:
		sign_in = {"v1": sign_in_v1, "v2": sign_in_v2}[self.medusa.generation]
		admin = sign_in(self.medusa.url, self.medusa.email, self.medusa.password)
		admin("POST", f"/admin/orders/{order_id}/cancel")

	def cancellation(self, name: str):
		return self.shop.task(name, "Sales Order", "cancellation")

	def cancellations_of(self, order_id: str) -> list[str]:
		"""The names by which tasks cancel the order in Medusa."""
		filters = {"lane": "cancellation", "medusa_id": order_id}
		return frappe.get_all("Medusa Sync Task", filters, pluck="reference_name")

	def half_an_hour_later(self, name: str) -> None:
		task = self.cancellation(name)
		at = frappe.utils.add_to_date(None, minutes=-31)
		values = {"payload": json.dumps({"cancelled_at": str(at)}), "next_attempt_at": at}
		frappe.db.set_value("Medusa Sync Task", task.name, values)
		frappe.db.commit()
		self.shop.drain(only=[("Sales Order", name, "cancellation")])

	def cancels(self) -> list[str]:
		"""The orders that Medusa was told to cancel."""
		sent = (one.path for one in self.medusa.sent("POST") if one.path.endswith("/cancel"))
		return [path.split("/")[-2] for path in sent]

	def in_medusa(self, order_id: str) -> str:
		return self.medusa.app.placed.rows[order_id]["status"]


def lanes(queries) -> list[str]:
	"""The lane of each statement that records tasks of orders."""
	written = (query for query in queries if "insert into `tabmedusa sync task`" in query.lower())
	found = (re.search("'(order|order_import|cancellation)'", query) for query in written)
	return [match[1] for match in found if match]


def rows_of(doc) -> list[tuple[str, float, float]]:
	return [(row.item_code, row.qty, row.rate) for row in doc.items]
