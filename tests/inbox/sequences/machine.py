"""What may happen to orders on their way, in any order, and what must be true at the end."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

import frappe
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from medusa_integration.constants import MEDUSA_ORDER
from tests.inbox.sequences.world import EVENT, FAULTS, PRICES, TASK, Placed, World
from tests.support.plugin import event, signature

# commits, and requests to Medusa, of a worker that imports an order
STEPS = 28
MOST_ORDERS = 4
FORGED = ("unsigned", "wrong secret", "another body", "old", "of the future", "oversized", "replayed")
buyers = st.sampled_from("abc")
bought = st.lists(
	st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from(PRICES)), min_size=1, max_size=3
)
paths = st.sampled_from(["/admin/orders*", "/store/order-update", "*"])
# the step before which somebody is killed
lasts = st.none() | st.integers(1, 12) | st.integers(1, STEPS)


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
	"""A third of what was paid, and then all that is left."""
	if not order.is_captured or len(order.refunds) == 2:
		return
	total = world.total(order_id)
	third = (total / 3).quantize(world.unit, ROUND_DOWN)
	order.refunds.append(total - third if order.refunds else third)
	world.medusa.refund(order_id, order.refunds[-1])


def fulfill(world: World, order_id: str, order: Placed) -> None:
	"""Of the first row that is not sent: all pieces but one, and then that one."""
	for position, bought in enumerate(order.basket.items):
		if left := bought.quantity - pieces(order.fulfilled, position):
			order.fulfilled.append((position, max(left - 1, 1)))
			world.medusa.fulfill(order_id, dict(order.fulfilled[-1:]), ["T1"])
			return


def take_back(world: World, order_id: str, order: Placed) -> None:
	"""One piece of what was sent and paid."""
	for position, _bought in enumerate(order.basket.items):
		if order.is_captured and pieces(order.fulfilled, position) > pieces(order.returned, position):
			order.returned.append((position, 1))
			back = world.medusa.request_return(order_id, {position: 1})
			world.medusa.receive_return(order_id, back, {position: 1})
			return


# what somebody may do with an order in Medusa, and the event of it
CHANGES: dict[str, Callable[[World, str, Placed], None]] = {
	"order.canceled": cancel,
	"order.completed": complete,
	"payment.captured": capture,
	"payment.refunded": refund,
	"fulfillment.created": fulfill,
	"return.received": take_back,
}


def pieces(moved: Iterable[tuple[int, int]], position: int) -> int:
	"""How many pieces of a row were sent, or came back."""
	return sum(count for at, count in moved if at == position)


def body_of(kind: str, sent: dict) -> tuple[bytes, str | None, int]:
	"""(body, signature, status) of an event that nobody may take."""
	body = json.dumps(sent).encode()
	if kind == "oversized":
		body = json.dumps({**sent, "more": "x" * 17_000}).encode()
		return body, signature(body), 413
	signed = {
		"unsigned": None,
		"wrong secret": signature(body, secret="another"),
		"another body": signature(body + b" "),
		"old": signature(body, at=time.time() - 330),
		"of the future": signature(body, at=time.time() + 330),
	}
	return body, signed[kind], 401


class OrderMachine(RuleBasedStateMachine):
	"""Orders that are placed and changed in Medusa, their events on the way, and the site; anything may fail.

	Other documents join with a change in `CHANGES` and a check in `CHECKS`. There are few rules, since
	Hypothesis leaves some of them out of each sequence.
	"""

	def __init__(self, world: World) -> None:
		super().__init__()
		self.world = world

	@initialize(
		submits=st.booleans(),
		follows=st.booleans(),
		orders=st.lists(st.tuples(bought, buyers), min_size=1, max_size=2),
	)
	def begin(self, submits: bool, follows: bool, orders: list) -> None:
		self.world.begin(submits=submits, follows=follows)
		for rows, buyer in orders:
			self.world.place(rows, buyer)

	# -- the shop --------------------------------------------------------------------------------------------

	@rule(rows=bought, buyer=buyers)
	def place(self, rows: list, buyer: str) -> None:
		if len(self.world.now.orders) < MOST_ORDERS:
			self.world.place(rows, buyer)

	@rule(which=st.integers(0, MOST_ORDERS - 1), change=st.sampled_from(sorted(CHANGES)))
	def change(self, which: int, change: str) -> None:
		"""A cancelled order is left as it is. The event is sent too if nothing is left to be changed."""
		names = list(self.world.now.orders)
		order_id = names[which % len(names)]
		order = self.world.now.orders[order_id]
		if order.is_canceled:
			return
		CHANGES[change](self.world, order_id, order)
		self.world.send(order_id, change)

	# -- the network -----------------------------------------------------------------------------------------

	@precondition(lambda self: self.world.now.under_way)
	@rule(which=st.integers(0, 9), times=st.sampled_from([1, 1, 2, 3, 0]), last=lasts)
	def arrive(self, which: int, times: int, last: int | None) -> None:
		"""An event arrives, the oldest or another one, so many times; 0 is never.

		The web worker that gets it first may be killed. Medusa's plugin sends it again then.
		"""
		now = self.world.now
		sent = now.under_way[which % len(now.under_way)]
		for number in range(times):
			known = sent["id"] in now.taken
			status = self.world.arrive(sent, last=None if number else last)
			assert status in (409 if known else 200, 0 if last and not number else 200 + 209 * known), status
			if self.world.is_stored(sent["id"]):
				now.taken[sent["id"]] = sent
			else:
				assert status == 0
		if sent["id"] in now.taken or not times:
			now.under_way.remove(sent)

	@rule(kind=st.sampled_from(FORGED), about=st.sampled_from(["an order", "none"]))
	def forge(self, kind: str, about: str) -> None:
		"""Somebody else sends one, or one again that is there: as it was, or another one with its id."""
		now = self.world.now
		order_id = next(iter(now.orders)) if about == "an order" else "order_forged"
		sent = event(f"evt_forged_{len(now.forged)}", type="order.canceled", aggregate_id=order_id)
		if kind == "replayed":
			if now.taken:
				known = next(reversed(now.taken.values()))
				sent = known if about == "an order" else {**sent, "id": known["id"]}
				assert self.world.arrive(sent) == 409
			return
		now.forged.append(sent)
		body, signed, status = body_of(kind, sent)
		assert self.world.arrive(body, signed=signed) == status

	@rule(fault=st.sampled_from(["time-out", *sorted(FAULTS)]), path=paths, times=st.integers(0, 3))
	def fail(self, fault: str, path: str, times: int) -> None:
		"""Medusa's next answers go wrong; after 0 of them everything goes well again."""
		if times:
			self.world.fail(fault, path, times)
		else:
			self.world.medusa.clear_faults()

	# -- the site --------------------------------------------------------------------------------------------

	@rule(job=st.sampled_from(["drain", "drain", "drain", "poll", "compare"]), last=lasts)
	def work(self, job: str, last: int | None) -> None:
		"""A worker or a job of the scheduler runs, and may be killed."""
		getattr(self.world, job)(last)

	@rule(redis=st.booleans())
	def time_passes(self, redis: bool) -> None:
		"""What waits becomes due, and Redis is lost or found."""
		self.world.redis_is_lost = redis
		self.world.shop.make_due()

	# -- at the end ------------------------------------------------------------------------------------------

	def teardown(self) -> None:
		self.world.heal()
		an_event_is_enough(self.world)
		self.world.poll()
		self.world.heal()
		if self.world.now.follows and not self.world.now.submits:
			nothing_follows_a_draft(self.world)
			self.world.submit_drafts()
			self.world.heal()
		for check in CHECKS:
			check(self.world)


