"""Delivery charges of the shop's Quotations: a tax row of type Actual, which ERPNext maps to what follows."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from medusa_integration import erpnext_seams
from medusa_integration.constants import HOMEPAGE, QUOTATION
from medusa_integration.settings import get_settings

SAVEPOINT = "medusa_delivery_charges"
ACTUAL = "Actual"
# what the app has decided for a Quotation: the account of the row, and the amount that it has entered there
ACCOUNT, AMOUNT = "custom_delivery_charges_account", "custom_delivery_charges"


def delivery_charges() -> float:
	"""Return what delivery costs outside the city where it is free, as the homepage says."""
	return frappe.db.get_single_value(HOMEPAGE, "delivery_charges")


def is_free_in(city: str | None) -> bool:
	"""Return whether deliveries to this city are free of charge. No statement."""
	free_city = get_settings().free_delivery_city or ""
	return bool(city) and (city or "").strip().lower() == free_city.strip().lower()


def add_delivery_charges(doc: Document) -> None:
	"""Give a new Quotation its delivery charges, on the account of the settings.

	To be called when address and other taxes are known. None without an account of the Quotation's company,
	and where a tax template has a row of that account already. Three statements, none without an account.
	"""
	account = _account(doc.company)
	if not account:
		return
	doc.set(ACCOUNT, account)
	doc.set(AMOUNT, 0)
	follow_city(doc)


def follow_city(doc: Document) -> bool:
	"""Have the row of a draft be what delivery to the city of its address costs now.

	A row that somebody has changed or removed stays so, and so does a Quotation whose charges the app has
	not entered.

	Returns:
		Whether anything has changed.
	"""
	account = doc.get(ACCOUNT)
	if not account:
		return False
	rows = rows_of(doc.taxes, account)
	there = sum(flt(row.tax_amount) for row in rows)
	if len(rows) > 1 or not _are_equal(doc, there, flt(doc.get(AMOUNT))):
		return False
	wanted = _charges(doc)
	if _are_equal(doc, wanted, there):
		return False
	if not rows:
		doc.append("taxes", _row(doc, account, wanted))
	elif wanted:
		rows[0].tax_amount = wanted
	else:
		doc.remove(rows[0])
		for idx, row in enumerate(doc.taxes, start=1):
			row.idx = idx
	doc.set(AMOUNT, wanted)
	return True


def rows_of(taxes: list[Document] | list[frappe._dict], account: str | None) -> list:
	"""Return the tax rows that are delivery charges on this account."""
	return [row for row in taxes if account and row.charge_type == ACTUAL and row.account_head == account]


def _charges(doc: Document) -> float:
	"""Return what delivery to the address of a Quotation costs, in its currency; 0 without an address."""
	if not doc.customer_address or is_free_in(frappe.db.get_value("Address", doc.customer_address, "city")):
		return 0
	charges = flt(delivery_charges()) / (flt(doc.get("conversion_rate")) or 1)
	return flt(charges, doc.precision(AMOUNT))


def _row(doc: Document, account: str, amount: float) -> dict:
	row = {
		"charge_type": ACTUAL,
		"account_head": account,
		"description": _("Delivery Charges"),
		"tax_amount": amount,
	}
	if erpnext_seams.has_field("Sales Taxes and Charges", "cost_center"):
		# ERPNext books no income without one
		row["cost_center"] = frappe.get_cached_value("Company", doc.company, "cost_center")
	return row


def _are_equal(doc: Document, one: float, other: float) -> bool:
	digits = doc.precision(AMOUNT)
	return flt(one, digits) == flt(other, digits)


def can_book_on(account: str, company: str) -> bool:
	"""Return whether a company can have its delivery charges on an account. One statement."""
	usable = {"name": account, "company": company, "is_group": 0, "disabled": 0}
	return bool(frappe.db.exists("Account", usable))


def _account(company: str) -> str | None:
	"""Return the account of the settings if this company can book on it. One statement at most."""
	account = get_settings().delivery_charges_account
	return account if account and can_book_on(account, company) else None


def quotations_at(address: Document) -> list[str]:
	"""Return the shop's draft Quotations to an Address whose charges the app has entered. One statement."""
	filters = {
		# which has an index, and the address has not
		"party_name": ("in", [link.link_name for link in address.links]),
		"customer_address": address.name,
		"docstatus": 0,
		"from_ecommerce": 1,
		ACCOUNT: ("is", "set"),
	}
	return frappe.get_all(QUOTATION, filters, pluck="name", order_by="name")


def in_new_city(name: str) -> Document | None:
	"""Load a draft Quotation, locked, with the charges of the city that its address has now.

	Returns:
		The Quotation, not saved; None if nothing has changed.
	"""
	doc = frappe.get_doc(QUOTATION, name, for_update=True)
	doc.flags.update({"ignore_permissions": True, "medusa_id_update": True})
	return doc if doc.docstatus == 0 and follow_city(doc) else None


def save_quietly(doc: Document) -> bool:
	"""Save a Quotation; what ERPNext refuses is logged and undone, as the address is not to wait for it.

	Returns:
		Whether it was saved.
	"""
	frappe.db.savepoint(SAVEPOINT)
	try:
		doc.save()
	except frappe.ValidationError:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.clear_last_message()
		frappe.log_error(
			title=f"Medusa: delivery charges of Quotation {doc.name} were not updated",
			reference_doctype=QUOTATION,
			reference_name=doc.name,
		)
		return False
	return True
