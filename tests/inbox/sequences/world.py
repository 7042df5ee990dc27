"""A shop whose orders come in, by events and by asking Medusa, while anything may go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

import frappe
import pytest
from redis.exceptions import ConnectionError as RedisIsLost

from devbench.medusa.simulator import Fault, Request, faults
from devbench.medusa.simulator.baskets import Basket, Bought, Shipped, Tax, total_v1, total_v2
from medusa_integration.api import receive_medusa_event
from medusa_integration.constants import MEDUSA_ORDER
from medusa_integration.endpoints.answers import Refused
from medusa_integration.sync import wake
from medusa_integration.sync.inbox import polling
from tests.support.mortal import Mortal
from tests.support.plugin import CONTENT_TYPE, PATH, event, signature
from tests.support.quotes import Quotes

SETTINGS, TASK, EVENT = "Medusa Configuration", "Medusa Sync Task", "Medusa Event"
FIVE = Tax("VAT", "VAT", Decimal(5))
PRICES = ("10.00", "0.37", "19.99")
# what is made of an order besides its Sales Order
FOLLOWING = (
	*("import_payments", "invoice_paid_orders", "import_fulfillments", "import_returns"),
	*("import_refunds", "import_cancellations"),
)
# what a sequence leaves: the parents' tables, and those of their rows
PARENTS = (
	*("Payment Entry", "Sales Invoice", "Delivery Note"),
	*("Sales Order", "Customer", "Contact", "Address"),
)
TRACES = (
	*(TASK, EVENT, MEDUSA_ORDER, "Medusa Request Log", "Error Log", "Scheduled Job Log"),
	*("Version", "Comment", "Email Queue", "Communication"),
)
# of a worker, after which whatever can be sent is sent
ROUNDS = 5
wake_up = wake.enqueue


@dataclass
class Placed:
	"""An order in Medusa.

	Attributes:
		basket: what was bought.
		is_canceled: in Medusa.
		may_be_none: whether it was cancelled in Medusa before it had a Sales Order.
		is_captured: whether all of it is paid.
		refunds: what was paid back.
		fulfilled: what was sent, each time as (position of the row, pieces).
		returned: what came back, each time as (position of the row, pieces).
	"""

	basket: Basket
	is_canceled: bool = False
	may_be_none: bool = False
	is_captured: bool = False
	refunds: list[Decimal] = field(default_factory=list)
	fulfilled: list[tuple[int, int]] = field(default_factory=list)
	returned: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Happened:
	"""What has happened in one sequence: the orders by Medusa's id, the events by their own."""

	orders: dict[str, Placed] = field(default_factory=dict)
	# sent by the plugin and not arrived yet
	under_way: list[dict[str, Any]] = field(default_factory=list)
	# taken by the site
	taken: dict[str, dict[str, Any]] = field(default_factory=dict)
	forged: list[dict[str, Any]] = field(default_factory=list)
	# whether Sales Orders are submitted at once, and whether the settings of FOLLOWING are on
	submits: bool = False
	follows: bool = False
	number: int = 0


