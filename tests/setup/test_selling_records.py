"""The records around quotations that the install leaves, and that nobody's own are overwritten."""

from __future__ import annotations

import frappe

from medusa_integration.setup import selling_records

REVIEW = "Ready for Customer Review"


def test_the_workflow_is_there_and_not_active(site):
	workflow = frappe.get_doc("Workflow", "Medusa Quotation")
	assert (workflow.is_active, workflow.document_type) == (0, "Quotation")
	assert {row.state: row.doc_status for row in workflow.states} == {
		"Draft": "0",
		REVIEW: "0",
		"Approved": "1",
		"Rejected": "1",
	}
	of_the_shop = {
		(row.state, row.next_state) for row in workflow.transitions if row.allowed == "Medusa Storefront"
	}
	# back to the draft when other quantities are wanted than were offered
	assert of_the_shop == {(REVIEW, "Approved"), (REVIEW, "Rejected"), (REVIEW, "Draft")}
	of_others = [row for row in workflow.transitions if row.condition == "not doc.from_ecommerce"]
	assert {(row.state, row.next_state) for row in of_others} == {("Draft", "Approved")}


def test_states_are_those_of_the_settings(site):
	assert [frappe.db.get_value("Workflow State", state, "style") for state in selling_records.STATES] == [
		"Info",
		"Success",
		"Danger",
		"",
	]
	settings = frappe.get_single("Medusa Configuration")
	assert (settings.review_state, settings.approved_state) == (REVIEW, "Approved")
	assert settings.rejected_state == "Rejected"


def test_notifications_are_for_quotations_of_the_shop(site):
	for name, event in (("New Quotation Received", "New"), ("Quotation updated", "Submit")):
		notification = frappe.get_doc("Notification", name)
		assert (notification.event, notification.document_type) == (event, "Quotation")
		assert notification.condition == "doc.from_ecommerce == 1"
		assert [row.receiver_by_role for row in notification.recipients] == ["Sales Manager"]
		assert notification.send_system_notification


def test_what_a_site_has_made_of_them_stays(site):
	frappe.db.set_value("Workflow State", REVIEW, "style", "Warning")
	frappe.db.set_value("Notification", "Quotation updated", "enabled", 0)
	selling_records.ensure_selling_records()
	assert frappe.db.get_value("Workflow State", REVIEW, "style") == "Warning"
	assert not frappe.db.get_value("Notification", "Quotation updated", "enabled")
	frappe.db.rollback()
