"""Warehouses, movements and orders of a test, made as ERPNext makes them,
on a site with its stand-ins or without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
	from frappe.model.document import Document

	from tests.support.shop import Shop


class Stock:
	"""A group warehouse with two stores below it, and what happens in them."""

	def __init__(self, shop: Shop) -> None:
		import frappe

		self.shop = shop
		self.company = frappe.db.get_default("company") or frappe.get_all("Company", pluck="name", limit=1)[0]
		self._warehouses: list[str] = []
		self._orders: list[str] = []
		self._bundles: list[str] = [""]
		self.group = self.warehouse(is_group=1)
		self.store, self.other = (self.warehouse(parent_warehouse=self.group) for _ in range(2))
		frappe.db.commit()

	def warehouse(self, **values: Any) -> str:
		"""The name of a new warehouse."""
		name = self.shop.name("Store")
		made = self.shop.site.new("Warehouse", warehouse_name=name, company=self.company, **values).name
		self._warehouses.append(made)
		return made

	def item(self, **values: Any) -> Document:
		"""A published Website Item that is sold from the group."""
		return self.shop.website_item(**{"website_warehouse": self.group, **values})

	def put(self, item: Document | str, quantity: float, warehouse: str | None = None) -> None:
		"""The quantity of an item in a warehouse, as the ledger leaves it in the Bin; committed,
		without a movement.
		"""
		self._write(item, warehouse, actual_qty=quantity)

	def reserve(self, item: Document | str, quantity: float, warehouse: str | None = None) -> None:
		"""What open orders have reserved, as ERPNext leaves it in the Bin; committed."""
		self._write(item, warehouse, reserved_qty=quantity)

	def reserve_otherwise(self, item: Document | str, warehouse: str | None = None, **values: float) -> None:
		"""What Work Orders and the like have reserved: ERPNext saves these fields of the Bin; committed."""
		self.bin(item, warehouse).db_set(values)
		self._commit()

	def batch(
		self,
		item: Document,
		quantity: float,
		expiry_date: str | None,
		*,
		bundled: bool = True,
		warehouse: str | None = None,
	) -> Document:
		"""A batch with so much in it, as ERPNext's ledger keeps it; committed. The Bin is not touched.

		By a Serial and Batch Bundle, or, as before version 15, named by the entry itself.
		"""
		name = self.shop.name("BATCH")
		batch = self.shop.site.new("Batch", batch_id=name, item=item.item_code, expiry_date=expiry_date)
		self.into_batch(batch, quantity, bundled=bundled, warehouse=warehouse)
		return batch

	def into_batch(
		self,
		batch: Document,
		quantity: float,
		*,
		bundled: bool = True,
		warehouse: str | None = None,
		**values: Any,
	) -> None:
		"""Move so much into the batch, or out of it; committed."""
		import frappe
		from frappe.utils import now_datetime, nowtime, today

		place, mark = warehouse or self.store, frappe.generate_hash(length=10)
		about = {"item_code": batch.item, "warehouse": place, "company": self.company}
		about |= {"voucher_type": "Item", "voucher_no": batch.item, "docstatus": 1}
		if bundled:
			kind = "Inward" if quantity > 0 else "Outward"
			bundle = {
				"name": f"SABB-{mark}",
				"has_batch_no": 1,
				"type_of_transaction": kind,
				"total_qty": quantity,
			}
			frappe.get_doc({"doctype": "Serial and Batch Bundle", **about, **bundle}).db_insert()
			row = {
				"parent": bundle["name"],
				"parenttype": "Serial and Batch Bundle",
				"parentfield": "entries",
			}
			row |= {"idx": 1, "name": mark, "batch_no": batch.name, "qty": quantity, "warehouse": place}
			frappe.get_doc({"doctype": "Serial and Batch Entry", "docstatus": 1, **row}).db_insert()
			self._bundles.append(bundle["name"])
		entry = {"name": mark, "actual_qty": quantity, "posting_date": today(), "posting_time": nowtime()}
		entry |= {"posting_datetime": now_datetime(), "is_cancelled": 0, **values}
		of_batch = {"serial_and_batch_bundle": f"SABB-{mark}"} if bundled else {"batch_no": batch.name}
		frappe.get_doc({"doctype": "Stock Ledger Entry", **about, **entry, **of_batch}).db_insert()
		self._commit()

	def _write(self, item: Document | str, warehouse: str | None, **values: float) -> None:
		import frappe

		# as the ledger does: without an event
		frappe.db.set_value("Bin", self.bin(item, warehouse).name, values)
		self._commit()

	def bin(self, item: Document | str, warehouse: str | None = None) -> Document:
		"""The Bin of an item in a warehouse, made if it is missing."""
		import frappe

		code = item if isinstance(item, str) else item.item_code
		values = {"item_code": code, "warehouse": warehouse or self.store}
		name = frappe.db.get_value("Bin", values)
		if not name:
			name = frappe.generate_hash(length=10)
			unit = frappe.get_cached_value("Item", code, "stock_uom")
			# nobody hears of it
			frappe.get_doc({"doctype": "Bin", "name": name, "stock_uom": unit, **values}).db_insert()
		return frappe.get_doc("Bin", name)

	def repost(self) -> None:
		"""Do the reposts that wait, as ERPNext's hourly job does; committed."""
		import frappe
		from erpnext.stock.doctype.repost_item_valuation import repost_item_valuation

		waiting = {"status": "Queued", "docstatus": 1, "warehouse": ("in", self._warehouses)}
		for name in frappe.get_all("Repost Item Valuation", waiting, pluck="name"):
			# the vouchers of a test have no accounts
			with mock.patch.object(repost_item_valuation, "repost_gl_entries", create=True):
				repost_item_valuation.repost(frappe.get_doc("Repost Item Valuation", name))
		self._commit()

	def _commit(self) -> None:
		import frappe

		frappe.db.commit()

	def bundle(self, **parts: float) -> Document:
		"""The Website Item of a bundle of these Items and quantities, sold from the group."""
		parent = self.shop.item(is_stock_item=0)
		rows = [{"item_code": code, "qty": quantity} for code, quantity in parts.items()]
		self.shop.site.new("Product Bundle", new_item_code=parent.name, items=rows)
		return self.shop.website_item(parent, website_warehouse=self.group)

	def order(
		self, item: Document | str, quantity: float, medusa_order_id: str | None = None, warehouse: str = ""
	) -> Document:
		"""A submitted Sales Order, of Medusa's or of somebody else; committed."""
		import frappe
		from frappe.utils import add_days, today

		code = item if isinstance(item, str) else item.item_code
		line = {"item_code": code, "qty": quantity, "rate": 5, "warehouse": warehouse or self.store}
		order = self.shop.site.new(
			"Sales Order",
			customer=self._customer(),
			company=self.company,
			transaction_date=today(),
			delivery_date=add_days(today(), 3),
			items=[{**line, "delivery_date": add_days(today(), 3)}],
		)
		if medusa_order_id:
			order.db_set({"medusa_order_id": medusa_order_id, "from_ecommerce": 1}, update_modified=False)
		order.submit()
		frappe.db.commit()
		self._orders.append(order.name)
		return order

	def move(self, *movements: tuple[Document, float], commit: bool = True) -> None:
		"""Post these quantities of items into the store, in one transaction, as a stock entry does."""
		import frappe
		from erpnext.stock.stock_ledger import make_sl_entries
		from frappe.utils import nowtime, today

		make_sl_entries(
			[
				frappe._dict(
					item_code=item.item_code,
					warehouse=self.store,
					posting_date=today(),
					posting_time=nowtime(),
					voucher_type="Item",
					voucher_no=item.item_code,
					voucher_detail_no=frappe.generate_hash(length=10),
					actual_qty=quantity,
					incoming_rate=1 if quantity > 0 else 0,
					stock_uom=item.stock_uom,
					company=self.company,
				)
				for item, quantity in movements
			],
			allow_negative_stock=True,
		)
		if commit:
			frappe.db.commit()

	def clean_up(self) -> None:
		"""Take away what the site's own clean-up cannot delete: orders that are submitted, the ledger,
		the Bins.
		"""
		import frappe

		frappe.db.rollback()
		if self.shop.site.restores_tables:
			return
		for name in self._orders:
			order = frappe.get_doc("Sales Order", name)
			if order.docstatus == 1:
				order.update_status("Draft")
				order.reload()
				order.cancel()
		frappe.db.delete("Serial and Batch Entry", {"parent": ("in", self._bundles)})
		frappe.db.delete("Serial and Batch Bundle", {"name": ("in", self._bundles)})
		for doctype in ("Stock Ledger Entry", "Bin", "Repost Item Valuation"):
			frappe.db.delete(doctype, {"warehouse": ("in", self._warehouses)})
		frappe.db.commit()

	def _customer(self) -> str:
		name = self.shop.name("Clinic")
		return self.shop.site.new("Customer", customer_name=name, customer_type="Company").name


def available(item: Document) -> tuple[int, float]:
	"""The flag and the quantity that are kept on a Website Item."""
	import frappe

	frappe.db.rollback()
	fields = ["custom_in_stock", "custom_available_qty"]
	return frappe.db.get_value("Website Item", item.name, fields)
