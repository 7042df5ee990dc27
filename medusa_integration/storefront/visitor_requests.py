"""What visitors of the shop leave without an account: products they miss, and requests to be contacted."""

from __future__ import annotations

import re
from typing import Annotated, Any

import frappe
from frappe import _
from frappe.utils import PHONE_NUMBER_PATTERN, validate_phone_number
from pydantic import AfterValidator, HttpUrl, TypeAdapter
from pydantic import ValidationError as NotOfTheType

from medusa_integration.customers.kinds import HOUR, Email
from medusa_integration.endpoints.limits import Limit
from medusa_integration.endpoints.parameters import LONGEST_ID, AnyText, Bound, Id, at_most, refusal
from medusa_integration.exceptions import ValidationError
from medusa_integration.storefront.texts import LONGEST_HTML, Line, Paragraph, RequiredLine

CONTACT = "Opportunity Contact"
SUGGESTION = "Product Suggestions"
TYPES = ("Setting Up", "Inspection", "Service and Spares")
# per address of the caller
FIVE_AN_HOUR = (Limit(5, HOUR),)
URL = TypeAdapter(HttpUrl)
# a name or an address, of IPv6 too
HOST = re.compile(r"[\w.-]+|\[[\da-fA-F:.]+\]", re.ASCII)
QUOTES = {ord(one): f"%{ord(one):02X}" for one in "\"'<>`"}


def _url(text: str) -> str:
	"""Return the address as a browser would write it, with nothing that ends an attribute of HTML."""
	if not text:
		return ""
	try:
		parts = URL.validate_python(text)
	except NotOfTheType:
		raise refusal(_("{0} is not valid.")) from None
	if not HOST.fullmatch(parts.host or ""):
		raise refusal(_("{0} is not valid."))
	return str(parts).translate(QUOTES)


def _phone(text: str) -> str:
	if not validate_phone_number(text):
		raise refusal(_("{0} is not valid."))
	return text


def _type(text: str) -> str:
	if text not in TYPES:
		raise refusal(_("{0} is not valid."))
	return text


Note = Annotated[Paragraph, at_most(1000)]
Url = Annotated[AnyText, at_most(LONGEST_HTML), AfterValidator(_url), at_most(LONGEST_ID)]
Phone = Annotated[Id, Bound(_phone, pattern=f"^{PHONE_NUMBER_PATTERN.pattern}")]
ContactType = Annotated[Id, Bound(_type, enum=list(TYPES))]


def create_product_suggestion(
	product_name: Line = "",
	suggested_by: Line = "",
	contact_number: Line = "",
	product_short_description: Note = "",
	product_link: Url = "",
	product_supplier: Line = "",
	supplier_details: Note = "",
) -> str:
	"""Insert a Product Suggestions of a visitor; whatever is HTML in it is removed.

	Args:
		product_name: what the visitor would like to buy, 140 characters.
		suggested_by: who suggests it, 140 characters.
		contact_number: a telephone number, as the visitor writes it, 140 characters.
		product_short_description: 1000 characters.
		product_link: an http or https address, 140 characters.
		product_supplier: who sells it, 140 characters.
		supplier_details: 1000 characters.

	Returns:
		A sentence for the visitor.

	Raises:
		ValidationError: One of the first three is missing (400).
	"""
	if not (product_name and suggested_by and contact_number):
		raise ValidationError(_("Product Name, Suggested By, and Contact Number are mandatory fields."))
	_insert(
		SUGGESTION,
		product_name=product_name,
		suggested_by=suggested_by,
		contact_number=contact_number,
		product_short_description=product_short_description,
		product_link=product_link,
		product_supplier=product_supplier,
		supplier_details=supplier_details,
	)
	return _("Product suggestion created successfully")


def create_opportunity_contact(
	type: ContactType,
	first_name: RequiredLine,
	email: Email,
	mobile_no: Phone,
	city: Line = "",
	country: Line = "",
) -> str:
	"""Insert an Opportunity Contact of a visitor.

	Args:
		type: Setting Up, Inspection, or Service and Spares.
		first_name: 140 characters; HTML is removed.
		email: where to write to.
		mobile_no: where to call, as Frappe takes telephone numbers.
		city: 140 characters; HTML is removed.
		country: name of a Country.

	Returns:
		A sentence for the visitor.

	Raises:
		ValidationError: A value is missing or not valid, or there is no such Country (400).
	"""
	name = frappe.db.get_value("Country", country) if country else None
	if country and not name:
		raise ValidationError(_("Unknown country: {0}").format(country))
	_insert(
		CONTACT,
		type=type,
		first_name=first_name,
		email=email,
		mobile_no=mobile_no,
		city=city,
		# None would become the country of the site
		country=name or "",
	)
	return _("Request received")


def _insert(doctype: str, **values: Any) -> None:
	# nobody but the endpoint lets a guest make one: no role of theirs has a permission
	frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
