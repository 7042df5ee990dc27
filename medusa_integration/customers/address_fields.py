"""What an Address is to say, as the shop sends it, and as ERPNext's Address can hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import frappe
from frappe import _

from medusa_integration.customers import side_texts
from medusa_integration.customers.side_texts import SideText, as_long_as
from medusa_integration.endpoints.parameters import AnyText, Flag, Text
from medusa_integration.endpoints.records import ObjectOf, Record
from medusa_integration.exceptions import ValidationError

FIELDS = ("address_line1", "address_line2", "city", "state", "country", "pincode")
# what a bill can do without, or in a shorter form
SIDE_FIELDS = ("address_line2", "state", "pincode", "phone", "email_id", "address_title")
# what Medusa calls them
ALIASES = {
	"address_1": "address_line1",
	"address_2": "address_line2",
	"province": "state",
	"postal_code": "pincode",
}
# an Address is named "<title>-<type>", with a number behind it where that is taken: by a Series of that name
LONGEST_SERIES = 100


Line = Annotated[AnyText, as_long_as("Address", "address_line1")]
City = Annotated[AnyText, as_long_as("Address", "city")]


class AddressFields(Record):
	"""An Address as the shop sends it, by ERPNext's names or Medusa's."""

	is_default: Flag = False
	country_code: Text | None = None
	country: Text | None = None
	address_line1: Line | None = None
	address_1: Line | None = None
	city: City | None = None
	address_line2: SideText | None = None
	address_2: SideText | None = None
	state: SideText | None = None
	province: SideText | None = None
	pincode: SideText | None = None
	postal_code: SideText | None = None
	phone: SideText | None = None
	email_id: SideText | None = None
	address_title: SideText | None = None


BillingAddress = Annotated[dict[str, Any], ObjectOf(AddressFields)]


def title_of(text: str, address_type: str) -> str:
	"""Return as much of the title as an Address of this type can be named after."""
	longest_type = max(len(address_type), len(_(address_type)))
	return text[: LONGEST_SERIES - longest_type - len("--")].strip()


def billing_values(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
	"""Read what a quotation's data says of the billing Address.

	Args:
		data: As a `BillingAddress` is read.

	Returns:
		What `fitted` does.

	Raises:
		ValidationError: A country is not known, or a required field empty (400).
	"""
	given = {ALIASES.get(key, key): value for key, value in data.items() if value is not None}
	given.pop("is_default", None)
	code = given.pop("country_code", None)
	if code:
		country = frappe.db.get_value("Country", {"code": code.lower()})
		if not country:
			raise ValidationError(_("Unknown country code: {0}").format(code))
		given["country"] = country
	return fitted(checked({key: value for key, value in given.items() if value or key in FIELDS}))


def fitted(given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
	"""Return the fields as an Address can hold them, and what was entered where it cannot hold that."""
	values: dict[str, Any] = dict(given)
	for field in set(SIDE_FIELDS) & given.keys():
		values[field] = side_texts.fitted("Address", field, given[field])
	if values.get("address_title"):
		values["address_title"] = title_of(values["address_title"], "Billing")
	return values, {field: text for field, text in given.items() if values[field] != text and text}


def checked(given: Mapping[str, str]) -> dict[str, str]:
	"""Return the fields as an Address has them: a Country for its name or code, nothing required left blank.

	Raises:
		ValidationError: One of them cannot be so (400).
	"""
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
