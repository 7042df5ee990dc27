"""What somebody may do with an order in Medusa."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN

from tests.inbox.sequences.happened import Placed
from tests.inbox.sequences.world import World


def cancel(world: World, order_id: str, order: Placed) -> None:
	"""What is sent or paid is not cancelled any more."""
	if order.is_captured or order.fulfilled:
		return
	order.is_canceled, order.may_be_none = True, not world.sales_orders(order_id)
	world.medusa.change_order(order_id, status="canceled", canceled_at="2026-11-30T05:00:00.000Z")


def complete(world: World, order_id: str, order: Placed) -> None:
	world.medusa.change_order(order_id, status="completed")


def capture(world: World, order_id: str, order: Placed) -> None:
	order.is_captured = True
	world.medusa.capture(order_id)


def refund(world: World, order_id: str, order: Placed) -> None:
	"""A third of what was paid, and then all that is left; what is not paid yet is paid before."""
	if len(order.refunds) == 2:
		return
	if not order.is_captured:
		happen(world, order_id, "payment.captured")
	total = world.total(order_id)
	third = (total / 3).quantize(world.unit, ROUND_DOWN)
	order.refunds.append(total - third if order.refunds else third)
	world.medusa.refund(order_id, order.refunds[-1])


def fulfill(world: World, order_id: str, order: Placed) -> None:
	if sent := order.next_sent():
		order.fulfilled.append(sent)
		world.medusa.fulfill(order_id, dict([sent]), ["T1"])


def take_back(world: World, order_id: str, order: Placed) -> None:
	"""One piece of what was sent and paid; what is not sent or paid yet is so before."""
	if not order.is_captured:
		happen(world, order_id, "payment.captured")
	if not (left := order.next_back()):
		happen(world, order_id, "fulfillment.created")
		left = order.next_back()
	if left:
		order.returned.append(left)
		back = world.medusa.request_return(order_id, dict([left]))
		world.medusa.receive_return(order_id, back, dict([left]))


# what somebody may do with an order in Medusa, and the event of it
CHANGES: dict[str, Callable[[World, str, Placed], None]] = {
	"order.canceled": cancel,
	"order.completed": complete,
	"payment.captured": capture,
	"payment.refunded": refund,
	"fulfillment.created": fulfill,
	"return.received": take_back,
}


def happen(world: World, order_id: str, change: str) -> None:
	"""Somebody changes an order unless it is cancelled; its event is sent even if nothing has changed."""
	order = world.now.orders[order_id]
	if not order.is_canceled:
		CHANGES[change](world, order_id, order)
		world.send(order_id, change)
