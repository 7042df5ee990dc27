"""Addresses of the shop's customers: changing the one that is there,
and those that quotations bring along.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.contacts.doctype.address.address import get_address_display
from frappe.model.document import Document

from medusa_integration.customers.parties import Party, find_party
from medusa_integration.doorkeeper import Storefront, Text, endpoint
from medusa_integration.doorkeeper.parameters import rule_of
from medusa_integration.exceptions import ValidationError

FIELDS = ("address_line1", "address_line2", "city", "state", "country", "pincode")
# saved with one of them, an Address takes it off the party's other ones, which may be somebody else's too
MARKS = ("is_primary_address", "is_shipping_address")
# what Medusa calls them
ALIASES = {
	"address_1": "address_line1",
	"address_2": "address_line2",
	"province": "state",
	"postal_code": "pincode",
}


@endpoint(Storefront(reopens=True))
def update_address(
	customer_id: Text = "",
	address_line1: Text | None = None,
	address_line2: Text | None = None,
	city: Text | None = None,
	state: Text | None = None,
	country: Text | None = None,
	pincode: Text | None = None,
) -> str:
	"""Change the given fields of a customer's Address (contract 155-157).

	`customer_id` is the Customer's name, or an id in Medusa of a Customer or Lead. The Address is the
	primary one for billing, else the primary one, else the oldest. One that others use too is copied.
	Raises ValidationError (400) and `frappe.DoesNotExistError` (404).
	"""
	if not customer_id:
		raise ValidationError(_("Customer ID is required."))
	given = dict(zip(FIELDS, (address_line1, address_line2, city, state, country, pincode), strict=True))
	given = {field: value for field, value in given.items() if value is not None}
	if not given:
		raise ValidationError(_("No address fields given."))
	party = _party(customer_id)
	if not party:
		raise frappe.DoesNotExistError(_("Customer with ID '{0}' does not exist.").format(customer_id))
	values = _checked(given)
	address = _address_of(party)
	if not address:
		raise frappe.DoesNotExistError(_("No address found for customer ID '{0}'.").format(customer_id))
	_change(address, party, values)
	return _("Address updated successfully")


def billing_address(party: Party, data: Mapping[str, Any]) -> str:
	"""The name of the billing Address that a quotation's data asks for (contract 149-153).

	`data` has `country_code` (ISO 3166 alpha-2) or `country` (name), `address_line1`, `address_line2`,
	`city`, `state`, `pincode` (Medusa's own names are taken too), `phone`, `email_id`, `address_title`,
	`is_default`. With `is_default` the party's primary billing Address is changed in place, or a new one is
	made primary; without, a new one is made in any case. Raises ValidationError (400).
	"""
	values = _billing_values(data)
	if data.get("is_default"):
		address = _address_of(party, only_primary_billing=True)
		if address:
			return _change(address, party, values)
	if not values.get("address_line1") or not values.get("city"):
		raise ValidationError(_("address_line1 and city are required for a new address."))
	address = frappe.get_doc(
		{
			"doctype": "Address",
			"address_type": "Billing",
			"address_title": party.title or party.name,
			"is_primary_address": 1 if data.get("is_default") else 0,
			"links": [{"link_doctype": party.doctype, "link_name": party.name}],
			**values,
		}
	)
	address.insert(ignore_permissions=True, ignore_mandatory=True)
	if data.get("is_default"):
		_make_primary(address, party)
	return address.name


def _billing_values(data: Mapping[str, Any]) -> dict[str, str]:
	text = rule_of(Text, "billing_address")
	given = {}
	for key in (*ALIASES, *FIELDS, "country_code", "phone", "email_id", "address_title"):
		if data.get(key) is not None:
			given[ALIASES.get(key, key)] = text.take(key, data[key], None)
	code = given.pop("country_code", None)
	if code:
		country = frappe.db.get_value("Country", {"code": code.lower()})
		if not country:
			raise ValidationError(_("Unknown country code: {0}").format(code))
		given["country"] = country
	return _checked({key: value for key, value in given.items() if value or key in FIELDS})


def _party(customer_id: str) -> Party | None:
	if name := frappe.db.get_value("Customer", customer_id):
		return Party("Customer", name)
	return find_party(customer_id)


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
	rows = frappe.get_all(
		"Address",
		filters=[
			["Dynamic Link", "link_doctype", "=", party.doctype],
			["Dynamic Link", "link_name", "=", party.name],
			["disabled", "=", 0],
		],
		fields=["name", "address_type", "is_primary_address"],
		order_by="`tabAddress`.creation asc, `tabAddress`.name asc",
	)
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


def _shared(names: list[str], party: Party) -> set[str]:
	"""Which of the Addresses belong to others as well. One statement."""
	own = _own_links(party)
	links = frappe.get_all(
		"Dynamic Link",
		filters={"parenttype": "Address", "parent": ("in", names)},
		fields=["parent", "link_doctype", "link_name"],
	)
	return {link.parent for link in links if (link.link_doctype, link.link_name) not in own}


def _change(address: Document, party: Party, values: Mapping[str, str]) -> str:
	"""Change the Address, or a copy of its own for the party where others use it too; answers its name."""
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
		return address.name
	copy = frappe.copy_doc(address)
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
			_make_primary(copy, party)
	return copy.name


def _make_primary(address: Document, party: Party) -> None:
	"""Show it as the Customer's own; a Lead has no such field."""
	if party.doctype != "Customer":
		return
	values = {"customer_primary_address": address.name}
	# a site without a template can't show addresses, but has them
	if frappe.db.exists("Address Template", {"is_default": 1}):
		values["primary_address"] = get_address_display(address.as_dict())
	frappe.db.set_value("Customer", party.name, values, update_modified=False)
