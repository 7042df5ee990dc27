"""Documents of the shop below cost, where the settings allow them."""

from __future__ import annotations

from frappe.model.document import Document

from medusa_integration.settings import get_settings


def skip_validation(doc: Document, method: str | None = None) -> None:
	"""Doc event `before_validate` of what is sold:
	spare documents of the shop ERPNext's comparison with their cost.

	Only with `skip_selling_price_validation`; ERPNext itself has no such switch for single documents.
	No statement.
	"""
	if doc.get("from_ecommerce") and get_settings().skip_selling_price_validation:
		doc.validate_selling_price = _nothing


def _nothing() -> None:
	"""In the place of `SellingController.validate_selling_price` of one document."""
