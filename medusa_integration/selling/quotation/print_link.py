"""The link that opens a quotation's print without a login."""

from __future__ import annotations

from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import add_days, get_url, getdate, today

from medusa_integration.constants import QUOTATION
from medusa_integration.endpoints.parameters import Id
from medusa_integration.selling.quotation.lookup import owner_of
from medusa_integration.settings import get_settings, number


def fetch_quotation_pdf_url(quotation_id: Id, customer_id: Id | None = None) -> str:
	"""Make the address of a quotation's print, which opens it and nothing else for `pdf_link_days`.

	Args:
		quotation_id: The Quotation's name or its id in Medusa. Names can be guessed: a guest's `customer_id`
			goes with them.
		customer_id: Medusa's; the Quotation has to be that customer's.

	Returns:
		The address.

	Raises:
		frappe.DoesNotExistError: There is none, or it is not the shop's, or somebody else's (404).
	"""
	by_name = bool(customer_id) or frappe.session.user != "Guest"
	doc = _find(quotation_id, by_name=by_name)
	if not doc or (customer_id and owner_of(doc) != customer_id):
		message = _("Quotation with ID {0} not found.").format(quotation_id)
		raise frappe.DoesNotExistError(message)
	settings = get_settings()
	expires_on = getdate(add_days(today(), number("pdf_link_days")))
	key = frappe.get_doc(QUOTATION, doc.name).get_document_share_key(expires_on=expires_on)
	# Frappe would forget the key after a GET
	frappe.local.flags.commit = True
	query = {
		"doctype": QUOTATION,
		"name": doc.name,
		"format": settings.quotation_print_format,
		"_lang": settings.print_language,
		"key": key,
	}
	return get_url(f"/printview?{urlencode({name: value for name, value in query.items() if value})}")


def keep_format() -> None:
	"""Hook `before_request`: what a key opens of the shop's quotations is in the format of the settings.

	Frappe's key opens the document in any format, one that shows costs too. Whoever may read the Quotation
	anyway chooses for themselves. No statement without a key.
	"""
	key = frappe.form_dict.get("key")
	if not key or not isinstance(key, str):
		return
	names = frappe.get_all(
		"Document Share Key", {"key": key, "reference_doctype": QUOTATION}, pluck="reference_docname"
	)
	if not names or not frappe.db.exists(QUOTATION, {"name": names[0], "from_ecommerce": 1}):
		return
	if frappe.session.user != "Guest" and frappe.has_permission(QUOTATION, "read", names[0]):
		return
	own = get_settings().quotation_print_format
	for field in ("format", "print_format"):
		frappe.form_dict.pop(field, None)
		if own:
			frappe.form_dict[field] = own


def _find(quotation_id: str, *, by_name: bool) -> frappe._dict | None:
	"""The Quotation of the shop with this name, if names count, else with this id in Medusa."""
	for field in ("name", "medusa_quotation_id") if by_name else ("medusa_quotation_id",):
		filters = {field: quotation_id, "from_ecommerce": 1}
		fields = ["name", "quotation_to", "party_name"]
		if row := frappe.db.get_value(QUOTATION, filters, fields, as_dict=True):
			return row
	return None
