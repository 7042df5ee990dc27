"""Quantities of an Item."""

import frappe
from frappe.query_builder.functions import Coalesce, Sum

from erpnext.stock.doctype.warehouse.warehouse import get_child_warehouses


@frappe.whitelist()
def get_bin_details(item_code, warehouse, company=None, include_child_warehouses=False):
	"""What there is of an Item in a warehouse, or in it and all below it; with `company` also its total."""
	details = {"projected_qty": 0, "actual_qty": 0, "reserved_qty": 0}
	bin, place = frappe.qb.DocType("Bin"), frappe.qb.DocType("Warehouse")
	if warehouse:
		warehouses = get_child_warehouses(warehouse) if include_child_warehouses else [warehouse]
		sums = [Coalesce(Sum(bin[field]), 0).as_(field) for field in details]
		query = frappe.qb.from_(bin).select(*sums)
		query = query.where((bin.item_code == item_code) & bin.warehouse.isin(warehouses))
		details = query.run(as_dict=True)[0]
	if company:
		query = (
			frappe.qb.from_(bin).inner_join(place).on(bin.warehouse == place.name).select(Sum(bin.actual_qty))
		)
		query = query.where((place.company == company) & (bin.item_code == item_code))
		details["company_total_stock"] = query.run()[0][0]
	return details
