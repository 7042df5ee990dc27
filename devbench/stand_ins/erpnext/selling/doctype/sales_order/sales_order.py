import frappe
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock.utils import get_or_make_bin


class SalesOrder(Document):
	"""What a customer has ordered; while it is submitted and open, its items are reserved in their Bins."""

	def validate(self):
		for row in self.items:
			row.conversion_factor = flt(row.conversion_factor) or 1
			row.stock_qty = flt(row.qty) * row.conversion_factor
			row.name = row.name or frappe.generate_hash(length=10)
		self.set("packed_items", [])
		for row in self.items:
			self.pack(row)

	def pack(self, row):
		"""The parts of a line that is a bundle."""
		name = frappe.db.get_value("Product Bundle", {"new_item_code": row.item_code, "disabled": 0})
		for part in frappe.get_doc("Product Bundle", name).items if name else ():
			self.append(
				"packed_items",
				{
					"parent_item": row.item_code,
					"item_code": part.item_code,
					"qty": part.qty * row.stock_qty,
					"warehouse": row.warehouse,
					"parent_detail_docname": row.name,
				},
			)

	def on_submit(self):
		self.db_set("status", "To Deliver and Bill")
		self.update_reserved_qty()

	def on_cancel(self):
		self.update_reserved_qty()
		self.db_set("status", "Cancelled")

	def update_status(self, status):
		"""Close, hold or open again; "Draft" opens."""
		self.db_set("status", "To Deliver and Bill" if status == "Draft" else status)
		self.update_reserved_qty()

	def update_reserved_qty(self):
		for row in [*self.items, *self.packed_items]:
			if row.warehouse and frappe.db.get_value("Item", row.item_code, "is_stock_item"):
				name = get_or_make_bin(row.item_code, row.warehouse)
				reserved = _reserved_qty(row.item_code, row.warehouse)
				frappe.db.set_value("Bin", name, "reserved_qty", reserved)


def _reserved_qty(item_code, warehouse):
	order, line, part = (
		frappe.qb.DocType(name) for name in ("Sales Order", "Sales Order Item", "Packed Item")
	)
	is_open = (order.docstatus == 1) & order.status.notin(["On Hold", "Closed"])
	orders = frappe.qb.from_(order).inner_join(line).on(line.parent == order.name)
	lines = orders.select(line.stock_qty, line.qty, line.delivered_qty).where(
		is_open & (line.item_code == item_code) & (line.warehouse == warehouse)
	)
	parts = (
		orders.inner_join(part)
		.on(part.parent_detail_docname == line.name)
		.select(part.qty, line.qty, line.delivered_qty)
		.where(is_open & (part.item_code == item_code) & (part.warehouse == warehouse))
	)
	rows = [*lines.run(), *parts.run()]
	return sum(stock_qty * (qty - flt(delivered)) / qty for stock_qty, qty, delivered in rows)