def an_event_is_enough(world: World) -> None:
	"""Without asking Medusa what else there is, each order of which an event has arrived has come."""
	for order_id in {sent["aggregate_id"] for sent in world.now.taken.values()}:
		none = world.now.orders[order_id].may_be_none
		assert len(world.sales_orders(order_id)) == (0 if none else 1), (order_id, states(world))


def no_order_is_lost_or_twice(world: World) -> None:
	"""Each has one Sales Order, with Medusa's total; one that was cancelled before has none."""
	for order_id, placed in world.now.orders.items():
		made = world.sales_orders(order_id)
		assert len(made) == (0 if placed.may_be_none else 1), (order_id, placed, made, states(world))
		for row in made:
			assert str(row.grand_total) == str(float(world.total(order_id)))
			is_cancelled = world.now.follows and placed.is_canceled
			submitted = int(world.now.submits or world.now.follows)
			assert row.docstatus == (2 if is_cancelled else submitted)
			assert frappe.db.get_value(MEDUSA_ORDER, order_id, "sales_order") == row.name
	everything = frappe.get_all("Sales Order", {"medusa_order_id": ("is", "set")}, pluck="medusa_order_id")
	assert set(everything) <= set(world.now.orders)


def nothing_follows_a_draft(world: World) -> None:
	for doctype in ("Payment Entry", "Sales Invoice", "Delivery Note"):
		assert not any(world.made(doctype, order_id) for order_id in world.now.orders)


def payments_are_booked_once(world: World) -> None:
	"""Each capture and each refund is one Payment Entry over Medusa's amount."""
	for order_id, placed in world.now.orders.items():
		entries = world.made("Payment Entry", order_id, "payment_type", "paid_amount", "medusa_id")
		received = [world.total(order_id)] if placed.is_captured else []
		wanted = {"Receive": received, "Pay": placed.refunds} if world.now.follows else {}
		for kind in ("Receive", "Pay"):
			booked = sorted(row.paid_amount for row in entries if row.payment_type == kind)
			assert booked == sorted(map(float, wanted.get(kind, []))), (order_id, kind, placed, entries)
		assert {row.docstatus for row in entries} <= {1}
		assert len({row.medusa_id for row in entries}) == len(entries)


