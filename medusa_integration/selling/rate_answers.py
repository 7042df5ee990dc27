"""What the shop and Desk are told of prices."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import frappe
from frappe import _
from typing_extensions import TypedDict

from medusa_integration.constants import CUSTOMER, ITEM, QUOTATION, SALES_INVOICE, SALES_ORDER, WEBSITE_ITEM
from medusa_integration.customers.parties import Party, find_party
from medusa_integration.endpoints.parameters import CHOICE, Id, ListOf
from medusa_integration.endpoints.records import ObjectOf, Record
from medusa_integration.exceptions import ValidationError
from medusa_integration.selling.order.make import OPEN, PAYMENT_REQUEST
from medusa_integration.selling.price_visibility import shown, threshold
from medusa_integration.selling.rates import own_price_list, prices_of
from medusa_integration.settings import public_price_list

KINDS = {"medusa_variant_id": "medusa_variant_id", "medusa_product_id": "medusa_id"}


class ItemRow(Record):
	"""A row of a document."""

	item_code: Id


class ProductIds(Record):
	"""A product, or its variant, by Medusa's id."""

	medusa_product_id: Id | None = None
	medusa_variant_id: Id | None = None


class Rates(TypedDict):
	"""What an Item costs everybody, and the customer; 0 where there is no price."""

	item_code: str
	standard_price: float
	negotiated_price: float


class RatesToPay(TypedDict):
	"""Prices by the ids that were given, and where the order of the draft can be paid."""

	prices: dict[str, Rates]
	payment_url: str | None


ItemRows = Annotated[list[dict[str, Any]], ListOf(Annotated[dict, ObjectOf(ItemRow)])]
Products = Annotated[list[dict[str, Any]], ListOf(Annotated[dict, ObjectOf(ProductIds)])]


def fetch_standard_price(
	items: ItemRows, price_list: Id, party: Id, quotation_to: Annotated[Literal["Customer", "Lead"], CHOICE]
) -> dict[str, float]:
	"""List the standard and negotiated rates of Items, without the threshold. Needs read on the party.

	Args:
		items: `{item_code}` of each.
		price_list: For the standard rates.
		party: Name of a Customer or Lead; for a Lead the negotiated rates are those of its Customer.
		quotation_to: "Customer" or "Lead".

	Returns:
		`{"<item_code>": rate, "<item_code>-negotiated": rate}`, 0 where there is none.

	Raises:
		frappe.DoesNotExistError: The party or an Item is not there (404).
	"""
	if not frappe.db.exists(quotation_to, party):
		raise frappe.DoesNotExistError(_("{0} not found.").format(_(quotation_to)))
	frappe.has_permission(quotation_to, "read", party, throw=True)
	codes = [item["item_code"] for item in items]
	_require_items(codes)
	is_lead = quotation_to == "Lead"
	customer = frappe.db.get_value(CUSTOMER, {"lead_name": party}) if is_lead else party
	prices = prices_of(codes, customer, price_list)
	answer = {}
	for code in codes:
		answer[code], answer[f"{code}-negotiated"] = prices[code].standard, prices[code].negotiated
	return answer


def get_medusa_prices(
	items: Products,
	price_list: Id | None = None,
	customer_id: Id | None = None,
	draft_order_id: Id | None = None,
) -> dict[str, Rates] | RatesToPay:
	"""List the prices of products or variants by Medusa's ids, as the shop shows them.

	From the *Price Visibility Threshold* on they are told as 0.

	Args:
		items: `{medusa_product_id}` or `{medusa_variant_id}` of each.
		price_list: The shop's or the customer's own (`own_price_list`); any other one is not found.
		customer_id: Medusa's, for negotiated prices.
		draft_order_id: Medusa's, of that customer: the address where its order can be paid is returned too.

	Returns:
		`{<id>: {item_code, standard_price, negotiated_price}}`, or with `draft_order_id`
		`{"prices": {...}, "payment_url"}`.

	Raises:
		ValidationError: An item has no id, or `customer_id` is missing (400).
		frappe.DoesNotExistError: Something is not there (404).
	"""
	if draft_order_id and not customer_id:
		raise ValidationError(_("{0} is required.").format("customer_id"))
	party = _party(customer_id) if customer_id else None
	customer = party.name if party and party.doctype == CUSTOMER else None
	if price_list and price_list not in (public_price_list(), own_price_list(customer)):
		raise frappe.DoesNotExistError(_("Price List not found."))
	codes = _item_codes(items)
	limit = threshold()
	prices = {
		code: shown(price, limit) for code, price in prices_of(codes.values(), customer, price_list).items()
	}
	answer: dict[str, Rates] = {
		given: {
			"item_code": code,
			"standard_price": prices[code].standard,
			"negotiated_price": prices[code].negotiated,
		}
		for given, code in codes.items()
	}
	if not draft_order_id:
		return answer
	return {"prices": answer, "payment_url": _payment_url(draft_order_id, customer_id or "")}


