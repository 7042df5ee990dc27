"""Who somebody is: the Customer or Lead of an id in Medusa, and whether an e-mail address has an account."""

from __future__ import annotations

import json
from typing import NamedTuple

import frappe

from medusa_integration.constants import SYNC_TASK
from medusa_integration.customers import lead
from medusa_integration.customers.otp.store import OTP
from medusa_integration.database import is_set
from medusa_integration.endpoints.access import is_shop

# of Medusa's ids of customers
ID_PREFIX = "cus_"


class Party(NamedTuple):
	"""A Customer or a Lead, and how it is called in documents."""

	doctype: str
	name: str
	title: str | None = None


def find_party(medusa_id: str) -> Party | None:
	"""Return the Customer with this id in Medusa, else the Lead. Two statements at most, both indexed.

	Where an id occurs twice, for want of the unique key, it is the oldest that is not disabled.
	"""
	for doctype, title in (("Customer", "customer_name"), ("Lead", "lead_name")):
		rows = frappe.get_all(
			doctype,
			filters={"medusa_id": medusa_id},
			fields=["name", title],
			order_by="disabled asc, creation asc",
			limit=1,
		)
		if rows:
			return Party(doctype, rows[0].name, rows[0][title])
	return None


def known_party(medusa_id: str) -> Party | None:
	"""Return what `find_party` does, and make the Lead of a registration that is still without one.

	In the caller's transaction. Raises what keeps the Lead from being made.
	"""
	if party := find_party(medusa_id):
		return party
	payload = frappe.db.get_value(SYNC_TASK, {"lane": lead.LANE, "medusa_id": medusa_id}, "payload")
	if not payload:
		return None
	lead.add_lead(json.loads(payload))
	return find_party(medusa_id)


def find_customer(reference: str) -> Party | None:
	"""Return the Customer or Lead of an id in Medusa; for the shop's user also the Customer of that name.

	Ids first, and one whose Lead is still to be made is one: anybody can call a company like another's id.
	What looks like an id is never a name.
	"""
	if party := known_party(reference):
		return party
	if reference.startswith(ID_PREFIX) or not is_shop():
		return None
	name = frappe.db.get_value("Customer", reference)
	return Party("Customer", name) if name else None


def is_registered(email: str) -> bool:
	"""Return whether the e-mail address has an account in the shop, as far as this site knows.

	Three statements, whatever the first two have found: the time is not to tell.
	"""
	contact, link, customer = (frappe.qb.DocType(name) for name in ("Contact", "Dynamic Link", "Customer"))
	of_contact = (
		frappe.qb.from_(contact)
		.inner_join(link)
		.on(
			(link.parent == contact.name) & (link.parenttype == "Contact") & (link.link_doctype == "Customer")
		)
		.inner_join(customer)
		.on(customer.name == link.link_name)
		.select(customer.name)
		.where((contact.email_id == email) & is_set(customer.medusa_id))
		.limit(1)
	)
	found = (
		frappe.db.get_value(OTP, {"email": email, "logged_in": 1}),
		frappe.db.get_value("Lead", {"email_id": email, "medusa_id": ("is", "set")}),
		of_contact.run(),
	)
	return any(found)
