"""The customer of an order that was placed in Medusa: its payments, deliveries and returns are this one's."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from medusa_integration.selling.order.exporter import was_placed_in_medusa


def keep_customer(doc: Document, method: str | None = None) -> None:
	"""Sales Order `before_validate`, `before_cancel`: refuse another customer of an imported order.

	ERPNext lets a draft have another one, and Frappe stores what is sent with a cancellation. No statement.

	Raises:
		frappe.ValidationError: the order was placed in Medusa by another customer.
	"""
	before = doc.get_doc_before_save()
	if before and was_placed_in_medusa(before):
		require_customer(doc, before.customer)


def require_customer(doc: Document, customer: str) -> None:
	"""Refuse a Sales Order of another customer, whoever saves it: the import would book the payments there.

	Args:
		doc: the Sales Order that is saved.
		customer: who has placed the order in Medusa.

	Raises:
		frappe.ValidationError: it names another one.
	"""
	if cstr(doc.customer) != customer:
		frappe.throw(
			_("The order was placed in Medusa by Customer {0}. It cannot get another customer.").format(
				customer
			)
		)
