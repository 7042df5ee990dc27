"""What the demo says when an order that was placed in Medusa is wrong on either side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from devbench.demo import order_steps
from devbench.demo.context import Context
from devbench.demo.medusa_orders import MedusaOrder
from devbench.demo.order_steps import OrderSteps
from devbench.processes import DevbenchError

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


@pytest.fixture
def problems(monkeypatch) -> Callable[..., list[str]]:
	"""Run one step in a world that a change has made wrong, and return what the demo says of it."""
	monkeypatch.setattr(order_steps, "EVENT_TIMEOUT", 0)
	monkeypatch.setattr(order_steps, "shop_of", lambda medusa: medusa)

	def problems_of(step: str, change: Callable[[World], Any] = lambda world: None) -> list[str]:
		world = World(step)
		change(world)
		context = Context(world, world, world, world, None)
		steps = OrderSteps(context)
		steps.shop, steps.order_id, steps.sales_order = world, "order_1", "SO-1"
		steps.invoice, steps.note = "SI-1", "DN-1"
		getattr(steps, step)()
		return context.problems

	return problems_of


@pytest.mark.parametrize("step", AFTER)
def test_what_is_right_is_shown_without_a_problem(problems, capsys, step):
	assert problems(step) == []
	shown = capsys.readouterr().out
	assert shown.startswith("1. ") and "!" not in shown
	if step == "deliver":
		assert "Medusa has 1 shipped fulfillment with OM123456789." in shown
	if step == "send_back":
		assert f"events received: {', '.join(TYPES)}\n" in shown


def document(name: str, **wrong: Any) -> Callable[[World], Any]:
	return lambda world: world.documents[name].update(wrong)


def in_medusa(**wrong: Any) -> Callable[[World], Any]:
	return lambda world: setattr(world, "in_medusa", replace(world.in_medusa, **wrong))


def told(**wrong: Any) -> Callable[[World], Any]:
	return lambda world: world.told.update(wrong)


def without(name: str) -> Callable[[World], Any]:
	return lambda world: world.received.remove(name)


@pytest.mark.parametrize(
	("step", "change", "sentence"),
	[
		(
			"buy",
			lambda world: setattr(world, "price_there", 4.5),
			"The price of GM-1001 is 4.5 and should be 4.25",
		),
		("buy", in_medusa(total=15.68), "The total of the order in Medusa is 15.68 and should be 15.675"),
		("buy", without("order.placed"), "No event order.placed of order_1 has reached the site"),
		(
			"buy",
			document("SO-1", items=[{"item_code": "GM-1001", "qty": 2, "rate": 4.25}]),
			"What SO-1 sells is [('GM-1001', 2, 4.25)] and should be [('GM-1001', 3, 4.25)]",
		),
		(
			"buy",
			document("SO-1", taxes=[{"account_head": "VAT - BST", "tax_amount": 2.925}]),
			"What SO-1 charges is {'VAT - BST': 2.925} and should be {'Delivery Charges - BST': 1.5, 'VAT - BST': 1.425}",
		),
		(
			"buy",
			document("SO-1", grand_total=15.68),
			"Docstatus, total and Medusa's number of SO-1 is (1, 15.68, '7') and should be (1, 15.675, '7')",
		),
		("buy", lambda world: setattr(world, "left", 25), "The quantity of GM-1001 is 25 and should be 22"),
		("buy", told(net_total=15.675), "The order: net_total is 15.675 and should be 12.75"),
		("capture", in_medusa(captured=0), "What was captured in Medusa is 0 and should be 15.675"),
		(
			"capture",
			document("PAY-1", mode_of_payment="Cash"),
			"Amount and mode of PAY-1 is (15.675, 'Cash') and should be (15.675, 'Card')",
		),
		(
			"capture",
			document("SI-1", outstanding_amount=15.675),
			"Total and outstanding amount of SI-1 is (15.675, 15.675) and should be (15.675, 0)",
		),
		(
			"capture",
			told(payment_status="Unpaid"),
			"The order: payment_status is 'Unpaid' and should be 'Paid'",
		),
		(
			"deliver",
			in_medusa(shipped={"ful_1": ()}),
			"What Medusa has shipped is {'ful_1': ()} and should be {'ful_1': ('OM123456789',)}",
		),
		(
			"deliver",
			in_medusa(shipped={}),
			"What Medusa has shipped is {} and should be {'ful_1': ('OM123456789',)}",
		),
		(
			"deliver",
			told(order_status="To Deliver"),
			"The order: order_status is 'To Deliver' and should be 'Completed'",
		),
		(
			"send_back",
			in_medusa(refunded=9.35),
			"What was returned and refunded in Medusa is (1, 9.35) and should be (1, 4.675)",
		),
		(
			"send_back",
			document("SI-2", return_against=None),
			"The credit note is (None, 'return_1') and should be ('SI-1', 'return_1')",
		),
		(
			"send_back",
			document("DN-2", return_against=None),
			"The return Delivery Note is (1, None, 'return_1', [('GM-1001', -1)]) and should be "
			"(1, 'DN-1', 'return_1', [('GM-1001', -1)])",
		),
		(
			"send_back",
			document("PAY-2", paid_amount=15.675),
			"Amount and mode of PAY-2 is (15.675, 'Card') and should be (4.675, 'Card')",
		),
		(
			"send_back",
			lambda world: setattr(world, "left", 22),
			"The quantity of GM-1001 is 22 and should be 23",
		),
		(
			"send_back",
			without("payment.refunded"),
			"No event payment.refunded of order_1 has reached the site",
		),
	],
)
def test_what_is_wrong_on_either_side_is_said_in_one_sentence(problems, step, change, sentence):
	assert problems(step, change) == [sentence]


def test_a_second_payment_of_the_same_order_is_found(problems):
	"""The demo goes no further with it: which of the two is meant cannot be known."""

	def pay_twice(world: World) -> None:
		world.documents["PAY-3"] = {**world.documents["PAY-1"], "name": "PAY-3"}

	with pytest.raises(DevbenchError, match=r"^2 documents Payment Entry of order_1 were made instead of 1$"):
		problems("capture", pay_twice)


def test_an_order_that_waits_ends_the_demo_with_the_reason(problems):
	"""Nobody waits for a Sales Order that somebody has to make possible first."""

	def wait(world: World) -> None:
		del world.documents["SO-1"]
		world.stuck = [{"status": "Waiting", "last_error": "The item is disabled."}]

	with pytest.raises(DevbenchError, match=r"^order_1 is Waiting: The item is disabled\.$"):
		problems("buy", wait)


def test_without_events_none_is_expected(problems, capsys):
	"""The simulator sends none: the site polls."""

	def send_none(world: World) -> None:
		world.events, world.received = (), []

	assert problems("send_back", send_none) == []
	assert "events received" not in capsys.readouterr().out
