"""What may happen to orders on their way, in any order."""

from __future__ import annotations

import json
import time

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.inbox.sequences.changes import CHANGES, happen
from tests.inbox.sequences.checks import CHECKS, an_event_is_enough, nothing_follows_a_draft
from tests.inbox.sequences.world import FAULTS, PRICES, World
from tests.support.plugin import event, signature

# commits, and requests to Medusa, of a worker that imports an order with what follows, and more
STEPS = 60
MOST_ORDERS = 4
FORGED = ("unsigned", "wrong secret", "another body", "old", "of the future", "oversized", "replayed")
buyers = st.sampled_from("abc")
bought = st.lists(
	st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from(PRICES)), min_size=1, max_size=3
)
which_order = st.integers(0, MOST_ORDERS - 1)
paths = st.sampled_from(["/admin/orders*", "/store/order-update", "*"])
# the step before which somebody is killed
lasts = st.none() | st.integers(1, 6) | st.integers(1, 15) | st.integers(1, STEPS)


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

	Other documents need a change in `CHANGES` and a check in `CHECKS`. There are few rules, since
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

	@rule(rows=bought, buyer=buyers, is_late=st.booleans())
	def place(self, rows: list, buyer: str, is_late: bool) -> None:
		"""Medusa may commit an order later than another one with a later time."""
		if len(self.world.now.orders) < MOST_ORDERS:
			self.world.place(rows, buyer, is_late=is_late)

	@rule(which=which_order, changes=st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=3))
	def change(self, which: int, changes: list[str]) -> None:
		names = list(self.world.now.orders)
		for change in changes:
			happen(self.world, names[which % len(names)], change)

	# -- the network -----------------------------------------------------------------------------------------

	@precondition(lambda self: self.world.now.under_way)
	@rule(
		which=st.lists(st.integers(0, 9), min_size=1, max_size=3),
		times=st.sampled_from([1, 1, 2, 3, 0]),
		last=lasts,
	)
	def arrive(self, which: list[int], times: int, last: int | None) -> None:
		"""Events arrive, in any order, each so many times; 0 is never.

		The web worker that gets the first one may be killed. Medusa's plugin sends that again then.
		"""
		for place in which[: len(self.world.now.under_way)]:
			self._arrive(place, times, last)
			last = None

	def _arrive(self, place: int, times: int, last: int | None) -> None:
		now = self.world.now
		sent = now.under_way[place % len(now.under_way)]
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

	@rule(last=lasts)
	def drain(self, last: int | None) -> None:
		"""A worker runs, and may be killed."""
		self.world.drain(last)

	@rule(job=st.sampled_from(["poll", "poll", "compare"]), last=lasts)
	def ask(self, job: str, last: int | None) -> None:
		"""A job of the scheduler asks Medusa, and may be killed."""
		getattr(self.world, job)(last)

	@rule(which=which_order)
	def deliver(self, which: int) -> None:
		"""A user sends what was ordered, and Medusa is told."""
		names = list(self.world.now.orders)
		self.world.deliver(names[which % len(names)])

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
