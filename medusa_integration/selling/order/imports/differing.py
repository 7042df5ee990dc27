"""What a user has made other than the order in Medusa is, so that its money cannot be booked for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from frappe import _
from frappe.model.document import Document

from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.problems import CannotImport


@dataclass(eq=False)
class OtherCurrency(CannotImport):
	"""A document is in another currency than the order in Medusa, whose amounts are other money in it."""

	doctype: str
	name: str
	found: str
	currency: str

	def sentence(self) -> str:
		return _(
			"{0} {1} is in {2}, but the order in Medusa is in {3}. Amend it, or book by hand what was paid and refunded."
		).format(_(self.doctype), self.name, self.found, self.currency)


@dataclass(eq=False)
class OtherTotal(CannotImport):
	"""A Sales Order has another total than the order in Medusa that was paid."""

	sales_order: str
	found: Decimal
	total: Decimal
	currency: str

	def sentence(self) -> str:
		return _(
			"The total of Sales Order {0} is {1} {3}, but that of the order in Medusa is {2} {3}. Amend it, or "
			"invoice it by hand."
		).format(self.sales_order, self.found, self.total, self.currency)


def require_currency(doc: Document, order: ShopOrder) -> None:
	"""Require that the amounts of Medusa's order are amounts of this document too. Raises OtherCurrency."""
	if doc.currency != order.currency:
		raise OtherCurrency(doc.doctype, doc.name, doc.currency, order.currency)
