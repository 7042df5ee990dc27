"""Whose an order of the shop is: the Customer of an account, of an e-mail address, or a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Lower
from frappe.utils import cstr, validate_email_address
from pypika import Order
from pypika.queries import QueryBuilder, Table

from medusa_integration import database
from medusa_integration.constants import CUSTOMER, LEAD
from medusa_integration.customers import side_texts
from medusa_integration.customers.conversion import (
	LONGEST_NAME,
	documented_values,
	insert_under_free_name,
	lead_to_customer,
	show_contact,
)
from medusa_integration.customers.lead import LONGEST_NAME as LONGEST_FIRST_NAME
from medusa_integration.customers.parties import known_party
from medusa_integration.settings import SETTINGS

LONGEST_ID = 140


@dataclass(frozen=True, slots=True)
class Buyer:
	"""Who has ordered, as the shop says.

	Attributes:
		medusa_id: Medusa's id of the account; None for a guest.
		email: The e-mail address of the order.
		first_name: The first name.
		last_name: The last name.
		company: The company's name.
		phone: The telephone number.
	"""

	medusa_id: str | None
	email: str
	first_name: str = ""
	last_name: str = ""
	company: str = ""
	phone: str = ""

	@property
	def name(self) -> str:
		"""What a Customer is called after: the company, else the person, else the e-mail address."""
		return self.company or f"{self.first_name} {self.last_name}".strip() or self.email or "Guest"


@dataclass(frozen=True, slots=True)
class Found:
	"""A Customer.

	Attributes:
		name: The Customer's name.
		is_certain: Whether the buyer surely is this Customer: anybody can enter the e-mail address of others.
	"""

	name: str
	is_certain: bool


def customer_of(buyer: Buyer) -> Found:
	"""Return the Customer that a buyer is, and make it where there is none. In the caller's transaction.

	By Medusa's id of the account; else by the e-mail address, of a Contact of an enabled Customer, of a
	Customer, or of a Lead, which becomes a Customer. A Customer that is found by the e-mail address does not
	get the account, nor the account its prices. A new Customer has the group and the sales team of the
	settings, and a Contact.

	Raises:
		frappe.ValidationError: ERPNext refuses the Customer.
	"""
	with database.latest_rows():
		if found := _existing(buyer):
			return found
		# two orders of somebody new at the same time make one Customer
		_lock()
		return _existing(buyer) or Found(_new(buyer), is_certain=True)


def known_customers(buyers: Sequence[Buyer]) -> dict[Buyer, str]:
	"""Return the Customers that buyers are, of those for whom `customer_of` would make none. Four statements.

	Args:
		buyers: any number of them.
	"""
	ids = sorted({buyer.medusa_id for buyer in buyers if buyer.medusa_id})
	emails = sorted({buyer.email.strip().lower() for buyer in buyers} - {""})
	by_id = _by_medusa_id(CUSTOMER, ids)
	# these become Customers, whatever their e-mail address is
	leads = _by_medusa_id(LEAD, ids).keys() - by_id.keys()
	by_email = {**_by_email_id(emails), **_by_contact(emails)}
	found = {}
	for buyer in buyers:
		name = by_id.get(buyer.medusa_id or "")
		if not name and buyer.medusa_id not in leads:
			name = by_email.get(buyer.email.strip().lower())
		if name:
			found[buyer] = name
	return found


def _by_medusa_id(doctype: str, ids: Sequence[str]) -> dict[str, str]:
	return dict(frappe.get_all(doctype, {"medusa_id": ("in", ids)}, ["medusa_id", "name"], as_list=True))


def _by_email_id(emails: Sequence[str]) -> dict[str, str]:
	filters = {"email_id": ("in", emails), "disabled": 0}
	order = "creation desc, name desc"
	rows = frappe.get_all(CUSTOMER, filters, ["email_id", "name"], order_by=order, as_list=True)
	return {email.lower(): name for email, name in rows}


def _by_contact(emails: Sequence[str]) -> dict[str, str]:
	query, address, customer = _contacts()
	rows = (
		query.select(address.email_id, customer.name)
		.where(Lower(address.email_id).isin(emails or [""]))
		.orderby(customer.creation, order=Order.desc)
		.orderby(customer.name, order=Order.desc)
	).run()
	return {email.lower(): name for email, name in rows}


def _lock() -> None:
	"""Wait for others who make a Customer, until the end of their transaction. One statement."""
	single = frappe.qb.DocType("Singles")
	query = frappe.qb.from_(single).select(single.field).where(single.doctype == SETTINGS)
	query.orderby(single.field).limit(1).for_update().run()


def _existing(buyer: Buyer) -> Found | None:
	if buyer.medusa_id and (party := known_party(buyer.medusa_id)):
		name = party.name if party.doctype == CUSTOMER else lead_to_customer(party.name)
		return Found(name, is_certain=True)
	email = buyer.email.strip().lower()
	if not email:
		return None
	if customer := _customer_of_contact(email) or _first(CUSTOMER, email):
		return Found(customer, is_certain=False)
	if lead := _first(LEAD, email):
		return Found(lead_to_customer(lead), is_certain=False)
	return None


def _customer_of_contact(email: str) -> str | None:
	"""The oldest enabled Customer of a Contact with this e-mail address. One statement."""
	query, address, customer = _contacts()
	names = (
		query.select(customer.name)
		.where(Lower(address.email_id) == email)
		.orderby(customer.creation)
		.orderby(customer.name)
		.limit(1)
	).run(pluck=True)
	return names[0] if names else None


def _contacts() -> tuple[QueryBuilder, Table, Table]:
	"""The e-mail addresses of Contacts of enabled Customers: the query, and its tables of both."""
	address, link, customer = (
		frappe.qb.DocType(name) for name in ("Contact Email", "Dynamic Link", CUSTOMER)
	)
	query = (
		frappe.qb.from_(address)
		.inner_join(link)
		.on((link.parent == address.parent) & (link.parenttype == "Contact"))
		.inner_join(customer)
		.on((link.link_doctype == CUSTOMER) & (customer.name == link.link_name))
		.where((address.parenttype == "Contact") & (customer.disabled == 0))
	)
	return query, address, customer


def _first(doctype: str, email: str) -> str | None:
	"""The oldest Customer or Lead in use with this e-mail address. One statement."""
	names = frappe.get_all(
		doctype,
		filters={"email_id": email, "disabled": 0},
		pluck="name",
		order_by="creation asc, name asc",
		limit=1,
	)
	return names[0] if names else None


def _new(buyer: Buyer) -> str:
	def document() -> Document:
		customer = frappe.get_doc(
			{
				"doctype": CUSTOMER,
				"customer_name": buyer.name[:LONGEST_NAME].strip(),
				"customer_type": "Company" if buyer.company else "Individual",
				"medusa_id": buyer.medusa_id,
				**documented_values(),
			}
		)
		customer.flags.update(
			{"ignore_permissions": True, "ignore_mandatory": True, "medusa_id_update": True}
		)
		return customer

	def finish(customer: Document) -> None:
		if buyer.email:
			show_contact(customer, _contact(customer, buyer).name)

	return insert_under_free_name(document, finish, lambda: _just_made(buyer))


def _just_made(buyer: Buyer) -> str | None:
	"""The Customer of the account that was committed a moment ago: only a lock shows it."""
	if not buyer.medusa_id:
		return None
	return frappe.db.get_value(CUSTOMER, {"medusa_id": buyer.medusa_id}, for_update=True)


def _contact(customer: Document, buyer: Buyer) -> Document:
	"""The Contact by which the next order with this e-mail address is that Customer's."""
	contact = frappe.get_doc(
		{
			"doctype": "Contact",
			"first_name": (buyer.first_name or buyer.name)[:LONGEST_FIRST_NAME],
			"last_name": buyer.last_name[:LONGEST_FIRST_NAME],
			"is_primary_contact": 1,
			"links": [{"link_doctype": CUSTOMER, "link_name": customer.name}],
		}
	)
	if validate_email_address(buyer.email):
		contact.append("email_ids", {"email_id": buyer.email.strip().lower(), "is_primary": 1})
	phone = side_texts.fitted("Contact", "mobile_no", buyer.phone) if buyer.phone else None
	if phone:
		contact.append("phone_nos", {"phone": phone, "is_primary_mobile_no": 1})
	contact.flags.update({"ignore_permissions": True, "ignore_mandatory": True})
	# Frappe names it after the person and the Customer, which may be too long together
	length = len(contact.first_name) + len(contact.last_name) + len(customer.name) + len(" - 100")
	contact.insert(set_name=frappe.generate_hash(length=10) if length > LONGEST_ID else None)
	side_texts.keep(contact, {"mobile_no": cstr(buyer.phone)} if buyer.phone and buyer.phone != phone else {})
	return contact
