import frappe
from frappe import _
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt

from erpnext.controllers.selling_controller import SellingController, map_rows
from erpnext.stock.utils import get_or_make_bin


class SalesOrder(SellingController):
	"""What a customer has ordered: its status follows what was delivered and billed of it.

	While it is submitted and open, its items are reserved in their Bins.
	"""

	def validate(self):
		super().validate()
		self.set("packed_items", [])
		for row in self.items:
			row.name = row.name or frappe.generate_hash(length=10)
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

	def find_status(self, status):
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus else "Draft"
		if status in ("On Hold", "Closed"):
			return status
		is_delivered = flt(self.per_delivered) >= 100 or self.skip_delivery_note
		is_billed = flt(self.per_billed) >= 100
		if is_delivered:
			return "Completed" if is_billed else "To Bill"
		return "To Deliver" if is_billed else "To Deliver and Bill"

	def on_submit(self):
		self.check_credit_limit()
		self.update_reserved_qty()

	def check_credit_limit(self):
		limit = flt(frappe.db.get_value("Company", self.company, "credit_limit"))
		orders = frappe.get_all(
			"Sales Order",
			{"customer": self.customer, "company": self.company, "docstatus": 1, "status": ("!=", "Closed")},
			["grand_total", "per_billed"],
		)
		owed = sum(order.grand_total * (100 - flt(order.per_billed)) / 100 for order in orders)
		if limit and owed > limit:
			frappe.throw(
				_("Credit limit has been crossed for customer {0} ({1}/{2})").format(
					self.customer, owed, limit
				)
			)

	def on_cancel(self):
		self.db_set("status", "Cancelled")
		self.update_reserved_qty()

	def on_discard(self):
		self.db_set("status", "Cancelled")

	def set_total_advance_paid(self):
		"""What payments are allocated to the order."""
		filters = {"reference_doctype": self.doctype, "reference_name": self.name, "docstatus": 1}
		paid = frappe.get_all("Payment Entry Reference", filters, pluck="allocated_amount")
		self.db_set("advance_paid", sum(paid))

	def update_status(self, status):
		self.set_status(update=True, status=status)
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


@frappe.whitelist()
def update_status(status, name):
	"""What the buttons Hold, Close and Re-open call."""
	frappe.get_doc("Sales Order", name).update_status(status)


@frappe.whitelist()
def make_sales_invoice(source_name, target_doc=None, ignore_permissions=False):
	"""The Sales Invoice over what of a submitted order has none yet, not inserted."""
	invoice = _make(source_name, target_doc, "Sales Invoice", "sales_order", _not_billed, ignore_permissions)
	invoice.calculate_taxes_and_totals()
	return invoice


@frappe.whitelist()
def make_delivery_note(source_name, target_doc=None):
	"""The Delivery Note over what of a submitted order was not delivered yet, not inserted."""
	return _make(source_name, target_doc, "Delivery Note", "against_sales_order", _not_delivered)


def _not_billed(row):
	return flt(row.qty) - (flt(row.billed_amt) / flt(row.rate) if row.rate else 0)


def _not_delivered(row):
	return flt(row.qty) - flt(row.delivered_qty)


def _make(source_name, target_doc, doctype, link, left, ignore_permissions=False):
	tables = {"Sales Order": {"doctype": doctype, "validation": {"docstatus": ["=", 1]}}}
	target = get_mapped_doc(
		"Sales Order", source_name, tables, target_doc, ignore_permissions=ignore_permissions
	)
	return map_rows(frappe.get_doc("Sales Order", source_name), target, link, left)
