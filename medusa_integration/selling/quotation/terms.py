"""Rates and taxes of a Quotation: ERPNext's own, and where they follow from what the shop sells for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from medusa_integration.constants import ITEM_GROUP
from medusa_integration.endpoints.parameters import LARGEST_NUMBER
from medusa_integration.exceptions import ValidationError
from medusa_integration.selling.rates import Price, prices_of
from medusa_integration.settings import get_settings, public_price_list

GIVEN = (
	"quotation_to",
	"party_name",
	"customer",
	"company",
	"currency",
	"selling_price_list",
	"transaction_date",
	"customer_address",
	"shipping_address_name",
	"tax_category",
	"ignore_pricing_rule",
)
GIVEN_IN_ROWS = ("item_code", "qty", "uom", "warehouse", "price_list_rate", "item_tax_template")


def set_prices(doc: Document) -> None:
	"""Set `standard_price` of all rows, and the rates of a new Quotation. Two statements.

	To be called after `set_missing_values`, which has found ERPNext's rates for that party. A row gets the
	customer's negotiated rate, else the standard one; with `use_standard_rate_in_quotation` off it stays at
	0 until the review. What a pricing rule of ERPNext has made of a rate stays.
	"""
	customer = doc.party_name if doc.quotation_to == "Customer" else None
	prices = prices_of([row.item_code for row in doc.items], customer)
	is_shop_currency = _is_shop_currency(doc)
	offers_standard = get_settings().use_standard_rate_in_quotation
	for row in doc.items:
		price = prices[row.item_code]
		row.standard_price = price.standard if is_shop_currency else 0
		_set_rate(row, price, is_shop_currency, bool(offers_standard))


def set_missing_standard_prices(doc: Document) -> None:
	"""Set `standard_price` of rows that have none, such as of what was left out and is taken after all.

	Two statements, none where every row has one.
	"""
	rows = [row for row in doc.items if not row.standard_price]
	if rows and _is_shop_currency(doc):
		prices = prices_of(row.item_code for row in rows)
		for row in rows:
			row.standard_price = prices[row.item_code].standard


def _is_shop_currency(doc: Document) -> bool:
	return doc.currency == frappe.get_cached_value("Price List", public_price_list(), "currency")


def set_item_taxes(doc: Document) -> None:
	"""Have a tax row "On Net Total" for each account that an Item Tax Template of a row names. No statement.

	ERPNext takes the rate of each row from its template, and that of the tax row for rows without one: a tax
	row that is there stays as it is. A new one shows the rate that all rows have in common, else 0.
	"""
	rates: dict[str, list[float]] = defaultdict(list)
	for row in doc.items:
		for account, rate in json.loads(row.get("item_tax_rate") or "{}").items():
			rates[account].append(flt(rate))
	there = {tax.account_head for tax in doc.taxes if tax.charge_type == "On Net Total"}
	for account, its_rates in rates.items():
		if account in there:
			continue
		is_common = len(its_rates) == len(doc.items) and len(set(its_rates)) == 1
		tax = {"charge_type": "On Net Total", "account_head": account, "description": account}
		doc.append("taxes", {**tax, "rate": its_rates[0] if is_common else 0})


def keep_rates(doc: Document) -> None:
	"""Have the saves that follow keep the rates that were offered, whatever pricing rules say by then.

	Another quantity, and the Customer that a Lead becomes, may have rules of their own. No statement.
	"""
	doc.ignore_pricing_rule = 1
	for row in doc.items:
		# ERPNext would take back what a rule has made of the rate
		row.pricing_rules = None


def require_amounts_that_fit(doc: Document, method: str | None = None) -> None:
	"""Quotation `validate`: refuse one of the shop whose amounts the database cannot hold.

	Raises ValidationError (400). No statement.
	"""
	if not doc.get("from_ecommerce"):
		return
	for one in (doc, *doc.items, *doc.get("taxes", [])):
		for field in one.meta.fields:
			if (
				field.fieldtype in ("Currency", "Float")
				and abs(flt(one.get(field.fieldname))) > LARGEST_NUMBER
			):
				raise ValidationError(_("The amounts of the quotation are out of range."))


def not_again(doc: Document) -> None:
	"""Have the save that follows not do `set_missing_values`, by which a document costs most, once more.

	Unless something that the values follow from has changed by then, by another app's event. No statement.
	"""
	doc.set_missing_values = partial(_if_changed, doc, _given(doc))


def _if_changed(doc: Document, given: list[tuple], for_validate: bool = False) -> None:
	"""In the place of ERPNext's method of one document, for one call."""
	del doc.set_missing_values
	if _given(doc) != given:
		doc.set_missing_values(for_validate=for_validate)


def _given(doc: Document) -> list[tuple]:
	"""What ERPNext's values of a Quotation and its rows follow from."""
	return [
		tuple(doc.get(field) or None for field in GIVEN),
		*(tuple(row.get(field) or None for field in GIVEN_IN_ROWS) for row in doc.items),
	]


def require_tax_templates(item_codes: Sequence[str]) -> None:
	"""Raise `frappe.ValidationError` (417) when an Item, or its Item Group, names a template that is gone."""
	tax, template = frappe.qb.DocType("Item Tax"), frappe.qb.DocType("Item Tax Template")
	rows = (
		frappe.qb.from_(tax)
		.left_join(template)
		.on(template.name == tax.item_tax_template)
		.select(tax.parenttype, tax.parent, tax.item_tax_template)
		.where(template.name.isnull())
		.where((tax.parenttype == ITEM_GROUP) | tax.parent.isin(list(item_codes)))
		.limit(1)
	).run()
	for parenttype, parent, name in rows:
		frappe.throw(_("{0} {1}: Item Tax Template {2} does not exist.").format(_(parenttype), parent, name))


def _set_rate(row: Document, price: Price, is_shop_currency: bool, offers_standard: bool) -> None:
	if not price.negotiated and not offers_standard:
		# ERPNext would make a rate of the price list's again
		row.update({"price_list_rate": 0, "rate": 0, "discount_percentage": 0, "discount_amount": 0})
		return
	rate = price.negotiated or price.standard
	if rate and is_shop_currency and not row.get("pricing_rules"):
		row.price_list_rate = rate
