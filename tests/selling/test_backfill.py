"""Past orders are imported: each once, behind new ones, without telling anybody; a dry run only looks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import frappe
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from devbench.medusa.simulator.baskets import Basket, Bought, Tax
from medusa_integration import api, database
from medusa_integration.constants import BACKFILL, MEDUSA_ORDER, SYNC_TASK
from medusa_integration.exceptions import ValidationError
from medusa_integration.mirror import order_reading
from medusa_integration.selling.order.backfill import desk, row, run, store
from medusa_integration.sync import connection, worker
from medusa_integration.sync.connection import NotConnected
from medusa_integration.sync.request_log import RequestLog
from medusa_integration.sync.task_store import TaskStore
from tests.selling.past_orders import Killed, Past

D = Decimal
FIVE = Tax("VAT", "VAT", D(5))
LANE = "order_import"
SETTINGS = "Medusa Configuration"


def both(test):
	return pytest.mark.parametrize("generation", ["v1", "v2"])(test)


@pytest.fixture
def past(quotes, monkeypatch) -> Iterator[Past]:
	yield Past(quotes, monkeypatch)
	frappe.db.rollback()
	frappe.db.delete(BACKFILL)
	frappe.db.commit()


def made_of_site() -> dict[str, int]:
	frappe.db.rollback()
	doctypes = (MEDUSA_ORDER, SYNC_TASK, "Sales Order", "Customer", "Contact", "Address", "Lead")
	return {doctype: frappe.db.count(doctype) for doctype in doctypes}


@both
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


@both
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


@both
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


@pytest.mark.parametrize(("where", "name"), [(worker, "drain"), (store, "record"), (store, "counts")])
def test_a_killed_worker_is_followed_by_another(past, where, name):
	ids = past.many(45)
	run_name = past.start(dry_run=False)
	comes_back = past.dies(where, name, after=1)
	with pytest.raises(Killed):
		past.work()
	comes_back()
	frappe.db.rollback()
	dead = past.jobs[-1]
	assert past.row(run_name).status == "Running"
	run.go_on()
	assert past.jobs[-1] is dead, "it may still be alive"
	silent = frappe.utils.now_datetime() - row.SILENCE - timedelta(minutes=1)
	frappe.db.set_value(BACKFILL, run_name, "heartbeat", silent)
	frappe.db.commit()
	run.go_on()
	past.work()
	# what the dead one held is due when its lease has ended
	past.shop.make_due()
	past.shop.drain()
	found = past.row(run_name)
	assert (found.status, found.orders >= 45, found.slot) == ("Completed", True, None)
	assert sorted(past.sales_orders(ids)) == sorted(ids)
	run.run(dead["name"], dead["job"])
	assert past.row(run_name).status == "Completed"


def test_a_run_is_stopped_and_resumed(past, monkeypatch):
	ids = past.many(45)
	name = past.start(dry_run=False)
	drain = worker.drain

	def drain_and_stop(**options):
		drain(**options)
		desk.stop(name)
		frappe.db.commit()

	with monkeypatch.context() as patch:
		patch.setattr(worker, "drain", drain_and_stop)
		past.work()
	found = past.row(name)
	assert (found.status, found.slot, found.orders) == ("Stopped", None, 20)
	assert len(past.sales_orders(ids)) == 20
	run.go_on()
	assert past.row(name).status == "Stopped"
	with pytest.raises(desk.NotPossible):
		desk.stop(name)
	desk.resume(name)
	past.work()
	found = past.row(name)
	assert (found.status, found.imported) == ("Completed", 45)
	assert sorted(past.sales_orders(ids)) == sorted(ids)
	with pytest.raises(desk.NotPossible):
		desk.resume(name)


def test_a_dry_run_is_stopped(past, monkeypatch):
	monkeypatch.setattr(run, "LOOKED_AT", 2)
	past.many(6)
	name = past.start()
	columns, told = run.Summary.columns, []

	def stop(summary):
		told.append(summary.orders)
		desk.stop(name)
		frappe.db.commit()
		return columns(summary)

	monkeypatch.setattr(run.Summary, "columns", stop)
	past.work()
	assert told == [2] and past.row(name).status == "Stopped"
	with pytest.raises(desk.NotPossible):
		desk.resume(name)


def test_new_orders_go_first(past):
	old = past.many(30)
	name = past.start(dry_run=False)
	heads = [head for _id, head in past_heads(past)]
	store.record(name, heads, [], None)
	frappe.db.commit()
	placed = past.place(past.basket(email=f"new-{past.shop.mark}@example.com"))
	with database.read_committed():
		frappe.db.commit()
		first = TaskStore().claim(LANE, 20)
		then = TaskStore().claim(LANE, 20)
	assert [task.docname for task in first] == [placed]
	assert len(then) == 20 and {task.docname for task in then} <= set(old)


def test_new_orders_go_before_any_number_that_is_due_longer(past):
	"""More than a worker reads at once, such as those that wait for an Item and are looked at each hour."""
	past.many(90)
	name = past.start(dry_run=False)
	store.record(name, [head for _id, head in past_heads(past)], [], None)
	frappe.db.commit()
	placed = past.place()
	with database.read_committed():
		frappe.db.commit()
		assert [task.docname for task in TaskStore().claim(LANE, 20)] == [placed]


def past_heads(past):
	"""What Medusa lists of the orders of May."""
	since, before = (run.begin_of(frappe.utils.getdate(day)) for day in ("2026-05-01", "2026-06-01"))
	frappe.db.commit()
	with connection.open_medusa(RequestLog()) as medusa:
		return list(medusa.shop_orders.placed_between(since, before))


@pytest.mark.parametrize("settings", [{"enable": 0}, {"paused": 1, "pause_reason": "Wrong password"}])
def test_nothing_is_read_while_nothing_may_be_sent(past, settings):
	past.shop.set(**settings)
	for options in ({}, {"dry_run": False}):
		with pytest.raises(NotConnected):
			past.start(**options)
	assert past.jobs == [] and past.medusa.requests == []


def test_orders_are_only_imported_if_that_is_wanted(past):
	past.shop.set(import_orders=0)
	with pytest.raises(desk.ImportIsOff):
		past.start(dry_run=False)
	ids = past.many(3)
	past.shop.set(import_orders=1)
	name = past.start(dry_run=False)
	past.shop.set(import_orders=0)
	past.work()
	found = past.row(name)
	assert (found.status, found.error, found.slot) == ("Interrupted", "Import Orders is off.", row.SLOT)
	jobs = len(past.jobs)
	run.go_on()
	assert len(past.jobs) == jobs
	past.shop.set(import_orders=1)
	run.go_on()
	past.work()
	assert past.row(name).status == "Completed" and sorted(past.sales_orders(ids)) == sorted(ids)


def test_an_outage_interrupts_an_import_and_ends_a_dry_run(past):
	ids = past.many(3)
	past.medusa.stop()
	name = past.start(dry_run=False)
	past.work()
	found = past.row(name)
	assert found.status == "Interrupted" and found.error
	past.medusa.start()
	run.go_on()
	past.work()
	assert past.row(name).status == "Completed" and len(past.sales_orders(ids)) == 3
	past.medusa.stop()
	dry = past.dry()
	assert (dry.status, dry.slot) == ("Failed", None) and dry.error


def test_one_run_at_a_time(past):
	past.start()
	with pytest.raises(row.AlreadyRunning):
		past.start()


def test_without_a_job_queue(past, monkeypatch):
	def unreachable(*_arguments, **_options):
		raise RedisConnectionError("refused")

	with monkeypatch.context() as patch:
		patch.setattr(frappe, "enqueue", unreachable)
		with pytest.raises(row.NoQueue, match="job queue"):
			past.start()
	assert frappe.get_all(BACKFILL, pluck="status") == ["Failed"]
	past.start()


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


def test_an_order_that_cannot_be_read(past):
	"""The others are imported; its task says what is wrong."""
	ids = past.many(3)
	past.medusa.app.placed.rows[ids[1]]["currency_code"] = None
	dry = past.dry()
	assert (dry.orders, dry.ready, dry.waiting) == (3, 2, 1)
	assert dry.reasons == f"1 × Medusa's order {ids[1]} cannot be read: it has no currency"
	found = past.imports()
	assert (found.status, found.orders, found.imported) == ("Completed", 3, 2)
	assert past.task(ids[1]).last_error == f"Medusa's order {ids[1]} cannot be read: it has no currency"


def test_a_page_costs_the_same_at_any_size(past, monkeypatch, query_counter):
	"""As many statements for 1, 10 and 100 orders of a page, in a dry run and to record them."""
	# of Medusa's list, so that a page of 100 is not followed by an empty one
	monkeypatch.setattr(order_reading, "HEADS_A_CALL", 200)
	monkeypatch.setattr(run, "RECORDED", 100)
	monkeypatch.setattr(worker, "drain", lambda **options: None)
	monkeypatch.setattr(run, "MOST_OPEN", 1000)
	past.many(100)
	for day, count in ((2, 10), (3, 1)):
		for minute in range(count):
			past.placed(f"2026-05-{day:02d}T08:{minute:02d}:00.000Z")

	def cost(day: int, **options) -> int:
		name = past.start(f"2026-05-{day:02d}", f"2026-05-{day:02d}", **options)
		job = past.jobs[-1]
		frappe.db.rollback()
		with query_counter() as queries:
			run.run(job["name"], job["job"])
		assert past.row(name).status == "Completed"
		return len(queries)

	cost(3)
	assert cost(1) == cost(2) == cost(3)
	assert cost(1, dry_run=False) == cost(2, dry_run=False) == cost(3, dry_run=False)


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


def test_another_medusa_ends_an_import(past, monkeypatch):
	"""Also while it runs: a job that takes hours has older settings in its cache."""
	past.many(45)
	name = past.start(dry_run=False)
	drain = worker.drain

	def drain_and_move(**options):
		drain(**options)
		past.shop.set(url=past.medusa.url + "/moved")

	monkeypatch.setattr(worker, "drain", drain_and_move)
	past.work()
	found = past.row(name)
	assert (found.status, found.orders, found.slot) == ("Failed", 20, None)
	assert found.error == "Medusa Configuration names another Medusa now."


def test_turning_it_off_is_heeded_while_a_run_goes_on(past, monkeypatch):
	past.many(45)
	name = past.start(dry_run=False)
	drain = worker.drain

	def drain_and_turn_off(**options):
		drain(**options)
		# as another process does it: nothing in this one is forgotten
		single = frappe.qb.DocType("Singles")
		is_it = (single.doctype == SETTINGS) & (single.field == "import_orders")
		frappe.qb.update(single).set(single.value, "0").where(is_it).run()
		frappe.db.commit()

	monkeypatch.setattr(worker, "drain", drain_and_turn_off)
	past.work()
	found = past.row(name)
	assert (found.status, found.orders, found.error) == ("Interrupted", 20, "Import Orders is off.")


@pytest.mark.long
@both
def test_a_dry_run_of_ten_thousand_orders(past, generation):
	"""One request lists a hundred orders; their whole orders are read twenty a request, one each on v1."""
	app, basket = past.medusa.app, past.basket()
	for number in range(10_000):
		order_id = past.medusa.place_order(basket)
		at = f"2026-05-{1 + number // 400:02d}T08:{number // 60 % 60:02d}:{number % 60:02d}.{number % 1000:03d}Z"
		app.placed.rows[order_id].update({"created_at": at, "updated_at": at})
	requests = len(past.medusa.requests)
	found = past.dry()
	assert (found.status, found.orders, found.ready, found.customers_new) == ("Completed", 10_000, 10_000, 1)
	reads = [one for one in past.medusa.requests[requests:] if one.path.startswith("/admin/orders")]
	assert len(reads) <= {"v1": 10_000, "v2": 500}[generation] + 110
