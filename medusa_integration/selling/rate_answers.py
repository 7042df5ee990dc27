"""What the shop and Desk are told of prices (endpoints, section b)."""

from __future__ import annotations

from typing import Annotated, Any

import frappe
from frappe import _

from medusa_integration.customers.parties import Party, find_party
from medusa_integration.endpoints import (
	READ,
	Choice,
	Desk,
	Id,
	ListOf,
	Maybe,
	Record,
	Storefront,
	endpoint,
)
from medusa_integration.exceptions import ValidationError
from medusa_integration.selling.order.make import PAYMENT_REQUEST
from medusa_integration.selling.quotation.states import QUOTATION
from medusa_integration.selling.rates import own_price_list, prices_of
from medusa_integration.settings import public_price_list

ItemCodes = Annotated[list, ListOf(Record(item_code=Id))]
Products = Annotated[list, ListOf(Record(medusa_product_id=Maybe(Id), medusa_variant_id=Maybe(Id)))]
KINDS = {"medusa_variant_id": "medusa_variant_id", "medusa_product_id": "medusa_id"}


@endpoint(Desk(QUOTATION, "read"), methods=READ)
def fetch_standard_price(
	items: ItemCodes, price_list: Id, party: Id, quotation_to: Annotated[str, Choice("Customer", "Lead")]
) -> dict[str, float]:
	"""The standard and negotiated rates of Items: `{"<item_code>": rate, "<item_code>-negotiated": rate}`.

	0 where there is none. For a Lead the negotiated ones are those of the Customer that was made of it. Needs
	read on Quotation and on the party. Raises ValidationError (400), `frappe.DoesNotExistError` (404).
	"""
	if not frappe.db.exists(quotation_to, party):
		frappe.throw(_("{0} not found.").format(_(quotation_to)), exc=frappe.DoesNotExistError)
	frappe.has_permission(quotation_to, "read", party, throw=True)
	codes = [item["item_code"] for item in items]
	_require_items(codes)
	is_lead = quotation_to == "Lead"
	customer = frappe.db.get_value("Customer", {"lead_name": party}) if is_lead else party
	prices = prices_of(codes, customer, price_list)
	answer = {}
	for code in codes:
		answer[code], answer[f"{code}-negotiated"] = prices[code].standard, prices[code].negotiated
	return answer


@endpoint(Storefront(reopens=True), methods=READ)
def get_medusa_prices(
	items: Products,
	price_list: Id | None = None,
	customer_id: Id | None = None,
	draft_order_id: Id | None = None,
) -> dict[str, Any]:
	"""The prices of products or variants by Medusa's ids:
	`{<id>: {item_code, standard_price, negotiated_price}}`.

	`price_list` may be the shop's or the customer's own (`own_price_list`); any other one is not found.
	With `draft_order_id`, which needs `customer_id`: `{"prices": {...}, "payment_url"}`, the address where
	the order of that customer's draft order can be paid. Raises ValidationError (400),
	`frappe.DoesNotExistError` (404).
	"""
	if draft_order_id and not customer_id:
		raise ValidationError(_("{0} is required.").format("customer_id"))
	party = _party(customer_id) if customer_id else None
	customer = party.name if party and party.doctype == "Customer" else None
	if price_list and price_list not in (public_price_list(), own_price_list(customer)):
		frappe.throw(_("Price List not found."), exc=frappe.DoesNotExistError)
	codes = _item_codes(items)
	prices = prices_of(codes.values(), customer, price_list)
	answer = {
		given: {
			"item_code": code,
			"standard_price": prices[code].standard,
			"negotiated_price": prices[code].negotiated,
		}
		for given, code in codes.items()
	}
	if not draft_order_id:
		return answer
	return {"prices": answer, "payment_url": _payment_url(draft_order_id, customer_id)}


def _party(customer_id: str) -> Party:
	party = find_party(customer_id)
	if not party:
		frappe.throw(_("Customer not found."), exc=frappe.DoesNotExistError)
	return party


def _require_items(codes: list[str]) -> None:
	there = set(frappe.get_all("Item", {"name": ("in", codes)}, pluck="name"))
	for code in codes:
		if code not in there:
			frappe.throw(_("Item not found: {0}").format(code), exc=frappe.DoesNotExistError)


def _item_codes(items: list[dict[str, str | None]]) -> dict[str, str]:
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
			"Website Item",
			filters={KINDS[kind]: ("in", ids), "published": 1},
			fields=[KINDS[kind], "item_code"],
			as_list=True,
		)
	}
	for key in given:
		if key not in found:
			frappe.throw(_("Product not found: {0}").format(key[1]), exc=frappe.DoesNotExistError)
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
		frappe.throw(_("Draft order not found."), exc=frappe.DoesNotExistError)
	row, request = frappe.qb.DocType("Sales Order Item"), frappe.qb.DocType(PAYMENT_REQUEST)
	urls = (
		frappe.qb.from_(row)
		.inner_join(request)
		.on((request.reference_name == row.parent) & (request.reference_doctype == "Sales Order"))
		.select(request.payment_url)
		.where((row.prevdoc_docname == rows[0].name) & (request.docstatus == 1))
		.where(request.status.isin(["Requested", "Initiated", "Partially Paid"]))
		.orderby(request.creation)
		.limit(1)
	).run(pluck=True)
	return (urls[0] or None) if urls else None
