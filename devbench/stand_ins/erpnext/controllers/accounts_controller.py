"""What ERPNext does with invoices every day."""

import frappe
from frappe.utils import today


def update_invoice_status():
	"""Make invoices overdue whose day has come; written past the documents, as ERPNext does."""
	frappe.db.sql(
		"""update `tabSales Invoice` set status = 'Overdue'
		where docstatus = 1 and outstanding_amount > 0 and due_date < %s
		and (status like 'Unpaid%%' or status like 'Partly Paid%%')""",
		today(),
	)
