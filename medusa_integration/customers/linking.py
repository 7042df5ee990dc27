"""Linking a Customer that was there before to a Lead that came from the shop."""

from __future__ import annotations

from typing import Literal, NoReturn

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from typing_extensions import TypedDict

from medusa_integration.customers import proposals
from medusa_integration.endpoints.parameters import Id


class Linked(TypedDict):
	"""The two belong together, now or since before."""

	status: Literal["success"]


def link_medusa_lead(customer: Id, lead: Id) -> Linked:
	"""Give the Customer the Lead's account in Medusa. Needs write on the Customer and read on the Lead.

	The same pair again changes nothing.

	Args:
		customer: Name of the Customer.
		lead: Name of the Lead.

	Returns:
		`{"status": "success"}`.

	Raises:
		frappe.PermissionError: First of all, and before it is told whether there are the two (403).
		frappe.DoesNotExistError: One of them is not there (404).
		frappe.ValidationError: The Lead has no account, or one of the two belongs to somebody else (417).
	"""
	if not frappe.has_permission("Lead", "read"):
		raise frappe.PermissionError
	# a Customer that has this id already is locked with them, so that nobody takes it over meanwhile
	buyer = frappe.db.get_value("Customer", customer, ["name", "medusa_id"], as_dict=True, for_update=True)
	if not buyer:
		_refuse_unknown("Customer", _("Customer does not exist"))
	# as it was committed last: whoever had the lock before may have linked it
	document = frappe.get_doc("Customer", buyer.name, for_update=True)
	document.check_permission("write")
	person = frappe.db.get_value("Lead", lead, ["name", "medusa_id"], as_dict=True, for_update=True)
	if not person:
		_refuse_unknown("Lead", _("Lead does not exist"))
	frappe.get_doc("Lead", person.name).check_permission("read")
	if not person.medusa_id:
		frappe.throw(_("Selected Lead does not have a Medusa ID"))
	_refuse_another(person.medusa_id, buyer.name)
	if buyer.medusa_id and buyer.medusa_id != person.medusa_id:
		frappe.throw(_("Customer {0} is already linked to another Medusa account").format(buyer.name))
	if buyer.medusa_id == person.medusa_id and document.lead_name == person.name:
		return {"status": "success"}
	document.medusa_id, document.lead_name = person.medusa_id, person.name
	document.flags.medusa_id_update = True
	try:
		document.save(ignore_permissions=True)
	except frappe.UniqueValidationError:
		# taken by somebody who committed a moment ago
		frappe.clear_last_message()
		_refuse_another(person.medusa_id, buyer.name, lock=True)
		raise
	proposals.withdraw(buyer.name)
	return {"status": "success"}


def _refuse_another(medusa_id: str, customer: str, *, lock: bool = False) -> None:
	other = frappe.db.get_value(
		"Customer", {"medusa_id": medusa_id, "name": ("!=", customer)}, for_update=lock
	)
	if not other:
		return
	if not frappe.has_permission("Customer", "read", other):
		frappe.throw(_("This Medusa Lead is already linked to another Customer"))
	frappe.throw(_("This Medusa Lead is already linked to another Customer: {0}").format(other))


def _refuse_unknown(doctype: str, message: str) -> NoReturn:
	"""Refuse a name that nothing has; who may not see all of the DocType is not told that."""
	if build_match_conditions(doctype):
		raise frappe.PermissionError
	raise frappe.DoesNotExistError(message)
