"""Orders of Medusa, as values, that a test imports, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import frappe
import pytest
from frappe.model.document import Document

from medusa_integration.mirror.shop_orders import OrderAddress, OrderCustomer
from medusa_integration.selling.order.imports.make import import_order
from medusa_integration.selling.order.imports.problems import CannotImport
from tests.selling.order_values import line, shipped, shop_order, taxes

D = Decimal
HOME = OrderAddress(
	"Anna", "Ruiz", "", "1 Main Street", "Floor 2", "Muscat", "Muscat", "100", "OM", "+968 1234"
)
VAT = taxes(("VAT", "5", "1.00"))
KINDS = ("Sales Order", "Customer", "Contact", "Address", "Lead")


class Imports:
	"""Orders of one test, in the company's currency, and what becomes of them."""

	def __init__(self, quotes) -> None:
		self.quotes, self.shop, self.site = quotes, quotes.shop, quotes.site
		self.currency = frappe.get_cached_value("Company", quotes.company, "default_currency")
		self.item = quotes.variant()
		self.freight, self.vat, self.cards = (quotes.account() for _ in range(3))
		self.shop.set(
			delivery_charges_account=self.freight,
			gift_card_account=None,
			submit_imported_orders=0,
			delivery_days=3,
			default_website_warehouse=None,
		)
		self.rows("tax_accounts", "Medusa Tax Account", {"tax_code": "VAT", "account": self.vat})

	def rows(self, field: str, doctype: str, *rows: dict) -> None:
		"""Have the settings these rows, beside those that they have."""
		for row in rows:
			parent = {
				"parent": "Medusa Configuration",
				"parenttype": "Medusa Configuration",
				"parentfield": field,
			}
			self.site.new(doctype, **parent, **row)
		frappe.db.commit()
		frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")

	def order(self, total: str = "26.00", lines=None, shipping=None, **values):
		"""Two of 10.00, shipped for 5.00, with 1.00 tax."""
		lines = [line("20.00", "2", tax=VAT)] if lines is None else lines
		lines = [replace(row, variant_id=self.item.medusa_variant_id) for row in lines]
		email = f"anna-{self.shop.mark}@example.com"
		defaults = {
			"id": self.quotes.id("order"),
			"customer": OrderCustomer(self.quotes.id("cus"), email),
			"billing_address": HOME,
			"shipping_address": HOME,
			"currency": self.currency,
		}
		shipping = [shipped("5.00")] if shipping is None else shipping
		return shop_order(total, lines, shipping, **{**defaults, **values})

	def make(self, *args, **values):
		"""The Sales Order of such an order; committed."""
		order = args[0] if args else self.order(**values)
		name = import_order(order)
		frappe.db.commit()
		return frappe.get_doc("Sales Order", name)

	def refused(self, order) -> str:
		"""The sentence by which an order is refused; nothing is left of it."""
		before = self.counts()
		with pytest.raises(CannotImport) as raised:
			import_order(order)
		frappe.db.rollback()
		assert self.counts() == before
		return raised.value.sentence()

	def counts(self) -> dict[str, int]:
		return {kind: frappe.db.count(kind) for kind in KINDS}

	def guest(self, **values) -> OrderCustomer:
		return replace(self.order().customer, **values)

	def account(self, **values) -> OrderCustomer:
		return self.guest(**{"id": self.quotes.id("cus"), "has_account": True, **values})


def charges(doc: Document) -> list[tuple[str, float]]:
	"""The charges of a Sales Order: (account, amount) each."""
	return [(row.account_head, row.tax_amount) for row in doc.taxes]


def references(entry: Document) -> list[tuple]:
	"""What a Payment Entry pays: (DocType, name, amount) each."""
	return [(row.reference_doctype, row.reference_name, row.allocated_amount) for row in entry.references]


def sums(documents: Iterable[Document]) -> list[tuple[float, float]]:
	"""Of each invoice its total, and what of it is outstanding."""
	return [(doc.grand_total, doc.outstanding_amount) for doc in documents]
