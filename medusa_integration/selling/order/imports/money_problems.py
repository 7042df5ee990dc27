"""What keeps the payments, invoices and refunds of a Medusa order from being booked, each as one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from frappe import _

from medusa_integration.selling.order.imports.problems import CannotImport


@dataclass(eq=False)
class NoModeOfPayment(CannotImport):
	"""The settings name no Mode of Payment for a payment provider."""

	provider: str

	def sentence(self) -> str:
		return _(
			"There is no Mode of Payment for the payment provider {0}. Add it under Payment Providers of Medusa "
			"Configuration, or set Mode of Payment."
		).format(self.provider)


@dataclass(eq=False)
class NoModeAccount(CannotImport):
	"""A Mode of Payment has no account for a company."""

	mode: str
	company: str

	def sentence(self) -> str:
		return _("Mode of Payment {0} has no account for company {1}. Set its Default Account.").format(
			self.mode, self.company
		)


@dataclass(eq=False)
class NoExchangeRate(CannotImport):
	"""There is no exchange rate of a day."""

	currency: str
	company_currency: str
	day: str

	def sentence(self) -> str:
		return _("There is no exchange rate from {0} to {1} for {2}. Add a Currency Exchange.").format(
			self.currency, self.company_currency, self.day
		)


@dataclass(eq=False)
class NoGainLossAccount(CannotImport):
	"""A company has no account for what exchange rates have changed."""

	company: str

	def sentence(self) -> str:
		return _("Company {0} has no Exchange Gain / Loss Account or Cost Center. Set them.").format(
			self.company
		)


@dataclass(eq=False)
class PaidByHand(CannotImport):
	"""A payment or refund in Medusa is more than what is outstanding, and somebody has booked one by hand."""

	payment: str
	sales_order: str
	entry: str
	doctype: str
	is_refund: bool = False

	def sentence(self) -> str:
		told = (
			_(
				"A refund of payment {0} in Medusa is more than what is to be paid back of Sales Order {1}, of which "
				"{3} {2} was made by a user. Cancel the entry if it is the same refund, else unreconcile it."
			)
			if self.is_refund
			else _(
				"Payment {0} in Medusa is more than what is outstanding of Sales Order {1}, of which {3} {2} was made "
				"by a user. Cancel the entry if it is the same payment, else unreconcile it."
			)
		)
		return told.format(self.payment, self.sales_order, self.entry, _(self.doctype))


@dataclass(eq=False)
class PaidWithin(CannotImport):
	"""A payment or refund in Medusa is more than is outstanding, and an invoice was paid within itself."""

	payment: str
	sales_order: str
	invoice: str
	is_refund: bool = False

	def sentence(self) -> str:
		told = (
			_(
				"A refund of payment {0} in Medusa is more than what is to be paid back of Sales Order {1}, of which "
				"credit note {2} was paid back within itself. Make a Payment Entry with {0} as its reference number: "
				"over the rest of the refund if that was a part of it, else over all of it."
			)
			if self.is_refund
			else _(
				"Payment {0} in Medusa is more than what is outstanding of Sales Order {1}, of which Sales Invoice {2} "
				"was paid within itself. Make a Payment Entry with {0} as its reference number: over the rest of the "
				"payment if that was a part of it, else over all of it."
			)
		)
		return told.format(self.payment, self.sales_order, self.invoice)


@dataclass(eq=False)
class PerhapsPaidBack(CannotImport):
	"""A user has paid a customer the amount of a refund in Medusa, by a Payment Entry for no document."""

	payment: str
	entry: str

	def sentence(self) -> str:
		return _(
			"Payment Entry {1} to the customer may be a refund of payment {0} in Medusa. If it is that, amend it with "
			"{0} as its reference number. Else allocate it to what it is for."
		).format(self.payment, self.entry)


@dataclass(eq=False)
class InvoiceDiffers(CannotImport):
	"""ERPNext has made an invoice of another total than that of the Sales Order."""

	sales_order: str
	total: Decimal
	found: Decimal
	currency: str

	def sentence(self) -> str:
		return _(
			"The total of Sales Order {0} is {1} {3}, but that of its Sales Invoice would be {2} {3}."
		).format(self.sales_order, self.total, self.found, self.currency)


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


@dataclass(eq=False)
class EnteredOtherwise(CannotImport):
	"""The Payment Entry that a user has made of a capture or a refund has another amount."""

	entry: str
	found: Decimal
	payment: str
	amount: Decimal
	currency: str
	is_refund: bool = False

	def sentence(self) -> str:
		told = (
			_(
				"Payment Entry {0} has payment {1} in Medusa as its reference number, but its amount is {2} {4}, and "
				"{3} {4} was refunded. Cancel it, or amend it to this amount."
			)
			if self.is_refund
			else _(
				"Payment Entry {0} has payment {1} in Medusa as its reference number, but its amount is {2} {4}, and "
				"{3} {4} was captured. Cancel it, or amend it to this amount."
			)
		)
		return told.format(self.entry, self.payment, self.found, self.amount, self.currency)


@dataclass(eq=False)
class CreditedByHand(CannotImport):
	"""A user has credited an amount without quantities, and it may be for what came back of a return."""

	return_id: str
	credit_note: str
	amount: Decimal
	currency: str

	def sentence(self) -> str:
		return _(
			"Return {0} in Medusa is to be credited, and credit note {1} of a user is over {2} {3} without quantities. "
			"Cancel it if it is for this return, else make the credit note of the return by hand."
		).format(self.return_id, self.credit_note, self.amount, self.currency)
