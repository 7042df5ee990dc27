"""Read access to the settings in *Medusa Configuration*."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe.model.document import Document
from frappe.utils import cint
from frappe.utils.password import get_decrypted_password

SETTINGS = "Medusa Configuration"
DEFAULT_PRICE_LIST = "Standard Selling"


def get_settings() -> Document:
	"""Return all settings from Frappe's cache.

	The document is shared: do not change it. Passwords and keys in it stay encrypted.
	"""
	return frappe.get_cached_doc(SETTINGS)


def number(fieldname: str) -> int:
	"""Return the value of an integer or check field of the settings, or the field's default without a value.

	Args:
		fieldname: name of a field of type Int or Check.
	"""
	value = get_settings().get(fieldname)
	# a field that an update adds has no value until the migration has stored one
	return cint(frappe.get_meta(SETTINGS).get_field(fieldname).default if value in (None, "") else value)


def secret(fieldname: str) -> str | None:
	"""Return the value of a Password field of the settings, None without one. One statement."""
	return get_decrypted_password(SETTINGS, SETTINGS, fieldname, raise_exception=False)


def shared_secrets() -> Iterator[str]:
	"""Yield the secrets that are shared with the plugin in Medusa, the one to sign with first.

	One statement each, when it is needed. None without the first one: then nothing is signed, and nothing
	that the plugin sends is accepted.
	"""
	for fieldname in ("shared_secret", "previous_shared_secret"):
		# as it is copied from a file, an end of line may be with it
		value = (secret(fieldname) or "").strip()
		if not value:
			return
		yield value


def public_price_list() -> str:
	"""Return the name of the Price List whose prices are sent to Medusa."""
	return get_settings().price_list or default_price_list() or DEFAULT_PRICE_LIST


def default_price_list() -> str | None:
	"""Return the Price List to use when the settings name none, or None if the site has none for selling.

	It is Standard Selling, else the one of Selling Settings, else the only enabled Price List for selling.
	"""
	selling = {"selling": 1, "enabled": 1}
	chosen = frappe.db.get_single_value("Selling Settings", "selling_price_list")
	for name in (DEFAULT_PRICE_LIST, chosen):
		if name and frappe.db.exists("Price List", {"name": name, **selling}):
			return name
	names = frappe.get_all("Price List", filters=selling, pluck="name", limit=2)
	return names[0] if len(names) == 1 else None
