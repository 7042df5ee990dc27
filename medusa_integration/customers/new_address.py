"""Inserting an Address under a name of its own while others insert theirs."""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe.model.document import Document

SAVEPOINT = "medusa_address"


def insert(address: Document, just_made: Callable[[], Document | None]) -> Document:
	"""Insert a new Address, also where somebody inserts another one of its name at the same moment.

	Frappe names it after its title, and does not see what others have not committed yet: of two customers
	with one name, and of a user who enters the Address at Desk, too.

	Args:
		address: Not inserted.
		just_made: Returns the Address that has the name, if it can be used instead; None if it cannot.

	Returns:
		The Address, or what `just_made` has returned.
	"""
	values = {**address.as_dict(no_default_fields=True), "doctype": address.doctype}
	frappe.db.savepoint(SAVEPOINT)
	try:
		return address.insert(ignore_permissions=True, ignore_mandatory=True)
	except frappe.DuplicateEntryError:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.clear_last_message()
	if found := just_made():
		return found
	name = f"{address.address_title}-{address.address_type}-{frappe.generate_hash(length=10)}"
	return frappe.get_doc(values).insert(ignore_permissions=True, ignore_mandatory=True, set_name=name)
