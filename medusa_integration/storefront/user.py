"""The user that the shop's server signs in as: made by a button of Medusa Configuration."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.core.doctype.user.user import generate_keys

from medusa_integration.endpoints import Desk, Flag, endpoint
from medusa_integration.endpoints.access import STOREFRONT_ROLE
from medusa_integration.settings import SETTINGS

# no mail can reach that domain, and nobody else can have it
STOREFRONT_USER = "medusa-storefront@medusa-integration.invalid"


@endpoint(Desk(SETTINGS, "write"))
def create_storefront_user(renew: Flag = False) -> dict[str, Any]:
	"""Make the shop's user with a key and a secret, or give the one that exists a new secret (`renew`).

	The user has the role Medusa Storefront and no other, cannot open Desk, and gets no mail. Returns
	`{"user", "api_key", "api_secret"}`: the secret is shown this once. If there is the user already and
	`renew` is not set, nothing is changed, and `api_secret` is None. Whoever may
	write Medusa Configuration needs the role System Manager besides, else it raises `frappe.PermissionError`.
	"""
	frappe.only_for("System Manager")
	secret = None
	if not frappe.db.get_value("User", STOREFRONT_USER, "api_key") or renew:
		_ensure_user()
		secret = generate_keys(STOREFRONT_USER)["api_secret"]
	return {
		"user": STOREFRONT_USER,
		"api_key": frappe.db.get_value("User", STOREFRONT_USER, "api_key"),
		"api_secret": secret,
	}


def delete_storefront_user() -> None:
	"""Part of the uninstallation: without its role the user is good for nothing."""
	frappe.delete_doc("User", STOREFRONT_USER, force=True, ignore_missing=True)


def _ensure_user() -> None:
	"""Make the user, or bring an existing one back to what it needs."""
	if not frappe.db.exists("User", STOREFRONT_USER):
		user = frappe.new_doc("User")
		user.update({"email": STOREFRONT_USER, "first_name": "Medusa Storefront", "send_welcome_email": 0})
	else:
		user = frappe.get_doc("User", STOREFRONT_USER)
	user.enabled = 1
	user.user_type = "Website User"
	user.set("roles", [{"role": STOREFRONT_ROLE}])
	user.save(ignore_permissions=True)
