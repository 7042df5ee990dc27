"""Quantities and prices of an Item."""

import frappe
from frappe.query_builder.functions import Coalesce, IfNull, Sum

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


def get_item_price(args, item_code, ignore_party=False, force_batch_no=False):
	"""(name, price_list_rate, uom) of the Item Prices that may be taken, the one that is taken first.

	`args`: price_list, uom, and if wanted transaction_date, customer.
	"""
	price = frappe.qb.DocType("Item Price")
	query = frappe.qb.from_(price).select(price.name, price.price_list_rate, price.uom)
	query = query.where((price.item_code == item_code) & (price.price_list == args.get("price_list")))
	query = query.where(IfNull(price.uom, "").isin(["", args.get("uom")]))
	query = query.where(IfNull(price.batch_no, "").isin(["", args.get("batch_no")]))
	query = query.where(IfNull(price.customer, "") == (args.get("customer") or ""))
	if date := args.get("transaction_date"):
		query = query.where(IfNull(price.valid_from, "2000-01-01") <= date)
		query = query.where(IfNull(price.valid_upto, "2500-12-31") >= date)
	for column in (price.valid_from, IfNull(price.batch_no, ""), price.uom):
		query = query.orderby(column, order=frappe.qb.desc)
	return query.run()
