"""What Items cost everybody, and what they cost one customer (endpoints 0.6, price block, without the threshold)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.utils import cint, flt, getdate, today

SETTINGS = "Medusa Configuration"
DEFAULT_PRICE_LIST = "Standard Selling"


@dataclass(frozen=True, slots=True)
class Price:
	"""The rates of one Item per stock unit, in the currency of the public price list; 0 where there is none."""

	standard: float = 0
	negotiated: float = 0


def public_price_list() -> str:
	"""The price list that the shop sells by."""
	return frappe.get_cached_doc(SETTINGS).get("price_list") or DEFAULT_PRICE_LIST


def prices_of(
	items: Iterable[str], customer: str | None = None, price_list: str | None = None
) -> dict[str, Price]:
	"""The Price of each Item. Two statements for any number of items and customers' lists.

	`standard` is the newest valid price without a customer in `price_list` (default: the public one);
	`negotiated` the one that names the customer, in its own price list or in that one, else what its own
	list has for everybody. Prices for a batch, a package, or another unit are left aside.
	"""
	items = sorted(set(items))
	public = price_list or public_price_list()
	own, currency = _lists(customer, public)
	rows = _valid_prices(items, {public, own or public}, customer, currency)
	return {item: _price(rows.get(item, []), public, own) for item in items}


def _lists(customer: str | None, public: str) -> tuple[str | None, str | None]:
	"""The customer's own price list, and the currency of the public one. One statement."""
	price_list, buyer = frappe.qb.DocType("Price List"), frappe.qb.DocType("Customer")
	query = (
		frappe.qb.from_(price_list)
		.left_join(buyer)
		.on(buyer.name == (customer or ""))
		.select(buyer.default_price_list, price_list.currency)
		.where(price_list.name == public)
	)
	rows = query.run()
	own, currency = rows[0] if rows else (None, None)
	return own, frappe.get_cached_doc(SETTINGS).get("currency") or currency


def _valid_prices(
	items: list[str], price_lists: set[str], customer: str | None, currency: str | None
) -> dict[str, list[frappe._dict]]:
	"""The prices that hold today, newest first, by Item. One statement."""
	price, item = frappe.qb.DocType("Item Price"), frappe.qb.DocType("Item")
	day = today()
	of_everybody = price.customer.isnull() | (price.customer == "")
	query = (
		frappe.qb.from_(price)
		.inner_join(item)
		.on(item.name == price.item_code)
		.select(
			price.item_code,
			price.price_list,
			price.customer,
			price.price_list_rate,
			price.valid_from,
			price.packing_unit,
		)
		.where(price.item_code.isin(items) & price.price_list.isin(sorted(price_lists)))
		.where((price.selling == 1) & (price.currency == currency))
		.where(of_everybody | (price.customer == customer) if customer else of_everybody)
		.where(price.batch_no.isnull() | (price.batch_no == ""))
		.where(price.uom.isnull() | (price.uom == "") | (price.uom == item.stock_uom))
		.where(price.valid_from.isnull() | (price.valid_from <= day))
		.where(price.valid_upto.isnull() | (price.valid_upto >= day))
	)
	found: dict[str, list[frappe._dict]] = {}
	for row in query.run(as_dict=True) if items else ():
		if cint(row.packing_unit) <= 1:
			found.setdefault(row.item_code, []).append(row)
	for rows in found.values():
		rows.sort(key=lambda row: getdate(row.valid_from) if row.valid_from else date.min, reverse=True)
	return found


def _price(rows: list[frappe._dict], public: str, own: str | None) -> Price:
	def first(price_list: str, *, for_customer: bool) -> float:
		fitting = (row for row in rows if row.price_list == price_list and bool(row.customer) == for_customer)
		return next((flt(row.price_list_rate) for row in fitting), 0)

	standard = first(public, for_customer=False)
	negotiated = (own and first(own, for_customer=True)) or first(public, for_customer=True)
	if not negotiated and own and own != public:
		negotiated = first(own, for_customer=False)
	return Price(standard, negotiated or 0)
