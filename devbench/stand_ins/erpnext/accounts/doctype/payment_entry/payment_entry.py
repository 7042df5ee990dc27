import frappe
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.accounts.doctype.sales_invoice.sales_invoice import update_voucher_outstanding
from erpnext.accounts.party import get_party_account


class PaymentEntry(Document):
	"""What a customer has paid, for invoices or in advance for orders."""

	def validate(self):
		self.set_amounts()
		self.set_status()

	def set_amounts(self):
		"""What is not allocated; there is one currency."""
		allocated = abs(sum(flt(row.allocated_amount) for row in self.references))
		self.unallocated_amount = max(flt(flt(self.paid_amount) - allocated, 9), 0)

	def build_gl_map(self):
		return []

	def set_status(self):
		self.status = ("Draft", "Submitted", "Cancelled")[self.docstatus]

	def on_submit(self):
		self.pay(1)

	def on_cancel(self):
		self.pay(-1)

	def pay(self, sign):
		for row in self.references:
			amount = sign * flt(row.allocated_amount)
			if row.reference_doctype == "Sales Invoice":
				update_voucher_outstanding(row.reference_name, -amount)
			elif row.reference_doctype == "Sales Order":
				paid = flt(frappe.db.get_value("Sales Order", row.reference_name, "advance_paid"))
				frappe.db.set_value("Sales Order", row.reference_name, "advance_paid", paid + amount)


@frappe.whitelist()
def get_payment_entry(dt, dn, party_amount=None, bank_account=None):
	"""The Payment Entry over what is outstanding of a Sales Invoice or Sales Order, not inserted."""
	source = frappe.get_doc(dt, dn)
	total = flt(source.grand_total)
	outstanding = (
		flt(source.outstanding_amount) if dt == "Sales Invoice" else total - flt(source.advance_paid)
	)
	amount = flt(party_amount) or outstanding
	payment = frappe.new_doc("Payment Entry")
	payment.update(
		{
			"payment_type": "Receive",
			"company": source.company,
			"party_type": "Customer",
			"party": source.customer,
			"paid_from": get_party_account("Customer", source.customer, source.company),
			"paid_from_account_currency": source.currency,
			"paid_to": bank_account,
			"paid_amount": amount,
			"received_amount": amount,
		}
	)
	reference = {"reference_doctype": dt, "reference_name": dn, "total_amount": total}
	payment.append("references", {**reference, "outstanding_amount": outstanding, "allocated_amount": amount})
	return payment
