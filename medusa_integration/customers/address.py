"""Addresses of the shop's customers: changing the one that is there,
and those that quotations bring along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import frappe
from frappe import _
from frappe.contacts.doctype.address.address import get_address_display
from frappe.model.document import Document

from medusa_integration.customers import side_texts
from medusa_integration.customers.parties import Party, find_customer
from medusa_integration.customers.side_texts import FieldTextRule, SideTextRule
from medusa_integration.endpoints import Flag, Maybe, Record, Storefront, Text, endpoint
from medusa_integration.endpoints.parameters import rule_of
from medusa_integration.exceptions import ValidationError

FIELDS = ("address_line1", "address_line2", "city", "state", "country", "pincode")
# what a bill can do without, or in a shorter form
SIDE_FIELDS = ("address_line2", "state", "pincode", "phone", "email_id", "address_title")
# saved with one of them, an Address takes it off the party's other ones, which may be somebody else's too
MARKS = ("is_primary_address", "is_shipping_address")
# what Medusa calls them
ALIASES = {
	"address_1": "address_line1",
	"address_2": "address_line2",
	"province": "state",
	"postal_code": "pincode",
}
# an Address is named "<title>-<type>", with a number behind it where that is taken: by a Series of that name
LONGEST_SERIES = 100

Line = Annotated[str, FieldTextRule("Address", "address_line1")]
City = Annotated[str, FieldTextRule("Address", "city")]
SideText = Annotated[str, SideTextRule()]
BillingAddress = Annotated[
	dict,
	Record(
		is_default=Maybe(Flag, False),
		country_code=Maybe(Text),
		country=Maybe(Text),
		address_line1=Maybe(Line),
		address_1=Maybe(Line),
		city=Maybe(City),
		**{
			field: Maybe(SideText)
			for field in (*SIDE_FIELDS, *(alias for alias, of in ALIASES.items() if of in SIDE_FIELDS))
		},
	),
]


@endpoint(Storefront(reopens=True))
def update_address(
	customer_id: Text = "",
	address_line1: Line | None = None,
	address_line2: SideText | None = None,
	city: City | None = None,
	state: SideText | None = None,
	country: Text | None = None,
	pincode: SideText | None = None,
) -> str:
	"""Change the given fields of a customer's Address (contract 155-157).

	`customer_id` is an id in Medusa of a Customer or Lead, or from the shop's user a Customer's name. The
	Address is the primary one for billing, else the primary one, else the oldest. One that others use too is
	copied. Raises ValidationError (400) and `frappe.DoesNotExistError` (404).
	"""
	if not customer_id:
		raise ValidationError(_("Customer ID is required."))
	given = dict(zip(FIELDS, (address_line1, address_line2, city, state, country, pincode), strict=True))
	given = {field: value for field, value in given.items() if value is not None}
	if not given:
		raise ValidationError(_("No address fields given."))
	party = find_customer(customer_id)
	if not party:
		raise frappe.DoesNotExistError(_("Customer with ID '{0}' does not exist.").format(customer_id))
	values, entered = _fitted(_checked(given))
	address = _address_of(party)
	if not address:
		raise frappe.DoesNotExistError(_("No address found for customer ID '{0}'.").format(customer_id))
	side_texts.keep(_change(address, party, values), entered)
	return _("Address updated successfully")


def billing_address(party: Party, data: Mapping[str, Any]) -> str:
	"""The name of the billing Address that a quotation's data asks for (contract 149-153).

	`data` is a `BillingAddress`: `country_code` (ISO 3166 alpha-2) or `country` (name), `address_line1`,
	`address_line2`, `city`, `state`, `pincode` (Medusa's own names are taken too), `phone`, `email_id`,
	`address_title`, `is_default`. With `is_default` the party's primary billing Address is changed in place,
	and where there is none the equal or new one is made primary. Without, it is the equal one, else a new
	one. What a side field cannot hold is kept in a comment. Raises ValidationError (400).
	"""
	values, entered = _billing_values(data)
	# two requests with the same address are one after the other
	frappe.db.get_value(party.doctype, party.name, "name", for_update=True)
	is_default = bool(data.get("is_default"))
	address = _address_of(party, only_primary_billing=True) if is_default else None
	if address:
		address = _change(address, party, values)
	else:
		if not values.get("address_line1") or not values.get("city"):
			raise ValidationError(_("address_line1 and city are required for a new address."))
		address = _equal(party, values, unshared=is_default) or _new(party, values)
		if is_default:
			_mark_primary(address, party)
	side_texts.keep(address, entered)
	return address.name


def _new(party: Party, values: Mapping[str, str]) -> Document:
	address = frappe.get_doc(
		{
			"doctype": "Address",
			"address_type": "Billing",
			"links": [{"link_doctype": party.doctype, "link_name": party.name}],
			**{"address_title": _title(party.title or party.name, "Billing"), **values},
		}
	)
	return address.insert(ignore_permissions=True, ignore_mandatory=True)


def _equal(party: Party, values: Mapping[str, str], *, unshared: bool) -> Document | None:
	"""The party's oldest billing Address that says the same; with `unshared` one that nobody else uses."""
	compared = (*FIELDS, "phone", "email_id", *({"address_title"} & values.keys()))
	for row in _rows(party, compared):
		is_equal = all((row[field] or "") == (values.get(field) or "") for field in compared)
		if row.address_type != "Billing" or not is_equal:
			continue
		if not (unshared and _shared([row.name], party)):
			return frappe.get_doc("Address", row.name)
	return None


def _mark_primary(address: Document, party: Party) -> None:
	if not address.is_primary_address:
		address.is_primary_address = 1
		address.flags.ignore_mandatory = True
		address.save(ignore_permissions=True)
	make_primary(address, party)


def _title(text: str, address_type: str) -> str:
	"""As much of the title as an Address of this type can be named after."""
	longest_type = max(len(address_type), len(_(address_type)))
	return text[: LONGEST_SERIES - longest_type - len("--")].strip()


def _billing_values(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
	data = rule_of(BillingAddress, "billing_address").read("billing_address", data)
	given = {ALIASES.get(key, key): value for key, value in data.items() if value is not None}
	given.pop("is_default", None)
	code = given.pop("country_code", None)
	if code:
		country = frappe.db.get_value("Country", {"code": code.lower()})
		if not country:
			raise ValidationError(_("Unknown country code: {0}").format(code))
		given["country"] = country
	return _fitted(_checked({key: value for key, value in given.items() if value or key in FIELDS}))


def _fitted(given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
	"""The fields as an Address can hold them, and of those that it cannot hold so, what was entered."""
	values: dict[str, Any] = dict(given)
	for field in set(SIDE_FIELDS) & given.keys():
		values[field] = side_texts.fitted("Address", field, given[field])
	if values.get("address_title"):
		values["address_title"] = _title(values["address_title"], "Billing")
	return values, {field: text for field, text in given.items() if values[field] != text and text}


def _checked(given: Mapping[str, str]) -> dict[str, str]:
	"""The fields as an Address has them: a Country for its name or code, nothing blank that is required."""
	values, meta = dict(given), frappe.get_meta("Address")
	if values.get("country"):
		values["country"] = _country(values["country"])
	for field, value in values.items():
		if not value and meta.get_field(field).reqd:
			raise ValidationError(_("{0} cannot be empty.").format(field))
	return values


def _country(given: str) -> str:
	name = frappe.db.get_value("Country", given) or frappe.db.get_value("Country", {"code": given.lower()})
	if not name:
		raise ValidationError(_("Unknown country: {0}").format(given))
	return name


def _own_links(party: Party) -> set[tuple[str, str]]:
	"""The party itself, and for a Customer the Lead that it was."""
	links = {(party.doctype, party.name)}
	if party.doctype == "Customer":
		lead = frappe.db.get_value("Customer", party.name, "lead_name")
		links |= {("Lead", lead)} if lead else set()
	return links


def _address_of(party: Party, *, only_primary_billing: bool = False) -> Document | None:
	"""The party's Address, locked: primary for billing, else primary, else the oldest;
	its own before shared ones.
	"""
	rows = _rows(party, ("is_primary_address",))
	if not rows:
		return None
	primary = None
	if party.doctype == "Customer":
		primary = frappe.db.get_value("Customer", party.name, "customer_primary_address")
	shared = _shared([row.name for row in rows], party)

	def rank(row: frappe._dict) -> tuple[int, bool]:
		is_primary = bool(row.is_primary_address) or row.name == primary
		if is_primary and row.address_type == "Billing":
			return 0, row.name in shared
		return (1 if is_primary else 2), row.name in shared

	best = min(rows, key=rank)
	if only_primary_billing and rank(best)[0]:
		return None
	address = frappe.get_doc("Address", best.name, for_update=True)
	address.flags.medusa_beside_shared = bool(shared - {best.name})
	return address


def _rows(party: Party, fields: Iterable[str]) -> list[frappe._dict]:
	"""Name, type and these fields of the party's Addresses in use, the oldest first. One statement."""
	return frappe.get_all(
		"Address",
		filters=[
			["Dynamic Link", "link_doctype", "=", party.doctype],
			["Dynamic Link", "link_name", "=", party.name],
			["disabled", "=", 0],
		],
		fields=["name", "address_type", *fields],
		order_by="`tabAddress`.creation asc, `tabAddress`.name asc",
	)


def _shared(names: list[str], party: Party) -> set[str]:
	"""Which of the Addresses belong to others as well. One statement."""
	own = _own_links(party)
	links = frappe.get_all(
		"Dynamic Link",
		filters={"parenttype": "Address", "parent": ("in", names)},
		fields=["parent", "link_doctype", "link_name"],
	)
	return {link.parent for link in links if (link.link_doctype, link.link_name) not in own}


def _change(address: Document, party: Party, values: Mapping[str, Any]) -> Document:
	"""Change the Address, or a copy of its own for the party where others use it too; answers which."""
	own = _own_links(party)
	mine = [link for link in address.links if (link.link_doctype, link.link_name) in own]
	marks = {mark: address.get(mark) for mark in MARKS}
	if len(mine) == len(address.links):
		address.update(values)
		if address.flags.medusa_beside_shared:
			address.update(dict.fromkeys(MARKS, 0))
		address.flags.ignore_mandatory = True
		address.save(ignore_permissions=True)
		if address.flags.medusa_beside_shared:
			frappe.db.set_value("Address", address.name, marks, update_modified=False)
		return address
	copy = frappe.copy_doc(address)
	copy.address_title = _title(copy.address_title or party.title or party.name, copy.address_type)
	copy.links = []
	for link in mine:
		copy.append("links", {"link_doctype": link.link_doctype, "link_name": link.link_name})
	copy.update(dict.fromkeys(MARKS, 0))
	copy.update(values)
	copy.insert(ignore_permissions=True, ignore_mandatory=True)
	frappe.db.set_value("Address", copy.name, marks, update_modified=False)
	if party.doctype == "Customer":
		filters = {"name": party.name, "customer_primary_address": address.name}
		if frappe.db.exists("Customer", filters):
			make_primary(copy, party)
	return copy


def make_primary(address: Document, party: Party) -> None:
	"""Show the Address as the Customer's own; a Lead has no such field. Saves no document."""
	if party.doctype != "Customer":
		return
	values = {"customer_primary_address": address.name}
	# a site without a template can't show addresses, but has them
	if frappe.db.exists("Address Template", {"is_default": 1}):
		values["primary_address"] = get_address_display(address.as_dict())
	frappe.db.set_value("Customer", party.name, values, update_modified=False)
