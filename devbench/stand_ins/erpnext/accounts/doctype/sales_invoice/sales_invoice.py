import frappe
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt, getdate, nowtime

from erpnext.accounts.party import get_party_account
from erpnext.accounts.utils import update_reference_in_payment_entry
from erpnext.controllers.selling_controller import SellingController


class SalesInvoice(SellingController):
	"""What a customer has to pay, or gets back: its status follows what is outstanding."""

	def validate(self):
		self.due_date = self.due_date or self.posting_date
		self.posting_time = self.posting_time or nowtime()
		self.conversion_rate = flt(self.conversion_rate) or 1
		self.debit_to = self.debit_to or get_party_account("Customer", self.customer, self.company)
		self.party_account_currency = frappe.db.get_value("Account", self.debit_to, "account_currency")
		self.keep_what_is_more_than_outstanding()
		if self._action in ("save", "submit"):
			self.calculate_taxes_and_totals()
			self.paid_amount = sum(flt(row.amount) for row in self.payments) if self.is_pos else 0
			paid = self.paid_in_advance() + self.paid_amount + flt(self.write_off_amount)
			self.outstanding_amount = self.grand_total - paid
			keeps_its_own = self.update_outstanding_for_self or self.is_pos
			if self.is_return and self.return_against and not keeps_its_own:
				self.outstanding_amount = 0
		super().validate()

	def keep_what_is_more_than_outstanding(self):
		"""As in ERPNext, by the total before it is calculated: a new credit note has that of its invoice."""
		if self.is_return and self.return_against and not self.is_pos:
			left = frappe.db.get_value("Sales Invoice", self.return_against, "outstanding_amount")
			if abs(flt(self.get("rounded_total")) or flt(self.grand_total)) > flt(left):
				self.update_outstanding_for_self = 1

	def paid_in_advance(self):
		"""What was paid in advance for the orders of the rows."""
		orders = {row.sales_order for row in self.items} - {None, ""}
		if not self.allocate_advances_automatically or not orders:
			return 0
		return sum(frappe.get_all("Sales Order", {"name": ("in", orders)}, pluck="advance_paid"))

	def find_status(self, status):
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus else "Draft"
		if self.is_return:
			return "Return"
		outstanding = flt(self.outstanding_amount)
		if outstanding <= 0:
			returns = {"is_return": 1, "return_against": self.name, "docstatus": 1}
			return "Credit Note Issued" if frappe.db.exists("Sales Invoice", returns) else "Paid"
		if getdate(self.due_date) < getdate():
			return "Overdue"
		return "Partly Paid" if outstanding < self.grand_total else "Unpaid"

	def on_submit(self):
		self.update_orders("sales_order", "amount", "billed_amt", "per_billed")
		self.update_original(flt(self.grand_total))
		if self.allocate_advances_automatically:
			self.take_advances()
		update_voucher_outstanding(self.name, 0)

	def take_advances(self):
		"""What is allocated to the orders of the rows is allocated to the invoice instead."""
		left = flt(self.grand_total)
		filters = {
			"reference_doctype": "Sales Order",
			"reference_name": ("in", [row.sales_order for row in self.items if row.sales_order]),
			"docstatus": 1,
		}
		for row in frappe.get_all("Payment Entry Reference", filters, ["name", "parent", "allocated_amount"]):
			amount = min(left, row.allocated_amount)
			if amount:
				left = flt(left - amount, 9)
				values = {"voucher_detail_no": row.name, "allocated_amount": amount}
				against = {"against_voucher_type": "Sales Invoice", "against_voucher": self.name}
				payment = frappe.get_doc("Payment Entry", row.parent)
				update_reference_in_payment_entry(frappe._dict(values, **against), payment)
				payment.save(ignore_permissions=True)

	def on_cancel(self):
		self.ignore_linked_doctypes = ("Payment Entry",)
		self.update_orders("sales_order", "amount", "billed_amt", "per_billed")
		self.update_original(-flt(self.grand_total))
		self.db_set("status", "Cancelled")

	def update_original(self, amount):
		"""A credit note lowers what is outstanding of its invoice, unless it keeps its own account."""
		if self.is_return and self.return_against and not self.update_outstanding_for_self:
			if self.party_account_currency != self.currency:
				amount = flt(amount * self.conversion_rate, 9)
			update_voucher_outstanding(self.return_against, amount)


def update_voucher_outstanding(name, amount):
	"""Change what is outstanding of an invoice; as in ERPNext, only the status fires events."""
	invoice = frappe.get_doc("Sales Invoice", name)
	invoice.outstanding_amount = flt(invoice.outstanding_amount) + flt(amount)
	frappe.db.set_value("Sales Invoice", name, "outstanding_amount", invoice.outstanding_amount)
	invoice.set_status(update=True)


@frappe.whitelist()
def make_sales_return(source_name, target_doc=None):
	"""The credit note of an invoice, not inserted."""
	source = frappe.get_doc("Sales Invoice", source_name)
	target = get_mapped_doc(
		"Sales Invoice", source_name, {"Sales Invoice": {"doctype": "Sales Invoice"}}, target_doc
	)
	target.update({"is_return": 1, "return_against": source.name, "due_date": None, "items": []})
	target.discount_amount = -flt(source.discount_amount)
	for row in target.payments:
		row.amount = -flt(row.amount)
	for row in source.items:
		values = {key: row.get(key) for key in ("item_code", "item_name", "uom", "conversion_factor", "rate")}
		links = {"sales_order": row.sales_order, "so_detail": row.so_detail}
		links["sales_invoice_item"] = row.name
		target.append("items", {**values, **links, "qty": -flt(row.qty)})
	for tax in target.taxes:
		tax.tax_amount = -flt(tax.tax_amount)
	return target