def _party(customer_id: str) -> Party:
	party = find_party(customer_id)
	if not party:
		raise frappe.DoesNotExistError(_("Customer not found."))
	return party


def _require_items(codes: list[str]) -> None:
	there = set(frappe.get_all(ITEM, {"name": ("in", codes)}, pluck="name"))
	for code in codes:
		if code not in there:
			raise frappe.DoesNotExistError(_("Item not found: {0}").format(code))


def _item_codes(items: list[dict[str, Any]]) -> dict[str, str]:
	"""The Item of each given id, in their order. A statement per kind of id."""
	wanted: dict[str, list[str]] = {kind: [] for kind in KINDS}
	given = []
	for item in items:
		kind = next((kind for kind in KINDS if item[kind]), None)
		if not kind:
			raise ValidationError(_("Each item needs medusa_product_id or medusa_variant_id."))
		wanted[kind].append(item[kind])
		given.append((kind, item[kind]))
	found = {
		(kind, row[0]): row[1]
		for kind, ids in wanted.items()
		if ids
		for row in frappe.get_all(
			WEBSITE_ITEM,
			filters={KINDS[kind]: ("in", ids), "published": 1},
			fields=[KINDS[kind], "item_code"],
			as_list=True,
		)
	}
	for key in given:
		if key not in found:
			raise frappe.DoesNotExistError(_("Product not found: {0}").format(key[1]))
	return {key[1]: found[key] for key in given}


def _payment_url(draft_order_id: str, customer_id: str) -> str | None:
	"""Where the order that was made of the draft order can be paid; None as long as it cannot."""
	filters = {"medusa_draft_order_id": draft_order_id, "from_ecommerce": 1}
	rows = frappe.get_all(
		QUOTATION, filters, ["name", "quotation_to", "party_name"], order_by="creation desc", limit=1
	)
	is_theirs = rows and (
		frappe.db.get_value(rows[0].quotation_to, rows[0].party_name, "medusa_id") == customer_id
	)
	if not is_theirs:
		raise frappe.DoesNotExistError(_("Draft order not found."))
	return _open_payment(rows[0].name)


def _open_payment(quotation: str) -> str | None:
	"""Return where to pay what was ordered of a Quotation: of the order or of its invoice. One statement."""
	ordered, billed, request = (
		frappe.qb.DocType(name) for name in ("Sales Order Item", "Sales Invoice Item", PAYMENT_REQUEST)
	)
	orders = frappe.qb.from_(ordered).select(ordered.parent).where(ordered.prevdoc_docname == quotation)
	invoices = frappe.qb.from_(billed).select(billed.parent).where(billed.sales_order.isin(orders))
	urls = (
		frappe.qb.from_(request)
		.select(request.payment_url)
		.where((request.docstatus == 1) & request.status.isin(OPEN))
		.where(
			((request.reference_doctype == SALES_ORDER) & request.reference_name.isin(orders))
			| ((request.reference_doctype == SALES_INVOICE) & request.reference_name.isin(invoices))
		)
		.orderby(request.creation)
		.limit(1)
	).run(pluck=True)
	return (urls[0] or None) if urls else None
