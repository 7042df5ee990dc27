"""Payment Entries of what was paid and paid back in Medusa: amounts in each currency, and the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, flt

from medusa_integration import erpnext_payments, erpnext_seams
from medusa_integration.constants import PAYMENT_ENTRY, SALES_ORDER
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_order_events import Movement, Payment
from medusa_integration.mirror.shop_orders import EXACT, ShopOrder
from medusa_integration.selling.order.imports.money_problems import (
	NoExchangeRate,
	NoGainLossAccount,
	NoModeAccount,
	NoModeOfPayment,
	OtherCurrency,
)
from medusa_integration.selling.order.imports.problems import NotSubmitted, TooFewDecimals
from medusa_integration.selling.order.imports.rounding import rounded, unit_of
from medusa_integration.selling.order.imports.settle import Open, Settled, settle, whole_amounts
from medusa_integration.settings import get_settings
from medusa_integration.sync.inbox.orders import site_time

RECEIVE, PAY = "Receive", "Pay"
# of a Sales Order for which something is booked
HEAD = ["name", "docstatus", "status", "customer", "company", "currency", "grand_total", "medusa_order_id"]


@dataclass(frozen=True, slots=True)
class Money:
	"""A capture or a refund.

	Attributes:
		id: Medusa's id of it.
		payment: The payment that it is of.
		amount: In the order's currency, in whole minor units.
		at: When it has happened.
	"""

	id: str
	payment: Payment
	amount: Decimal
	at: datetime


def captures_of(order: ShopOrder) -> list[Money]:
	"""Return what was captured of an order, the oldest first, without amounts of 0."""
	return _moneys([(payment, capture) for payment in order.payments for capture in payment.captures], order)


def refunds_of(order: ShopOrder) -> list[Money]:
	"""Return what was refunded of an order, the oldest first, without amounts of 0."""
	return _moneys([(payment, refund) for payment in order.payments for refund in payment.refunds], order)


def _moneys(pairs: Sequence[tuple[Payment, Movement]], order: ShopOrder) -> list[Money]:
	pairs = sorted(pairs, key=lambda pair: (pair[1].created_at, pair[1].id))
	amounts = whole_amounts([movement for _payment, movement in pairs], unit_of(decimals(order.currency)))
	moneys = [
		Money(movement.id, payment, amount, movement.created_at)
		for (payment, movement), amount in zip(pairs, amounts, strict=True)
	]
	return [money for money in moneys if money.amount > 0]


def entries_of(ids: Sequence[str]) -> dict[str, int]:
	"""Return the Payment Entries of these ids of Medusa's: their docstatus by the id. One statement."""
	rows = frappe.get_all(PAYMENT_ENTRY, {"medusa_id": ("in", list(ids))}, ["medusa_id", "docstatus"])
	return {row.medusa_id: row.docstatus for row in rows}


@dataclass(frozen=True, slots=True)
class Account:
	"""An account, and its exchange rate: what 1 of its currency is in that of the company."""

	name: str
	currency: str
	rate: Decimal


class Exchange:
	"""The currencies of one movement of money, with the exchange rates of its day."""

	def __init__(self, order: Document, day: str) -> None:
		self.currency, self.day, self.company = order.currency, day, order.company
		self.company_currency = frappe.get_cached_value("Company", order.company, "default_currency")
		self.step = unit_of(order.precision("base_grand_total"))
		self.unit = max(unit_of(decimals(order.currency)), self.step)

	def rate(self, currency: str) -> Decimal:
		"""Return what 1 of a currency is in that of the company.

		Raises:
			NoExchangeRate: The site has none for the day.
		"""
		if currency == self.company_currency:
			return Decimal(1)
		rate = erpnext_payments.exchange_rate(currency, self.company_currency, self.day)
		if not rate:
			raise NoExchangeRate(currency, self.company_currency, self.day)
		return Decimal(cstr(rate))

	def account(self, name: str) -> Account:
		"""Return an account with its currency and exchange rate."""
		currency = frappe.get_cached_value("Account", name, "account_currency") or self.company_currency
		return Account(name, currency, self.rate(currency))

	def value(self, amount: Decimal, account: Account) -> Decimal:
		"""Return what an amount of the order's currency is in that of an account, by the rates of the day."""
		if account.currency == self.currency:
			return amount
		base = rounded(EXACT.multiply(amount, self.rate(self.currency)), self.step)
		return rounded(EXACT.divide(base, account.rate), self.step)

	def into(self, account: Account, rate: Decimal) -> Decimal:
		"""Return what 1 of the order's currency is in that of an account, by the rate of a document."""
		return Decimal(1) if account.currency == self.currency else rate

	def settle(self, amount: Decimal, documents: Sequence[Open], parts: int) -> Settled:
		"""Allocate an amount of the order's currency to what is outstanding."""
		return settle(amount, documents, self.unit, self.step, parts)


