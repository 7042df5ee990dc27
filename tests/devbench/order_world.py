"""A site, a Medusa and its shop after all steps of the demo with an order, for tests that make them wrong."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from devbench.demo.medusa_orders import MedusaOrder

ORDER, INVOICE, DELIVERY = "Sales Order", "Sales Invoice", "Delivery Note"
PAYMENT, EVENT, SETTINGS = "Payment Entry", "Medusa Event", "Medusa Configuration"
# the order's state in Medusa's record, and the quantity there, after each step
AFTER = {
	"buy": ("To Deliver and Bill", "Unpaid", [], [], 0, 22),
	"capture": ("To Deliver", "Paid", ["SI-1"], [], 0, 22),
	"deliver": ("Completed", "Paid", ["SI-1"], ["DN-1"], 100, 22),
	"send_back": ("Completed", "Paid", ["SI-1"], ["DN-1"], 100, 23),
}
TYPES = ("order.placed", "payment.captured", "shipment.created", "return.received", "payment.refunded")


def documents() -> dict[str, dict[str, Any]]:
	"""What ERPNext has at the end: 3 of 4.25 with 1.5 for shipping and 10 percent, of which one came back."""
	money = {"outstanding_amount": 0, "is_return": 0}
	row = {"item_code": "GM-1001", "qty": 3, "rate": 4.25}
	return {
		"SO-1": {
			"doctype": ORDER,
			"customer": "Anna",
			"items": [row],
			"taxes": [
				{"account_head": "Delivery Charges - BST", "tax_amount": 1.5},
				{"account_head": "VAT - BST", "tax_amount": 1.425},
			],
			"net_total": 12.75,
			"grand_total": 15.675,
			"medusa_order_number": "7",
		},
		"PAY-1": {
			"doctype": PAYMENT,
			"payment_type": "Receive",
			"paid_amount": 15.675,
			"mode_of_payment": "Card",
		},
		"PAY-2": {
			"doctype": PAYMENT,
			"payment_type": "Pay",
			"paid_amount": 4.675,
			"mode_of_payment": "Card",
		},
		"SI-1": {"doctype": INVOICE, "status": "Paid", "grand_total": 15.675, **money},
		"SI-2": {
			**{"doctype": INVOICE, "status": "Return", "grand_total": -4.675, **money},
			**{"is_return": 1, "return_against": "SI-1", "medusa_id": "return_1"},
		},
		"DN-1": {"doctype": DELIVERY, "medusa_id": "ful_1", "is_return": 0},
		"DN-2": {
			**{"doctype": DELIVERY, "medusa_id": "return_1", "is_return": 1},
			**{"return_against": "DN-1", "items": [{**row, "qty": -1}]},
		},
	}


class World:
	"""A site, a Medusa and its shop after all steps; `told` and `quantity` are as after the step shown."""

	generation, bought, heard, events = "v2", "buys", "an event", TYPES

	def __init__(self, step: str) -> None:
		self.documents = documents()
		for name, values in self.documents.items():
			values |= {"name": name, "docstatus": 1, "medusa_order_id": "order_1"}
		self.received, self.stuck, self.price_there = list(TYPES), [], 4.25
		self.in_medusa = MedusaOrder(
			7, "cus_1", "row_1", 15.675, 15.675, 4.675, 1, {"ful_1": ("OM123456789",)}
		)
		order_status, payment_status, invoices, notes, delivered, self.left = AFTER[step]
		self.told = {
			"customer_id": "cus_1",
			"order_status": order_status,
			"payment_status": payment_status,
			"discount_amount": 0,
			"net_total": 12.75,
			"grand_total": 15.675,
			"documents": {
				"sales_order": "SO-1",
				"invoices": invoices,
				"delivery_notes": notes,
				"delivered": delivered,
			},
		}

	# the site

	def list(self, doctype: str, filters: list, *_args: Any) -> list[dict[str, Any]]:
		if doctype == EVENT:
			assert filters == [("aggregate_id", "=", "order_1"), ("status", "=", "Processed")]
			return [{"event_type": one} for one in self.received]
		wanted = {"doctype": doctype} | {key: value for key, _is, value in filters}
		return [one for one in self.documents.values() if wanted.items() <= one.items()]

	def read(self, _doctype: str, name: str) -> dict[str, Any]:
		return self.documents[name]

	def submit(self, doctype: str, **values: Any) -> str:
		assert (doctype, values["medusa_tracking_number"]) == (DELIVERY, "OM123456789")
		return "DN-1"

	def insert(self, _doctype: str, **values: Any) -> dict[str, Any]:
		return {"name": f"{values.get('account_name')} - BST"}

	def save(self, *_args: Any, **_values: Any) -> None: ...

	def press(self, *_args: Any, **_values: Any) -> dict[str, Any]:
		return {}

	def tasks(self, *filters: Any) -> list[dict[str, Any]]:
		return self.stuck if filters[0][0] == "reference_name" else []

	# Medusa

	def products(self) -> dict[str, Any]:
		return {"GM-1001": SimpleNamespace(id="prod_1", variant={"id": "variant_1"})}

	def price(self, *_args: Any) -> float:
		return self.price_there

	def quantity(self, _sku: str) -> int:
		return self.left

	def order(self, order_id: str, currency: str) -> MedusaOrder:
		assert (order_id, currency) == ("order_1", "OMR")
		return self.in_medusa

	def order_update(self, _order_id: str) -> dict[str, Any]:
		return self.told

	# the shop, and who moves its stock

	def buy(self, cart: Any) -> str:
		assert (cart.variant, cart.quantity, cart.price) == ("variant_1", 3, self.price_there)
		return "order_1"

	def capture(self, _order_id: str) -> None: ...

	def take_back(self, *what: Any) -> str:
		assert what == ("order_1", "row_1", 1, "4.675")
		return "return_1"

	def tell(self, _site: Any) -> None: ...

	def move(self, *_args: Any) -> None: ...
