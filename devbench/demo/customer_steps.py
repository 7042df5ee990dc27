"""The steps of a customer: registered, offered something, ordered a part of it, delivered to, paid.

What the customer does comes from the shop over HTTP, what follows is done at the desk,
and after each the record that Medusa has of the quotation or the order is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from devbench.demo.checks import Line, order_differences, quotation_differences
from devbench.demo.scene import Scene
from devbench.demo.telling import tell
from devbench.demo.trade_steps import CURRENCY, SOLD, STOCKED
from devbench.demo.visitor import ADDRESS, EMAIL, PERSON, PRACTICE, Visitor, subject_of

LEAD, CUSTOMER, QUOTATION = "Lead", "Customer", "Quotation"
ORDER, INVOICE, DELIVERY, PAYMENT = "Sales Order", "Sales Invoice", "Delivery Note", "Payment Entry"
CREATE_USER = "medusa_integration.storefront.user.create_storefront_user"
SEND_FOR_REVIEW = "medusa_integration.api.send_quotation_for_review"
MAKE = "erpnext.selling.doctype.sales_order.sales_order.make_"
MAKE_PAYMENT = "erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry"
# how the shop names them in Medusa
QUOTATION_ID, DRAFT_ORDER_ID = "quot_demo", "dorder_demo"
# item code: how many, the standard price (none for what has no Item Price), what the keeper offers
ASKED_FOR = {SOLD: (4, 17.25, 16.5), STOCKED: (10, 0, 4.25)}
TAKEN = 2
PAID_FIRST = 20


class CustomerSteps:
	"""What a dental practice does in the shop, and what is done for it."""

	def __init__(self, scene: Scene) -> None:
		self.scene, self.desk, self.articles = scene, scene.desk, scene.articles
		self.visitor: Visitor
		# Medusa's ids
		self.customer_id = self.order_id = ""
		# names of documents
		self.lead = self.quotation = self.sales_order = ""
		self.offered: list[Line] = []

	def sign_up(self) -> None:
		"""A visitor registers in the shop, with a one-time password that comes by mail."""
		scene, server = self.scene, self.scene.mail_server
		account = {"email_account_name": "Shop", "email_id": "shop@example.com", "enable_outgoing": 1}
		server_of_it = {"smtp_server": "127.0.0.1", "smtp_port": server.port, "no_smtp_authentication": 1}
		self.desk.insert("Email Account", **account, **server_of_it, default_outgoing=1)
		user = self.desk.press(CREATE_USER)
		self.visitor = Visitor(self.desk.url, user["api_key"], user["api_secret"], server)
		self.customer_id = self.visitor.sign_up()
		scene.wait_until_sent()
		accounts = scene.window.accounts(EMAIL)
		name = f"{PERSON['first_name']} {PERSON['last_name']}"
		scene.expect("Who has an account in Medusa", accounts, {self.customer_id: name})
		lead = self._one(LEAD, "company_name", "status", medusa_id=self.customer_id)
		self.lead = lead["name"]
		scene.expect(f"Lead {self.lead}", (lead["company_name"], lead["status"]), (PRACTICE, "Lead"))
		scene.step(
			f"A visitor from a dental practice asked for a code, found it in the mail and signed up. Medusa has "
			f"{' and '.join(accounts) or 'no account'}, ERPNext the Lead {self.lead}."
		)

	def ask(self) -> None:
		"""The visitor asks for a quotation."""
		products = self.scene.window.products()
		self.offered = [
			Line(self.articles[code], products[code].variant["id"], quantity, offered)
			for code, (quantity, _standard, offered) in ASKED_FOR.items()
		]
		self.quotation = self.visitor.ask(
			"create_quotation",
			customer_id=self.customer_id,
			quotation_id=QUOTATION_ID,
			draft_order_id=DRAFT_ORDER_ID,
			items=_quantities(self.offered),
			billing_address=ADDRESS,
		)["quotationId"]
		self.scene.wait_until_sent()
		document = self.desk.read(QUOTATION, self.quotation)
		rates = {row["item_code"]: row["rate"] for row in document["items"]}
		self.scene.expect(
			"What was asked for",
			(document["party_name"], document["docstatus"], rates),
			(self.lead, 0, {code: standard for code, (_quantity, standard, _offered) in ASKED_FOR.items()}),
		)
		told = self.scene.medusa.quotation_update(QUOTATION_ID)
		self.scene.expect("What Medusa was told of it", told, None)
		wanted = " and ".join(f"{line.quantity} “{line.article.name}”" for line in self.offered)
		self.scene.step(
			f"The visitor asks for a quotation for {wanted}: {self.quotation} is a draft, at the standard prices of "
			f"{' and '.join(f'{rate:g}' for rate in rates.values())} {CURRENCY}. Medusa has {'a' if told else 'no'} record "
			"of it yet."
		)

	def offer(self) -> None:
		"""The keeper makes prices and sends the quotation for review."""
		rows = self.desk.read(QUOTATION, self.quotation)["items"]
		items = [{**row, "rate": ASKED_FOR[row["item_code"]][2]} for row in rows]
		self.desk.save(QUOTATION, self.quotation, items=items)
		state = self.desk.press(SEND_FOR_REVIEW, quotation=self.quotation)["workflow_state"]
		self.scene.expect(f"The state of {self.quotation}", state, "Ready for Customer Review")
		self.scene.step(f"The keeper makes an offer, and takes it to {state}. Medusa's record of it says:")
		self._show_quotation(self.offered)
		about = [("reference_doctype", "=", QUOTATION), ("reference_name", "=", self.quotation)]
		queued = self.desk.list("Email Queue", about, ("name", "status", "message"))
		recipients = [
			row["recipient"]
			for mail in queued
			for row in self.desk.read("Email Queue", mail["name"])["recipients"]
		]
		mails = [(mail["status"], subject_of(mail["message"])) for mail in queued]
		expected = [("Not Sent", f"Here is your Quotation {self.quotation}")]
		self.scene.expect("The queued mails", (mails, recipients), (expected, [EMAIL]))
		for _status, subject in mails:
			tell(f"    A mail to {', '.join(recipients)} is queued: “{subject}”.")

	def order(self) -> None:
		"""The visitor wants a part of the offer; the keeper agrees to that, and the visitor orders it."""
		kit, gloves = self.offered
		taken, left_out = replace(kit, quantity=TAKEN), replace(kit, quantity=kit.quantity - TAKEN)
		ids, rest = {"quotation_id": QUOTATION_ID}, [left_out, gloves]
		self.visitor.ask(
			"update_quotation_new",
			**ids,
			approval="Approved",
			items=_quantities([taken]),
			unapproved_items=_quantities(rest),
		)
		# another quantity than the offered one
		state = self.desk.press(SEND_FOR_REVIEW, quotation=self.quotation)["workflow_state"]
		self.scene.expect(f"The state of {self.quotation}", state, "Ready for Customer Review")
		self.order_id = self.scene.medusa.add_order()
		answer = self.visitor.ask(
			"update_quotation", **ids, approval="Approved", order_id=self.order_id, create_so=True
		)
		self.sales_order = answer["sales_order_id"]
		self.scene.step(
			"The visitor wants a part of it, the keeper agrees, and it is ordered. Medusa's records say:"
		)
		self._show_quotation([taken])
		self._show_order("the order", "To Deliver and Bill", "Unpaid")
		customer = self._one(CUSTOMER, "lead_name", medusa_id=self.customer_id)
		lead = self.desk.read(LEAD, self.lead)["status"]
		self.scene.expect("What became of the Lead", (customer["lead_name"], lead), (self.lead, "Converted"))
		quotation, order = self.desk.read(QUOTATION, self.quotation), self.desk.read(ORDER, self.sales_order)
		self.scene.expect(
			"The order",
			(quotation["docstatus"], order["docstatus"], order["customer"], order["medusa_order_id"]),
			(1, 1, customer["name"], self.order_id),
		)
		tell(
			f"    ERPNext has the Customer {customer['name']}, {self.sales_order}, and {answer['payment_id']} for its "
			"payment."
		)

	def fulfil(self) -> None:
		"""The order is billed, delivered in two parts, and paid in two."""
		self.scene.step(
			"The order is billed, delivered and paid for. Medusa's record of it says after each step:"
		)
		invoice = self._submitted(
			INVOICE, self.desk.press(f"{MAKE}sales_invoice", source_name=self.sales_order)
		)
		billed = self._show_order("a Sales Invoice", "To Deliver", "Unpaid")
		self._deliver(1)
		part = self._show_order(f"1 of {TAKEN} delivered", "To Deliver", "Unpaid")
		self.scene.expect("What Medusa was told before the rest was delivered", part, billed)
		self._deliver(TAKEN - 1)
		self._show_order("the rest delivered", "Completed", "Unpaid")
		self._pay(invoice, party_amount=PAID_FIRST)
		self._show_order(f"{PAID_FIRST} {CURRENCY} paid", "Completed", "Partly Paid")
		self._pay(invoice)
		self._show_order("the rest paid", "Completed", "Paid")

	def _deliver(self, quantity: float) -> None:
		note = self.desk.press(f"{MAKE}delivery_note", source_name=self.sales_order)
		(row,) = note["items"]
		self._submitted(DELIVERY, {**note, "items": [{**row, "qty": quantity}]})

	def _pay(self, invoice: str, **part: float) -> None:
		self._submitted(PAYMENT, self.desk.press(MAKE_PAYMENT, dt=INVOICE, dn=invoice, **part))

	def _submitted(self, doctype: str, values: Mapping[str, Any]) -> str:
		"""The name of a new document that was saved and submitted."""
		name = self.desk.insert(doctype, **values)["name"]
		self.desk.save(doctype, name, docstatus=1)
		return name

	def _one(self, doctype: str, *fields: str, **filters: str) -> dict[str, Any]:
		"""The document that matches, an empty one when there is none; noted unless it is the only one."""
		found = self.desk.list(
			doctype, [(key, "=", value) for key, value in filters.items()], ("name", *fields)
		)
		self.scene.expect(f"The number of documents {doctype}", len(found), 1)
		return found[0] if found else dict.fromkeys(("name", *fields), "")

	def _show_quotation(self, offered: list[Line], left_out: Iterable[Line] = ()) -> None:
		"""Wait, compare Medusa's record of the quotation, and tell it."""
		self.scene.wait_until_sent()
		told = self.scene.medusa.quotation_update(QUOTATION_ID) or {}
		ids = (self.customer_id, DRAFT_ORDER_ID)
		self.scene.note(quotation_differences(told, *ids, offered, list(left_out)))
		codes = {line.variant: line.article.code for line in self.offered}
		rows, others = (
			", ".join(
				f"{row['quantity']:g} × {codes.get(row['item'])} at {row['price']}"
				for row in told.get(key, ())
			)
			for key in ("erp_items", "erp_unaccepted_items")
		)
		tell(
			f"     the quotation: “{told.get('erp_status')}”, {rows}{others and f' (left out: {others})'}, "
			f"{told.get('erp_grand_total')} {CURRENCY}"
		)

	def _show_order(self, after: str, order_status: str, payment_status: str) -> dict[str, Any]:
		"""Wait, compare Medusa's record of the order, tell it, and answer it."""
		self.scene.wait_until_sent()
		told = self.scene.medusa.order_update(self.order_id) or {}
		total = TAKEN * self.offered[0].price
		self.scene.note(order_differences(told, self.customer_id, order_status, payment_status, total))
		tell(
			f"     {after}: “{told.get('order_status')}”, “{told.get('payment_status')}”, "
			f"{told.get('grand_total')} {CURRENCY}"
		)
		return told


def _quantities(lines: Iterable[Line]) -> list[dict[str, Any]]:
	return [{"variant_id": line.variant, "quantity": line.quantity} for line in lines]
