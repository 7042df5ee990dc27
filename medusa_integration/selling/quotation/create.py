"""The shop asks for a quotation."""

from __future__ import annotations

from typing import Annotated, Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, today
from typing_extensions import TypedDict

from medusa_integration.constants import CUSTOMER, LEAD, QUOTATION
from medusa_integration.customers import proposals
from medusa_integration.customers.address import billing_address as address_of
from medusa_integration.customers.address_fields import BillingAddress
from medusa_integration.customers.conversion import lead_to_customer
from medusa_integration.customers.parties import Party, known_party
from medusa_integration.endpoints.parameters import Flag, Id, ListOf, Quantity
from medusa_integration.endpoints.records import ObjectOf, Record
from medusa_integration.selling.quotation.delivery import add_delivery_charges
from medusa_integration.selling.quotation.events import permit_lead_details
from medusa_integration.selling.quotation.lookup import items_of
from medusa_integration.selling.quotation.terms import (
	not_again,
	require_tax_templates,
	set_item_taxes,
	set_prices,
)
from medusa_integration.selling.rates import own_price_list
from medusa_integration.settings import get_settings, number, public_price_list

SAVEPOINT = "medusa_quotation"


class Line(Record):
	"""What is asked for of a variant."""

	variant_id: Id
	quantity: Quantity = 1


class Created(TypedDict):
	"""The Quotation's name, also where it was made before."""

	message: str
	quotationId: str


Lines = Annotated[list[dict[str, Any]], ListOf(Annotated[dict, ObjectOf(Line)])]


def create_quotation(
	customer_id: Id,
	draft_order_id: Id,
	quotation_id: Id,
	items: Lines,
	billing_address: BillingAddress | None = None,
	create_so: Flag = False,
) -> Created:
	"""Make a draft Quotation of what a customer asks for, with ERPNext's rates and taxes.

	The same again for a `quotation_id` that has one changes nothing.

	Args:
		customer_id: Medusa's id of a Customer or Lead.
		draft_order_id: Medusa's id of the draft order.
		quotation_id: Medusa's id of what is asked for.
		items: `{variant_id, quantity}` of each row.
		billing_address: Where the bill goes; None leaves it to ERPNext.
		create_so: A Lead becomes a Customer at once, unless `convert_lead_on_create_quotation` is off.

	Returns:
		`{"message", "quotationId": name of the Quotation}`.

	Raises:
		frappe.DoesNotExistError: Customer or variant are not known (404).
		ValidationError: The address cannot be so (400).
		frappe.DuplicateEntryError: The id is another customer's (409).
		frappe.ValidationError: ERPNext refuses it (417).
	"""
	ids = {"medusa_quotation_id": quotation_id, "medusa_draft_order_id": draft_order_id}
	return _create(customer_id, ids, items, billing_address, create_so=create_so)


def _create(
	customer_id: str,
	ids: dict[str, str],
	items: list[dict[str, Any]],
	billing_address: dict[str, Any] | None,
	*,
	create_so: bool,
) -> Created:
	party, quotation_id = known_party(customer_id), ids["medusa_quotation_id"]
	if not party:
		raise frappe.DoesNotExistError(
			_("Lead or Customer with medusa_id {0} not found.").format(customer_id)
		)
	if name := _existing(quotation_id, customer_id):
		return _answer(name)
	frappe.db.savepoint(SAVEPOINT)
	try:
		if create_so and party.doctype == LEAD and _converts_at_once(party.name):
			party = Party("Customer", lead_to_customer(party.name))
		doc = _new_quotation(party, items)
		doc.update(ids)
		if billing_address:
			doc.customer_address = address_of(party, billing_address)
		_complete(doc)
		doc.insert()
		if party.doctype == LEAD:
			proposals.note_on(doc, party.name)
	except frappe.UniqueValidationError:
		# the same was asked for at the same time, and the unique key has decided
		frappe.db.rollback(save_point=SAVEPOINT)
		name = _existing(quotation_id, customer_id, for_update=True)
		if not name:
			raise
		frappe.clear_last_message()
		return _answer(name)
	return _answer(doc.name)


def _converts_at_once(lead: str) -> bool:
	"""Whether the Lead becomes a Customer now.

	One for whom a Customer is proposed waits until Desk has linked the two.
	"""
	return bool(number("convert_lead_on_create_quotation")) and not proposals.proposed(lead)


def _existing(quotation_id: str, customer_id: str, *, for_update: bool = False) -> str | None:
	"""The Quotation that was made of this id before.

	Locked, it is also seen when it was committed a moment ago.
	"""
	row = frappe.db.get_value(
		QUOTATION,
		{"medusa_quotation_id": quotation_id},
		["name", "quotation_to", "party_name"],
		as_dict=True,
		for_update=for_update,
	)
	if not row:
		return None
	if frappe.db.get_value(row.quotation_to, row.party_name, "medusa_id") != customer_id:
		message = _("Quotation {0} belongs to another customer.").format(quotation_id)
		frappe.throw(message, exc=frappe.DuplicateEntryError)
	return row.name


def _new_quotation(party: Party, lines: list[dict[str, Any]]) -> Document:
	"""A Quotation with its rows, without prices yet. Two statements of ours."""
	settings = get_settings()
	sold = items_of(line["variant_id"] for line in lines)
	is_lead = party.doctype == LEAD
	doc = frappe.get_doc(
		{
			"doctype": QUOTATION,
			"quotation_to": party.doctype,
			"party_name": party.name,
			"company": settings.company or frappe.db.get_default("company"),
			"order_type": "Sales",
			"transaction_date": today(),
			"valid_till": add_days(today(), number("quotation_validity_days")),
			"from_ecommerce": 1,
			"title": settings.unapproved_lead_title if is_lead else None,
			"items": [
				{
					"item_code": sold[line["variant_id"]].item_code,
					"uom": sold[line["variant_id"]].stock_uom,
					"qty": line["quantity"],
				}
				for line in lines
			],
		}
	)
	doc.flags.update({"ignore_permissions": True, "medusa_id_update": True})
	return doc


def _complete(doc: Document) -> None:
	"""Have ERPNext fill in what follows from party, company and items; then the shop's prices."""
	if doc.quotation_to == "Customer":
		values = ["customer_name", "default_currency"]
		customer = frappe.db.get_value(CUSTOMER, doc.party_name, values, as_dict=True)
		doc.title = customer.customer_name
		doc.selling_price_list, doc.currency = own_price_list(doc.party_name), customer.default_currency
	doc.selling_price_list = doc.selling_price_list or public_price_list()
	doc.currency = doc.currency or frappe.get_cached_value("Price List", doc.selling_price_list, "currency")
	permit_lead_details(doc)
	try:
		doc.set_missing_values()
	except TypeError:
		# ERPNext stumbles over a template that is not there
		require_tax_templates([row.item_code for row in doc.items])
		raise
	set_prices(doc)
	set_item_taxes(doc)
	add_delivery_charges(doc)
	not_again(doc)


def _answer(name: str) -> Created:
	return {"message": _("Quotation created successfully"), "quotationId": name}
