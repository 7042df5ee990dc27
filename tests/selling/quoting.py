"""What customers and sellers do with Quotations of the shop."""

from __future__ import annotations

import frappe

DONE = "Quotation updated successfully"
# no gateway says where to pay
ORDERED = "Quotation updated successfully, Sales Order & Payment Request created"
REVIEW = "Ready for Customer Review"


def inserted_by_others(doc, **values):
	"""The same Quotation, inserted by somebody who leaves to ERPNext what ERPNext finds out."""
	fields = ("quotation_to", "party_name", "company", "currency", "selling_price_list", "order_type")
	rows = [{field: row.get(field) for field in ("item_code", "qty", "uom")} for row in doc.items]
	copy = {"doctype": "Quotation", **{field: doc.get(field) for field in fields}, "items": rows, **values}
	return frappe.get_doc(copy).insert()


def decide(quotes, doc, approval="Approved", **values):
	"""The customer's decision about a quotation, by the endpoint; its answer."""
	return quotes.call("update_quotation", quotation_id=doc.medusa_quotation_id, approval=approval, **values)


def order(quotes, doc, **values):
	"""The customer's approval, with an order that Medusa has for it; the answer."""
	values = {"order_id": quotes.medusa.add_order(), "create_so": True, **values}
	return decide(quotes, doc, **values)


def reload(doc):
	"""The document as it is stored now."""
	frappe.db.rollback()
	return frappe.get_doc(doc.doctype, doc.name)


def workflow(quotes, *, transitions):
	"""The app's own Workflow, active, with these transitions only."""
	doc = frappe.get_doc("Workflow", "Medusa Quotation")
	values = {field: doc.get(field) for field in ("document_type", "workflow_state_field")}
	copy = quotes.site.new(
		"Workflow",
		workflow_name=quotes.shop.name("Of the Site"),
		is_active=1,
		states=[
			{"state": row.state, "doc_status": row.doc_status, "allow_edit": "All"} for row in doc.states
		],
		transitions=[
			{"state": a, "action": "Approve", "next_state": b, "allowed": role} for a, b, role in transitions
		],
		**values,
	)
	frappe.db.commit()
	return copy


def review(quotes, doc):
	"""Send a quotation for review; the document after that."""
	answer = quotes.call("send_quotation_for_review", quotation=doc.name)
	assert answer == {"quotation": doc.name, "workflow_state": REVIEW}
	return frappe.get_doc("Quotation", doc.name)
