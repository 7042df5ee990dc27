"""Records for quotations of the shop: states, an inactive Workflow, Notifications.

Existing ones are never changed.
"""

from __future__ import annotations

from typing import Any

import frappe

from medusa_integration.constants import MODULE
from medusa_integration.settings import SETTINGS

QUOTATION = "Quotation"
WORKFLOW = "Medusa Quotation"
REVIEW, APPROVED, REJECTED, DRAFT = "Ready for Customer Review", "Approved", "Rejected", "Draft"
STATES = {REVIEW: "Info", APPROVED: "Success", REJECTED: "Danger", DRAFT: ""}
# DocType: the setting that names the record, and the record's name
CHOSEN = (
	("Workflow State", ("review_state", REVIEW)),
	("Workflow State", ("approved_state", APPROVED)),
	("Workflow State", ("rejected_state", REJECTED)),
	("Role", ("quotation_notification_role", "Sales Manager")),
)
ACTIONS = ("Send for Review", "Approve", "Reject", "Ask for Changes")
OF_THE_SHOP = "doc.from_ecommerce"
# state, action, next state, roles, condition
TRANSITIONS = (
	(DRAFT, "Send for Review", REVIEW, ("Sales User", "Sales Manager"), OF_THE_SHOP),
	(REVIEW, "Approve", APPROVED, ("Medusa Storefront", "Sales Manager"), OF_THE_SHOP),
	(REVIEW, "Reject", REJECTED, ("Medusa Storefront", "Sales Manager"), OF_THE_SHOP),
	# other quantities than the offered ones
	(REVIEW, "Ask for Changes", DRAFT, ("Medusa Storefront",), OF_THE_SHOP),
	(DRAFT, "Approve", APPROVED, ("Sales User", "Sales Manager"), f"not {OF_THE_SHOP}"),
)
NOTIFICATIONS = {
	"New Quotation Received": (
		"New",
		"New quotation {{ doc.name }}",
		"{{ (doc.customer_name or doc.party_name) | e }} asks for a quotation:",
	),
	"Quotation updated": (
		"Submit",
		"Quotation {{ doc.name }}: {{ doc.workflow_state or doc.status }}",
		"{{ (doc.customer_name or doc.party_name) | e }} has decided on the quotation",
	),
}
# what is added to the name of the Notification that mails the same
MAIL = " (Mail)"


def ensure_selling_records() -> None:
	"""Create missing Workflow States, Actions and Notifications, and the inactive Workflow."""
	for state, style in STATES.items():
		_ensure("Workflow State", state, workflow_state_name=state, style=style)
	for action in ACTIONS:
		_ensure("Workflow Action Master", action, workflow_action_name=action)
	# ERPNext's roles come with its setup
	if frappe.db.exists("Role", "Sales User") and frappe.db.exists("Role", "Sales Manager"):
		_ensure("Workflow", WORKFLOW, **_workflow())
	role = frappe.db.get_single_value(SETTINGS, "quotation_notification_role") or "Sales Manager"
	if frappe.db.exists("Role", role):
		for name, texts in NOTIFICATIONS.items():
			if frappe.db.exists("Notification", name):
				continue
			notification = _notification(role, *texts)
			_ensure("Notification", name, set_name=name, channel="System Notification", **notification)
			# apart from it: where no account sends mails, Frappe drops all of one Notification
			mail = {**notification, "send_system_notification": 0}
			_ensure("Notification", name + MAIL, set_name=name + MAIL, channel="Email", **mail)


def delete_selling_records() -> None:
	"""Delete the Workflow and the Notifications.

	States and Actions remain, because documents and other Workflows use them.
	"""
	if frappe.db.exists("Workflow", WORKFLOW):
		frappe.db.set_value("Workflow", WORKFLOW, "is_active", 0)
		frappe.delete_doc("Workflow", WORKFLOW, force=True)
	for name in (*NOTIFICATIONS, *(name + MAIL for name in NOTIFICATIONS)):
		frappe.delete_doc("Notification", name, force=True, ignore_missing=True)
	frappe.cache.delete_key("workflow")


def _workflow() -> dict[str, Any]:
	states = ((DRAFT, "0"), (REVIEW, "0"), (APPROVED, "1"), (REJECTED, "1"))
	return {
		"workflow_name": WORKFLOW,
		"document_type": QUOTATION,
		"workflow_state_field": "workflow_state",
		"is_active": 0,
		"send_email_alert": 0,
		"states": [
			{"state": state, "doc_status": doc_status, "allow_edit": "Sales User"}
			for state, doc_status in states
		],
		"transitions": [
			{
				"state": state,
				"action": action,
				"next_state": next_state,
				"allowed": role,
				"allow_self_approval": 1,
				"condition": condition,
			}
			for state, action, next_state, roles, condition in TRANSITIONS
			for role in roles
		],
	}


def _notification(role: str, event: str, subject: str, text: str) -> dict[str, Any]:
	link = '<a href="{{ frappe.utils.get_url_to_form(doc.doctype, doc.name) }}">{{ doc.name }}</a>'
	return {
		"enabled": 1,
		"send_system_notification": 1,
		"module": MODULE,
		"document_type": QUOTATION,
		"event": event,
		"condition": f"{OF_THE_SHOP} == 1",
		"subject": subject,
		"message_type": "HTML",
		"message": f"<p>{text} {link}</p>",
		"recipients": [{"receiver_by_role": role}],
	}


def _ensure(doctype: str, name: str, *, set_name: str | None = None, **values: Any) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True, set_name=set_name)
