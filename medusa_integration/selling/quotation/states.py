"""Where a Quotation of the shop stands with the customer, with and without a Workflow of the site."""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.workflow import get_workflow_name, is_transition_condition_satisfied

from medusa_integration.constants import QUOTATION
from medusa_integration.endpoints.access import STOREFRONT_ROLE
from medusa_integration.settings import get_settings

STATE_FIELD = "workflow_state"
DEFAULTS = {
	"review_state": "Ready for Customer Review",
	"approved_state": "Approved",
	"rejected_state": "Rejected",
}


def review_state() -> str:
	"""The state in which a quotation waits for the customer."""
	return _state("review_state")


def approved_state() -> str:
	"""The state of a quotation that the customer wants."""
	return _state("approved_state")


def rejected_state() -> str:
	"""The state of a quotation that the customer does not want."""
	return _state("rejected_state")


def state_of(doc: Document) -> str | None:
	"""The state that the document is in, whichever field has it."""
	return doc.get(state_field()) or None


def state_field() -> str:
	"""The field of the site's active Workflow on Quotation, else the app's own."""
	workflow = _workflow()
	return workflow.workflow_state_field if workflow else STATE_FIELD


def first_state() -> str | None:
	"""The state of a quotation that nobody has looked at yet; None where there is no Workflow."""
	workflow = _workflow()
	return workflow.states[0].state if workflow else None


def enter(doc: Document, state: str | None, write: Callable[[], object]) -> None:
	"""Write a Quotation in another state, for the customer.

	Args:
		doc: The Quotation.
		state: An active Workflow has to have a transition to it, of the role Medusa Storefront or one of the
			session's.
		write: Saves or submits it.

	Raises:
		frappe.DuplicateEntryError: There is no such transition, and nothing is written (409).
	"""
	workflow = _workflow()
	if not workflow:
		doc.set(STATE_FIELD, state)
		write()
		return
	field = workflow.workflow_state_field
	current = doc.get(field) or workflow.states[0].state
	if current != state:
		_require_transition(workflow, doc, current, state)
	for row in workflow.states:
		if row.state == state and row.update_field:
			doc.set(row.update_field, row.update_value)
	write()
	# beside the save: Frappe would look for the right to read it, which the shop's user has not
	doc.db_set(field, state)


def _require_transition(workflow: Document, doc: Document, current: str, state: str | None) -> None:
	roles = {STOREFRONT_ROLE, *frappe.get_roles()}
	for transition in workflow.transitions:
		is_meant = transition.state == current and transition.next_state == state
		if is_meant and transition.allowed in roles and is_transition_condition_satisfied(transition, doc):
			return
	message = _("Workflow of Quotation has no transition to {0}.").format(state)
	frappe.throw(message, exc=frappe.DuplicateEntryError)


def _workflow() -> Document | None:
	name = get_workflow_name(QUOTATION)
	return frappe.get_cached_doc("Workflow", name) if name else None


def _state(setting: str) -> str:
	return get_settings().get(setting) or DEFAULTS[setting]
