"""What ERPNext does with payments after they were submitted; without a ledger."""

import frappe
from frappe.utils import flt


def update_reference_in_payment_entry(d, payment_entry, do_not_save=False):
	"""Allocate an amount that was not allocated, or was allocated to an order, to another document."""
	if d.voucher_detail_no:
		(row,) = payment_entry.get("references", {"name": d.voucher_detail_no})
		row.allocated_amount = flt(row.allocated_amount - d.allocated_amount, 9)
		payment_entry.set("references", [row for row in payment_entry.references if row.allocated_amount])
	row = payment_entry.append(
		"references",
		{
			"reference_doctype": d.against_voucher_type,
			"reference_name": d.against_voucher,
			"total_amount": d.grand_total,
			"outstanding_amount": d.outstanding_amount,
			"allocated_amount": d.allocated_amount,
			"docstatus": 1,
		},
	)
	payment_entry.flags.ignore_validate_update_after_submit = True
	payment_entry.set_amounts()
	return row


def update_voucher_outstanding(voucher_type, voucher_no, account, party_type, party):
	"""What is outstanding of a payment, only the ledger has."""


def unlink_ref_doc_from_payment_entries(ref_doc):
	"""Take the payments of a document off it; they stay with its customer, not allocated."""
	filters = {"reference_doctype": ref_doc.doctype, "reference_name": ref_doc.name, "docstatus": 1}
	for name in frappe.get_all("Payment Entry Reference", filters, pluck="parent", distinct=True):
		payment = frappe.get_doc("Payment Entry", name)
		others = [row for row in payment.references if row.reference_name != ref_doc.name]
		payment.set("references", others)
		payment.flags.ignore_validate_update_after_submit = True
		payment.set_amounts()
		payment.save(ignore_permissions=True)
