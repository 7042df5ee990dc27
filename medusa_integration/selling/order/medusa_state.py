"""What the forms of Sales Order and Medusa Order show of an order in Medusa, as the site knows it."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from medusa_integration.constants import MEDUSA_ORDER, SALES_INVOICE, SALES_ORDER
from medusa_integration.mirror.admin_pages import order_page
from medusa_integration.settings import get_settings
from medusa_integration.sync.connection import known_generation

ID = "medusa_order_id"
STATES = ("order_status", "payment_status", "fulfillment_status", "medusa_updated_at")
MADE_OF_IT = (SALES_ORDER, "Payment Entry", SALES_INVOICE, "Delivery Note")


def show_in_sales_order(doc: Document, method: str | None = None) -> None:
	"""Sales Order `onload`: who opens the form of an imported order sees its state in Medusa.

	One statement, and none for other orders. Medusa is not asked: it is the state that was last stored.
	"""
	order_id = doc.get(ID)
	# the number is only known of orders that were imported
	if not order_id or not doc.get("medusa_order_number"):
		return
	states = frappe.db.get_value(MEDUSA_ORDER, order_id, list(STATES), as_dict=True) or {}
	doc.set_onload("medusa_order", {**states, "page": _page(order_id)})


def show_in_medusa_order(doc: Document, method: str | None = None) -> None:
	"""Medusa Order `onload`: the address of its page in Medusa's admin. No statement."""
	doc.set_onload("medusa_page", _page(doc.name))


def _page(order_id: str) -> str | None:
	return order_page(get_settings().url, known_generation(), order_id)


def connections_of_medusa_order(data: dict[str, Any]) -> dict[str, Any]:
	"""Show what was made of an order as the connections of Medusa Order (hook `override_doctype_dashboards`).

	Args:
		data: the dashboard as other apps have made it; changed in place.
	"""
	data.setdefault("fieldname", ID)
	data["transactions"] = [
		*(data.get("transactions") or []),
		{"label": _("ERPNext"), "items": list(MADE_OF_IT)},
	]
	return data
