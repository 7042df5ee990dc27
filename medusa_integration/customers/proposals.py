"""Customers that a registration may be: shown to Desk on the Lead, and linked by a person only.

The field *Proposed Customer* of a Lead names the one Customer without an account that has the e-mail address
of the registration, or that the shop has named. It gives nobody anything: who may link the two presses the
button.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from medusa_integration.database import is_not_set

FIELD = "custom_proposed_customer"


def customers_of(email: str) -> list[str]:
	"""The enabled Customers without an account whose e-mail address, or a Contact's of theirs, this is.

	The database takes letters with accents for the plain ones, so the addresses are compared here again.
	Two statements.
	"""
	email = email.strip().lower()
	customer, link, contact = (
		frappe.qb.DocType(name) for name in ("Customer", "Dynamic Link", "Contact Email")
	)
	free = is_not_set(customer.medusa_id) & (customer.disabled == 0)
	own = (
		frappe.qb.from_(customer)
		.select(customer.name, customer.email_id)
		.where(free & (customer.email_id == email))
	).run()
	of_contacts = (
		frappe.qb.from_(contact)
		.inner_join(link)
		.on(
			(link.parent == contact.parent)
			& (link.parenttype == "Contact")
			& (link.link_doctype == "Customer")
		)
		.inner_join(customer)
		.on(customer.name == link.link_name)
		.select(customer.name, contact.email_id)
		.where(free & (contact.parenttype == "Contact") & (contact.email_id == email))
	).run()
	return sorted({name for name, known in (*own, *of_contacts) if cstr(known).strip().lower() == email})


def propose(lead: str, data: dict[str, Any]) -> None:
	"""Show on the Lead of a registration which Customer it may be.

	Whose e-mail address it is counts before what the shop has named. Several of one address are not told
	apart, and none is proposed. Four statements at most.
	"""
	names = customers_of(cstr(data.get("email"))) if data.get("email") else []
	if not names and data.get("erp_customer_id"):
		unlinked = {"name": data["erp_customer_id"], "medusa_id": ("is", "not set")}
		names = frappe.get_all("Customer", unlinked, pluck="name")
	if len(names) == 1:
		frappe.db.set_value("Lead", lead, FIELD, names[0], update_modified=False)


def proposed(lead: str) -> str | None:
	"""The Customer without an account that is proposed for the Lead, if any. Two statements."""
	name = frappe.db.get_value("Lead", lead, FIELD)
	return name and frappe.db.get_value("Customer", {"name": name, "medusa_id": ("is", "not set")})


def withdraw(customer: str) -> None:
	"""Take back what is proposed for a Customer: it is somebody's now. One statement."""
	lead = frappe.qb.DocType("Lead")
	frappe.qb.update(lead).set(lead[FIELD], None).where(lead[FIELD] == customer).run()


def note_on(document: Document, lead: str) -> None:
	"""Say on a Quotation of the Lead that a Customer is proposed, and what to do."""
	if customer := proposed(lead):
		text = _(
			"This person may be Customer {0}. If so, link the two with Link Medusa Lead before the approval."
		)
		document.add_comment("Comment", text.format(frappe.utils.escape_html(customer)))


def give_up(made: Document, lead: str) -> None:
	"""Say on a Customer made of the Lead which other one it may be: the account is this one's now."""
	if customer := proposed(lead):
		text = _("This may be the same as Customer {0}. If so, merge the two by renaming this one.")
		made.add_comment("Comment", text.format(frappe.utils.escape_html(customer)))
		frappe.db.set_value("Lead", lead, FIELD, None, update_modified=False)
