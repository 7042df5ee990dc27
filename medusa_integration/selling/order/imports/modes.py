"""How something was paid: the Mode of Payment of a payment provider, and its account."""

from __future__ import annotations

import frappe

from medusa_integration.selling.order.imports.problems import NoModeAccount, NoModeOfPayment
from medusa_integration.settings import get_settings


def mode_of(provider: str) -> str:
	"""Return the Mode of Payment of a payment provider in Medusa. No statement.

	Raises:
		NoModeOfPayment: The settings name none.
	"""
	settings = get_settings()
	rows = settings.get("payment_providers") or ()
	named = [row.mode_of_payment for row in rows if (row.provider or "").strip() == provider]
	mode = next(filter(None, named), None) or settings.mode_of_payment
	if not mode:
		raise NoModeOfPayment(provider)
	return mode


def account_of(mode: str, company: str) -> str:
	"""Return the account that a Mode of Payment has for a company. One statement.

	Raises:
		NoModeAccount: It has none.
	"""
	filters = {"parent": mode, "parenttype": "Mode of Payment", "company": company}
	account = frappe.db.get_value("Mode of Payment Account", filters, "default_account")
	if not account:
		raise NoModeAccount(mode, company)
	return account
