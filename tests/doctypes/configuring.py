"""Medusa Configuration after a first save, and what is stored of it."""

from __future__ import annotations

import frappe
from frappe.utils.password import get_decrypted_password, set_encrypted_password

from medusa_integration.settings import SETTINGS

VALID = {
	"enable": 1,
	"url": "https://medusa.example.com",
	"frontend_url": "https://shop.example.com",
	"admin_email": "admin@example.com",
	"admin_password": "a password",
	"secret_api_key": None,
	"medusa_version": "Auto",
}
KNOWN = {
	"learned_version": "v1",
	"learned_extras": "properties",
	"paused": 1,
	"pause_reason": "Medusa refused the sign-in.",
}


def first_saved():
	"""The settings as they are after a first save, with what the app has found out since."""
	document = frappe.get_doc(SETTINGS).update(VALID)
	document.save()
	frappe.db.set_single_value(SETTINGS, KNOWN, update_modified=False)
	set_encrypted_password(SETTINGS, SETTINGS, "a token", "access_token")
	return frappe.get_doc(SETTINGS)


def token():
	"""The access token that is stored; None without."""
	return get_decrypted_password(SETTINGS, SETTINGS, "access_token", raise_exception=False)


def known():
	"""What the app has found out, as it is stored now."""
	return {field: frappe.get_doc(SETTINGS).get(field) for field in KNOWN}


def stored(field="admin_password"):
	"""The password that is stored in this field; None without."""
	return get_decrypted_password(SETTINGS, SETTINGS, field, raise_exception=False)
