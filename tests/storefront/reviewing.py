"""Reviews as the shop sends them, and what the site has of them."""

from __future__ import annotations

import frappe

from tests.security.conftest import TOKEN

PATH = "medusa_integration.api.add_review_to_website_item"
REVIEW, TASK = "Website Item Review", "Medusa Sync Task"
ADDED, UPDATED = "Review added successfully", "Review updated successfully"
COUNTED = {"status": "success", "message": "Likes and dislikes updated successfully"}


def told(answer):
	assert answer.status_code == 200, answer.text
	return answer.json()["message"]


def reviews(**filters):
	frappe.db.rollback()
	return frappe.get_all(REVIEW, filters, ["*"], order_by="creation, name")


def overall(item):
	frappe.db.rollback()
	return frappe.db.get_value("Website Item", item.name, "custom_overall_rating")


def saying(call, site):
	"""`say(item, customer, ...)` sends a review as the shop's server."""
	site.set_single("Medusa Configuration", public_rate_limit=100_000)
	frappe.db.commit()

	def say(item, customer_id, who=TOKEN, **values):
		return call(who, PATH, item_code=item.medusa_id, customer_id=customer_id, **values)

	return say
