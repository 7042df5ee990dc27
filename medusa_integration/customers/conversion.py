"""Making a Customer of a Lead, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from medusa_integration import database, erpnext_seams
from medusa_integration.customers import proposals, side_texts
from medusa_integration.customers.address import make_primary
from medusa_integration.customers.parties import Party
from medusa_integration.settings import get_settings
from medusa_integration.setup import records

# names that are tried when others convert Leads of the same company at the same moment
NAMES = 20
# so that a number has room behind it, as Customers are named after it
LONGEST_NAME = 130


def lead_to_customer(lead: str) -> str:
	"""Return the Customer of a Lead: the one that is there, else a new one by ERPNext's own mapping.

	A Customer that has the Lead's `medusa_id`, or was made from it, is used. A new one gets the Lead's
	company name, the group and sales team of the settings, `medusa_id`, contact and addresses. In the
	caller's transaction; the Lead stays locked until its end, so that of several callers one makes the
	Customer.

	Args:
		lead: Name of the Lead.

	Returns:
		The name of the Customer.

	Raises:
		frappe.DoesNotExistError: There is no such Lead.
		frappe.ValidationError: ERPNext refuses the Customer.
	"""
	with database.latest_rows():
		return _lead_to_customer(lead)


def _lead_to_customer(lead: str) -> str:
	source = frappe.db.get_value(
		"Lead", lead, ["name", "medusa_id", "t_c_acceptance"], as_dict=True, for_update=True
	)
	if not source:
		raise frappe.DoesNotExistError(_("Lead does not exist"))
	if customer := _existing(source):
		return customer

	def finish(document: Document) -> None:
		_show_primaries(document)
		proposals.give_up(document, source.name)
		side_texts.keep(document, {"customer_name": document.flags.medusa_whole_name})

	return insert_under_free_name(lambda: _mapped(source), finish, lambda: _just_made(source))


def insert_under_free_name(
	make: Callable[[], Document],
	finish: Callable[[Document], object],
	just_made: Callable[[], str | None],
) -> str:
	"""Insert a new Customer under a name that nobody has, also where others make one of it at the moment.

	Args:
		make: Returns the Customer, not inserted.
		finish: Called with the one that was inserted, in the same savepoint.
		just_made: Returns the name of the Customer that others have made instead of this one.

	Returns:
		The name of the Customer, or what `just_made` has returned.

	Raises:
		frappe.ValidationError: ERPNext refuses it.
	"""
	document = make()
	for number in range(NAMES):
		frappe.db.savepoint("medusa_customer")
		try:
			# ERPNext's own choice of a name first; it does not see what others have not committed yet
			name = f"{document.customer_name} - {number}" if number else None
			document.insert(set_name=name)
			finish(document)
			return document.name
		except (frappe.UniqueValidationError, frappe.DuplicateEntryError) as error:
			frappe.db.rollback(save_point="medusa_customer")
			if customer := just_made():
				frappe.clear_last_message()
				return customer
			if not isinstance(error, frappe.DuplicateEntryError):
				raise
			frappe.clear_last_message()
			document = make()
	raise frappe.DuplicateEntryError(
		_("There are too many customers called {0}.").format(document.customer_name)
	)


def _just_made(source: frappe._dict) -> str | None:
	"""The Customer with the Lead's `medusa_id` that was committed a moment ago: only a lock shows it."""
	if not source.medusa_id:
		return None
	return frappe.db.get_value("Customer", {"medusa_id": source.medusa_id}, for_update=True)


def _existing(source: frappe._dict) -> str | None:
	"""The Customer of this Lead, brought to its `medusa_id`."""
	if source.medusa_id:
		found = frappe.db.get_value("Customer", {"medusa_id": source.medusa_id})
		if found:
			return found
	found = frappe.db.get_value("Customer", {"lead_name": source.name}, ["name", "medusa_id"], as_dict=True)
	if not found:
		return None
	if source.medusa_id and not found.medusa_id:
		frappe.db.set_value("Customer", found.name, "medusa_id", source.medusa_id, update_modified=False)
	return found.name


def _mapped(source: frappe._dict) -> Document:
	"""A Customer with the Lead's values, not inserted yet."""
	customer = erpnext_seams.make_customer(source.name)
	values = documented_values()
	customer.update(
		{
			**values,
			"lead_name": source.name,
			"medusa_id": source.medusa_id or None,
			"t_c_acceptance": source.t_c_acceptance,
			"territory": customer.territory or values["territory"],
			# ERPNext 16's mapping sets both: see `_show_primaries`
			"customer_primary_contact": None,
			"customer_primary_address": None,
		}
	)
	if len(customer.customer_name) > LONGEST_NAME:
		customer.flags.medusa_whole_name = customer.customer_name
		customer.customer_name = customer.customer_name[:LONGEST_NAME].strip()
	customer.flags.update({"ignore_permissions": True, "ignore_mandatory": True, "medusa_id_update": True})
	return customer


def documented_values() -> dict[str, Any]:
	"""Return group, territory and sales team of a new Customer of the shop."""
	settings, selling = get_settings(), frappe.get_cached_doc("Selling Settings")
	values = {
		"customer_group": records.record_of("Customer Group") or selling.customer_group,
		"territory": settings.territory or selling.territory,
	}
	person, share = records.record_of("Sales Person"), flt(settings.sales_contribution)
	if person and share:
		values["sales_team"] = [{"sales_person": person, "allocated_percentage": share}]
	return values


def _show_primaries(customer: Document) -> None:
	"""Show the Lead's Contact and Address as the new Customer's own.

	After the insert, and beside the document: ERPNext 16 saves both when they are there before, with the
	permissions of whoever calls, and the shop's user has none on them.
	"""
	contact, address = (_linked(doctype, customer.lead_name) for doctype in ("Contact", "Address"))
	if contact:
		show_contact(customer, contact)
	if address:
		make_primary(frappe.get_doc("Address", address), Party("Customer", customer.name))


def show_contact(customer: Document, contact: str) -> None:
	"""Show a Contact as the Customer's own. Saves no document."""
	fetched = {
		field.fieldname: field.fetch_from.partition(".")[2]
		for field in customer.meta.fields
		if (field.fetch_from or "").startswith("customer_primary_contact.")
	}
	values = frappe.db.get_value("Contact", contact, list(fetched.values()), as_dict=True)
	shown = {fieldname: values[source] for fieldname, source in fetched.items()}
	shown["customer_primary_contact"] = contact
	frappe.db.set_value("Customer", customer.name, shown, update_modified=False)


def _linked(doctype: str, lead: str) -> str | None:
	"""The Lead's primary Contact or Address, else its oldest."""
	primary = {"Contact": "is_primary_contact", "Address": "is_primary_address"}[doctype]
	names = frappe.get_all(
		doctype,
		filters=[["Dynamic Link", "link_doctype", "=", "Lead"], ["Dynamic Link", "link_name", "=", lead]],
		pluck="name",
		order_by=f"`tab{doctype}`.{primary} desc, `tab{doctype}`.creation asc",
		limit=1,
	)
	return names[0] if names else None
