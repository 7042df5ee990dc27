"""What the form of a Website Item shows as its connections."""

from __future__ import annotations

from typing import Any

from frappe import _

from medusa_integration.constants import REVIEW, WISHLIST

LINK = "website_item"


def of_website_item(data: dict[str, Any]) -> dict[str, Any]:
	"""Add wishes and reviews to the connections of Website Item (hook `override_doctype_dashboards`).

	Args:
		data: the dashboard as webshop and other apps have made it; changed in place.
	"""
	data.setdefault("fieldname", LINK)
	for key, empty in (("non_standard_fieldnames", {}), ("transactions", [])):
		data[key] = data.get(key) or empty
	for doctype in (REVIEW, WISHLIST):
		data["non_standard_fieldnames"][doctype] = LINK
	data["transactions"].append({"label": _("Shop"), "items": [REVIEW, WISHLIST]})
	return data
