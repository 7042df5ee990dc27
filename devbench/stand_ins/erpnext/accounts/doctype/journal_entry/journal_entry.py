import frappe
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.accounts.doctype.sales_invoice.sales_invoice import update_voucher_outstanding


class JournalEntry(Document):
	"""A booking, which may settle invoices."""

	def on_submit(self):
		self.settle(1)

	def on_cancel(self):
		self.settle(-1)

	def settle(self, sign):
		for row in self.accounts:
			if row.reference_type == "Sales Invoice":
				amount = flt(row.debit_in_account_currency) - flt(row.credit_in_account_currency)
				update_voucher_outstanding(row.reference_name, sign * amount)


@frappe.whitelist()
def get_payment_entry_against_invoice(dt, dn, amount=None, journal_entry=False):
	"""The Journal Entry that settles a Sales Invoice, not inserted."""
	invoice = frappe.get_doc(dt, dn)
	amount = flt(amount) or flt(invoice.outstanding_amount)
	entry = frappe.new_doc("Journal Entry")
	entry.update({"voucher_type": "Bank Entry", "company": invoice.company})
	party = {"party_type": "Customer", "party": invoice.customer}
	reference = {"reference_type": dt, "reference_name": dn}
	entry.append("accounts", {**party, **reference, "credit_in_account_currency": amount})
	entry.append("accounts", {"debit_in_account_currency": amount})
	return entry if journal_entry else entry.as_dict()