class World:
	"""One site and one simulated Medusa, for any number of sequences one after the other."""

	def __init__(
		self, quotes: Quotes, monkeypatch: pytest.MonkeyPatch, give_up: Callable[[Request], None]
	) -> None:
		self.quotes, self.shop, self.medusa = quotes, quotes.shop, quotes.medusa
		self.give_up, self.items = give_up, [quotes.variant(None) for _ in range(3)]
		account = quotes.account()
		self.shop.set(
			delivery_charges_account=account,
			import_orders=1,
			compare_orders_days=7,
			orders_polled_until=None,
			# whoever is killed again and again fails in the end; here everything gets there
			max_attempts=1000,
			public_rate_limit=1_000_000,
		)
		quotes.exchange("USD", 0.385)
		self.own_currency = frappe.get_cached_value("Company", quotes.company, "default_currency")
		self.shop.set(mode_of_payment=self._mode_of_payment())
		self.redis_is_lost = False
		self.now = Happened()
		self.mortal = Mortal(monkeypatch)
		monkeypatch.setattr(wake, "enqueue", wake_up)
		monkeypatch.setattr(wake, "_ask_for_a_run", self._ask_for_a_run)
		self.begin(submits=False, follows=False)

	def _mode_of_payment(self) -> str:
		names = {"company": self.quotes.company, "account_currency": self.own_currency}
		account = self.shop.site.new(
			"Account", account_name=self.shop.name("Bank"), account_type="Bank", **names
		).name
		accounts = [{"company": self.quotes.company, "default_account": account}]
		mode = self.shop.name("Card")
		return self.shop.site.new(
			"Mode of Payment", mode_of_payment=mode, type="Bank", accounts=accounts
		).name

	def _ask_for_a_run(self) -> None:
		self.mortal.step()
		if self.redis_is_lost:
			raise RedisIsLost

	# -- a sequence ------------------------------------------------------------------------------------------

	def begin(self, *, submits: bool, follows: bool) -> None:
		"""Forget the sequence before."""
		self.now = Happened(submits=submits, follows=follows)
		self.redis_is_lost = False
		self.medusa.clear_faults()
		self.medusa.requests.clear()
		self.medusa.app.placed.rows.clear()
		self.medusa.orders.clear()
		frappe.db.rollback()
		for doctype in TRACES:
			if frappe.db.table_exists(doctype):
				frappe.db.delete(doctype)
		since = {"creation": (">=", self.shop.site.started_at)}
		for doctype in PARENTS:
			for table in frappe.get_meta(doctype).get_table_fields():
				frappe.db.delete(table.options, {**since, "parenttype": doctype})
			frappe.db.delete(doctype, since)
		following = dict.fromkeys(FOLLOWING, int(follows))
		self.shop.set(submit_imported_orders=int(submits), orders_polled_until=None, **following)
		frappe.db.commit()
		# of Customers and Addresses that are gone
		frappe.local.document_cache = {}
		frappe.local.cache.clear()

	# -- the shop --------------------------------------------------------------------------------------------

	def place(self, rows: Sequence[tuple[int, int, str]], buyer: str) -> str:
		"""Somebody buys; a row is (which item, how many, for how much each)."""
		items = tuple(
			Bought(self.items[which].medusa_variant_id, Decimal(price), quantity, taxes=(FIVE,))
			for which, quantity, price in rows
		)
		shipping = (Shipped(Decimal("5.95"), taxes=(FIVE,)),) if len(rows) > 1 else ()
		email = f"{buyer}-{self.shop.mark}@example.com"
		basket = Basket(items, shipping, currency=self.currency.lower(), email=email)
		order_id = self.medusa.place_order(basket)
		self.now.orders[order_id] = Placed(basket)
		self.send(order_id, "order.placed")
		return order_id

	def send(self, order_id: str, type: str) -> None:
		"""The plugin sends an event; it is under way."""
		self.now.number += 1
		name = f"evt_{self.shop.mark}_{self.now.number}"
		self.now.under_way.append(event(name, type=type, aggregate_id=order_id))

	@property
	def currency(self) -> str:
		"""In which everybody pays: with payments the company's, since devbench has no ledger for others."""
		return self.own_currency if self.now.follows else "USD"

	@property
	def unit(self) -> Decimal:
		"""The smallest amount of the currency."""
		return Decimal("0.001") if self.currency == "OMR" else Decimal("0.01")

	def total(self, order_id: str) -> Decimal:
		"""What Medusa says is to be paid, to the last minor unit."""
		return self.price(self.now.orders[order_id].basket)

	def price(self, basket: Basket) -> Decimal:
		"""The same of a basket."""
		minor = int(1 / self.unit)
		is_v1 = self.medusa.generation == "v1"
		total = Decimal(total_v1(basket, minor)) / minor if is_v1 else total_v2(basket)
		return total.quantize(self.unit, ROUND_HALF_UP)

	# -- the network -----------------------------------------------------------------------------------------

	def arrive(
		self, sent: dict[str, Any] | bytes, *, signed: str | None = "", last: int | None = None
	) -> int:
		"""A request reaches a web worker, which may be killed; its status, 0 where nobody answers."""
		body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
		header = signature(body) if signed == "" else signed
		return self.mortal.run(partial(self._receive, body, header), last) or 0

	def _receive(self, body: bytes, header: str | None) -> int:
		"""As Frappe does it: a commit if nothing was raised."""
		headers = {"X-ERPNext-Signature": header} if header else {}
		flags = frappe.local.flags.copy()
		frappe.utils.set_request(
			method="POST", path=PATH, data=body, headers=headers, content_type=CONTENT_TYPE
		)
		try:
			receive_medusa_event()
			frappe.db.commit()
			return 200
		except Refused:
			return frappe.local.flags.medusa_answer.status
		finally:
			frappe.local.request, frappe.local.flags = None, flags
			frappe.local.message_log = []

	def fail(self, fault: str, path: str, times: int) -> None:
		"""Medusa's next answers on a path go wrong."""
		if fault == "time-out":
			self.medusa.on("*", path, self.give_up, "applied", times=times)
			return
		self.medusa.fail("*", path, FAULTS[fault], times=times)

	# -- the site --------------------------------------------------------------------------------------------

	def drain(self, last: int | None = None) -> None:
		"""A worker runs, and may be killed."""
		self.mortal.run(self.shop.drain, last)

	def poll(self, last: int | None = None) -> None:
		"""The scheduler's job runs, and may be killed."""
		self.mortal.run(polling.poll_orders, last)

	def compare(self, last: int | None = None) -> None:
		"""The nightly job runs, and may be killed."""
		self.mortal.run(polling.compare_orders, last)

	def heal(self) -> None:
		"""Everything works again, and enough time passes for whatever waits."""
		self.redis_is_lost = False
		self.medusa.clear_faults()
		for _ in range(ROUNDS):
			self.shop.make_due()
			self.drain()
			if not frappe.db.exists(TASK, {"next_attempt_at": ("is", "set")}):
				return

	def is_stored(self, event_id: str) -> bool:
		"""Whether the site has an event."""
		frappe.db.rollback()
		return bool(frappe.db.exists(EVENT, event_id))

	def submit_drafts(self) -> None:
		"""A user submits what was left to users."""
		frappe.db.rollback()
		for name in frappe.get_all(
			"Sales Order", {"medusa_order_id": ("is", "set"), "docstatus": 0}, pluck="name"
		):
			frappe.get_doc("Sales Order", name).submit()
			frappe.db.commit()

	def made(self, doctype: str, order_id: str, *fields: str) -> list[Any]:
		"""What was made of an order in Medusa besides its Sales Order, the oldest first."""
		frappe.db.rollback()
		filters = {"medusa_order_id": order_id}
		return frappe.get_all(doctype, filters, ["name", "docstatus", *fields], order_by="creation, name")

	def sales_orders(self, order_id: str) -> list[Any]:
		"""The Sales Orders of an order in Medusa."""
		frappe.db.rollback()
		fields = ["name", "grand_total", "docstatus", "customer", "medusa_order_number"]
		return frappe.get_all("Sales Order", {"medusa_order_id": order_id}, fields)


FAULTS: dict[str, Fault] = {
	"500": faults.status(500),
	"503": faults.status(503),
	"HTML": faults.html(200),
	"HTML of a proxy": faults.html(502, applied=True),
	"lost": faults.lost_answer(),
	"hung up": faults.hang_up(),
	"broken off": faults.broken_off(),
	"cut": faults.truncated(),
	"busy": faults.too_many_requests(1),
}
