"""Past orders are imported, each once, without telling anybody; a dry run only looks."""

from __future__ import annotations

import datetime
from decimal import Decimal

import frappe
import pytest

from devbench.medusa.simulator.baskets import Basket, Bought, Tax
from medusa_integration import api
from medusa_integration.constants import BACKFILL, MEDUSA_ORDER, SYNC_TASK
from medusa_integration.exceptions import ValidationError
from medusa_integration.selling.order.backfill import run
from tests.support.medusa import both_generations

D = Decimal
FIVE = Tax("VAT", "VAT", D(5))


def made_of_site() -> dict[str, int]:
	frappe.db.rollback()
	doctypes = (MEDUSA_ORDER, SYNC_TASK, "Sales Order", "Customer", "Contact", "Address", "Lead")
	return {doctype: frappe.db.count(doctype) for doctype in doctypes}


@both_generations
def test_a_dry_run_says_what_an_import_would_do(past, generation):
	mark = past.shop.mark
	past.shop.set(gift_card_account=None)
	known = past.shop.site.new("Customer", customer_name=f"Known {mark}", customer_type="Company")
	frappe.db.set_value("Customer", known.name, "email_id", f"known-{mark}@example.com")
	frappe.db.commit()
	for at in ("2026-05-02T08:00:00.000Z", "2026-05-03T08:00:00.000Z"):
		past.placed(at)
	past.placed("2026-05-04T08:00:00.000Z", past.basket(email=f"KNOWN-{mark}@example.com"))
	lamp = Bought("variant_gone", D("7.00"), 1, title="Old lamp", sku="LAMP", taxes=(FIVE,))
	unknown = Basket((lamp,), currency=past.currency, email=f"lamp-{mark}@example.com")
	past.placed("2026-05-05T08:00:00.000Z", unknown)
	past.placed("2026-05-05T09:00:00.000Z", unknown)
	card = past.basket(credit=D("3.00"), email=f"card-{mark}@example.com")
	past.placed("2026-05-06T08:00:00.000Z", card)
	past.placed("2026-05-07T08:00:00.000Z", status="canceled", canceled_at="2026-05-07T09:00:00.000Z")
	past.placed("2026-06-20T08:00:00.000Z")
	imported = past.placed("2026-05-08T08:00:00.000Z", past.basket(email=f"done-{mark}@example.com"))
	past.record(imported)
	past.shop.drain()
	past.shop.set(import_orders=0)
	before, requests = made_of_site(), len(past.medusa.requests)

	found = past.dry()
	assert (found.status, found.error, found.slot) == ("Completed", None, None)
	assert (found.orders, found.known, found.cancelled) == (8, 1, 1)
	assert (found.ready, found.waiting) == (3, 3)
	# one with an e-mail address of a Customer; Anna, whoever bought the lamps, and whoever had the card
	assert (found.customers_known, found.customers_new) == (1, 3)
	currency = past.currency.upper()
	# three times 20 and 5 percent and 5 for shipping, two lamps of 7.35, and the same less a card of 3
	amount = {"OMR": "115.700"}.get(currency, "115.70")
	assert found.money == f"{amount} {currency} in 6 orders"
	assert found.unknown_items == "2 × Old lamp (LAMP)"
	assert found.reasons.split("\n") == [
		"2 × No Website Item has the Medusa variant of: Old lamp.",
		f"1 × There is no account for gift cards and store credit in company {past.quotes.company}. Set Gift "
		"Card Account in Medusa Configuration.",
	]
	assert made_of_site() == before
	sent = [request for request in past.medusa.requests[requests:] if "/auth" not in request.path]
	assert {request.method for request in sent} == {"GET"}


def test_days_are_those_of_the_site(past, monkeypatch):
	"""Muscat is four hours ahead: the last of May ends there at 20:00 UTC."""
	monkeypatch.setattr(run, "get_system_timezone", lambda: "Asia/Muscat")
	for at in ("04-30T19:59:59.999", "04-30T20:00:00.000", "05-31T19:59:59.999", "05-31T20:00:00.000"):
		past.placed(f"2026-{at}Z")
	assert past.dry().orders == 2


@both_generations
def test_an_import_makes_each_order_once(past, generation):
	ids = past.many(23)
	found = past.imports()
	assert (found.status, found.orders, found.imported, found.waiting, found.failed) == (
		"Completed",
		23,
		23,
		0,
		0,
	)
	assert sorted(past.sales_orders(ids)) == sorted(ids)
	order = past.order(ids[0])
	assert (order.backfill, order.is_history, order.display_id) == (found.name, 0, "1")
	assert order.placed_at and order.grand_total == 26
	again = past.imports()
	assert (again.status, again.orders, again.known, again.imported) == ("Completed", 23, 23, 0)
	assert sorted(past.sales_orders(ids)) == sorted(ids)


def test_what_waits_goes_on_when_it_was_put_right(past):
	lamp = Bought("variant_late", D("10.00"), 1, title="Lamp", taxes=(FIVE,))
	order_id = past.placed("2026-05-05T08:00:00.000Z", Basket((lamp,), currency=past.currency))
	found = past.imports()
	assert (found.status, found.imported, found.waiting) == ("Completed", 0, 1)
	frappe.db.set_value("Website Item", past.item.name, "medusa_variant_id", "variant_late")
	frappe.db.commit()
	past.again(order_id)
	assert past.made(order_id).grand_total == 10.5


