"""A Medusa order as the values of a Sales Order. Pure functions, without database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from medusa_integration.mirror.shop_orders import Credit, OrderLine, ShippingLine, ShopOrder
from medusa_integration.selling.order.imports.amounts import Amounts, Row, Tax
from medusa_integration.selling.order.imports.problems import NoAccount, UnknownItems

ACTUAL = "Actual"
LONGEST_DESCRIPTION = 140


@dataclass(frozen=True, slots=True)
class Sold:
	"""The Item of a variant, and the warehouse that it is delivered from; None leaves that to ERPNext."""

	item_code: str
	uom: str
	warehouse: str | None = None


@dataclass(frozen=True, slots=True)
class TaxRule:
	"""An account of the settings for a tax; `code` is a code or name of Medusa's, "" any; `rate` None any."""

	code: str
	rate: Decimal | None
	account: str

	def fits(self, tax: Tax) -> bool:
		"""Return whether the account is for this tax."""
		named = not self.code or self.code.casefold() in (tax.code.casefold(), tax.name.casefold())
		return named and self.rate in (None, tax.rate)


@dataclass(frozen=True, slots=True)
class Accounts:
	"""On which accounts of a company charges are booked.

	Attributes:
		company: The company.
		shipping: By id or name of the shipping option.
		shipping_items: The Item that a shipping option is sold as, by its id or name.
		any_shipping: For all other shipping options; None refuses them.
		taxes: The first that fits a tax counts; one with a code and a rate before one with only a code.
		any_tax: For all other taxes; None refuses them.
		credit: For gift cards and store credit; None refuses them.
		cost_center: For all charges.
	"""

	company: str
	shipping: Mapping[str, str] = field(default_factory=dict)
	shipping_items: Mapping[str, Sold] = field(default_factory=dict)
	any_shipping: str | None = None
	taxes: tuple[TaxRule, ...] = ()
	any_tax: str | None = None
	credit: str | None = None
	cost_center: str | None = None

	def of_shipping(self, line: ShippingLine) -> str:
		"""Return the account for a way of shipping. Raises NoAccount."""
		account = _named(self.shipping, line) or self.any_shipping
		return account or _refuse("shipping", line.name or line.option_id or "", self.company)

	def of_tax(self, tax: Tax) -> str:
		"""Return the account for a tax. Raises NoAccount."""
		fitting = [rule for rule in self.taxes if rule.fits(tax)]
		fitting.sort(key=lambda rule: (not rule.code, rule.rate is None))
		account = fitting[0].account if fitting else self.any_tax
		return account or _refuse("tax", title_of_tax(tax), self.company)

	def of_credit(self, credit: Credit) -> str:
		"""Return the account for a gift card or store credit. Raises NoAccount."""
		return self.credit or _refuse("credit", credit.kind, self.company)

	def item_of_shipping(self, line: ShippingLine) -> Sold | None:
		"""Return the Item that a way of shipping is sold as, None for a charge."""
		return _named(self.shipping_items, line)


def _named(mapping: Mapping[str, Any], line: ShippingLine) -> Any:
	return (line.option_id and mapping.get(line.option_id)) or mapping.get(line.name)


def _refuse(kind: str, name: str, company: str) -> Any:
	raise NoAccount(kind, name, company)


def shipped_as_items(order: ShopOrder, accounts: Accounts) -> set[str]:
	"""Return the ids of the ways of shipping that are sold as items."""
	return {line.id for line in order.shipping if accounts.item_of_shipping(line)}


def items_of(order: ShopOrder, amounts: Amounts, sold: Mapping[str, Sold], accounts: Accounts) -> list[dict]:
	"""Return the rows of the Sales Order.

	Args:
		order: Medusa's order.
		amounts: Its money.
		sold: The Item of each variant.
		accounts: The Items of ways of shipping.

	Raises:
		UnknownItems: There is no Item for a row.
	"""
	unknown = [
		row.source.title or row.source.sku or row.source.id
		for row in amounts.rows
		if isinstance(row.source, OrderLine) and (row.source.variant_id or "") not in sold
	]
	if unknown:
		raise UnknownItems(unknown)
	return [_item(row, _sold(row, sold, accounts)) for row in amounts.rows]


def _sold(row: Row, sold: Mapping[str, Sold], accounts: Accounts) -> Sold:
	if isinstance(row.source, OrderLine):
		return sold[row.source.variant_id or ""]
	found = accounts.item_of_shipping(row.source)
	assert found, "only ways of shipping with an Item are rows"
	return found


def _item(row: Row, sold: Sold) -> dict:
	# ERPNext would take the list rate where the rate is 0 and nothing says why
	given_away = row.list_rate and not row.rate
	return {
		"item_code": sold.item_code,
		"medusa_line_item_id": row.source.id,
		"uom": sold.uom,
		"warehouse": sold.warehouse,
		"qty": float(row.quantity),
		"price_list_rate": float(row.list_rate),
		"rate": float(row.rate),
		"discount_amount": float(row.list_rate - row.rate),
		"discount_percentage": 100 if given_away else 0,
	}


def charges_of(amounts: Amounts, accounts: Accounts) -> list[dict]:
	"""Return the rows of taxes and charges: shipping, taxes, gift cards and store credit, none of 0.

	Raises:
		NoAccount: The settings have no account for one of them.
	"""
	charges = [(accounts.of_shipping(line), line.name, amount) for line, amount in amounts.shipping if amount]
	charges += [(accounts.of_tax(tax), title_of_tax(tax), amount) for tax, amount in amounts.taxes if amount]
	charges += [
		(accounts.of_credit(credit), credit.kind, -amount) for credit, amount in amounts.credits if amount
	]
	return [
		{
			"charge_type": ACTUAL,
			"account_head": account,
			"description": (title or account)[:LONGEST_DESCRIPTION],
			"tax_amount": float(amount),
			"cost_center": accounts.cost_center,
		}
		for account, title, amount in charges
	]


def title_of_tax(tax: Tax) -> str:
	"""Return what a tax is called: "VAT 5%"."""
	return f"{tax.name or tax.code} {tax.rate.normalize():f}%".strip()


def discount_of(amounts: Amounts) -> dict:
	"""Return the fields of the document's discount, which also take back one that ERPNext would fill in."""
	return {
		"apply_discount_on": "Net Total",
		"additional_discount_percentage": 0,
		"discount_amount": float(amounts.discount),
	}
