"""Steps of an order that is placed in Medusa: bought, paid, delivered, and sent back in part.

A visitor and the shop's people act in Medusa, a Desk user on the site. Each step compares both sides with the
same numbers, which are calculated by hand.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from devbench.demo.buying import TAX_CODE, Cart, RealShop, SimulatedShop, shop_of
from devbench.demo.checks import order_differences
from devbench.demo.context import Context, reporting_progress, write
from devbench.demo.customer_steps import DELIVERY, INVOICE, MAKE, ORDER, PAYMENT
from devbench.demo.product_steps import CURRENCY, PRICE, PRICE_LIST, STOCKED
from devbench.demo.site_client import SETTINGS, wait_for
from devbench.processes import DevbenchError

# made by devbench/records.py
COMPANY = "Bright Smile Trading"
VISITOR = "visitor@example.com"
MODE, SYSTEM = "Card", "System Settings"
PROVIDERS = {"v1": "manual", "v2": "pp_system_default"}
FOLLOWED = (
	"import_orders",
	"submit_imported_orders",
	"import_edits",
	"import_payments",
	"invoice_paid_orders",
	"send_deliveries",
	"import_returns",
	"import_refunds",
	"import_cancellations",
	"send_cancellations",
)
# 3 of 4.25 are 12.75; with 1.5 for shipping 14.25; with 10 % tax 15.675
UNIT_PRICE, PIECES, RATE = 4.25, 3, 10
SHIPPING_NAME, SHIPPING = "Courier", 1.5
NET, TAX, TOTAL = 12.75, 1.425, 15.675
# one piece with its tax
SENT_BACK, REFUND = 1, 4.675
# 25 were in stock
LEFT, LEFT_AFTER_RETURN = 22, 23
TRACKING, CARRIER = "OM123456789", "Gulf Parcel"
EVENT = "Medusa Event"
# seconds that an event may take
EVENT_TIMEOUT = 60


class OrderSteps:
	"""An order of the shop, from the cart to the refund."""

	def __init__(self, context: Context) -> None:
		self.context, self.site, self.reader = context, context.site, context.reader
		self.shop: RealShop | SimulatedShop
		# Medusa's id
		self.order_id = ""
		# names of documents and accounts
		self.sales_order = self.note = self.invoice = self.tax = self.charges = ""

	def buy(self) -> None:
		"""Let a visitor buy; the order becomes a Sales Order."""
		context, article = self.context, self.context.articles[STOCKED]
		self._set_up()
		self.shop = shop_of(context.medusa)
		product = self.reader.products()[STOCKED]
		price = self.reader.price(product.id, CURRENCY)
		context.expect(f"The price of {STOCKED}", price, UNIT_PRICE)
		cart = Cart(
			VISITOR, product.variant["id"], price, PIECES, CURRENCY, SHIPPING_NAME, str(SHIPPING), RATE
		)
		self.order_id = self.shop.buy(cart)
		self._wait("The Sales Order", lambda: self._made(ORDER))
		bought = self._in_medusa()
		context.expect("The total of the order in Medusa", bought.total, TOTAL)
		self.sales_order = self._made(ORDER)[0]["name"]
		order = self.site.read(ORDER, self.sales_order)
		context.step(
			f"A visitor {self.shop.bought}: {PIECES} “{article.name}” at {price} {CURRENCY}. Medusa has the order "
			f"{bought.number} over {bought.total} {CURRENCY}. By {self.shop.heard}, ERPNext has {self.sales_order} "
			f"of {order['customer']}:"
		)
		self._expect_events(self.shop.events[:1])
		rows = [(row["item_code"], row["qty"], row["rate"]) for row in order["items"]]
		taxes = {row["account_head"]: row["tax_amount"] for row in order["taxes"]}
		context.expect(f"What {self.sales_order} sells", rows, [(STOCKED, PIECES, UNIT_PRICE)])
		context.expect(f"What {self.sales_order} charges", taxes, {self.charges: SHIPPING, self.tax: TAX})
		state = order["docstatus"], order["grand_total"], order["medusa_order_number"]
		what = f"Docstatus, total and Medusa's number of {self.sales_order}"
		context.expect(what, state, (1, TOTAL, str(bought.number)))
		charged = ", ".join(f"{account} {amount:g}" for account, amount in taxes.items())
		write(
			f"     {self.sales_order}: net {order['net_total']:g}, {charged}, total {order['grand_total']:g}"
		)
		self._show("To Deliver and Bill", "Unpaid", [], [], 0)
		self._show_quantity(LEFT)

	def capture(self) -> None:
		"""Capture the payment in Medusa: it becomes a Payment Entry, and the order is invoiced."""
		self.shop.capture(self.order_id)
		self._wait("The Sales Invoice", lambda: self._made(PAYMENT) and self._made(INVOICE))
		captured = self._in_medusa().captured
		self.context.expect("What was captured in Medusa", captured, TOTAL)
		self.context.step(f"The payment of {captured} {CURRENCY} is captured in Medusa. ERPNext has:")
		self._show_payment("Receive", TOTAL)
		self.invoice = self._show_invoice(TOTAL)["name"]
		self._show("To Deliver", "Paid", [self.invoice], [], 0)

	def deliver(self) -> None:
		"""Deliver the order on the site: Medusa has the shipment with its tracking number."""
		note = self.site.press(f"{MAKE}delivery_note", source_name=self.sales_order)
		sent = {"medusa_tracking_number": TRACKING, "medusa_carrier": CARRIER}
		self.note = self.site.submit(DELIVERY, **{**note, **sent})
		self.context.stock.move(STOCKED, -PIECES)
		self.context.wait_until_sent()
		fulfillment = self.site.read(DELIVERY, self.note)["medusa_id"]
		shipped = self._in_medusa().shipped
		self.context.expect("What Medusa has shipped", shipped, {fulfillment: (TRACKING,)})
		numbers = ", ".join(number for one in shipped.values() for number in one)
		self.context.step(
			f"{self.note} was submitted with the tracking number {TRACKING} of {CARRIER}. Medusa has "
			f"{len(shipped)} shipped fulfillment with {numbers}."
		)
		self._show("Completed", "Paid", [self.invoice], [self.note], 100)
		self._show_quantity(LEFT)

	def send_back(self) -> None:
		"""Send one piece back and refund it in Medusa: ERPNext has what follows."""
		row = self._in_medusa().row
		return_id = self.shop.take_back(self.order_id, row, SENT_BACK, str(REFUND))
		self._wait("The payment of the refund", lambda: self._made(PAYMENT, payment_type="Pay"))
		self.context.stock.move(STOCKED, SENT_BACK)
		self.context.wait_until_sent()
		shown = self._in_medusa()
		state = shown.returned, shown.refunded
		self.context.expect("What was returned and refunded in Medusa", state, (SENT_BACK, REFUND))
		self.context.step(
			f"{shown.returned} of {PIECES} pieces is received as a return in Medusa, and {shown.refunded} {CURRENCY} "
			"are refunded. ERPNext has:"
		)
		back = self._the(DELIVERY, is_return=1)
		rows = [(line["item_code"], line["qty"]) for line in back["items"]]
		found = back["docstatus"], back["return_against"], back["medusa_id"], rows
		self.context.expect(
			"The return Delivery Note", found, (1, self.note, return_id, [(STOCKED, -SENT_BACK)])
		)
		write(f"     {back['name']}, a return against {self.note}: {rows[0][1]:g} × {rows[0][0]}")
		credit = self._show_invoice(-REFUND, is_return=1)
		found = credit["return_against"], credit["medusa_id"]
		self.context.expect("The credit note", found, (self.invoice, return_id))
		self._show_payment("Pay", REFUND)
		self._show_quantity(LEFT_AFTER_RETURN)
		if self.shop.events:
			write(f"     events received: {', '.join(self._expect_events(self.shop.events))}")

	def _set_up(self) -> None:
		"""Fill in what a shop needs: accounts, a Mode of Payment, the settings; and a price."""

		def account(name: str, kind: str) -> str:
			values = {"company": COMPANY, "account_currency": CURRENCY}
			return self.site.insert("Account", account_name=name, account_type=kind, **values)["name"]

		self.tax, self.charges = account("VAT", "Tax"), account("Delivery Charges", "Chargeable")
		of_company = {"company": COMPANY, "default_account": account("Card Payments", "Bank")}
		self.site.insert("Mode of Payment", mode_of_payment=MODE, type="Bank", accounts=[of_company])
		# amounts in OMR have three
		self.site.save(SYSTEM, SYSTEM, currency_precision="3")
		self.site.save(
			SETTINGS,
			SETTINGS,
			**dict.fromkeys(FOLLOWED, 1),
			delivery_charges_account=self.charges,
			tax_accounts=[{"tax_code": TAX_CODE, "account": self.tax}],
			payment_providers=[
				{"provider": PROVIDERS[self.context.medusa.generation], "mode_of_payment": MODE}
			],
		)
		price = {"item_code": STOCKED, "price_list": PRICE_LIST, "valid_from": "2020-01-01"}
		self.site.insert(PRICE, **price, price_list_rate=UNIT_PRICE)
		self.context.wait_until_sent()

	def _wait(self, what: str, happened: Callable[[], Any]) -> None:
		"""Wait until the site has heard of the last change in Medusa, and has sent what follows."""
		self.shop.tell(self.site)
		with reporting_progress():
			wait_for(what, lambda: happened() or self._raise_what_is_wrong())
		self.context.wait_until_sent()

	def _raise_what_is_wrong(self) -> None:
		"""Raise DevbenchError with the message of a task of the order that waits for somebody."""
		stuck = ("Waiting", "Failed")
		for task in self.site.tasks(("reference_name", "=", self.order_id), ("status", "in", stuck)):
			if task["last_error"]:
				raise DevbenchError(f"{self.order_id} is {task['status']}: {task['last_error']}")

	def _expect_events(self, types: Sequence[str]) -> list[str]:
		"""Expect an event of each of these types, and return the types that the site has processed, in order.

		The site stores only events with a valid signature; the simulator sends none.
		"""
		if not types:
			return []
		of_it = [("aggregate_id", "=", self.order_id), ("status", "=", "Processed")]
		found: list[str] = []

		def are_there() -> bool:
			found[:] = [
				one["event_type"] for one in self.site.list(EVENT, of_it, ("event_type",), "creation")
			]
			return set(types) <= set(found)

		with contextlib.suppress(DevbenchError):
			wait_for("Every event", are_there, EVENT_TIMEOUT)
		missing = (one for one in types if one not in found)
		self.context.note(f"No event {one} of {self.order_id} has reached the site" for one in missing)
		return list(dict.fromkeys(found))

	def _in_medusa(self) -> Any:
		return self.reader.order(self.order_id, CURRENCY)

	def _made(self, doctype: str, **filters: Any) -> list[dict[str, Any]]:
		"""The submitted documents of the order."""
		wanted = {"medusa_order_id": self.order_id, "docstatus": 1, **filters}
		return self.site.list(doctype, [(key, "=", value) for key, value in wanted.items()], ("name",))

	def _the(self, doctype: str, **filters: Any) -> dict[str, Any]:
		"""The only one of them; another number raises DevbenchError, which ends the demo."""
		found = self._made(doctype, **filters)
		if len(found) != 1:
			raise DevbenchError(f"{len(found)} documents {doctype} of {self.order_id} were made instead of 1")
		return self.site.read(doctype, found[0]["name"])

	def _show_payment(self, payment_type: str, amount: float) -> None:
		entry = self._the(PAYMENT, payment_type=payment_type)
		found = entry["paid_amount"], entry["mode_of_payment"]
		self.context.expect(f"Amount and mode of {entry['name']}", found, (amount, MODE))
		write(f"     {entry['name']}: {payment_type}, {entry['paid_amount']:g} {CURRENCY}, {found[1]}")

	def _show_invoice(self, amount: float, is_return: int = 0) -> dict[str, Any]:
		invoice = self._the(INVOICE, is_return=is_return)
		found = invoice["grand_total"], invoice["outstanding_amount"]
		self.context.expect(f"Total and outstanding amount of {invoice['name']}", found, (amount, 0))
		write(
			f"     {invoice['name']}: “{invoice['status']}”, {found[0]:g} {CURRENCY}, {found[1]:g} outstanding"
		)
		return invoice

	def _show(
		self, status: str, payment_status: str, invoices: list[str], notes: list[str], delivered: float
	) -> None:
		"""Compare what Medusa was told of the order, and write it; `delivered` in percent."""
		told = self.context.medusa.order_update(self.order_id) or {}
		documents = {"sales_order": self.sales_order, "invoices": invoices, "delivery_notes": notes}
		self.context.note(
			order_differences(
				*(told, self._in_medusa().customer_id, status, payment_status, TOTAL, NET),
				documents={**documents, "delivered": delivered},
			)
		)
		write(
			f"     Medusa's record: “{told.get('order_status')}”, “{told.get('payment_status')}”, "
			f"{told.get('grand_total')} {CURRENCY}"
		)

	def _show_quantity(self, expected: int) -> None:
		quantity = self.reader.quantity(STOCKED)
		self.context.expect(f"The quantity of {STOCKED}", quantity, expected)
		write(f"     {quantity} are available in Medusa")
