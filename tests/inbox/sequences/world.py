"""A shop whose orders come in, by events and by asking Medusa, while anything may go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
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
from tests.inbox.sequences import books
from tests.inbox.sequences.happened import Happened, Placed
from tests.support.money import Money
from tests.support.mortal import Mortal
from tests.support.plugin import CONTENT_TYPE, PATH, event, signature
from tests.support.quotes import Quotes
from tests.support.sales import LEDGERS

SETTINGS, TASK, EVENT = "Medusa Configuration", "Medusa Sync Task", "Medusa Event"
FIVE = Tax("VAT", "VAT", Decimal(5))
PRICES = ("10.00", "0.37", "19.99")
# what is made of an order besides its Sales Order
FOLLOWING = (
	*("import_payments", "invoice_paid_orders", "import_fulfillments", "import_returns"),
	*("import_refunds", "import_cancellations", "send_deliveries"),
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
# what ERPNext books beside the documents, and how much of an Item is there
BOOKED = (*LEDGERS, "Stock Ledger Entry", "Bin", "Repost Item Valuation")
# an order that Medusa commits late has an earlier time
LATE = timedelta(minutes=5)
# of a worker, after which whatever can be sent is sent
ROUNDS = 5
wake_up = wake.enqueue


class World:
	"""One site and one simulated Medusa, for any number of sequences one after the other."""

	def __init__(
		self, quotes: Quotes, monkeypatch: pytest.MonkeyPatch, give_up: Callable[[Request], None]
	) -> None:
		self.quotes, self.shop, self.medusa = quotes, quotes.shop, quotes.medusa
		self.give_up, self.items = give_up, [quotes.variant(None) for _ in range(3)]
		# what the ledgers of ERPNext have is asked where there is a real one
		self.has_ledgers = not quotes.site.is_ours
		self.bank = Money(quotes).bank
		self.shop.set(
			import_orders=1,
			compare_orders_days=7,
			orders_polled_until=None,
			# whoever is killed again and again fails in the end; here everything gets there
			max_attempts=1000,
			public_rate_limit=1_000_000,
		)
		quotes.exchange("USD", 0.385)
		self.own_currency = frappe.get_cached_value("Company", quotes.company, "default_currency")
		if self.has_ledgers:
			self._keep_in_stock()
		self.redis_is_lost = False
		self.now = Happened()
		self.mortal = Mortal(monkeypatch)
		monkeypatch.setattr(wake, "enqueue", wake_up)
		monkeypatch.setattr(wake, "_ask_for_a_run", self._ask_for_a_run)
		self.begin(submits=False, follows=False)

	def _keep_in_stock(self) -> None:
		"""Let the stock ledger move the Items, however few are there, and let no order make an Item Price.

		ERPNext adds one for an Item without a price, and the product would be made in Medusa with it.
		"""
		frappe.db.set_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing", 0)
		name = self.shop.name("Shelf")
		warehouse = self.shop.site.new("Warehouse", warehouse_name=name, company=self.quotes.company).name
		# ERPNext keeps the accounts of all warehouses for a request or a job
		frappe.flags.pop("warehouse_account_map", None)
		for item in self.items:
			values = {"is_stock_item": 1, "allow_negative_stock": 1, "valuation_rate": 4}
			frappe.db.set_value("Item", item.item_code, values)
			frappe.db.set_value("Website Item", item.name, "website_warehouse", warehouse)
		frappe.db.commit()

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
		for doctype in BOOKED if self.has_ledgers else ():
			if frappe.db.table_exists(doctype):
				frappe.db.delete(doctype, since)
		# those of the currency in which everybody pays
		frappe.db.set_default("currency_precision", -self.unit.as_tuple().exponent)
		following = dict.fromkeys(FOLLOWING, int(follows))
		self.shop.set(submit_imported_orders=int(submits), orders_polled_until=None, **following)
		frappe.db.commit()
		# of Customers and Addresses that are gone
		frappe.local.document_cache = {}
		frappe.local.cache.clear()

	# -- the shop --------------------------------------------------------------------------------------------

	def place(self, rows: Sequence[tuple[int, int, str]], buyer: str, *, is_late: bool = False) -> str:
		"""Somebody buys; a row is (which item, how many, for how much each). Late is with an earlier time."""
		items = tuple(
			Bought(self.items[which].medusa_variant_id, Decimal(price), quantity, taxes=(FIVE,))
			for which, quantity, price in rows
		)
		shipping = (Shipped(Decimal("5.95"), taxes=(FIVE,)),) if len(rows) > 1 or self.now.follows else ()
		email = f"{buyer}-{self.shop.mark}@example.com"
		basket = Basket(items, shipping, currency=self.currency.lower(), email=email)
		order_id = self.medusa.place_order(basket)
		if is_late:
			before = (datetime.now(timezone.utc) - LATE).strftime("%Y-%m-%dT%H:%M:%S.000Z")
			self.medusa.app.placed.rows[order_id].update(created_at=before, updated_at=before)
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

	def deliver(self, order_id: str) -> None:
		"""A user sends the next part of an order that is submitted."""
		order, made = self.now.orders[order_id], self.sales_orders(order_id)
		sent = order.next_sent()
		is_open = made and made[0].docstatus == 1 and not order.is_canceled
		if not (self.now.follows and is_open and sent):
			return
		books.deliver(made[0].name, *sent)
		order.fulfilled.append(sent)
		order.delivered += 1

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
