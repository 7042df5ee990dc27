"""Addresses of the shop's customers: changing one that is there, and those that quotations bring along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.contacts.doctype.address.address import get_address_display
from frappe.model.document import Document

from medusa_integration.customers import side_texts
from medusa_integration.customers.address_fields import (
	FIELDS,
	City,
	Line,
	billing_values,
	checked,
	fitted,
	title_of,
)
from medusa_integration.customers.new_address import insert
from medusa_integration.customers.parties import Party, find_customer
from medusa_integration.customers.side_texts import SideText
from medusa_integration.endpoints.parameters import Text
from medusa_integration.exceptions import ValidationError

# saved with one of them, an Address takes it off the party's other ones, which may be somebody else's too
MARKS = ("is_primary_address", "is_shipping_address")
# fields without which Frappe refuses an Address
NEEDED = ("address_line1", "city")
# what makes an Address another one
PLACE = ("address_line1", "city", "country", "pincode")


def update_address(
	customer_id: Text = "",
	address_line1: Line | None = None,
	address_line2: SideText | None = None,
	city: City | None = None,
	state: SideText | None = None,
	country: Text | None = None,
	pincode: SideText | None = None,
) -> str:
	"""Change the given fields of a customer's Address.

	The Address is the primary one for billing, else the primary one, else the oldest. One that others use too
	is copied.

	Args:
		customer_id: Medusa's id of a Customer or Lead, or from the shop's user a Customer's name.
		address_line1: New text; None leaves the field as it is, and so for all of them.
		address_line2: As it was entered; what the field does not take is kept in a comment.
		city: New text.
		state: As `address_line2`.
		country: Name of a Country, or its ISO 3166 alpha-2 code.
		pincode: As `address_line2`.

	Returns:
		A sentence for the caller.

	Raises:
		ValidationError: Nothing is to be changed, or a field cannot be so (400).
		frappe.DoesNotExistError: No such customer, or one without an Address (404).
	"""
	if not customer_id:
		raise ValidationError(_("Customer ID is required."))
	sent = zip(FIELDS, (address_line1, address_line2, city, state, country, pincode), strict=True)
	given = {field: value for field, value in sent if value is not None}
	if not given:
		raise ValidationError(_("No address fields given."))
	party = find_customer(customer_id)
	if not party:
		raise frappe.DoesNotExistError(_("Customer with ID '{0}' does not exist.").format(customer_id))
	values, entered = fitted(checked(given))
	address = _address_of(party)
	if not address:
		raise frappe.DoesNotExistError(_("No address found for customer ID '{0}'.").format(customer_id))
	side_texts.keep(_change(address, party, values), entered)
	return _("Address updated successfully")


def billing_address(party: Party, data: Mapping[str, Any]) -> str:
	"""Find or make the billing Address that a quotation's data asks for.

	With `is_default` the party's primary billing Address is changed in place, and where there is none the
	equal or new one is made primary. Without, it is the equal one, else a new one. What a side field cannot
	hold is kept in a comment.

	Args:
		party: Whose Address it is.
		data: As a `BillingAddress` is read.

	Returns:
		The name of the Address.

	Raises:
		ValidationError: A field cannot be so, or a new Address lacks one (400).
	"""
	values, entered = billing_values(data)
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


def order_address(party: Party, data: Mapping[str, Any], address_type: str, *, updates: bool) -> str:
	"""Find or make the Address of an order: the one of the same place, else a new one.

	Args:
		party: Whose Address it is.
		data: As a `BillingAddress` is read, with street and town; what is too long is kept in a comment.
		address_type: "Billing" or "Shipping".
		updates: Whether an Address of that place that nobody else uses gets the other values of the order,
			such as the telephone number.

	Returns:
		The name of the Address.

	Raises:
		ValidationError: A field cannot be so (400).
	"""
	short = {field: side_texts.fitted("Address", field, data[field]) for field in NEEDED}
	values, entered = billing_values({**data, **short})
	entered.update({field: data[field] for field in NEEDED if data[field] != short[field]})
	# two orders with the same address are one after the other
	frappe.db.get_value(party.doctype, party.name, "name", for_update=True)
	address = _equal(party, values, address_type=address_type)
	if not address and updates:
		address = _equal(party, values, unshared=True, address_type=address_type, compared=PLACE)
		if address:
			address.update(values)
			address.flags.ignore_mandatory = True
			address.save(ignore_permissions=True)
	if not address:
		address = _new(party, values, address_type)
	side_texts.keep(address, entered)
	return address.name


def _new(party: Party, values: Mapping[str, str], address_type: str = "Billing") -> Document:
	address = frappe.get_doc(
		{
			"doctype": "Address",
			"address_type": address_type,
			"links": [{"link_doctype": party.doctype, "link_name": party.name}],
			**{"address_title": title_of(party.title or party.name, address_type), **values},
		}
	)
	return insert(address, lambda: _equal(party, values, address_type=address_type))


def _equal(
	party: Party,
	values: Mapping[str, str],
	*,
	unshared: bool = False,
	address_type: str = "Billing",
	compared: Iterable[str] | None = None,
) -> Document | None:
	"""The party's oldest Address that says the same; with `unshared` one that nobody else uses."""
	compared = tuple(compared or (*FIELDS, "phone", "email_id", *({"address_title"} & values.keys())))
	for row in _rows(party, compared):
		is_equal = all((row[field] or "") == (values.get(field) or "") for field in compared)
		if row.address_type != address_type or not is_equal:
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


def _own_links(party: Party) -> set[tuple[str, str]]:
	"""The party itself, and for a Customer the Lead that it was."""
	links = {(party.doctype, party.name)}
	if party.doctype == "Customer":
		lead = frappe.db.get_value("Customer", party.name, "lead_name")
		links |= {("Lead", lead)} if lead else set()
	return links


def _address_of(party: Party, *, only_primary_billing: bool = False) -> Document | None:
	"""The party's Address, locked: primary for billing, else primary, else the oldest; unshared first."""
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
	"""Change the Address, or a copy of its own for the party where others use it too, and return which."""
	own = _own_links(party)
	mine = [link for link in address.links if (link.link_doctype, link.link_name) in own]
	marks = {mark: address.get(mark) for mark in MARKS}
	if len(mine) == len(address.links):
		address.update(values)
		if address.flags.medusa_beside_shared:
			address.update(dict.fromkeys(MARKS, 0))
		address.flags.ignore_mandatory = True
		# quotations to it follow, see selling/quotation/events.py
		address.flags.medusa_by_shop = True
		address.save(ignore_permissions=True)
		if address.flags.medusa_beside_shared:
			frappe.db.set_value("Address", address.name, marks, update_modified=False)
		return address
	copy = frappe.copy_doc(address)
	copy.address_title = title_of(copy.address_title or party.title or party.name, copy.address_type)
	copy.links = []
	for link in mine:
		copy.append("links", {"link_doctype": link.link_doctype, "link_name": link.link_name})
	copy.update(dict.fromkeys(MARKS, 0))
	copy.update(values)
	copy = insert(copy, lambda: None)
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
