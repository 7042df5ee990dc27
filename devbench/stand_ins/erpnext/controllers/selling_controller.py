"""What a sale has in common, from the order to the return."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.accounts.party import get_default_price_list, get_lead_details
from erpnext.controllers import taxes_and_totals


class SellingController(Document):
	"""A document with `items` that are sold to a `customer`: prices, taxes and amounts in one currency."""

	def validate(self):
		self.set_missing_values(for_validate=True)
		self.calculate_taxes_and_totals()
		self.validate_selling_price()
		self.set_status()

	def set_missing_values(self, for_validate=False):
		self.set_missing_lead_customer_details(for_validate=for_validate)
		self.customer_name = self.find_customer_name()
		self.company = self.company or frappe.defaults.get_global_default("company")
		self.currency = self.currency or frappe.db.get_value("Company", self.company, "default_currency")
		for row in self.items:
			fields = ["item_name", "stock_uom", "disabled"]
			item = frappe.db.get_value("Item", row.item_code, fields, as_dict=True)
			if not item:
				continue  # a row of an invoice needs none
			if item.disabled:
				frappe.throw(_("Item {0} is disabled").format(row.item_code))
			row.item_name = row.item_name or item.item_name
			row.uom = row.uom or item.stock_uom
			row.conversion_factor = flt(row.conversion_factor) or 1
			if row.meta.has_field("stock_qty"):
				row.stock_uom, row.stock_qty = item.stock_uom, flt(row.qty) * row.conversion_factor
		if self.meta.has_field("selling_price_list"):
			self.set_prices_and_taxes()

	def set_prices_and_taxes(self):
		customer = self.find_customer()
		price_list = customer and get_default_price_list(frappe.get_doc("Customer", customer))
		self.selling_price_list = (
			self.selling_price_list
			or price_list
			or frappe.db.get_single_value("Selling Settings", "selling_price_list")
		)
		if self.meta.has_field("price_list_currency"):
			self.price_list_currency = frappe.db.get_value("Price List", self.selling_price_list, "currency")
		for row in self.items:
			if row.price_list_rate is None:
				row.price_list_rate = taxes_and_totals.price_of(
					row.item_code, self.selling_price_list, customer
				)
			if row.item_tax_template is None:
				row.item_tax_template = taxes_and_totals.item_tax_template_of(row.item_code, self.company)
			template = row.item_tax_template
			row.item_tax_rate = taxes_and_totals.item_tax_rate_of(template) if template else "{}"

	def set_missing_lead_customer_details(self, for_validate=False):
		if self.get("quotation_to") == "Lead":
			self.update_if_missing(get_lead_details(self.party_name, self.company, self.doctype))

	def find_customer(self):
		return self.customer

	def find_customer_name(self):
		return frappe.db.get_value("Customer", self.customer, "customer_name")

	def calculate_taxes_and_totals(self):
		taxes_and_totals.calculate_taxes_and_totals(self)

	def validate_selling_price(self):
		"""Refuse what is sold below what it was bought for, where Selling Settings say so."""
		if not frappe.db.get_single_value("Selling Settings", "validate_selling_price"):
			return
		for row in self.items:
			bought_for = frappe.get_cached_value("Item", row.item_code, "last_purchase_rate")
			if flt(row.rate) < flt(bought_for):
				frappe.throw(
					_("Row #{0}: Selling rate for item {1} is lower than its last purchase rate.").format(
						row.idx, row.item_name
					)
				)

	def set_status(self, update=False, status=None):
		"""Return the status that follows from the document, or `status` if nothing overrules it."""
		if self.is_new():
			self.status = "Draft"
			return
		self.status = self.find_status(status or self.status)
		if update:
			self.db_set("status", self.status)

	def find_status(self, status):
		raise NotImplementedError

	def update_orders(self, link, source, target, percent):
		"""Add up the rows of submitted documents of this kind for an order, and update the order's status.

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


def map_rows(order, target, link, left=lambda row: flt(row.qty)):
	"""Rows of the order as rows of another document that names it; `left` says how much of a row is."""
	for row in order.items:
		fields = ("item_code", "item_name", "uom", "conversion_factor", "rate", "warehouse")
		values = {key: row.get(key) for key in fields}
		if left(row) > 0:
			target.append("items", {**values, "qty": left(row), link: order.name, "so_detail": row.name})
	return target