def test_history_is_closed_and_reserves_nothing(past):
	past.shop.set(submit_imported_orders=0)
	old = past.placed("2026-05-02T08:00:00.000Z")
	new = past.placed("2026-05-20T08:00:00.000Z")
	past.imports(history_before=frappe.utils.getdate("2026-05-10"))
	closed, draft = past.made(old), past.made(new)
	assert (closed.docstatus, closed.status, past.order(old).is_history) == (1, "Closed", 1)
	assert (draft.docstatus, past.order(new).is_history) == (0, 0)
	past.shop.drain()
	task = past.shop.task(closed.name, "Sales Order", "order")
	assert task is None or task.status == "Not Wanted"
	# of the other one only
	assert len(past.medusa.sent("POST", "/store/order-update")) == 1


def test_nothing_follows_of_history(past, monkeypatch):
	from medusa_integration.selling.order.imports import exporter, follow

	followed = []
	monkeypatch.setattr(exporter, "wanted", lambda: [True])
	monkeypatch.setattr(exporter, "follow", lambda order, name: followed.append(order.id))
	old = past.placed("2026-05-02T08:00:00.000Z")
	new = past.placed("2026-05-20T08:00:00.000Z")
	past.imports(history_before=frappe.utils.getdate("2026-05-10"))
	assert followed == [new]
	# Medusa has changed both
	past.record(old, new)
	past.shop.drain()
	assert followed == [new, new] and follow.STEPS is not None


@both_generations
def test_whoever_tidies_up_history_changes_nothing_in_medusa(past, generation):
	"""Their Sales Orders are cancelled and deleted; in the shop they were paid and sent long ago."""
	past.shop.set(send_cancellations=1)
	old = past.placed("2026-05-02T08:00:00.000Z")
	past.imports(history_before=frappe.utils.getdate("2026-05-10"))
	past.made(old).update_status("Draft")
	frappe.db.commit()
	doc = past.made(old)
	doc.cancel()
	frappe.db.commit()
	task = past.shop.task(doc.name, "Sales Order", "cancellation")
	values = {"payload": '{"cancelled_at": "2026-05-02 12:00:00"}', "next_attempt_at": "2026-05-02 12:30:00"}
	frappe.db.set_value(SYNC_TASK, task.name, values)
	frappe.db.commit()
	past.shop.drain()
	task = past.shop.task(doc.name, "Sales Order", "cancellation")
	sentence = "The order is one of the past: Medusa knows better where it stands."
	assert (task.status, task.last_error) == ("Not Wanted", sentence)
	doc.reload().delete()
	frappe.db.commit()
	past.shop.drain()
	assert [request.path for request in past.medusa.sent("POST") if "/auth" not in request.path] == []
	assert past.medusa.app.placed.rows[old]["status"] == "pending"


def test_nobody_is_told(past):
	"""A Notification about new Sales Orders and Customers is for those that are placed from now on."""
	past.shop.sign_in("System Manager")
	for doctype in ("Sales Order", "Customer"):
		past.shop.site.new(
			"Notification",
			__newname=f"{doctype} {past.shop.mark}",
			name=f"{doctype} {past.shop.mark}",
			document_type=doctype,
			event="New",
			channel="System Notification",
			subject=f"{past.shop.mark} {{{{ doc.name }}}}",
			message="There is a new one.",
			recipients=[{"receiver_by_role": "System Manager"}],
			enabled=1,
			is_standard=0,
		)
	frappe.cache.delete_key("notifications")
	frappe.db.commit()

	def told() -> int:
		return sum("notification_log" in method for method in past.others)

	past.placed("2026-05-02T08:00:00.000Z")
	past.imports()
	assert told() == 0
	assert not frappe.flags.in_patch and not frappe.flags.mute_emails
	past.place(past.basket(email=f"new-{past.shop.mark}@example.com"))
	past.shop.drain()
	assert told() == 2
	frappe.cache.delete_key("notifications")


@pytest.mark.parametrize("days", [("2026-05-02", "2026-05-01"), ("2999-01-01", "2999-01-02")])
def test_days_that_are_no_time(past, days):
	with pytest.raises(frappe.ValidationError):
		past.start(*days)


@pytest.mark.parametrize(
	"values",
	[
		{"to_date": "9999-12-31"},
		{"to_date": datetime.date.max},
		{"from_date": datetime.date.min},
		{"history_before": "9999-12-31"},
	],
)
def test_days_of_no_calendar(past, values):
	"""The time of the job ends a day after the last one, in any time zone."""
	with pytest.raises(ValidationError, match="is not valid"):
		api.start_backfill(**{"from_date": "2026-05-01", "to_date": "2026-05-31", **values})
	assert past.jobs == [] and not frappe.db.count(BACKFILL)


def test_a_time_that_ends_in_the_future(past):
	ids = past.many(1)
	found = past.imports("2026-05-01", "2999-12-31")
	assert (found.status, found.orders, len(past.sales_orders(ids))) == ("Completed", 1, 1)


def test_history_reserves_no_stock(past):
	"""An order that is submitted reserves two pieces; one of the past reserved them until it was closed."""
	company = past.quotes.company
	warehouse = frappe.get_all("Warehouse", {"company": company, "is_group": 0}, pluck="name", limit=1)[0]
	frappe.db.set_value("Item", past.item.item_code, "is_stock_item", 1)
	frappe.db.set_value("Website Item", past.item.name, "website_warehouse", warehouse)
	frappe.clear_cache(doctype="Item")
	past.shop.set(submit_imported_orders=1)
	past.placed("2026-05-02T08:00:00.000Z")

	def reserved() -> float:
		filters = {"item_code": past.item.item_code, "warehouse": warehouse}
		return frappe.db.get_value("Bin", filters, "reserved_qty") or 0

	past.imports(history_before=frappe.utils.getdate("2026-05-10"))
	assert reserved() == 0
	past.placed("2026-05-20T08:00:00.000Z")
	past.imports(history_before=frappe.utils.getdate("2026-05-10"))
	assert reserved() == 2
