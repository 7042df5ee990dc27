"""What is paid and paid back for orders of Medusa, as values, and what is booked of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
import pytest

from medusa_integration.erpnext_payments import reconcile_payments
from medusa_integration.mirror.shop_order_events import Movement, Payment
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.follow import follow
from tests.selling.order_values import line
from tests.support.documents import delete
from tests.support.imports import Imports
from tests.support.sales import LEDGERS

if TYPE_CHECKING:
	from frappe.model.document import Document

# children first
MADE = ("Payment Entry", "Sales Invoice", "Journal Entry", "Sales Order")
STEPS = ("import_payments", "invoice_paid_orders", "import_refunds")


def at(day: int, hour: int = 8) -> datetime:
	"""A moment of December 2026, in UTC."""
	return datetime(2026, 12, day, hour, tzinfo=timezone.utc)


class Money(Imports):
	"""Orders of one test that are paid in Medusa, and the Mode of Payment of the shop."""

	def __init__(self, quotes: Any) -> None:
		super().__init__(quotes)
		self._since = frappe.utils.now_datetime()
		self.mode, self.bank = self.new_mode("Card")
		settings = dict.fromkeys(("import_orders", *STEPS), 1)
		self.shop.set(submit_imported_orders=1, mode_of_payment=self.mode, **settings)

	def new_mode(self, name: str, currency: str | None = None) -> tuple[str, str]:
		"""A Mode of Payment with a bank account of its own: (name, account); committed."""
		account = self.new_account(name, "Bank", "Asset", currency)
		mode = self.shop.name(name)
		self.site.new(
			"Mode of Payment",
			mode_of_payment=mode,
			type="Bank",
			accounts=[{"company": self.quotes.company, "default_account": account}],
		)
		frappe.db.commit()
		return mode, account

	def new_account(self, name: str, kind: str, root: str, currency: str | None = None) -> str:
		"""An account of the company, in its currency by default."""
		values: dict[str, Any] = {"account_type": kind, "account_currency": currency or self.currency}
		if not self.site.is_ours:
			filters = {"company": self.quotes.company, "is_group": 1, "root_type": root}
			values |= {"parent_account": frappe.db.get_value("Account", filters), "root_type": root}
		return self.site.new(
			"Account", account_name=self.shop.name(name), company=self.quotes.company, **values
		).name

	# -- what has happened in Medusa -------------------------------------------------------------------------

	def paid(self, *captures: str | tuple[str, int], refunds: Any = (), **values: Any) -> ShopOrder:
		"""An order over 26.00, of which so much was captured and refunded: amounts, or amounts and days."""
		return self.with_payment(self.order(**values), *captures, refunds=refunds)

	def with_payment(
		self, order: ShopOrder, *captures: str | tuple[str, int], refunds: Any = (), **values: Any
	) -> ShopOrder:
		"""The same order with one payment, of which so much was captured and refunded."""
		payment = Payment(
			id=f"pay_{order.id}",
			provider_id="pp_system_default",
			amount=order.total,
			currency=order.currency,
			captures=self._movements("capt", order, captures),
			refunds=self._movements("ref", order, refunds, day=2),
		)
		return replace(order, payments=(replace(payment, **values),))

	def _movements(self, prefix: str, order: ShopOrder, given: Any, day: int = 1) -> tuple[Movement, ...]:
		pairs = [one if isinstance(one, tuple) else (one, day) for one in given]
		return tuple(
			Movement(f"{prefix}_{number}_{order.id}", Decimal(amount), at(on))
			for number, (amount, on) in enumerate(pairs)
		)

	def in_euro(self, own_account: bool, *rates: float) -> dict[str, Any]:
		"""The values of an order over 26.01 EUR, with the exchange rates of its day and the next ones.

		With an account of its own, the customer owes EUR.
		"""
		for day, rate in zip(("2026-11-30", "2026-12-01", "2026-12-02"), rates, strict=False):
			self.quotes.exchange("EUR", rate, day)
		values = {"total": "26.01", "lines": [line("26.01")], "shipping": [], "currency": "EUR"}
		if own_account:
			account = self.new_account("Euro Debtors", "Receivable", "Asset", "EUR")
			customer = self.quotes.customer(
				default_currency="EUR", accounts=[{"company": self.quotes.company, "account": account}]
			)
			values["customer"] = self.account(id=customer.medusa_id)
		return values

	# -- what becomes of it ----------------------------------------------------------------------------------

	def follow(self, order: ShopOrder) -> str | None:
		"""Make its Sales Order and all that follows, as a worker does it; what is in the way."""
		name = self.make(order).name
		error = follow(order, name)
		frappe.db.rollback()
		return str(error) if error else None

	def done(self, order: ShopOrder) -> None:
		"""The same, where nothing is in the way."""
		sentence = self.follow(order)
		assert sentence is None, (sentence, frappe.get_all("Error Log", pluck="error", limit=1))

	def changes_nothing(self, order: ShopOrder) -> None:
		"""The same once more, of which nothing is made."""
		before = self.counted()
		self.done(order)
		assert self.counted() == before

	def sales_order(self, order: ShopOrder) -> Document:
		"""Its Sales Order."""
		return frappe.get_doc("Sales Order", {"medusa_order_id": order.id})

	def entries(self, order: ShopOrder) -> list[Document]:
		"""The Payment Entries of an order that the app has made, the oldest first."""
		return self._documents("Payment Entry", {"medusa_order_id": order.id, "medusa_id": ("is", "set")})

	def invoices(self, order: ShopOrder, is_return: int = 0) -> list[Document]:
		"""Its invoices, or its credit notes."""
		filters = {"medusa_order_id": order.id, "is_return": is_return}
		return self._documents("Sales Invoice", filters)

	def _documents(self, doctype: str, filters: dict) -> list[Document]:
		names = frappe.get_all(doctype, filters, pluck="name", order_by="creation asc, name asc")
		return [frappe.get_doc(doctype, name) for name in names]

	def amounts(self, order_id: str) -> tuple[list, list]:
		"""What was received and paid back, and what is invoiced and credited, with what is outstanding."""
		frappe.db.rollback()
		entries = frappe.get_all(
			"Payment Entry",
			{"medusa_order_id": order_id, "docstatus": 1},
			["payment_type", "paid_amount", "unallocated_amount"],
			order_by="creation asc",
			as_list=True,
		)
		invoices = frappe.get_all(
			"Sales Invoice",
			{"medusa_order_id": order_id, "docstatus": 1},
			["grand_total", "outstanding_amount"],
			order_by="creation asc",
			as_list=True,
		)
		return [tuple(row) for row in entries], [tuple(row) for row in invoices]

	def hand_made(self, order: ShopOrder, amount: float | None = None, **values: Any) -> Document:
		"""The Payment Entry that a user makes for the Sales Order, over what is outstanding; committed."""
		from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

		name = self.sales_order(order).name
		entry = get_payment_entry("Sales Order", name, party_amount=amount, bank_account=self.bank)
		entry.update({"reference_no": "by hand", "reference_date": frappe.utils.today(), **values})
		entry.insert()
		entry.submit()
		frappe.db.commit()
		return entry

	def paid_back(self, order: ShopOrder, note: Document | None, amount: float, **values: Any) -> Document:
		"""The Payment Entry by which a user pays so much back, for a credit note if there is one."""
		(received, *_) = self.entries(order)
		references = [{"reference_doctype": "Sales Invoice", "reference_name": note and note.name}]
		entry = frappe.get_doc(
			{
				"doctype": "Payment Entry",
				"payment_type": "Pay",
				"company": received.company,
				"party_type": "Customer",
				"party": received.party,
				"paid_from": self.bank,
				"paid_to": received.paid_from,
				"paid_from_account_currency": order.currency,
				"paid_to_account_currency": order.currency,
				"source_exchange_rate": 1,
				"target_exchange_rate": 1,
				"paid_amount": amount,
				"received_amount": amount,
				"reference_no": "by hand",
				"reference_date": frappe.utils.today(),
				"references": [{**row, "allocated_amount": -amount} for row in references if note],
				**values,
			}
		)
		entry.insert()
		entry.submit()
		frappe.db.commit()
		return entry

	def reconcile(self, received: Document, paid_back: Document) -> None:
		"""Allocate a receipt to what was paid back, by Payment Reconciliation if there is that; committed."""
		received = frappe.get_doc("Payment Entry", received.name)
		if not frappe.db.exists("DocType", "Payment Reconciliation"):
			values = {
				"voucher_detail_no": received.references[0].name if received.references else None,
				"allocated_amount": received.paid_amount,
			}
			reconcile_payments(received, paid_back, values)
			frappe.db.commit()
			return
		tool = frappe.new_doc("Payment Reconciliation")
		tool.update({"company": received.company, "party_type": "Customer", "party": received.party})
		tool.receivable_payable_account = received.paid_from
		tool.get_unreconciled_entries()
		payments = [row.as_dict() for row in tool.payments if row.reference_name == received.name]
		owed = [row.as_dict() for row in tool.invoices if row.invoice_number == paid_back.name]
		tool.allocate_entries(frappe._dict(payments=payments, invoices=owed))
		tool.reconcile()
		frappe.db.commit()

	def cancel(self, document: Document) -> None:
		"""Cancel it as it is now; committed."""
		frappe.get_doc(document.doctype, document.name).cancel()
		frappe.db.commit()

	def counted(self) -> dict[str, int]:
		"""How many documents of each kind there are."""
		return {doctype: frappe.db.count(doctype) for doctype in MADE}

	# -- the ledger ------------------------------------------------------------------------------------------

	def ledger(self, order: ShopOrder) -> dict[str, float]:
		"""Debit less credit by account, in the company's currency, of all that is booked for the customer.

		Accounts in balance are left out.
		"""
		customer = self.sales_order(order).customer
		entry = frappe.qb.DocType("GL Entry")
		vouchers = frappe.qb.from_(entry).select(entry.voucher_no).where(entry.party == customer)
		rows = (
			frappe.qb.from_(entry)
			.select(entry.account, entry.debit, entry.credit)
			.where(entry.voucher_no.isin(vouchers) & (entry.is_cancelled == 0))
		).run()
		sums: dict[str, float] = defaultdict(float)
		for account, debit, credit in rows:
			sums[account] += debit - credit
		return {account: round(amount, 3) for account, amount in sums.items() if round(amount, 3)}

	def unsettled(self, order: ShopOrder) -> dict[str, float]:
		"""What the ledger of payments has as outstanding, by document that it is against."""
		customer = self.sales_order(order).customer
		sums: dict[str, float] = defaultdict(float)
		filters = {"party": customer, "delinked": 0}
		for row in frappe.get_all("Payment Ledger Entry", filters, ["against_voucher_no", "amount"]):
			sums[row.against_voucher_no] += row.amount
		return {name: round(amount, 3) for name, amount in sums.items() if round(amount, 3)}

	def clean_up(self) -> None:
		"""Delete what was made, without the bookings of a cancellation."""
		frappe.db.rollback()
		if self.site.restores_tables:
			return
		made = [
			(doctype, name)
			for doctype in MADE
			for name in frappe.get_all(doctype, {"creation": (">=", self._since)}, pluck="name")
		]
		for doctype, name in made:
			frappe.db.set_value(doctype, name, "docstatus", 2, update_modified=False)
		for ledger in LEDGERS:
			if frappe.db.table_exists(ledger):
				frappe.db.delete(ledger, {"voucher_no": ("in", [name for _doctype, name in made])})
		frappe.db.commit()
		for one in made:
			delete(one)


def needs_ledger(money: Money) -> None:
	"""Skip on devbench, which has no ledger."""
	if not frappe.db.table_exists("GL Entry"):
		pytest.skip("devbench has no ledger")