def new_entry(
	order: Document, money: Money, kind: str, party: str, exchange: Exchange, settled: Settled, base: Document
) -> Document:
	"""Complete the Payment Entry of a capture or a refund, and submit it.

	Args:
		order: The Sales Order.
		money: What was paid or paid back.
		kind: RECEIVE or PAY.
		party: The customer's account.
		exchange: The rates of the day.
		settled: What is allocated.
		base: A new Payment Entry with the references.

	Returns:
		The submitted document.

	Raises:
		CannotImport: A setting or an exchange rate is missing.
	"""
	mode = mode_of(money.payment.provider_id)
	bank = exchange.account(account_of(mode, order.company))
	customer = exchange.account(party)
	of_customer = settled.total + exchange.value(settled.rest, customer)
	of_bank = exchange.value(money.amount, bank)
	gain_or_loss = Decimal(0)
	if customer.currency == bank.currency:
		# ERPNext knows one amount then: what the exchange rate has changed is a deduction
		gain_or_loss = of_customer - of_bank if kind == RECEIVE else of_bank - of_customer
		of_customer = of_bank
	source, target = (customer, bank) if kind == RECEIVE else (bank, customer)
	paid, received = (of_customer, of_bank) if kind == RECEIVE else (of_bank, of_customer)
	erpnext_seams.forget_currencies()
	base.update(
		{
			"payment_type": kind,
			"company": order.company,
			"party_type": "Customer",
			"party": order.customer,
			"posting_date": exchange.day,
			"mode_of_payment": mode,
			"reference_no": money.payment.id,
			"reference_date": exchange.day,
			"bank_account": None,
			"paid_from": source.name,
			"paid_to": target.name,
			"paid_from_account_currency": source.currency,
			"paid_to_account_currency": target.currency,
			"source_exchange_rate": float(source.rate),
			"target_exchange_rate": float(target.rate),
			"paid_amount": float(paid),
			"received_amount": float(received),
			"deductions": [],
			"medusa_id": money.id,
			"medusa_order_id": order.medusa_order_id,
		}
	)
	if gain_or_loss:
		base.append("deductions", {**_gain_loss(order.company), "amount": float(gain_or_loss)})
	base.flags.update({"ignore_permissions": True, "medusa_id_update": True})
	base.insert()
	base.submit()
	return base


def _gain_loss(company: str) -> dict:
	fields = ["exchange_gain_loss_account", "cost_center"]
	account, cost_center = frappe.get_cached_value("Company", company, fields)
	if not (account and cost_center):
		raise NoGainLossAccount(company)
	return {"account": account, "cost_center": cost_center}


def exchange_of(order: Document, money: Money) -> Exchange:
	"""Return the exchange rates of the day of a capture or refund.

	Raises:
		TooFewDecimals: The site cannot keep the amount.
	"""
	exchange = Exchange(order, site_time(money.at).date().isoformat())
	if money.amount != rounded(money.amount, exchange.step):
		places = order.precision("base_grand_total")
		raise TooFewDecimals(order.currency, decimals(order.currency), places)
	return exchange


def allocate(entry: Document, document: Open, amount: Decimal, account: str) -> None:
	"""Add the references by which a new Payment Entry pays so much of a document to be paid.

	ERPNext divides them by terms of payment and Payment Requests.
	"""
	offered = erpnext_payments.get_payment_entry(document.doctype, document.name, account)
	left = float(amount)
	for row in offered.references:
		allocated = min(left, flt(row.allocated_amount))
		left = flt(left - allocated, 9)
		if allocated:
			values = row.as_dict(no_default_fields=True)
			entry.append("references", {**values, "allocated_amount": allocated})
	for field in ("cost_center", "project"):
		entry.set(field, entry.get(field) or offered.get(field))


def mode_of(provider: str) -> str:
	"""Return the Mode of Payment of a payment provider in Medusa. No statement.

	Raises:
		NoModeOfPayment: The settings name none.
	"""
	settings = get_settings()
	rows = settings.get("payment_providers") or ()
	named = [row.mode_of_payment for row in rows if (row.provider or "").strip() == provider]
	mode = next((one for one in named if one), None) or settings.mode_of_payment
	if not mode:
		raise NoModeOfPayment(provider)
	return mode


def account_of(mode: str, company: str) -> str:
	"""Return the account that a Mode of Payment has for a company. One statement.

	Raises:
		NoModeAccount: It has none.
	"""
	filters = {"parent": mode, "parenttype": "Mode of Payment", "company": company}
	account = frappe.db.get_value("Mode of Payment Account", filters, "default_account")
	if not account:
		raise NoModeAccount(mode, company)
	return account


def head_of(sales_order: str) -> frappe._dict:
	"""Return what is asked of a Sales Order before anything is booked for it. One statement.

	Raises:
		NotSubmitted: It is a draft.
	"""
	head = frappe.db.get_value(SALES_ORDER, sales_order, HEAD, as_dict=True)
	if head.docstatus == 0:
		raise NotSubmitted(sales_order)
	return head


def require_currency(sales_order: Document | frappe._dict, order: ShopOrder) -> None:
	"""Require that the amounts of Medusa's order are amounts of its Sales Order too. Raises OtherCurrency."""
	if sales_order.currency != order.currency:
		raise OtherCurrency(SALES_ORDER, sales_order.name, sales_order.currency, order.currency)
