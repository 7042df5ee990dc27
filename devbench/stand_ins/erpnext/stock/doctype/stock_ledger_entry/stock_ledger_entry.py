import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime


class StockLedgerEntry(Document):
	"""One movement of an Item in a warehouse; made by `erpnext.stock.stock_ledger.make_sl_entries`."""

	def autoname(self):
		self.name = frappe.generate_hash(length=10)

	def validate(self):
		self.posting_datetime = get_datetime(f"{self.posting_date} {self.posting_time}")
		for field in ("warehouse", "posting_date", "voucher_type", "voucher_no", "company"):
			if not self.get(field):
				frappe.throw(_("{0} is required").format(_(self.meta.get_label(field))))
		if frappe.db.get_value("Warehouse", self.warehouse, "is_group"):
			frappe.throw(_("Group node warehouse is not allowed to select for transactions"))
		if frappe.db.get_value("Warehouse", self.warehouse, "disabled"):
			frappe.throw(
				_("Disabled Warehouse {0} cannot be used for this transaction.").format(self.warehouse)
			)

	def on_cancel(self):
		frappe.throw(_("Individual Stock Ledger Entry cannot be cancelled."))
