"""Looks at past orders without writing: what each would become, with a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import frappe

from medusa_integration.constants import SALES_ORDER
from medusa_integration.customers.buyers import known_customers
from medusa_integration.mirror.shop_orders import OrderLine, ShopOrder
from medusa_integration.selling.order.backfill.summary import Looked
from medusa_integration.selling.order.imports.accounts import accounts_of
from medusa_integration.selling.order.imports.amounts import amounts_of
from medusa_integration.selling.order.imports.make import buyer_of, places_of, require_placed
from medusa_integration.selling.order.imports.mapping import (
	Accounts,
	charges_of,
	items_of,
	shipped_as_items,
)
from medusa_integration.selling.order.imports.problems import CannotImport, OfQuotation
from medusa_integration.selling.order.imports.sold import known_variants, quotations_of, sold_of
from medusa_integration.selling.order.imports.sources import source_of


@dataclass
class Look:
	"""Looks at orders as the import does, as far as Medusa's order and the settings say.

	What ERPNext itself would say, such as about a credit limit, only the import shows.
	"""

	_accounts: dict[str, Accounts] = field(default_factory=dict)
	_places: dict[tuple[str, str], int] = field(default_factory=dict)

	def at(self, orders: Sequence[ShopOrder]) -> list[Looked]:
		"""Return what was found of each order. Six statements, and once those of accounts."""
		if not orders:
			return []
		known, quotations = known_variants(orders), quotations_of(orders)
		variants = {row.medusa_variant_id for row in known}
		buyers = [buyer_of(order) for order in orders]
		customers = known_customers(buyers)
		return [
			Looked(
				order_id=order.id,
				currency=order.currency,
				total=order.total,
				buyer=buyer,
				customer=customers.get(buyer),
				unknown=tuple(_title(line) for line in order.lines if line.variant_id not in variants),
				problem=self._problem(order, known, quotations.get(order.id)),
			)
			for order, buyer in zip(orders, buyers, strict=True)
		]

	def _problem(self, order: ShopOrder, known: Sequence[frappe._dict], quotation: str | None) -> str | None:
		"""What would keep the order from being imported, in the order in which the import finds it."""
		try:
			require_placed(order)
			if quotation:
				raise OfQuotation(quotation)
			source = source_of(order)
			accounts = self._accounts_of(source.company)
			places = self._places_of(source.company, order.currency)
			amounts = amounts_of(order, places, shipped_as_items(order, accounts))
			items_of(order, amounts, sold_of(order, source, known), accounts)
			charges_of(amounts, accounts)
		except CannotImport as error:
			return error.sentence()
		return None

	def _accounts_of(self, company: str) -> Accounts:
		if company not in self._accounts:
			self._accounts[company] = accounts_of(company)
		return self._accounts[company]

	def _places_of(self, company: str, currency: str) -> int:
		if (company, currency) not in self._places:
			doc = frappe.new_doc(SALES_ORDER, company=company, currency=currency)
			self._places[company, currency] = places_of(doc)
		return self._places[company, currency]


def _title(line: OrderLine) -> str:
	title = line.title or line.id
	return f"{title} ({line.sku})" if line.sku else title
