"""Product suggestions and requests to be contacted, as values and as rows."""

from __future__ import annotations

import frappe

CONTACT, SUGGESTION = "Opportunity Contact", "Product Suggestions"
ASKED = {
	"type": "Setting Up",
	"first_name": "Salma",
	"email": "salma@example.com",
	"mobile_no": "+968 9123 4567",
}
SUGGESTED = {"product_name": "Bandages", "suggested_by": "Salma", "contact_number": "9123 4567"}


def rows(doctype):
	frappe.db.rollback()
	return frappe.get_all(doctype, fields=["*"], order_by="name")
