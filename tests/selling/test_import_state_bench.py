"""Cancelled and edited orders on a real ERPNext: payments, ledgers, deliveries, currencies."""

from __future__ import annotations

import frappe
import pytest

from tests.selling.lanes import State, rows_of

pytestmark = pytest.mark.usefixtures("only_on_a_bench")
LEDGERS = ("GL Entry", "Payment Ledger Entry", "Advance Payment Ledger Entry", "Stock Ledger Entry")


class Real(State):
	"""What ERPNext makes of an imported order, by its own functions."""

	def pay(self, doc):
		from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

		entry = get_payment_entry("Sales Order", doc.name)
		entry.update({"reference_no": "1", "reference_date": "2026-11-30"})
		entry.insert()
		entry.submit()
		frappe.db.commit()
		return entry

	def refund(self, entry):
		"""Pay all of it back, without naming the order."""
		values = {
			"payment_type": "Pay",
			"party_type": "Customer",
			"party": entry.party,
			"company": entry.company,
			"paid_from": entry.paid_to,
			"paid_to": entry.paid_from,
			"paid_amount": entry.received_amount,
			"received_amount": entry.paid_amount,
			"source_exchange_rate": entry.target_exchange_rate,
			"target_exchange_rate": entry.source_exchange_rate,
			"reference_no": "2",
			"reference_date": "2026-11-30",
		}
		back = frappe.get_doc({"doctype": "Payment Entry", **values})
		back.flags.medusa_id_update = True
		back.medusa_order_id = frappe.db.get_value(
			"Sales Order", entry.references[0].reference_name, "medusa_order_id"
		)
		back.insert()
		back.submit()
		frappe.db.commit()
		return back

	def ledger(self, entry) -> list[tuple]:
		"""What was booked, and for what."""
		fields = ["account", "debit", "credit", "against_voucher_type", "against_voucher"]
		rows = frappe.get_all("GL Entry", {"voucher_no": entry.name, "is_cancelled": 0}, fields)
		return sorted(tuple(row[field] or "" for field in fields) for row in rows)

	def bank(self):
		"""Let payments be in cash."""
		account = frappe.db.get_value(
			"Account", {"company": self.quotes.company, "account_type": "Cash", "is_group": 0}
		)
		frappe.db.set_value("Company", self.quotes.company, "default_cash_account", account)
		frappe.db.set_value("Company", self.quotes.company, "default_bank_account", account)
		frappe.clear_document_cache("Company", self.quotes.company)
		frappe.db.commit()

	def clean_up(self) -> None:
		"""Take away the vouchers of the test and what they have booked; they cannot be deleted otherwise."""
		frappe.db.rollback()
		customers = frappe.get_all("Customer", {"creation": (">=", self.began)}, pluck="name")
		kinds = {"Payment Entry": "party", "Sales Invoice": "customer", "Delivery Note": "customer"}
		for doctype, party in kinds.items():
			for name in frappe.get_all(doctype, {party: ("in", customers)}, pluck="name"):
				for table in frappe.get_meta(doctype).get_table_fields():
					frappe.db.delete(table.options, {"parent": name, "parenttype": doctype})
				for ledger in LEDGERS:
					frappe.db.delete(ledger, {"voucher_no": name})
				frappe.db.delete(doctype, {"name": name})
		for name in frappe.get_all("Stock Entry", {"creation": (">=", self.began)}, pluck="name"):
			for ledger in LEDGERS:
				frappe.db.delete(ledger, {"voucher_no": name})
			frappe.db.delete("Stock Entry Detail", {"parent": name})
			frappe.db.delete("Stock Entry", {"name": name})
		frappe.db.delete("Bin", {"item_code": self.item.item_code})
		frappe.db.commit()


@pytest.fixture
def lane(quotes):
	lane = Real(quotes)
	lane.began = frappe.utils.now_datetime()
	lane.bank()
	lane.shop.set(submit_imported_orders=1, import_edits=1, import_cancellations=1, send_cancellations=1)
	yield lane
	lane.clean_up()


