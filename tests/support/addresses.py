"""Addresses that quotations bring along, as `create_quotation` makes them: for calls from another process."""

from __future__ import annotations

import time
from typing import Any

import frappe

from medusa_integration import database
from medusa_integration.customers import address
from medusa_integration.customers.address_fields import AddressFields
from medusa_integration.customers.parties import Party, find_party
from medusa_integration.endpoints.records import read
from medusa_integration.endpoints.transactions import anew_after_deadlock


def billing_address(party: Party, data: dict[str, Any]) -> str:
	"""The name of the Address that comes of what the shop sends, as the endpoint reads it."""
	return address.billing_address(party, read(AddressFields, data))


def bill(medusa_id: str, data: dict[str, Any]) -> str:
	"""The name of the Address of this customer, in a transaction as an endpoint has it."""

	def work() -> str:
		party = find_party(medusa_id)
		assert party
		return billing_address(party, data)

	return anew_after_deadlock(work)


# how long the one that was first takes until it commits, in seconds
LONG, SHORT = 2, 0.5
PLACE = {"address_line1": "Way 8", "city": "Sohar", "country": "Oman"}


def order_address(customer: str, title: str, *, is_first: bool) -> str:
	"""The Address of an order of this customer, as a worker makes it.

	The one that is first takes longer, so that the other one meets it.
	"""
	with database.read_committed():
		frappe.db.commit()
		time.sleep(0 if is_first else SHORT)
		party = Party("Customer", customer, title)
		data = {**PLACE, "address_title": title}
		name = address.order_address(party, data, "Shipping", updates=True)
		time.sleep(LONG if is_first else 0)
		frappe.db.commit()
	return name


def order_address_or_desk(customer: str, title: str, *, is_first: bool) -> str:
	"""The same, but the one that is first is a user at Desk, who locks nothing."""
	if not is_first:
		return order_address(customer, title, is_first=False)
	doc = frappe.get_doc({"doctype": "Address", "address_type": "Shipping", **PLACE, "address_title": title})
	doc.append("links", {"link_doctype": "Customer", "link_name": customer})
	doc.insert()
	time.sleep(LONG)
	return doc.name


def lead_and_contact(data: dict[str, Any], *, is_first: bool) -> str:
	"""The Lead of a registration, as a worker makes it; the one that is first takes longer."""
	from medusa_integration.customers.lead import add_lead

	with database.read_committed():
		frappe.db.commit()
		time.sleep(0 if is_first else SHORT)
		name = add_lead(data)
		time.sleep(LONG if is_first else 0)
		frappe.db.commit()
	return name


def comments(name: str) -> list[str]:
	"""What was said on this Address."""
	about = {"reference_doctype": "Address", "reference_name": name, "comment_type": "Comment"}
	return frappe.get_all("Comment", about, pluck="content")
