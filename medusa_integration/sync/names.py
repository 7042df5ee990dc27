"""Names of documents, as Desk's buttons send them."""

from __future__ import annotations

import frappe
from frappe import _


def as_list(names: object, message: str) -> list[str]:
	"""The names as a list: from one name, a list, or a JSON list. Raises `frappe.ValidationError` with `message`."""
	if isinstance(names, str) and names.startswith("["):
		try:
			names = frappe.parse_json(names)
		except ValueError:
			names = None
	names = [names] if isinstance(names, str) else names
	if not names or not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
		frappe.throw(message, title=_("Nothing Named"))
	return names