@pytest.fixture(params=[0, 1])
def unlinks(request, site):
	"""ERPNext's setting that takes payments off an order that is cancelled."""
	site.set_single("Accounts Settings", unlink_advance_payment_on_cancelation_of_order=request.param)
	return request.param


def test_payments_go_along_with_an_edit(lane, unlinks):
	"""26 is paid, then the order is edited to 36.5: 26 of it are paid, in every ledger and by the invoice."""
	order_id, doc = lane.import_()
	entry = lane.pay(doc)
	doc.reload()
	assert doc.advance_paid == 26
	before = lane.ledger(entry)
	lane.medusa.edit_order(order_id, lane.basket((lane.item, "10.00", 3)))
	lane.told(order_id)
	assert (lane.task(order_id).status, lane.task(order_id).last_error) == ("Synced", None)
	made = lane.made(order_id)
	assert (made.amended_from, made.grand_total, made.advance_paid) == (doc.name, 36.5, 26)
	entry.reload()
	assert [(row.reference_name, row.allocated_amount) for row in entry.references] == [(made.name, 26)]
	assert (entry.unallocated_amount, entry.total_allocated_amount) == (0, 26)
	assert lane.ledger(entry) == [
		tuple(made.name if value == doc.name else value for value in row) for row in before
	]
	old = {"against_voucher_no": doc.name, "delinked": 0}
	assert not frappe.get_all("Payment Ledger Entry", old)
	assert frappe.db.get_value("Sales Order", doc.name, ["docstatus", "medusa_order_id"]) == (2, None)
	# ERPNext goes on with it
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	invoice = make_sales_invoice(made.name)
	invoice.allocate_advances_automatically = 1
	invoice.insert()
	invoice.submit()
	frappe.db.commit()
	invoice.reload()
	assert (invoice.grand_total, invoice.outstanding_amount) == (36.5, 10.5)
	# an edit after that is left to a person
	lane.medusa.edit_order(order_id, lane.basket((lane.item, "10.00", 4)))
	lane.told(order_id)
	assert lane.task(order_id).status == "Failed"
	assert lane.task(order_id).last_error.startswith(
		"The order was edited in Medusa after the delivery or invoice"
	)


def test_an_edited_order_in_another_currency_keeps_its_rate(lane):
	lane.quotes.exchange("USD", 0.385)
	order_id, doc = lane.import_(lane.basket(currency="usd"))
	assert doc.conversion_rate == 0.385
	frappe.db.set_value(
		"Currency Exchange", {"from_currency": "USD", "date": "2026-01-01"}, "exchange_rate", 0.5
	)
	frappe.db.commit()
	basket = lane.basket((lane.item, "9.99", 3), currency="usd")
	lane.medusa.edit_order(order_id, basket)
	lane.told(order_id)
	made = lane.made(order_id)
	# 29.97 + 5 of shipping + 1.50 (1.4985) of tax
	assert (made.grand_total, made.conversion_rate, made.amended_from) == (36.47, 0.385, doc.name)
	assert rows_of(made) == [(lane.item.item_code, 3, 9.99)]


def test_a_paid_order_is_cancelled_once_it_is_refunded(lane, unlinks):
	order_id, doc = lane.import_()
	entry = lane.pay(doc)
	lane.cancel_in_medusa(order_id)
	lane.told(order_id)
	assert (lane.task(order_id).status, lane.task(order_id).last_error) == (
		"Waiting",
		f"The order was cancelled in Medusa, but Sales Order {doc.name} is paid. Cancel or refund its Payment Entry.",
	)
	assert lane.made(order_id).docstatus == 1
	back = lane.refund(entry)
	lane.again(order_id)
	assert (lane.task(order_id).status, lane.task(order_id).last_error) == ("Synced", None)
	assert (lane.made(order_id).docstatus, lane.made(order_id).status) == (2, "Cancelled")
	for each in (entry, back):
		each.reload()
		assert (each.docstatus, each.unallocated_amount) == (1, 26)
	party = {"party_type": "Customer", "party": doc.customer, "is_cancelled": 0}
	owed = frappe.get_all("GL Entry", party, ["debit", "credit"])
	assert sum(row.debit - row.credit for row in owed) == 0


