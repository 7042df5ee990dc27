"""Stock postings, in ERPNext's order: first the entry with its document events, then the Bin without any."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import flt

from erpnext.stock.utils import get_or_make_bin


def make_sl_entries(sl_entries, allow_negative_stock=False, via_landed_cost_voucher=False):
	"""Post the movements (dicts with the fields of Stock Ledger Entry)."""
	for values in sl_entries:
		entry = frappe.get_doc({**values, "doctype": "Stock Ledger Entry"})
		entry.flags.ignore_permissions = True
		entry.submit()
		quantity = update_bin(entry.item_code, entry.warehouse)
		entry.db_set("qty_after_transaction", quantity, update_modified=False)


def update_bin(item_code, warehouse):
	"""Write what the ledger says to the Bin; the quantity."""
	name = get_or_make_bin(item_code, warehouse)
	table = frappe.qb.DocType("Stock Ledger Entry")
	total = frappe.qb.from_(table).select(Sum(table.actual_qty))
	total = total.where((table.item_code == item_code) & (table.warehouse == warehouse))
	quantity = flt(total.where((table.is_cancelled == 0) & (table.docstatus < 2)).run()[0][0])
	before = frappe.db.get_value("Bin", name, ["actual_qty", "projected_qty"], as_dict=True)
	projected = flt(before.projected_qty) + quantity - flt(before.actual_qty)
	frappe.db.set_value("Bin", name, {"actual_qty": quantity, "projected_qty": projected})
	return quantity
