"""What Items cost everybody, and what they cost one customer.

The price block of the endpoints, without the threshold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce
from frappe.utils import flt, today
from pypika import Case, Order, Table
from pypika.analytics import RowNumber
from pypika.functions import NullIf
from pypika.queries import QueryBuilder
from pypika.terms import Function

from medusa_integration.catalogue.price.item_prices import offer_of
from medusa_integration.catalogue.price.validity import by_precedence
from medusa_integration.constants import CUSTOMER, ITEM, ITEM_PRICE
from medusa_integration.settings import get_settings, public_price_list

FIELDS = (
	"name",
	"creation",
	"item_code",
	"price_list",
	"customer",
	"price_list_rate",
	"uom",
	"packing_unit",
	"valid_from",
	"valid_upto",
)
# a day before all others that the database knows
EARLIEST = "1000-01-01"
# more rows than a table has
ALL = 2**62


@dataclass(frozen=True, slots=True)
class Price:
	"""The rates of one Item per stock unit, in the currency of the public price list; 0 without one."""

	standard: float = 0
	negotiated: float = 0


def prices_of(
	items: Iterable[str], customer: str | None = None, price_list: str | None = None
) -> dict[str, Price]:
	"""The Price of each Item. Two statements for any number of items and customers' lists.

	`standard` is the newest valid price without a customer in `price_list` (default: the public one);
	`negotiated` the one that names the customer, in its own price list (`own_price_list`) or in that one,
	else what its own list has for everybody. Prices for a batch, a package, or another unit are left aside.
	Of several the one is meant that Medusa shows (`by_precedence`).
	"""
	items = sorted(set(items))
	public = price_list or public_price_list()
	own, currency = _lists(customer, public)
	rows = _valid_prices(items, {public, own or public}, customer, currency)
	return {item: _price(rows.get(item, []), public, own) for item in items}


def own_price_list(customer: str | None) -> str | None:
	"""Return the Price List that ERPNext sells by to this Customer: its own, else that of its Customer Group.

	None without either, where the shop's counts. One statement, none without a customer.
	"""
	if not customer:
		return None
	buyer, group = frappe.qb.DocType(CUSTOMER), frappe.qb.DocType("Customer Group")
	query = frappe.qb.from_(buyer).left_join(group).on(group.name == buyer.customer_group)
	found = query.select(_own(buyer, group)).where(buyer.name == customer).run(pluck=True)
	return found[0] if found else None


def _own(buyer: Table, group: Table) -> Function:
	return Coalesce(NullIf(buyer.default_price_list, ""), NullIf(group.default_price_list, ""))


def _lists(customer: str | None, public: str) -> tuple[str | None, str | None]:
	"""The `own_price_list` of the customer, and the currency of the public one. One statement."""
	price_list, buyer, group = (
		frappe.qb.DocType(name) for name in ("Price List", CUSTOMER, "Customer Group")
	)
	query = (
		frappe.qb.from_(price_list)
		.left_join(buyer)
		.on(buyer.name == (customer or ""))
		.left_join(group)
		.on(group.name == buyer.customer_group)
		.select(_own(buyer, group), price_list.currency)
		.where(price_list.name == public)
	)
	rows = query.run()
	own, currency = rows[0] if rows else (None, None)
	return own, get_settings().currency or currency


def _valid_prices(
	items: list[str], price_lists: set[str], customer: str | None, currency: str | None
) -> dict[str, list[frappe._dict]]:
	"""The prices that hold today, by Item, each before those that it takes precedence over. One statement."""
	price = frappe.qb.DocType(ITEM_PRICE)
	query = (
		_holding_today(price_lists, customer, currency)
		.select(*(price[field] for field in FIELDS))
		.where(price.item_code.isin(items))
	)
	rows = {row.name: row for row in (query.run(as_dict=True) if items else ())}
	found: dict[str, list[frappe._dict]] = defaultdict(list)
	for offer in by_precedence(offer_of(row) for row in rows.values()):
		found[rows[offer.name].item_code].append(rows[offer.name])
	return found


def _holding_today(price_lists: set[str], customer: str | None, currency: Any) -> QueryBuilder:
	"""A query of the Item Prices per stock unit that hold today, of everybody and of one customer.

	The currency is a name or a query of one.
	"""
	price, item = frappe.qb.DocType(ITEM_PRICE), frappe.qb.DocType(ITEM)
	day = today()
	of_everybody = Coalesce(price.customer, "") == ""
	return (
		frappe.qb.from_(price)
		.inner_join(item)
		.on(item.name == price.item_code)
		.where(price.price_list.isin(sorted(price_lists)))
		.where((price.selling == 1) & (price.currency == currency))
		.where(of_everybody | (price.customer == customer) if customer else of_everybody)
		.where((Coalesce(price.supplier, "") == "") & (Coalesce(price.batch_no, "") == ""))
		.where(Coalesce(price.uom, "").isin(["", item.stock_uom]))
		.where(Coalesce(price.packing_unit, 0) <= 1)
		.where(price.valid_from.isnull() | (price.valid_from <= day))
		.where(price.valid_upto.isnull() | (price.valid_upto >= day))
	)


def standard_rates(items: Sequence[str] | None = None) -> QueryBuilder:
	"""Return a query of `item_code` and `rate` of every Item that has a standard price today.

	The rates are those of `prices_of`: the order of the prices of one Item is that of `by_precedence`.

	Args:
		items: only of these Items.
	"""
	price, public = frappe.qb.DocType(ITEM_PRICE), frappe.qb.DocType("Price List").as_("public")
	currency = get_settings().currency or (
		frappe.qb.from_(public).select(public.currency).where(public.name == public_price_list())
	)
	place = (
		RowNumber()
		.over(price.item_code)
		.orderby(Coalesce(price.valid_from, EARLIEST), order=Order.desc)
		.orderby(Case().when(Coalesce(price.uom, "") == "", 0).else_(1), order=Order.desc)
		.orderby(Coalesce(price.packing_unit, 0))
		.orderby(price.creation, order=Order.desc)
		.orderby(price.name, order=Order.desc)
	)
	held = _holding_today({public_price_list()}, None, currency)
	if items is not None:
		held = held.where(price.item_code.isin(list(items)))
	ranked = (
		held.select(price.item_code, price.price_list_rate.as_("rate"), place.as_("place"))
		# has MariaDB rank all prices once, and not those of each Item by themselves
		.limit(ALL)
		.as_("ranked")
	)
	return frappe.qb.from_(ranked).select(ranked.item_code, ranked.rate).where(ranked.place == 1)


def _price(rows: list[frappe._dict], public: str, own: str | None) -> Price:
	def first(price_list: str, *, for_customer: bool) -> float:
		fitting = (row for row in rows if row.price_list == price_list and bool(row.customer) == for_customer)
		return next((flt(row.price_list_rate) for row in fitting), 0)

	standard = first(public, for_customer=False)
	negotiated = (own and first(own, for_customer=True)) or first(public, for_customer=True)
	if not negotiated and own and own != public:
		negotiated = first(own, for_customer=False)
	return Price(standard, negotiated or 0)


def skip_validation(doc: Document, method: str | None = None) -> None:
	"""Doc event `before_validate`: spare documents of the shop ERPNext's comparison with their cost.

	Only with `skip_selling_price_validation`; ERPNext itself has no such switch for single documents.
	No statement.
	"""
	if doc.get("from_ecommerce") and get_settings().skip_selling_price_validation:
		doc.validate_selling_price = _nothing


def _nothing() -> None:
	"""In the place of `SellingController.validate_selling_price` of one document."""
