"""The user that the shop's server logs in as, created by a button of Medusa Configuration."""

from __future__ import annotations

import frappe
from frappe.core.doctype.user.user import generate_keys
from typing_extensions import TypedDict

from medusa_integration.endpoints.access import STOREFRONT_ROLE
from medusa_integration.endpoints.parameters import Flag

# no mail can reach that domain, and nobody else can have it
STOREFRONT_USER = "medusa-storefront@medusa-integration.invalid"


class StorefrontUser(TypedDict):
	"""The user with its key, and the secret if it is a new one."""

	user: str
	api_key: str
	api_secret: str | None


def create_storefront_user(renew: Flag = False) -> StorefrontUser:
	"""Create the storefront user with a key and a secret, or give the existing one a new secret.

	The user has only the role Medusa Storefront, cannot open Desk, and gets no mail.

	Args:
		renew: whether an existing user gets a new secret. Otherwise nothing is changed.

	Returns:
		`user`, `api_key` and `api_secret`, which is returned only this once, and is None if nothing was
		changed.
	"""
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
	"""Delete the user, who has no use without its role, as part of the uninstallation."""
	frappe.delete_doc("User", STOREFRONT_USER, force=True, ignore_missing=True)


def _ensure_user() -> None:
	"""Create the user, or restore what an existing one needs."""
	if not frappe.db.exists("User", STOREFRONT_USER):
		user = frappe.new_doc("User")
		user.update({"email": STOREFRONT_USER, "first_name": "Medusa Storefront", "send_welcome_email": 0})
	else:
		user = frappe.get_doc("User", STOREFRONT_USER)
	user.enabled = 1
	user.user_type = "Website User"
	user.set("roles", [{"role": STOREFRONT_ROLE}])
	user.save(ignore_permissions=True)
