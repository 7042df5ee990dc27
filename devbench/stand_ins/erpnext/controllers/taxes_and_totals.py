"""Amounts of a sale: rows, taxes, totals; in one currency, each row in the stock unit of its Item."""

import json

import frappe
from frappe.utils import flt, getdate, today


def price_of(item_code, price_list, customer):
	"""What a price list has for a customer, else for everybody; None where it has neither."""
	filters = {"item_code": item_code, "price_list": price_list}
	fields = ["customer", "price_list_rate", "valid_from", "valid_upto"]
	prices = frappe.get_all("Item Price", filters=filters, fields=fields, order_by="valid_from desc")
	day = getdate(today())
	prices = [
		price
		for price in prices
		if (not price.valid_from or price.valid_from <= day)
		and (not price.valid_upto or price.valid_upto >= day)
	]
	for wanted in filter(None, (customer, "everybody")):
		for price in prices:
			if (price.customer or "everybody") == wanted:
				return price.price_list_rate
	return None


def item_tax_template_of(item_code, company):
	"""The template of this company that an Item has today, else that of its group or of one above it."""
	item = frappe.get_cached_doc("Item", item_code)
	template, group = _valid(item.taxes, company), item.item_group
	while group and not template:
		item_group = frappe.get_cached_doc("Item Group", group)
		template, group = _valid(item_group.taxes, company), item_group.parent_item_group
	return template


def _valid(taxes, company):
	dated, others = [], []
	for tax in taxes:
		disabled, its_company = frappe.get_cached_value(
			"Item Tax Template", tax.item_tax_template, ["disabled", "company"]
		)
		if disabled or its_company != company:
			continue
		if not tax.valid_from:
			others.append(tax)
		elif getdate(tax.valid_from) <= getdate(today()):
			dated.append(tax)
	found = sorted(dated, key=lambda tax: tax.valid_from, reverse=True) or others
	return found[0].item_tax_template if found else None


def item_tax_rate_of(template):
	"""Account -> rate of a template, as JSON."""
	return json.dumps(
		{row.tax_type: row.tax_rate for row in frappe.get_cached_doc("Item Tax Template", template).taxes}
	)


def calculate_taxes_and_totals(doc):
	"""Amounts of rows, the discount on the document, taxes on the net total, totals."""
	for row in doc.items:
		is_given_away = flt(row.get("discount_percentage")) == 100
		row.rate = 0 if is_given_away else flt(row.rate) or flt(row.get("price_list_rate"))
		row.amount = flt(row.qty) * flt(row.rate)
		if not flt(row.qty) and doc.get("is_return"):
			row.amount = -flt(row.rate)
	doc.total_qty = sum(flt(row.qty) for row in doc.items)
	doc.total = sum(row.amount for row in doc.items)
	is_on_net_total = doc.get("apply_discount_on") == "Net Total"
	if is_on_net_total and doc.get("additional_discount_percentage"):
		doc.discount_amount = flt(doc.total * flt(doc.additional_discount_percentage) / 100, 3)
	doc.net_total = doc.grand_total = flt(doc.total - flt(doc.get("discount_amount")), 9)
	# one on the net total lowers the taxes as well
	taxed = doc.net_total / doc.total if is_on_net_total and doc.total else 1
	if not doc.meta.has_field("taxes"):
		return
	for tax in doc.taxes:
		if tax.charge_type == "On Net Total":
			tax.tax_amount = flt(taxed * sum(_tax_of(row, tax) for row in doc.items), 3)
		doc.grand_total = flt(doc.grand_total + flt(tax.tax_amount), 9)
		tax.total = doc.grand_total
	if doc.meta.has_field("base_grand_total"):
		doc.base_grand_total = flt(doc.grand_total * (flt(doc.conversion_rate) or 1), 9)
	doc.total_taxes_and_charges = sum(flt(tax.tax_amount) for tax in doc.taxes)


def _tax_of(row, tax):
	rates = json.loads(row.get("item_tax_rate") or "{}")
	return row.amount * flt(rates.get(tax.account_head, tax.rate)) / 100
