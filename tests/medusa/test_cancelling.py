"""Orders that are cancelled in a simulated Medusa: each once, whoever else cancels them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from devbench.medusa.simulator.baskets import Basket, Bought, Shipped
from medusa_integration.medusa.errors import Invalid
from medusa_integration.mirror import Target, connect
from medusa_integration.mirror.order_cancelling import OrderToCancel
from tests.support.medusa import simulator

D = Decimal
CANCEL = "/admin/orders/:id/cancel"


class Shop:
	"""A Medusa with one order of two pieces, and its client."""

	def __init__(self, server) -> None:
		self.server = server
		self.order_id = server.place_order(Basket((Bought("variant_1", D(10), 2),), (Shipped(D(5)),)))
		target = Target(
			url=server.url, email=server.email, password=server.password, generation=server.generation
		)
		self.mirror = connect(target, sleep=lambda seconds: None)

	def cancel(self, *order_ids: str):
		orders = [OrderToCancel(f"SO-{order_id}", order_id) for order_id in order_ids or (self.order_id,)]
		return self.mirror.cancelling.cancel(orders)

	def row(self) -> dict:
		return self.server.app.placed.rows[self.order_id]

	def asked(self) -> int:
		return len(self.server.sent("POST", "/admin/orders/*"))


@pytest.fixture(params=["v1", "v2"])
def shop(request) -> Iterator[Shop]:
	with simulator(request.param) as server:
		yield Shop(server)


def test_once(shop):
	for _ in range(2):
		(outcome,) = shop.cancel()
		assert (outcome.key, outcome.id, outcome.error) == (f"SO-{shop.order_id}", shop.order_id, None)
	assert (shop.row()["status"], shop.asked()) == ("canceled", 1)


def test_one_that_is_not_there_is_over(shop):
	outcomes = shop.cancel("order_gone", shop.order_id)
	assert [outcome.error for outcome in outcomes] == [None, None]
	assert (shop.row()["status"], shop.asked()) == ("canceled", 1)


def test_somebody_else_cancels_it_meanwhile(shop):
	"""v2 refuses it then, and that is no error."""
	cancelled = {"status": "canceled", "canceled_at": "2026-11-30T08:00:00.000Z"}
	shop.server.on(
		"POST", f"/admin/orders/{shop.order_id}/cancel", lambda _request: shop.row().update(cancelled)
	)
	(outcome,) = shop.cancel()
	assert (outcome.error, shop.asked()) == (None, 1)


def test_one_that_is_sent_is_refused(shop):
	shop.server.fulfill(shop.order_id, {0: 1})
	(outcome,) = shop.cancel()
	assert isinstance(outcome.error, Invalid)
	assert (shop.row()["status"], shop.asked()) == ("pending", 1)


def test_v1_keeps_what_was_paid(shop):
	"""Only v2 pays it back with the cancellation."""
	shop.server.capture(shop.order_id)
	(outcome,) = shop.cancel()
	if shop.server.generation == "v1":
		assert isinstance(outcome.error, Invalid) and "Refund and cancel it in Medusa." in str(outcome.error)
		assert (shop.row()["status"], shop.asked()) == ("pending", 0)
	else:
		assert (outcome.error, shop.row()["status"]) == (None, "canceled")
