"""What the demo says when an order that was placed in Medusa is wrong on either side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from devbench.demo import order_steps
from devbench.demo.context import Context
from devbench.demo.order_steps import OrderSteps
from devbench.processes import DevbenchError
from tests.devbench.order_world import AFTER, TYPES, World


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
