"""The ledger computed anew, in ERPNext's order: the Bin without an event, then the status with one."""

import frappe
from frappe.model.document import Document

from erpnext.stock import stock_ledger


class RepostItemValuation(Document):
	"""What has to be computed anew, by a job of its own."""

	def set_status(self, status):
		self.status = status
		self.db_set("status", status)


def repost(doc):
	"""Compute the Bins of an Item in a warehouse, or of all that a voucher has moved."""
	doc.set_status("In Progress")
	places = {(doc.item_code, doc.warehouse)}
	if doc.based_on == "Transaction":
		voucher = {"voucher_type": doc.voucher_type, "voucher_no": doc.voucher_no}
		rows = frappe.get_all("Stock Ledger Entry", voucher, ["item_code", "warehouse"])
		places = {(row.item_code, row.warehouse) for row in rows}
	for item_code, warehouse in sorted(places):
		stock_ledger.update_bin(item_code, warehouse)
	doc.set_status("Completed")
