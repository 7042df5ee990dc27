"""*Require Review Before Ordering*: what a customer may decide on, and what has to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt
from frappe.utils.user import get_users_with_role

from medusa_integration.constants import QUOTATION
from medusa_integration.selling.quotation import states as quotation_states
from medusa_integration.settings import get_settings, number


def is_required() -> bool:
	"""Whether only what was reviewed is ordered."""
	return bool(number("orders_only_of_reviewed"))


def require_reviewed(doc: Document) -> None:
	"""Raise `frappe.DuplicateEntryError` (409) for a draft that nobody has put before the customer.

	A submitted one was approved by the customer before, or submitted by a person at Desk.
	"""
	if doc.docstatus or not is_required():
		return
	offered = (quotation_states.review_state(), quotation_states.approved_state())
	if quotation_states.state_of(doc) not in offered:
		message = _("Quotation {0} has not been reviewed yet.").format(doc.medusa_quotation_id)
		frappe.throw(message, exc=frappe.DuplicateEntryError)


def is_as_offered(doc: Document, lines: Iterable[dict[str, Any]]) -> bool:
	"""Whether each line (`item_code`, `quantity`) is a row as it was offered, and none is taken twice.

	A rate was offered for a quantity: neither more nor less goes at that rate. Rows may be left out.
	"""
	offered = [(row.item_code, flt(row.qty)) for row in (*doc.items, *doc.unapproved_items)]
	for line in lines:
		key = (line["item_code"], line["quantity"])
		if key not in offered:
			return False
		offered.remove(key)
	return True


def send_back(doc: Document) -> None:
	"""Save a draft in the state that it had before its review, and let the role of the settings know."""
	quotation_states.enter(doc, quotation_states.first_state(), doc.save)
	role = get_settings().quotation_notification_role
	for user in get_users_with_role(role) if role else ():
		subject = _("Quotation {0}: the customer has changed quantities").format(doc.name)
		notice = {"for_user": user, "type": "Alert", "subject": subject}
		frappe.get_doc(
			{"doctype": "Notification Log", **notice, "document_type": QUOTATION, "document_name": doc.name}
		).insert(ignore_permissions=True)


def begin_anew(doc: Document, method: str | None = None) -> None:
	"""Quotation `validate`: what goes before the customer is the offer, whatever was chosen of a former one.

	No statement.
	"""
	state = quotation_states.review_state()
	if not doc.get("from_ecommerce") or quotation_states.state_of(doc) != state or not is_required():
		return
	before = doc.get_doc_before_save()
	if before and quotation_states.state_of(before) != state:
		doc.set("unapproved_items", [])
		doc.set("custom_increased_items", [])
