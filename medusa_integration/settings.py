"""What people have chosen in *Medusa Configuration*, for everybody who reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import frappe
from frappe.utils import cint

if TYPE_CHECKING:
	from medusa_integration.medusa_integration.doctype.medusa_configuration.medusa_configuration import (
		MedusaConfiguration,
	)

SETTINGS = "Medusa Configuration"
DEFAULT_PRICE_LIST = "Standard Selling"


def get_settings() -> MedusaConfiguration:
	"""All settings, from Frappe's cache. To be read only; what is secret in them stays encrypted."""
	return frappe.get_cached_doc(SETTINGS)


def number(fieldname: str) -> int:
	"""A number or a check box of the settings; the field's own default where nothing was ever stored."""
	value = get_settings().get(fieldname)
	# a field that an update brings has no value before the migration has stored one
	return cint(frappe.get_meta(SETTINGS).get_field(fieldname).default if value in (None, "") else value)


def public_price_list() -> str:
	"""The price list that the shop sells by."""
	return get_settings().price_list or DEFAULT_PRICE_LIST