def what_is_paid_is_invoiced_once(world: World) -> None:
	"""One invoice over all; credited is what was refunded, or what came back if that is more."""
	for order_id, placed in world.now.orders.items():
		bills = world.made("Sales Invoice", order_id, "is_return", "grand_total", "outstanding_amount")
		invoices = [row.grand_total for row in bills if not row.is_return]
		is_invoiced = world.now.follows and placed.is_captured
		assert invoices == ([float(world.total(order_id))] if is_invoiced else []), (order_id, placed, bills)
		assert {row.docstatus for row in bills} <= {1}
		if not is_invoiced:
			assert not bills
			continue
		credited = -sum(Decimal(str(row.grand_total)) for row in bills if row.is_return)
		refunded, back = sum(placed.refunds, Decimal(0)), worth_of_returned(world, placed)
		# Medusa and we may round what came back of a row in different ways
		assert abs(credited - max(refunded, back)) <= world.unit * len(placed.basket.items), (placed, bills)
		assert credited >= refunded
		# what was credited and not paid back yet
		outstanding = sum(Decimal(str(row.outstanding_amount)) for row in bills)
		assert outstanding == refunded - credited, (placed, bills)


def worth_of_returned(world: World, placed: Placed) -> Decimal:
	"""What was paid for the pieces that came back; the shipping stays paid."""
	items = tuple(
		replace(bought, quantity=count)
		for position, bought in enumerate(placed.basket.items)
		if (count := pieces(placed.returned, position))
	)
	return world.price(replace(placed.basket, items=items, shipping=()))


def goods_move_once(world: World) -> None:
	"""Each fulfillment and each return is one Delivery Note with its pieces."""
	for order_id, placed in world.now.orders.items():
		notes = world.made("Delivery Note", order_id, "is_return", "medusa_id")
		assert {row.docstatus for row in notes} <= {1}
		assert len({row.medusa_id for row in notes}) == len(notes)
		for is_return, moved in enumerate((placed.fulfilled, placed.returned)):
			names = [row.name for row in notes if row.is_return == is_return]
			filters = {"parent": ("in", names)}
			rows = frappe.get_all("Delivery Note Item", filters, ["qty"]) if names else []
			sent = sorted(abs(row.qty) for row in rows)
			wanted = sorted(count for _position, count in moved) if world.now.follows else []
			assert sent == wanted, (order_id, is_return, placed)


def each_buyer_is_one_customer(world: World) -> None:
	made = {order_id: row.customer for order_id in world.now.orders for row in world.sales_orders(order_id)}
	buyers = Counter(world.now.orders[order_id].basket.email for order_id in made)
	assert len(set(made.values())) == len(buyers)
	since = {"creation": (">=", world.shop.site.started_at)}
	assert frappe.db.count("Customer", since) == len(buyers)


def forged_events_left_nothing(world: World) -> None:
	ids = [sent["id"] for sent in world.now.forged]
	assert not ids or not frappe.get_all(EVENT, {"name": ("in", ids)})
	assert not frappe.db.exists(MEDUSA_ORDER, "order_forged")
	assert not frappe.db.exists(TASK, {"reference_name": "order_forged"})


def events_are_processed_once(world: World) -> None:
	rows = frappe.get_all(EVENT, fields=["name", "status", "event_type", "aggregate_id"])
	assert {row.name: (row.event_type, row.aggregate_id) for row in rows} == {
		sent["id"]: (sent["type"], sent["aggregate_id"]) for sent in world.now.taken.values()
	}
	assert {row.status for row in rows} <= {"Processed"}


def medusa_knows(world: World) -> None:
	"""It was told how each order stands, and the site knows how each stands in Medusa."""
	assert set(states(world).values()) <= {"Synced"}, states(world)
	for order_id in world.now.orders:
		row = world.medusa.app.placed.rows[order_id]
		known = frappe.db.get_value(MEDUSA_ORDER, order_id, ["order_status", "payment_status"])
		assert known == (row["status"], row["payment_status"])
		if world.sales_orders(order_id):
			told = world.medusa.order_update(order_id)
			assert told and str(float(told["grand_total"])) == str(float(world.total(order_id)))


def nothing_is_reported(world: World) -> None:
	"""What went wrong was the network's fault, and put right by itself."""
	assert world.shop.errors() == []
	assert not world.shop.setting("paused")


def states(world: World) -> dict[tuple[str, str], str]:
	"""The state of each task, by document and lane, and its error where it has one."""
	frappe.db.rollback()
	rows = frappe.get_all(TASK, fields=["reference_name", "lane", "status", "last_error"])
	return {
		(row.reference_name, row.lane): row.status
		if row.status == "Synced"
		else f"{row.status}: {row.last_error}"
		for row in rows
	}


CHECKS: list[Callable[[World], None]] = [
	no_order_is_lost_or_twice,
	payments_are_booked_once,
	what_is_paid_is_invoiced_once,
	goods_move_once,
	each_buyer_is_one_customer,
	forged_events_left_nothing,
	events_are_processed_once,
	medusa_knows,
	nothing_is_reported,
]
