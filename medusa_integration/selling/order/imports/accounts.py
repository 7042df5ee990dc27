"""The accounts of the settings for what an order has besides its items."""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt

from medusa_integration import erpnext_seams
from medusa_integration.constants import ITEM
from medusa_integration.selling.order.imports.mapping import ACTUAL, Accounts, Sold, TaxRule
from medusa_integration.selling.quotation.delivery import can_book_on
from medusa_integration.settings import get_settings


def accounts_of(company: str) -> Accounts:
	"""Return the accounts that a company books an order's charges on. Five statements at most.

	Those of the settings that are of another company are left out. Taxes that the settings do not name are
	on the first account of type Tax of the company, shipping options on the account for delivery charges.
	"""
	settings = get_settings()
	charges = settings.get("shipping_charges") or []
	delivery = settings.delivery_charges_account
	codes = [row.item_code for row in charges if row.item_code]
	units = (
		dict(frappe.get_all(ITEM, {"name": ("in", codes)}, ["name", "stock_uom"], as_list=True))
		if codes
		else {}
	)
	rules = settings.get("tax_accounts") or []
	own = _of_company(
		company, *(row.account for row in (*charges, *rules)), settings.get("gift_card_account")
	)
	return Accounts(
		company=company,
		shipping={row.shipping_option: row.account for row in charges if row.account in own},
		shipping_items={
			row.shipping_option: Sold(row.item_code, units[row.item_code])
			for row in charges
			if row.item_code in units
		},
		any_shipping=delivery if delivery and can_book_on(delivery, company) else None,
		taxes=tuple(
			TaxRule(
				(row.tax_code or "").strip(),
				Decimal(str(flt(row.rate))) if flt(row.rate) else None,
				row.account,
			)
			for row in rules
			if row.account in own
		),
		any_tax=_first_tax_account(company),
		credit=settings.gift_card_account if settings.get("gift_card_account") in own else None,
		cost_center=_cost_center(company),
	)


def no_charges(accounts: Accounts) -> list[dict]:
	"""Return a tax of 0, as ERPNext would fill in taxes of its own; nothing without an account for it."""
	if not accounts.any_tax:
		return []
	row = {
		"charge_type": ACTUAL,
		"account_head": accounts.any_tax,
		"description": _("No tax"),
		"tax_amount": 0,
	}
	return [{**row, "cost_center": accounts.cost_center}]


def _of_company(company: str, *accounts: str | None) -> set[str]:
	"""Those of these accounts that are of the company. One statement, none without an account."""
	names = {account for account in accounts if account}
	filters = {"name": ("in", sorted(names)), "company": company}
	return set(frappe.get_all("Account", filters, pluck="name")) if names else set()


def _first_tax_account(company: str) -> str | None:
	"""The company's oldest account of type Tax. One statement."""
	filters = {"company": company, "account_type": "Tax", "is_group": 0, "disabled": 0}
	names = frappe.get_all("Account", filters, pluck="name", order_by="creation asc, name asc", limit=1)
	return names[0] if names else None


def _cost_center(company: str) -> str | None:
	# ERPNext books no income without one
	if not erpnext_seams.has_field("Sales Taxes and Charges", "cost_center"):
		return None
	return frappe.get_cached_value("Company", company, "cost_center")
