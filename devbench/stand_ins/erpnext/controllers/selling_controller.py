"""What a sale has in common, from the order to the return."""

import frappe
from frappe.model.document import Document
from frappe.utils import flt


class SellingController(Document):
	"""A document with `items` that are sold to a `customer`: its amounts, without taxes and in one currency."""

	def validate(self):
		self.set_missing_values()
		self.calculate_totals()
		self.set_status()

	def set_missing_values(self):
		self.customer_name = self.find_customer_name()
		self.company = self.company or frappe.defaults.get_global_default("company")
		self.currency = self.currency or frappe.db.get_value("Company", self.company, "default_currency")
		for row in self.items:
			item = frappe.db.get_value("Item", row.item_code, ["item_name", "stock_uom"], as_dict=True)
			row.item_name = row.item_name or item.item_name
			row.uom = row.uom or item.stock_uom
			row.conversion_factor = flt(row.conversion_factor) or 1
			if row.meta.has_field("stock_qty"):
				row.stock_uom, row.stock_qty = item.stock_uom, flt(row.qty) * row.conversion_factor

	def find_customer_name(self):
		return frappe.db.get_value("Customer", self.customer, "customer_name")

	def calculate_totals(self):
		for row in self.items:
			row.amount = flt(row.qty) * flt(row.rate)
		self.total_qty = sum(flt(row.qty) for row in self.items)
		self.total = sum(row.amount for row in self.items)
		self.net_total = self.grand_total = self.total - flt(self.get("discount_amount"))

	def set_status(self, update=False, status=None):
		"""The status that follows from the document; `status` goes before where it is not overruled by that."""
		if self.is_new():
			self.status = "Draft"
			return
		self.status = self.find_status(status or self.status)
		if update:
			self.db_set("status", self.status)

	def find_status(self, status):
		raise NotImplementedError

	def update_orders(self, link, source, target, percent):
		"""Add up what rows of submitted documents like this one say of an order's rows, and have its status follow.

		`link` is the field of a row that names the order, `source` the one that is added up; `target` is the
		field of the order's row, `percent` that of the order. As in ERPNext, only the status fires events.
		"""
		row, parent = frappe.qb.DocType(f"{self.doctype} Item"), frappe.qb.DocType(self.doctype)
		for name in sorted({row.get(link) for row in self.items} - {None, ""}):
			done = (
				frappe.qb.from_(row)
				.inner_join(parent)
				.on(parent.name == row.parent)
				.select(row.so_detail, row[source])
				.where((row[link] == name) & (parent.docstatus == 1) & (parent.is_return == 0))
			).run()
			order = frappe.get_doc("Sales Order", name)
			share = total = 0
			for line in order.items:
				value = sum(flt(amount) for detail, amount in done if detail == line.name)
				frappe.db.set_value("Sales Order Item", line.name, target, value, update_modified=False)
				wanted = flt(line.get(source))
				share, total = share + min(value, wanted), total + wanted
			frappe.db.set_value("Sales Order", name, percent, share / total * 100 if total else 0)
			frappe.get_doc("Sales Order", name).set_status(update=True)


def map_rows(order, target, link):
	"""Rows of the order as rows of another document that names it."""
	for row in order.items:
		values = {key: row.get(key) for key in ("item_code", "item_name", "uom", "conversion_factor", "rate")}
		target.append("items", {**values, "qty": row.qty, link: order.name, "so_detail": row.name})
	return target
