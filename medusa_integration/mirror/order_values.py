"""What Medusa is told of orders and quotations in ERPNext, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderDocuments:
	"""The documents in ERPNext of an order that was placed in Medusa, for those who look at it there.

	Attributes:
		sales_order: The name of the Sales Order.
		invoices: The names of its submitted Sales Invoices, credit notes included.
		delivery_notes: The names of its submitted Delivery Notes, returns included.
		delivered: How much of it was delivered, in percent.
	"""

	sales_order: str
	invoices: tuple[str, ...] = ()
	delivery_notes: tuple[str, ...] = ()
	delivered: float = 0


@dataclass(frozen=True, slots=True)
class OrderStatus:
	"""Where one Sales Order stands, as Medusa is to hear of it.

	Amounts are in major units of the order's currency.

	Attributes:
		key: The Sales Order's name.
		order_id: Medusa's id of the order.
		customer_id: Medusa's id of the customer.
		order_status: The sentence for the order.
		payment_status: The sentence for the payment.
		discount_amount: The discount.
		net_total: Before taxes.
		grand_total: With taxes.
		documents: Its documents; None for an order that the shop's server has handed over, which is told the
			six documented values only.
	"""

	key: str
	order_id: str
	customer_id: str
	order_status: str
	payment_status: str
	discount_amount: float
	net_total: float
	grand_total: float
	documents: OrderDocuments | None = None


@dataclass(frozen=True, slots=True)
class QuotedItem:
	"""A row that ERPNext offers.

	Attributes:
		variant_id: Medusa's id of the variant, None where Medusa does not have the item.
		item_code: The Item's code.
		price: Major units for one `uom`.
		quantity: In `uom`.
		uom: The unit of measure.
		amount: Major units for all of them.
		tax_template: ERPNext's name of the row's taxes.
	"""

	variant_id: str | None
	item_code: str
	price: float
	quantity: float
	uom: str
	amount: float
	tax_template: str | None = None


@dataclass(frozen=True, slots=True)
class UnacceptedItem:
	"""What the customer does not want of a quotation."""

	variant_id: str | None
	price: float
	quantity: float


@dataclass(frozen=True, slots=True)
class QuotationTax:
	"""A tax on a quotation; `rate` in percent."""

	account: str
	rate: float
	amount: float


@dataclass(frozen=True, slots=True)
class QuotationUpdate:
	"""What ERPNext offers for what a customer has asked for. Amounts are in major units of its currency.

	Attributes:
		key: The Quotation's name.
		quotation_id: Medusa's id of the quotation.
		customer_id: Medusa's id of the customer.
		draft_order_id: Medusa's id of the draft order.
		items: The rows that are offered.
		unaccepted: What the customer does not want.
		taxes: The taxes.
		total_quantity: Of all rows.
		total: Before discount and taxes.
		net_total: Before taxes.
		total_taxes: The sum of the taxes.
		grand_total: With taxes.
		rounding_adjustment: What rounding adds.
		delivers: Whether there is an address to deliver to.
		delivery_charges: Major units.
		discount_on: The total that the discount is on, as ERPNext names it.
		discount_percentage: Percent.
		discount_amount: Major units.
		tax_breakup: The taxes as HTML.
		status: The sentence for the quotation.
	"""

	key: str
	quotation_id: str
	customer_id: str
	draft_order_id: str
	items: tuple[QuotedItem, ...]
	unaccepted: tuple[UnacceptedItem, ...]
	taxes: tuple[QuotationTax, ...]
	total_quantity: float
	total: float
	net_total: float
	total_taxes: float
	grand_total: float
	rounding_adjustment: float
	delivers: bool
	delivery_charges: float
	discount_on: str | None
	discount_percentage: float
	discount_amount: float
	tax_breakup: str | None = None
	status: str = "Price received"
