"""The steps of the trade: what things cost, how many there are, and where an order stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from devbench.demo.scene import Scene
from devbench.demo.telling import tell
from devbench.demo.window import BUYER

SOLD, STOCKED = "FR-3001", "GM-1001"
# the list that the shop sells for, and its currency, as devbench/records.py makes them
PRICE, PRICE_LIST, CURRENCY = "Item Price", "Standard Selling", "OMR"
ORDER, INVOICE, PAYMENT = "Sales Order", "Sales Invoice", "Payment Entry"
MAKE_INVOICE = "erpnext.selling.doctype.sales_order.sales_order.make_sales_invoice"
MAKE_PAYMENT = "erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry"
WEEK = timedelta(days=6)


class TradeSteps:
	"""Prices, quantities, an order."""

	def __init__(self, scene: Scene) -> None:
		self.scene, self.desk, self.window = scene, scene.desk, scene.window
		self.articles = scene.articles

	def price(self) -> None:
		"""Save a price, change it, make an offer for a week, and end that."""
		product = self.window.products()[SOLD].id

		def asked(rate: float) -> str:
			self.scene.wait_until_sent()
			amount = self.window.price(product, CURRENCY)
			self.scene.expect(f"The price of {SOLD}", amount, rate)
			return f"{amount} {CURRENCY}"

		always = {"item_code": SOLD, "price_list": PRICE_LIST, "valid_from": "2020-01-01"}
		usual = self.desk.insert(PRICE, **always, price_list_rate=18.5)
		first = asked(18.5)
		self.desk.save(PRICE, usual["name"], price_list_rate=17.25)
		second = asked(17.25)
		offer = {**always, "valid_from": str(_today()), "valid_upto": str(_today() + WEEK)}
		week = self.desk.insert(PRICE, **offer, price_list_rate=14.9)
		third, ends = asked(14.9), self.window.ends_of_price_lists()
		self.scene.expect("The number of price lists that end", len(ends), 1)
		self.desk.delete(PRICE, week["name"])
		tell(
			f"6. “{self.articles[SOLD].name}” got an Item Price. A visitor of the shop is asked for {first}; after it was "
			f"changed, for {second}; during an offer for a week, for {third} (until {', '.join(ends)}); "
			f"after the offer was deleted, for {asked(17.25)}."
		)

	def stock(self) -> None:
		"""Goods come in, and some of them leave."""

		def moved(quantity: float, expected: int) -> int:
			self.scene.storeroom.move(STOCKED, quantity)
			self.scene.wait_until_sent()
			held = self.window.quantity(STOCKED)
			self.scene.expect(f"The quantity of {STOCKED}", held, expected)
			return held

		received, left = moved(40, 40), moved(-15, 25)
		tell(
			f"7. 40 of “{self.articles[STOCKED].name}” came in: Medusa may sell {received}. 15 went out: it may sell {left}."
		)

	def order(self) -> None:
		"""An order is placed in Medusa, and billed and paid here."""
		medusa_order_id = self.scene.medusa.add_order()
		customer = self._customer()
		order = self._submitted(
			ORDER,
			{
				"customer": customer,
				"from_ecommerce": 1,
				"medusa_order_id": medusa_order_id,
				"delivery_date": str(_today() + WEEK),
				"items": [
					{"item_code": SOLD, "qty": 2, "rate": 17.25, "delivery_date": str(_today() + WEEK)}
				],
			},
		)
		ordered = self._told(medusa_order_id, "To Deliver and Bill", "Unpaid")
		invoice = self._submitted(INVOICE, self.desk.press(MAKE_INVOICE, source_name=order))
		self._submitted(PAYMENT, self.desk.press(MAKE_PAYMENT, dt=INVOICE, dn=invoice))
		paid = self._told(medusa_order_id, "To Deliver", "Paid")
		tell(
			f"8. An order of the shop was entered: Medusa was told {ordered}. It was billed and paid: {paid}."
		)

	def _customer(self) -> str:
		values = {"customer_name": "Smile Clinic", "customer_type": "Company"}
		return self.desk.insert("Customer", **values, medusa_id=self.window.sign_up(BUYER))["name"]

	def _submitted(self, doctype: str, values: dict[str, object]) -> str:
		"""The name of a new document that was saved and submitted."""
		name = self.desk.insert(doctype, **values)["name"]
		self.desk.save(doctype, name, docstatus=1)
		return name

	def _told(self, medusa_order_id: str, order_status: str, payment_status: str) -> str:
		"""What Medusa was last told of the order, in words."""
		self.scene.wait_until_sent()
		told = self.scene.medusa.order_update(medusa_order_id) or {}
		shown = {key: told.get(key) for key in ("order_status", "payment_status", "grand_total")}
		expected = {"order_status": order_status, "payment_status": payment_status, "grand_total": 34.5}
		self.scene.expect(f"What Medusa was told of {medusa_order_id}", shown, expected)
		return f"“{shown['order_status']}”, “{shown['payment_status']}”, {shown['grand_total']} {CURRENCY}"


def _today() -> date:
	"""A day that has begun everywhere east of Greenwich, where the demo's shop is."""
	return datetime.now(timezone.utc).date()
