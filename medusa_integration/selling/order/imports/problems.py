"""What keeps a Medusa order from becoming a Sales Order, each as one sentence for a person.

The classes hold the values only, so that pure functions can raise them. Sentences are translated when they
are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from frappe import _


class CannotImport(Exception):
	"""The order cannot become a Sales Order as it is."""

	waits = True
	"""Whether the task waits, and goes on by itself once it was put right; else it fails."""
	wait: timedelta | None = None
	"""For how long it waits; None for as long as others."""

	def __str__(self) -> str:
		return self.sentence()

	def sentence(self) -> str:
		"""Return what is in the way, and what puts it right."""
		raise NotImplementedError


@dataclass(eq=False)
class TotalDiffers(CannotImport):
	"""Medusa's total is another one than that of all that the order has in it, or than ERPNext's."""

	total: Decimal
	found: Decimal
	currency: str
	waits = False

	def sentence(self) -> str:
		return _(
			"The total of the order in Medusa is {0} {2}, but its items, shipping and taxes are {1} {2}."
		).format(self.total, self.found, self.currency)


@dataclass(eq=False)
class TooFewDecimals(CannotImport):
	"""The site keeps fewer decimals of amounts than the order has."""

	currency: str
	needed: int
	kept: int

	def sentence(self) -> str:
		return _(
			"Amounts in {0} have {1} decimals, and this site keeps {2}. Set Currency Precision in System Settings."
		).format(self.currency, self.needed, self.kept)


@dataclass(eq=False)
class NoAccount(CannotImport):
	"""The settings name no account for something; `kind` is shipping, tax or credit."""

	kind: str
	name: str
	company: str

	def sentence(self) -> str:
		if self.kind == "shipping":
			return _(
				"There is no account for the shipping option {0} in company {1}. Add it under Shipping Options of "
				"Medusa Configuration, or set Delivery Charges Account."
			).format(self.name, self.company)
		if self.kind == "tax":
			return _(
				"There is no account for the tax {0} in company {1}. Add it under Taxes of Medusa Configuration."
			).format(self.name, self.company)
		return _(
			"There is no account for gift cards and store credit in company {0}. Set Gift Card Account in Medusa "
			"Configuration."
		).format(self.company)


@dataclass(eq=False)
class NoWarehouse(CannotImport):
	"""The settings name a warehouse of another company for a sales channel or stock location."""

	warehouse: str
	company: str

	def sentence(self) -> str:
		return _(
			"Warehouse {0} does not belong to company {1}. Correct the row under Sales Channels of Medusa "
			"Configuration."
		).format(self.warehouse, self.company)


class Refused(CannotImport):
	"""Medusa has refused the buyer and kept the order."""

	def sentence(self) -> str:
		return _(
			"Medusa has neither reserved the items of the order nor authorized a payment. Cancel the order in Medusa, "
			"or have it paid there."
		)


class BeingPaid(CannotImport):
	"""Medusa has made the order, and authorizes its payment at the moment; if that fails, it is deleted."""

	wait = timedelta(minutes=10)

	def sentence(self) -> str:
		return _("No payment of the order is authorized in Medusa yet. It is looked at again in 10 minutes.")


@dataclass(eq=False)
class UnknownItems(CannotImport):
	"""No Website Item has the variant of a row."""

	titles: Sequence[str]

	def sentence(self) -> str:
		return _("No Website Item has the Medusa variant of: {0}.").format(", ".join(self.titles))


@dataclass(eq=False)
class DisabledItems(CannotImport):
	"""Items that were ordered are disabled."""

	items: Sequence[str]

	def sentence(self) -> str:
		return _("These Items are disabled: {0}.").format(", ".join(self.items))


@dataclass(eq=False)
class OfQuotation(CannotImport):
	"""The order is that of a Quotation, of which the shop's server makes the Sales Order."""

	quotation: str

	def sentence(self) -> str:
		return _("The order belongs to Quotation {0}, which is not ordered yet.").format(self.quotation)


@dataclass(eq=False)
class NotSubmitted(CannotImport):
	"""What follows needs a Sales Order that is submitted; its submission goes on with what waits."""

	sales_order: str

	def sentence(self) -> str:
		return _("Sales Order {0} is not submitted.").format(self.sales_order)


