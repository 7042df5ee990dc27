"""Orders of the shop and what follows them: invoices, deliveries, payments, by ERPNext's own functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from tests.support.documents import delete
from tests.support.shop import Shop

if TYPE_CHECKING:
	from frappe.model.document import Document

UPDATE = "/store/order-update"
# what ERPNext books beside the documents
LEDGERS = ("GL Entry", "Payment Ledger Entry", "Advance Payment Ledger Entry")


class Sales:
	"""What one test sells."""

	def __init__(self, shop: Shop) -> None:
		self.shop, self.site, self.medusa = shop, shop.site, shop.medusa
		self._made: list[Document] = []
		self._item: str | None = None
		shop.set(publishable_api_key=self.medusa.publishable_key)

	# -- documents -------------------------------------------------------------------------------------------

	def customer(self, medusa_id: str | None = "", **values: Any) -> Document:
		"""A Customer that Medusa knows, unless `medusa_id` is None; not committed."""
		name = self.shop.name("Smile Clinic")
		medusa_id = f"cus_{self.shop.mark}{self.shop._next()}" if medusa_id == "" else medusa_id
		return self.site.new(
			"Customer", customer_name=name, customer_type="Company", medusa_id=medusa_id, **values
		)

	def order(
		self,
		*,
		customer: Document | None = None,
		medusa_order_id: str | None = "",
		submit: bool = True,
		qty: float = 2,
		rate: float = 10,
		rows: int = 1,
		app: bool = True,
		**values: Any,
	) -> Document:
		"""A Sales Order of the shop, which Medusa has, unless `medusa_order_id` is None; committed.

		Without `app` it is inserted as a person does it, with the same values.
		"""
		import frappe

		if medusa_order_id == "":
			medusa_order_id = self.medusa.add_order()
		row = {"item_code": self.item(), "qty": qty, "rate": rate, "delivery_date": frappe.utils.today()}
		defaults = {
			"customer": (customer or self.customer()).name,
			"delivery_date": frappe.utils.today(),
			"from_ecommerce": 1,
			"medusa_order_id": medusa_order_id,
			"items": [dict(row) for _ in range(rows)],
		}
		return self._insert(frappe.get_doc({"doctype": "Sales Order", **defaults, **values}), submit, app=app)

	def quotation(self, medusa_order_id: str | None = "", **values: Any) -> Document:
		"""A submitted Quotation of the shop that has become an order in Medusa; committed."""
		import frappe

		if medusa_order_id == "":
			medusa_order_id = self.medusa.add_order()
		defaults = {
			"quotation_to": "Customer",
			"party_name": self.customer().name,
			"from_ecommerce": 1,
			"medusa_order_id": medusa_order_id,
			"items": [{"item_code": self.item(), "qty": 2, "rate": 10}],
		}
		document = frappe.get_doc({"doctype": "Quotation", **defaults, **values})
		return self._insert(document, submit=True, app=True)

	def ordered(self, quotation: Document) -> Document:
		"""The Sales Order that is made of a Quotation by its button; submitted, committed."""
		import frappe
		from erpnext.selling.doctype.quotation.quotation import make_sales_order

		order = make_sales_order(quotation.name)
		for document in (order, *order.items):
			document.delivery_date = frappe.utils.today()
		return self._insert(order, submit=True)

	def item(self) -> str:
		"""An Item that is not kept in stock, so that nothing has to be bought first."""
		self._item = self._item or self.shop.item(is_stock_item=0).name
		return self._item

	def invoice(
		self, *orders: Document, submit: bool = True, qty: float | None = None, **values: Any
	) -> Document:
		"""The Sales Invoice of these orders; committed."""
		from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

		invoice = None
		for order in orders:
			invoice = make_sales_invoice(order.name, invoice)
		for row in invoice.items:
			row.qty = qty or row.qty
		invoice.update(values)
		return self._insert(invoice, submit)

	def overdue_invoice(self, order: Document) -> Document:
		"""An invoice that should have been paid five days ago."""
		import frappe

		days = {"posting_date": frappe.utils.add_days(None, -10), "due_date": frappe.utils.add_days(None, -5)}
		return self.invoice(order, set_posting_time=1, payment_schedule=[], **days)

	def delivery(
		self, *orders: Document, submit: bool = True, qty: float | None = None, **values: Any
	) -> Document:
		"""The Delivery Note of these orders; committed."""
		from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

		note = None
		for order in orders:
			note = make_delivery_note(order.name, note)
		for row in note.items:
			row.qty = qty or row.qty
		note.update(values)
		return self._insert(note, submit)

	def payment(self, document: Document, amount: float | None = None, submit: bool = True) -> Document:
		"""The Payment Entry over so much of an invoice or an order, over all of it by default; committed."""
		import frappe
		from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

		payment = get_payment_entry(document.doctype, document.name, party_amount=amount)
		payment.update({"reference_no": self.shop.mark, "reference_date": frappe.utils.today()})
		return self._insert(payment, submit)

	def journal_entry(self, invoice: Document) -> Document:
		"""The Journal Entry that settles an invoice; submitted, committed."""
		import frappe
		from erpnext.accounts.doctype.journal_entry.journal_entry import get_payment_entry_against_invoice

		entry = get_payment_entry_against_invoice("Sales Invoice", invoice.name, journal_entry=True)
		today = frappe.utils.today()
		entry.update({"posting_date": today, "cheque_no": self.shop.mark, "cheque_date": today})
		return self._insert(entry, submit=True)

	def credit_note(self, invoice: Document, **values: Any) -> Document:
		"""The credit note over all of an invoice, which lowers what is outstanding; submitted, committed."""
		from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

		note = make_sales_return(invoice.name)
		note.update({"update_outstanding_for_self": 0, **values})
		return self._insert(note, submit=True)

	def cancel(self, document: Document) -> Document:
		"""Cancel it as it is now; committed."""
		import frappe

		document = frappe.get_doc(document.doctype, document.name)
		document.cancel()
		frappe.db.commit()
		return document

	def amend(self, document: Document, **values: Any) -> Document:
		"""Cancel it, and insert the one that amends it, with all values, as a form does; committed."""
		import frappe

		self.cancel(document)
		document = frappe.get_doc(document.doctype, document.name)
		amended = frappe.copy_doc(document)
		for field in ("medusa_order_id", "from_ecommerce"):
			amended.set(field, document.get(field))
		amended.update({"amended_from": document.name, **values})
		return self._insert(amended, submit=False)

	def _insert(self, document: Document, submit: bool, *, app: bool = False) -> Document:
		"""`app`: as the app itself inserts what comes from the shop, with values that nobody else may set."""
		import frappe

		document.flags.medusa_id_update = app
		self._made.append(self.site.added(document.insert()))
		document.flags.medusa_id_update = False
		if submit:
			document.submit()
		frappe.db.commit()
		return document

	def many(self, count: int) -> list[str]:
		"""So many submitted orders of one customer, each with an invoice, written without events;
		their names.
		"""
		import frappe

		customer = self.customer().name
		names = [f"SO-{self.shop.mark}-{self.shop._next():05}" for _ in range(count)]
		invoices = [name.replace("SO-", "SI-") for name in names]
		self.shop._insert(
			"Sales Order",
			names,
			docstatus=1,
			status="To Deliver",
			customer=customer,
			from_ecommerce=1,
			medusa_order_id=[self.medusa.add_order() for _ in names],
			net_total=20,
			grand_total=21,
		)
		self.shop._insert("Sales Invoice", invoices, docstatus=1, status="Unpaid", customer=customer)
		rows = [f"SII-{name}" for name in names]
		self.shop._insert(
			"Sales Invoice Item",
			rows,
			docstatus=1,
			parent=invoices,
			parenttype="Sales Invoice",
			parentfield="items",
			sales_order=names,
		)
		frappe.db.commit()
		return names

	# -- what came of it -------------------------------------------------------------------------------------

	def task(self, order: Document | str) -> Any:
		"""The task of an order, or None."""
		return self.shop.task(order if isinstance(order, str) else order.name, "Sales Order")

	def requests(self, *orders: Document) -> list[Any]:
		"""The requests about these orders so far, about all without any."""
		ids = [order.medusa_order_id for order in orders]
		sent = self.medusa.sent("POST", UPDATE)
		return [one for one in sent if not ids or parse_qs(one.query)["order_id"][0] in ids]

	def told(self, order: Document) -> tuple[str, str] | None:
		"""What Medusa was last told: order status and payment status."""
		told = self.medusa.order_update(order.medusa_order_id)
		return told and (told["order_status"], told["payment_status"])

	def sent(self, order: Document) -> tuple[str, str] | None:
		"""Drain, and answer what Medusa was last told of this order."""
		self.shop.drain()
		return self.told(order)

	def clean_up(self) -> None:
		"""Delete what was made, last first, without the bookings of a cancellation."""
		import frappe

		frappe.db.rollback()
		if self.site.restores_tables:
			return
		for document in self._made:
			frappe.db.set_value(document.doctype, document.name, "docstatus", 2, update_modified=False)
		names = [document.name for document in self._made]
		for ledger in LEDGERS:
			if frappe.db.table_exists(ledger):
				for field in ("voucher_no", "against_voucher_no"):
					if names and frappe.db.has_column(ledger, field):
						frappe.db.delete(ledger, {field: ("in", names)})
		frappe.db.commit()
		for document in reversed(self._made):
			# before the addresses that it names; what stands in the way is raised by the site's own clean-up
			delete((document.doctype, document.name))


@pytest.fixture
def sales(shop: Shop) -> Iterator[Sales]:
	"""The shop's sales."""
	sales = Sales(shop)
	try:
		yield sales
	finally:
		sales.clean_up()
