"""Steps of a customer: registration, quotation, order, invoice, delivery, payment.

The shop calls the site over HTTP for the customer; a Desk user does the rest. After each step Medusa's record
of the quotation or the order is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from devbench.demo.checks import Line, order_differences, quotation_differences
from devbench.demo.context import Context, write
from devbench.demo.product_steps import CURRENCY, SOLD, STOCKED
from devbench.demo.site_client import ADDRESS, EMAIL, PERSON, PRACTICE, ShopClient, subject_of

LEAD, CUSTOMER, QUOTATION = "Lead", "Customer", "Quotation"
ORDER, INVOICE, DELIVERY, PAYMENT = "Sales Order", "Sales Invoice", "Delivery Note", "Payment Entry"
CREATE_USER = "medusa_integration.api.create_storefront_user"
SEND_FOR_REVIEW = "medusa_integration.api.send_quotation_for_review"
MAKE = "erpnext.selling.doctype.sales_order.sales_order.make_"
MAKE_PAYMENT = "erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry"
# ids of the shop in Medusa
QUOTATION_ID, DRAFT_ORDER_ID = "quot_demo", "dorder_demo"
# item code: quantity, standard price (0 without an Item Price), offered price
ASKED_FOR = {SOLD: (4, 17.25, 16.5), STOCKED: (10, 0, 4.25)}
TAKEN = 2
PAID_FIRST = 20


class CustomerSteps:
	"""What a customer does in the shop, and what Desk users do for that customer."""

	def __init__(self, context: Context) -> None:
		self.context, self.site, self.articles = context, context.site, context.articles
		self.shop: ShopClient
		# Medusa's ids
		self.customer_id = self.order_id = ""
		# names of documents
		self.lead = self.quotation = self.sales_order = ""
		self.offered: list[Line] = []

	def sign_up(self) -> None:
		"""Register a customer in the shop, with a one-time password from a mail."""
		context, server = self.context, self.context.mail_server
		account = {"email_account_name": "Shop", "email_id": "shop@example.com", "enable_outgoing": 1}
		server_of_it = {"smtp_server": "127.0.0.1", "smtp_port": server.port, "no_smtp_authentication": 1}
		self.site.insert("Email Account", **account, **server_of_it, default_outgoing=1)
		user = self.site.press(CREATE_USER)
		self.shop = ShopClient(self.site.url, user["api_key"], user["api_secret"], server)
		self.customer_id = self.shop.sign_up()
		context.wait_until_sent()
		accounts = context.reader.accounts(EMAIL)
		name = f"{PERSON['first_name']} {PERSON['last_name']}"
		context.expect("Who has an account in Medusa", accounts, {self.customer_id: name})
		lead = self._one(LEAD, "company_name", "status", medusa_id=self.customer_id)
		self.lead = lead["name"]
		context.expect(f"Lead {self.lead}", (lead["company_name"], lead["status"]), (PRACTICE, "Lead"))
		context.step(
			f"A customer registered with a one-time password from a mail. Medusa has "
			f"{' and '.join(accounts) or 'no account'}, ERPNext the Lead {self.lead}."
		)

	def request_quotation(self) -> None:
		"""Request a quotation."""
		products = self.context.reader.products()
		self.offered = [
			Line(self.articles[code], products[code].variant["id"], quantity, offered)
			for code, (quantity, _standard, offered) in ASKED_FOR.items()
		]
		self.quotation = self.shop.call(
			"create_quotation",
			customer_id=self.customer_id,
			quotation_id=QUOTATION_ID,
			draft_order_id=DRAFT_ORDER_ID,
			items=_quantities(self.offered),
			billing_address=ADDRESS,
		)["quotationId"]
		self.context.wait_until_sent()
		document = self.site.read(QUOTATION, self.quotation)
		rates = {row["item_code"]: row["rate"] for row in document["items"]}
		self.context.expect(
			"What was asked for",
			(document["party_name"], document["docstatus"], rates),
			(self.lead, 0, {code: standard for code, (_quantity, standard, _offered) in ASKED_FOR.items()}),
		)
		told = self.context.medusa.quotation_update(QUOTATION_ID)
		self.context.expect("What Medusa was told of it", told, None)
		wanted = " and ".join(f"{line.quantity} “{line.article.name}”" for line in self.offered)
		self.context.step(
			f"The customer requests a quotation for {wanted}: {self.quotation} is a draft, at the standard prices of "
			f"{' and '.join(f'{rate:g}' for rate in rates.values())} {CURRENCY}. Medusa has {'a' if told else 'no'} record "
			"of it yet."
		)

	def send_offer(self) -> None:
		"""Enter prices as a Desk user, and send the quotation for review."""
		rows = self.site.read(QUOTATION, self.quotation)["items"]
		items = [{**row, "rate": ASKED_FOR[row["item_code"]][2]} for row in rows]
		self.site.save(QUOTATION, self.quotation, items=items)
		state = self.site.press(SEND_FOR_REVIEW, quotation=self.quotation)["workflow_state"]
		self.context.expect(f"The state of {self.quotation}", state, "Ready for Customer Review")
		self.context.step(f"Prices were entered, and the quotation is in the state {state}. Medusa's record:")
		self._show_quotation(self.offered)
		about = [("reference_doctype", "=", QUOTATION), ("reference_name", "=", self.quotation)]
		queued = self.site.list("Email Queue", about, ("name", "status", "message"))
		recipients = [
			row["recipient"]
			for mail in queued
			for row in self.site.read("Email Queue", mail["name"])["recipients"]
		]
		mails = [(mail["status"], subject_of(mail["message"])) for mail in queued]
		expected = [("Not Sent", f"Here is your Quotation {self.quotation}")]
		self.context.expect("The queued mails", (mails, recipients), (expected, [EMAIL]))
		for _status, subject in mails:
			write(f"    A mail to {', '.join(recipients)} is queued: “{subject}”.")

	def order_part(self) -> None:
		"""Approve a part of the quotation as the customer, review it as a Desk user, and order it."""
		kit, gloves = self.offered
		taken, left_out = replace(kit, quantity=TAKEN), replace(kit, quantity=kit.quantity - TAKEN)
		ids, rest = {"quotation_id": QUOTATION_ID}, [left_out, gloves]
		self.shop.call(
			"update_quotation_new",
			**ids,
			approval="Approved",
			items=_quantities([taken]),
			unapproved_items=_quantities(rest),
		)
		# another quantity than the offered one
		state = self.site.press(SEND_FOR_REVIEW, quotation=self.quotation)["workflow_state"]
		self.context.expect(f"The state of {self.quotation}", state, "Ready for Customer Review")
		self.order_id = self.context.medusa.add_order()
		answer = self.shop.call(
			"update_quotation", **ids, approval="Approved", order_id=self.order_id, create_so=True
		)
		self.sales_order = answer["sales_order_id"]
		self.context.step(
			"The customer approves a part of it, the change is reviewed, and it is ordered. Medusa's records:"
		)
		self._show_quotation([taken])
		self._show_order("the order", "To Deliver and Bill", "Unpaid")
		customer = self._one(CUSTOMER, "lead_name", medusa_id=self.customer_id)
		lead = self.site.read(LEAD, self.lead)["status"]
		self.context.expect("Customer and Lead", (customer["lead_name"], lead), (self.lead, "Converted"))
		quotation, order = self.site.read(QUOTATION, self.quotation), self.site.read(ORDER, self.sales_order)
		self.context.expect(
			"The order",
			(quotation["docstatus"], order["docstatus"], order["customer"], order["medusa_order_id"]),
			(1, 1, customer["name"], self.order_id),
		)
		write(
			f"    ERPNext has the Customer {customer['name']}, {self.sales_order}, and {answer['payment_id']} for its "
			"payment."
		)

	def bill_deliver_and_pay(self) -> None:
		"""Bill the order, deliver it in two parts, and pay it in two parts."""
		self.context.step("The order is billed, delivered and paid. Medusa's record after each step:")
		invoice = self.site.submit(
			INVOICE, **self.site.press(f"{MAKE}sales_invoice", source_name=self.sales_order)
		)
		billed = self._show_order("a Sales Invoice", "To Deliver", "Unpaid")
		self._deliver(1)
		part = self._show_order(f"1 of {TAKEN} delivered", "To Deliver", "Unpaid")
		self.context.expect("What Medusa was told before the rest was delivered", part, billed)
		self._deliver(TAKEN - 1)
		self._show_order("the rest delivered", "Completed", "Unpaid")
		self._pay(invoice, party_amount=PAID_FIRST)
		self._show_order(f"{PAID_FIRST} {CURRENCY} paid", "Completed", "Partly Paid")
		self._pay(invoice)
		self._show_order("the rest paid", "Completed", "Paid")

	def _deliver(self, quantity: float) -> None:
		note = self.site.press(f"{MAKE}delivery_note", source_name=self.sales_order)
		(row,) = note["items"]
		self.site.submit(DELIVERY, **{**note, "items": [{**row, "qty": quantity}]})

	def _pay(self, invoice: str, **part: float) -> None:
		self.site.submit(PAYMENT, **self.site.press(MAKE_PAYMENT, dt=INVOICE, dn=invoice, **part))

	def _one(self, doctype: str, *fields: str, **filters: str) -> dict[str, Any]:
		"""Return the document that matches, empty if there is none. Not exactly one is a problem."""
		found = self.site.list(
			doctype, [(key, "=", value) for key, value in filters.items()], ("name", *fields)
		)
		self.context.expect(f"The number of documents {doctype}", len(found), 1)
		return found[0] if found else dict.fromkeys(("name", *fields), "")

	def _show_quotation(self, offered: list[Line], left_out: Iterable[Line] = ()) -> None:
		"""Wait, compare Medusa's record of the quotation, and write it."""
		self.context.wait_until_sent()
		told = self.context.medusa.quotation_update(QUOTATION_ID) or {}
		ids = (self.customer_id, DRAFT_ORDER_ID)
		self.context.note(quotation_differences(told, *ids, offered, list(left_out)))
		codes = {line.variant: line.article.code for line in self.offered}
		rows, others = (
			", ".join(
				f"{row['quantity']:g} × {codes.get(row['item'])} at {row['price']}"
				for row in told.get(key, ())
			)
			for key in ("erp_items", "erp_unaccepted_items")
		)
		write(
			f"     the quotation: “{told.get('erp_status')}”, {rows}{others and f' (left out: {others})'}, "
			f"{told.get('erp_grand_total')} {CURRENCY}"
		)

	def _show_order(self, after: str, order_status: str, payment_status: str) -> dict[str, Any]:
		"""Wait, compare Medusa's record of the order, write it, and return it."""
		self.context.wait_until_sent()
		told = self.context.medusa.order_update(self.order_id) or {}
		total = TAKEN * self.offered[0].price
		self.context.note(order_differences(told, self.customer_id, order_status, payment_status, total))
		write(
			f"     {after}: “{told.get('order_status')}”, “{told.get('payment_status')}”, "
			f"{told.get('grand_total')} {CURRENCY}"
		)
		return told


def _quantities(lines: Iterable[Line]) -> list[dict[str, Any]]:
	return [{"variant_id": line.variant, "quantity": line.quantity} for line in lines]