def test_a_payment_that_is_cancelled_is_none(lane):
	order_id, doc = lane.import_()
	entry = lane.pay(doc)
	lane.cancel_in_medusa(order_id)
	entry.cancel()
	frappe.db.commit()
	lane.told(order_id)
	assert lane.made(order_id).docstatus == 2


def test_a_delivered_order_is_neither_changed_nor_cancelled(lane):
	"""After its Delivery Note is cancelled, it is."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note
	from erpnext.stock.doctype.stock_entry.stock_entry_utils import make_stock_entry

	frappe.db.set_value("Item", lane.item.item_code, "is_stock_item", 1)
	frappe.clear_document_cache("Item", lane.item.item_code)
	places = frappe.get_all("Warehouse", {"company": lane.quotes.company, "is_group": 0}, pluck="name")
	lane.shop.set(default_website_warehouse=places[0])
	order_id, doc = lane.import_()
	warehouse = doc.items[0].warehouse
	make_stock_entry(
		item_code=lane.item.item_code, target=warehouse, qty=10, basic_rate=1, company=doc.company
	)
	note = make_delivery_note(doc.name)
	note.items[0].qty = 1
	note.insert()
	note.submit()
	frappe.db.commit()
	lane.medusa.edit_order(order_id, lane.basket((lane.item, "10.00", 3)))
	lane.told(order_id)
	assert lane.task(order_id).status == "Failed"
	lane.cancel_in_medusa(order_id)
	lane.told(order_id)
	assert lane.task(order_id).last_error.startswith(
		f"The order was cancelled in Medusa, but Sales Order {doc.name}"
	)
	assert lane.made(order_id).docstatus == 1
	note.reload()
	note.cancel()
	frappe.db.commit()
	lane.told(order_id)
	assert (lane.task(order_id).status, lane.made(order_id).docstatus) == ("Synced", 2)
	bin_ = {"item_code": lane.item.item_code, "warehouse": warehouse}
	assert frappe.db.get_value("Bin", bin_, "reserved_qty") == 0


def test_a_discarded_draft_is_cancelled_in_medusa(lane):
	"""Frappe 16 can discard one."""
	lane.shop.set(submit_imported_orders=0)
	order_id, doc = lane.import_()
	if not hasattr(doc, "discard"):
		pytest.skip("this Frappe cannot discard drafts")
	doc.discard()
	frappe.db.commit()
	lane.half_an_hour_later(doc.name)
	assert lane.in_medusa(order_id) == "canceled"


def test_an_amendment_by_the_form_keeps_the_order(lane):
	"""As Desk sends it: a new document with all values of the cancelled one."""
	order_id, doc = lane.import_()
	lane.cancel(doc)
	sent = doc.as_dict()
	for key in ("name", "creation", "modified", "owner", "modified_by", "docstatus"):
		sent.pop(key)
	for row in sent["items"]:
		for key in ("name", "parent", "creation", "modified"):
			row.pop(key)
		row["docstatus"] = 0
	for table in ("taxes", "payment_schedule", "sales_team"):
		for row in sent.get(table) or ():
			row.pop("name", None)
			row["docstatus"] = 0
	made = frappe.get_doc({**sent, "amended_from": doc.name, "status": "Draft"})
	made.insert()
	made.submit()
	frappe.db.commit()
	assert (made.medusa_order_id, made.items[0].medusa_line_item_id) == (
		order_id,
		doc.items[0].medusa_line_item_id,
	)
	lane.half_an_hour_later(doc.name)
	assert lane.in_medusa(order_id) == "pending"