@dataclass(eq=False)
class NotLeftToDeliver(CannotImport):
	"""A fulfillment has more of a row than the Sales Order has left to be delivered."""

	fulfillment: str
	quantity: float
	title: str
	sales_order: str

	def sentence(self) -> str:
		return _(
			"Fulfillment {0} in Medusa has {1} of {2}, but fewer are left to be delivered in Sales Order {3}."
		).format(self.fulfillment, f"{self.quantity:g}", self.title, self.sales_order)


@dataclass(eq=False)
class DeliversOthers(CannotImport):
	"""A fulfillment was cancelled in Medusa whose Delivery Note delivers other orders as well."""

	fulfillment: str
	delivery_note: str

	def sentence(self) -> str:
		return _(
			"Fulfillment {0} was cancelled in Medusa. Delivery Note {1} delivers other orders as well: cancel it "
			"and deliver those again."
		).format(self.fulfillment, self.delivery_note)


@dataclass(eq=False)
class HasOtherFulfillments(CannotImport):
	"""A fulfillment was cancelled in Medusa whose Delivery Note also has others, which are not cancelled."""

	fulfillment: str
	delivery_note: str

	def sentence(self) -> str:
		return _(
			"Fulfillment {0} was cancelled in Medusa. Delivery Note {1} also has fulfillments that are not "
			"cancelled: cancel it and deliver those again."
		).format(self.fulfillment, self.delivery_note)


@dataclass(eq=False)
class NotDelivered(CannotImport):
	"""More of a row came back than was delivered in ERPNext."""

	return_id: str
	quantity: float
	title: str
	sales_order: str

	def sentence(self) -> str:
		return _(
			"Of return {0} in Medusa {1} of {2} came back, but fewer were delivered for Sales Order {3}."
		).format(self.return_id, f"{self.quantity:g}", self.title, self.sales_order)


@dataclass(eq=False)
class NotTakenBack(CannotImport):
	"""What an invoice has delivered came back, and no credit note has taken it into the stock."""

	return_id: str
	quantity: float
	title: str

	def sentence(self) -> str:
		return _(
			"Of return {0} in Medusa {1} of {2} came back that a Sales Invoice had delivered, but nothing is left to "
			"credit. Make a credit note with Update Stock, with rate 0 if necessary, to take them into the stock."
		).format(self.return_id, f"{self.quantity:g}", self.title)


@dataclass(eq=False)
class CannotCancel(CannotImport):
	"""An order was cancelled in Medusa after its delivery or invoice here, which a person has to see to."""

	sales_order: str
	waits = False

	def sentence(self) -> str:
		return _(
			"The order was cancelled in Medusa, but Sales Order {0} is delivered or invoiced. Cancel "
			"these documents, then retry. If all came back instead, close the Sales Order and ignore this task."
		).format(self.sales_order)


@dataclass(eq=False)
class StillPaid(CannotImport):
	"""An order was cancelled in Medusa, and its payment is not paid back here."""

	sales_order: str

	def sentence(self) -> str:
		return _(
			"The order was cancelled in Medusa, but Sales Order {0} is paid. Cancel or refund its Payment Entry."
		).format(self.sales_order)


@dataclass(eq=False)
class PerhapsRefunded(CannotImport):
	"""An order was cancelled in Medusa, and what was paid back to its customer may be of another order."""

	sales_order: str
	entry: str
	received: str

	def sentence(self) -> str:
		return _(
			"The order was cancelled in Medusa, but Sales Order {0} is paid. Payment Entry {1} to its customer may be "
			"its refund or that of another order. If it is its refund, allocate it: reconcile Payment Entry {2} with "
			"it by Payment Reconciliation. Else cancel or refund Payment Entry {2}."
		).format(self.sales_order, self.entry, self.received)


@dataclass(eq=False)
class CannotEdit(CannotImport):
	"""An order was edited in Medusa after its delivery or invoice here, which a person has to see to."""

	sales_order: str
	waits = False

	def sentence(self) -> str:
		return _(
			"The order was edited in Medusa after the delivery or invoice of Sales Order {0}. Change it here by hand "
			"until it has the same items and total."
		).format(self.sales_order)
