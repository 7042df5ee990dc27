"""Linking a Customer that was there before to a Lead that came from the shop (contract 143-148)."""

from __future__ import annotations

import frappe
from frappe import _

from medusa_integration.doorkeeper import Desk, Id, endpoint


@endpoint(Desk("Customer", "write"))
def link_medusa_lead(customer: Id, lead: Id) -> dict[str, str]:
	"""Give the Customer the Lead's account in Medusa. Needs write on the Customer and read on the Lead.

	Answers `{"status": "success"}`; the same pair again changes nothing. Raises `frappe.DoesNotExistError`
	(404) for what is not there, `frappe.ValidationError` (417) when the Lead has no account, or one of the
	two belongs to somebody else.
	"""
	# a Customer that has this id already is locked with them, so that nobody takes it over meanwhile
	buyer = frappe.db.get_value("Customer", customer, ["name", "medusa_id"], as_dict=True, for_update=True)
	if not buyer:
		raise frappe.DoesNotExistError(_("Customer does not exist"))
	person = frappe.db.get_value("Lead", lead, ["name", "medusa_id"], as_dict=True, for_update=True)
	if not person:
		raise frappe.DoesNotExistError(_("Lead does not exist"))
	# as it was committed last: whoever had the lock before may have linked it
	document = frappe.get_doc("Customer", buyer.name, for_update=True)
	document.check_permission("write")
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
	return {"status": "success"}


def _refuse_another(medusa_id: str, customer: str, *, lock: bool = False) -> None:
	other = frappe.db.get_value(
		"Customer", {"medusa_id": medusa_id, "name": ("!=", customer)}, for_update=lock
	)
	if other:
		frappe.throw(_("This Medusa Lead is already linked to another Customer: {0}").format(other))
