"""Item Prices on their way to Medusa."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
import requests
from frappe.utils import add_days, getdate, nowdate

from devbench.medusa.simulator import faults
from medusa_integration import api
from medusa_integration.catalogue.price import nightly as price_jobs
from medusa_integration.exceptions import SyncFailed
from tests.support.erpnext import item_price

LIST = "Standard Selling"
both = pytest.mark.parametrize("generation", ["v1", "v2"])


@pytest.fixture(autouse=True)
def public_list(shop):
	shop.set(price_list=LIST, currency=None, amount_multiplier=0)


@pytest.fixture
def sold(shop):
	"""`sold()` is a Website Item that Medusa has."""

	def make(**values):
		item = shop.website_item(**values)
		shop.drain()
		item.reload()
		return item

	return make


def new_price(shop, item, rate, commit=True, **values):
	"""An Item Price in the shop's list, for ever unless told otherwise."""
	defaults = {"item_code": item.item_code, "price_list": LIST, "uom": "Nos", "valid_from": "2020-01-01"}
	price = shop.site.new("Item Price", **{**defaults, "price_list_rate": rate, **values})
	if commit:
		frappe.db.commit()
	return price


def held(shop, item) -> list[tuple]:
	"""(amount, starts_at, ends_at) of all prices that Medusa has of this item's variant."""
	variant = shop.value(item, "medusa_variant_id")
	with connect(shop) as client:
		prices = [one for one in client.prices.list_all(LIST) if one.variant_id == variant]
	return sorted((float(one.amount), one.starts_at, one.ends_at) for one in prices)


def connect(shop):
	from medusa_integration.mirror import connect
	from medusa_integration.mirror.values import Target

	return connect(Target(shop.medusa.url, email=shop.medusa.email, password=shop.medusa.password))


def amounts(shop, item) -> list[float]:
	return [amount for amount, *_ in held(shop, item)]


def ids(shop, price) -> tuple:
	frappe.db.rollback()
	return frappe.db.get_value("Item Price", price.name, ["medusa_id", "medusa_price_id"])


@both
@pytest.mark.contract(34, 35, 119)
def test_a_price_is_created_changed_and_deleted(shop, sold):
	"""The ids of list and price are stored without touching `modified`;
	a higher rate replaces the lower one.
	"""
	item = sold()
	price = new_price(shop, item, 12.5)
	modified = shop.value(price, "modified")
	shop.drain()
	assert shop.task(price).status == "Synced"
	assert amounts(shop, item) == [12.5]
	first = ids(shop, price)
	(price_list,) = shop.medusa.price_lists
	assert first == (price_list["id"], price_list["prices"][0]["id"])
	assert shop.value(price, "modified") == modified
	shop.save(price, price_list_rate=15)
	shop.drain()
	assert amounts(shop, item) == [15]
	assert ids(shop, price) == first
	frappe.delete_doc("Item Price", price.name)
	shop.drain()
	assert amounts(shop, item) == []


@both
def test_on_v1_one_list_for_each_price_on_v2_one_for_all(shop, sold, generation):
	"""Named after the item with the Price List as description on v1; after Price List and currency on v2."""
	items = [sold(), sold()]
	for item in items:
		new_price(shop, item, 1)
	shop.drain()
	lists = shop.medusa.price_lists
	assert [one["description"] for one in lists] == [LIST] * len(lists)
	assert {(one["type"], one["status"]) for one in lists} == {("override", "active")}
	if generation == "v1":
		assert sorted(one["name"] for one in lists) == sorted(item.web_item_name for item in items)
	else:
		assert [one["title"] for one in lists] == [f"{LIST} OMR"]


@both
def test_a_price_waits_for_its_product(shop):
	"""It burns no attempt, and goes with the same round once the product has its variant."""
	item = shop.website_item()
	price = new_price(shop, item, 3)
	fault = shop.medusa.fail("POST", "/admin/products*", faults.status(400), times=None)
	shop.drain()
	assert (shop.task(price).status, shop.task(price).attempts) == ("Waiting", 0)
	fault.cancel()
	api.export_website_item(item.name)
	shop.drain()
	assert shop.task(price).status == "Synced"
	assert amounts(shop, item) == [3]


@pytest.mark.parametrize("generation", ["v2"])
def test_a_variant_that_medusa_has_lost_is_found_again(shop, sold):
	"""The product is looked at, and the price follows it to the variant that there is."""
	item = sold()
	price = new_price(shop, item, 3)
	frappe.db.set_value("Website Item", item.name, "medusa_variant_id", f"variant_{shop.mark}")
	shop.drain()
	shop.make_due()
	shop.drain()
	assert shop.value(item, "medusa_variant_id") == item.medusa_variant_id
	assert (shop.task(price).status, amounts(shop, item)) == ("Synced", [3])


@both
def test_what_is_no_public_price_stays_here(shop, sold, generation):
	"""Other lists, customers and batches have no task;
	other units and rates of zero say why they do not go.
	"""
	item = sold()
	uoms = frappe.get_doc("Item", item.item_code)
	uoms.append("uoms", {"uom": "Box", "conversion_factor": 10})
	uoms.save()
	customer = shop.site.new("Customer", customer_name=shop.name("Clinic"), customer_type="Company")
	others = [
		new_price(shop, item, 1, price_list="Standard Buying"),
		new_price(shop, item, 2, customer=customer.name),
	]
	assert [shop.task(price) for price in others] == [None, None]
	refused = [
		new_price(shop, item, 3, uom="Box"),
		new_price(shop, item, 0),
		new_price(shop, item, 4, packing_unit=6),
	]
	shop.drain()
	assert [shop.task(price).status for price in refused] == ["Not Wanted"] * 3
	assert "Nos" in shop.task(refused[0]).last_error
	assert "zero" in shop.task(refused[1]).last_error
	assert amounts(shop, item) == []


@both
def test_an_item_that_is_not_in_the_shop_has_no_task(shop):
	item = frappe._dict(item_code=shop.item().name)
	price = new_price(shop, item, 3)
	assert shop.task(price) is None


@both
@pytest.mark.parametrize("change", ["list", "customer", "deleted item", "disabled", "unit", "zero", "ended"])
def test_a_price_that_leaves_goes(shop, sold, change):
	"""Whatever makes it none of the shop's prices, Medusa has it no more, and the ids are empty."""
	item = sold()
	price = new_price(shop, item, 7)
	shop.drain()
	assert amounts(shop, item) == [7]
	variant = shop.value(item, "medusa_variant_id")
	if change == "list":
		other = shop.site.new("Price List", price_list_name=shop.name("Trade"), currency="OMR", selling=1)
		shop.save(price, price_list=other.name)
	elif change == "customer":
		customer = shop.site.new("Customer", customer_name=shop.name("Clinic"), customer_type="Company")
		shop.save(price, customer=customer.name)
	elif change == "deleted item":
		frappe.delete_doc("Website Item", item.name)
		frappe.delete_doc("Item", item.item_code)
	elif change == "disabled":
		shop.save(frappe.get_doc("Item", item.item_code), disabled=1)
	elif change == "unit":
		shop.save(price, packing_unit=12)
	elif change == "zero":
		shop.save(price, price_list_rate=0)
	else:
		shop.save(price, valid_upto=add_days(nowdate(), -1))
	shop.drain()
	assert all(row.get("variant_id") != variant for one in shop.medusa.price_lists for row in one["prices"])
	assert not any(one["prices"] for one in shop.medusa.price_lists)
	if change != "deleted item":
		assert ids(shop, price) == (None, None)
	if change == "disabled":
		shop.save(frappe.get_doc("Item", item.item_code), disabled=0)
		shop.drain()
		assert amounts(shop, item) == [7]


@both
def test_of_two_overlapping_prices_the_newer_one_counts(shop, sold, generation):
	"""Also when it is the higher one, as ERPNext's get_item_price has it; the older one is not in Medusa."""
	item = sold()
	old = new_price(shop, item, 5)
	shop.drain()
	new = new_price(shop, item, 8, valid_from="2022-01-01")
	shop.drain()
	assert amounts(shop, item) == [8]
	assert ids(shop, old) == (None, None)
	args = {"price_list": LIST, "uom": "Nos", "transaction_date": nowdate()}
	assert item_price(args, item.item_code) == (new.name, 8)
	frappe.delete_doc("Item Price", new.name)
	shop.drain()
	assert amounts(shop, item) == [5]


@both
def test_an_offer_of_a_week_interrupts_the_usual_price(shop, sold, monkeypatch):
	"""What Medusa holds at each time is one price; the tasks look again when time alone has changed it."""
	item = sold()
	begin, last = getdate(add_days(nowdate(), 10)), getdate(add_days(nowdate(), 16))
	usual = new_price(shop, item, 5)
	offer = new_price(shop, item, 4, valid_from=begin, valid_upto=last)
	shop.drain()
	(four, five) = held(shop, item)
	assert (four[0], five[0]) == (4, 5)
	assert five[1] is None and five[2] == four[1] - timedelta(milliseconds=1)
	assert shop.task(usual).status == shop.task(offer).status == "Synced"
	assert getdate(shop.task(usual).next_attempt_at) == begin
	assert getdate(shop.task(offer).next_attempt_at) == begin

	def on(day):
		monkeypatch.setattr(
			"medusa_integration.catalogue.price.item_prices.getdate", lambda *a: getdate(*a) if a else day
		)
		shop.make_due()
		shop.drain()

	on(begin)
	(four, five) = held(shop, item)
	assert four[1] is None and five[1] == four[2] + timedelta(milliseconds=1) and five[2] is None
	on(getdate(add_days(last, 1)))
	assert [(amount, start, end) for amount, start, end in held(shop, item)] == [(5, None, None)]
	assert shop.task(usual).next_attempt_at is None
	assert ids(shop, offer) == (None, None)


@both
def test_nothing_is_sent_twice_for_one_state(shop, sold):
	"""An unchanged price, and a sibling that is only looked at again, cost no request."""
	item = sold()
	price = new_price(shop, item, 5)
	shop.drain()
	before = len(shop.medusa.requests)
	shop.save(price, price_list_rate=5)
	api.export_all_medusa_price_list()
	shop.drain()
	assert len(shop.medusa.requests) == before


@both
def test_a_new_variant_gets_the_price(shop, sold):
	"""A product that was made anew has another variant: the price goes there."""
	item = sold()
	price = new_price(shop, item, 6)
	shop.drain()
	shop.by_hand("DELETE", f"/admin/products/{item.medusa_id}")
	shop.save(item, web_item_name="Another name")
	shop.drain()
	assert shop.value(item, "medusa_variant_id") != item.medusa_variant_id
	assert shop.task(price).status == "Synced"
	assert amounts(shop, item) == [6]
	assert sum(len(one["prices"]) for one in shop.medusa.price_lists) == 1


@both
def test_a_time_out_after_the_write_makes_one_price(shop, sold, generation):
	item = sold()
	path = "/admin/price-lists" if generation == "v1" else "/admin/price-lists/*/prices/batch"
	new_price(shop, item, 6)
	shop.medusa.fail("POST", path, faults.lost_answer())
	shop.drain()
	assert amounts(shop, item) == [6]


@both
def test_a_worker_that_died_after_sending_leaves_one_price(shop, sold, generation):
	"""The ids never came back: the next worker finds the price."""
	item = sold()
	price = new_price(shop, item, 6)
	shop.drain()
	empty = {"medusa_id": None, "medusa_price_id": None}
	frappe.db.set_value("Item Price", price.name, empty, update_modified=False)
	frappe.db.set_value("Medusa Sync Task", shop.task(price).name, {"status": "In Progress"})
	frappe.db.commit()
	frappe.db.set_value("Medusa Sync Task", shop.task(price).name, "next_attempt_at", "2020-01-01")
	shop.drain()
	assert amounts(shop, item) == [6]
	assert all(ids(shop, price))


@both
def test_a_price_deleted_before_its_ids_came_back_goes(shop, sold, generation):
	"""While it is being created, somebody deletes it."""
	item = sold()
	price = new_price(shop, item, 6)
	path = "/admin/price-lists" if generation == "v1" else "/admin/price-lists/*/prices/batch"

	def delete():
		frappe.delete_doc("Item Price", price.name)
		frappe.db.commit()

	shop.medusa.on("POST", path, lambda _request: shop.elsewhere(delete), "applied", times=1)
	shop.drain()
	shop.drain()
	assert amounts(shop, item) == []


@pytest.mark.parametrize("generation", ["v2"])
def test_a_price_deleted_beside_its_events_goes(shop, sold):
	item = sold()
	price = new_price(shop, item, 6)
	shop.drain()
	frappe.db.delete("Item Price", {"name": price.name})
	price_jobs.record_missing()
	shop.drain()
	assert amounts(shop, item) == []


@both
@pytest.mark.contract(32, 33, 119, 120, 121, 122, 123, 124, 125)
def test_the_nightly_job_takes_what_is_missing_and_nothing_else(shop, sold):
	"""Of the shop's list, without customer, without a price id, with a variant: all of these, or nothing."""
	item, second = sold(), sold()
	sent = new_price(shop, second, 1)
	shop.drain()
	missing = new_price(shop, item, 2)
	customer = shop.site.new("Customer", customer_name=shop.name("Clinic"), customer_type="Company")
	new_price(shop, item, 3, customer=customer.name)
	new_price(shop, item, 3, price_list="Standard Buying")
	new_price(shop, shop.website_item(), 4)  # without a variant
	new_price(shop, second, 5, valid_from="2019-01-01")  # an older one, that never counts any more
	frappe.db.delete("Medusa Sync Task")
	frappe.db.commit()
	before = ids(shop, sent)
	# the older one is told as well (ruling B5)
	left_out = {"A newer price of the same item replaces it.": 1}
	assert api.sync_missing_prices_to_medusa() == {"status": "queued", "count": 1, "left_out": left_out}
	assert all(ids(shop, missing))
	assert ids(shop, sent) == before
	assert amounts(shop, item) == [2]
	assert api.sync_missing_prices_to_medusa() == {"status": "queued", "count": 0, "left_out": left_out}


@pytest.mark.contract(35)
def test_the_job_counts_what_failed_after_it_has_done_the_rest(shop, sold):
	"""An earlier failure is tried again; one that fails does not stop the others (ruling C11)."""
	items = [sold(), sold()]
	bad, good = (new_price(shop, item, number + 1) for number, item in enumerate(items))
	variant = shop.value(items[0], "medusa_variant_id")

	def is_bad(request):
		return any(row["variant_id"] == variant for row in (request.body or {}).get("create", ()))

	path = "/admin/price-lists/*/prices/batch"
	fault = shop.medusa.fail("POST", path, faults.status(400), times=None, only=is_bad)
	with pytest.raises(SyncFailed, match="1 Item Price"):
		api.sync_missing_prices_to_medusa()
	[row] = shop.failed_jobs("medusa_integration.api.sync_missing_prices_to_medusa")
	assert "1 Item Price" in row
	assert all(ids(shop, good)) and not any(ids(shop, bad))
	fault.cancel()
	api.sync_missing_prices_to_medusa()
	assert all(ids(shop, bad))


@pytest.mark.contract(101, 103, 121, 125)
def test_the_endpoint_asks_for_one_job(shop, sold, http_server):
	"""POST, for the shop's server; answers at once with the count; others get 403."""
	item = sold()
	new_price(shop, item, 2)
	frappe.db.commit()
	url = f"{http_server}/api/method/medusa_integration.api.sync_missing_prices_to_medusa"
	headers = {"Host": shop.site.name}
	answer = requests.post(url, headers={**headers, **shop.sign_in("Medusa Storefront")}, timeout=300)
	assert answer.json()["message"] == {"status": "queued", "count": 1}
	assert amounts(shop, item) == []
	assert requests.post(url, headers=headers, timeout=300).status_code == 403
	refused = requests.post(url, headers={**headers, **shop.sign_in("Item Manager")}, timeout=300)
	assert refused.status_code == 403
	shop.set(enable=0)
	refused = requests.post(url, headers={**headers, **shop.sign_in("Medusa Storefront")}, timeout=300)
	assert refused.status_code >= 400


@both
def test_the_ids_are_cleared_on_request(shop, sold):
	item = sold()
	price = new_price(shop, item, 2)
	shop.drain()
	assert api.clear_all_item_price_id() >= 1
	assert all(ids(shop, price))
	assert api.clear_all_item_price_id(dry_run=False) >= 1
	frappe.db.commit()
	assert ids(shop, price) == (None, None)
	api.sync_missing_prices_to_medusa()
	assert amounts(shop, item) == [2]


@both
def test_a_setting_about_prices_changes_them_all(shop, sold, generation):
	"""Another Price List: the old one's prices go, the new one's come."""
	item = sold()
	price = new_price(shop, item, 2)
	other = shop.site.new("Price List", price_list_name=shop.name("Retail"), currency="OMR", selling=1)
	new_price(shop, item, 9, price_list=other.name)
	shop.drain()
	assert amounts(shop, item) == [2]
	settings = frappe.get_doc("Medusa Configuration")
	settings.update({"price_list": other.name, "admin_password": shop.medusa.password})
	settings.save()
	shop.drain()
	assert ids(shop, price) == (None, None)
	rows = [row["amount"] for one in shop.medusa.price_lists for row in one["prices"]]
	assert rows == [9000 if generation == "v1" else 9]


def test_a_save_keeps_the_ids(shop, sold):
	"""Whoever loaded the price before it was sent does not write the ids away."""
	item = sold()
	price = new_price(shop, item, 2)
	stale = frappe.get_doc("Item Price", price.name)
	shop.drain()
	stale.note = "x"
	stale.price_list_rate = 3
	stale.save()
	frappe.db.commit()
	assert all(ids(shop, price))


@both
def test_called_by_hand_it_sends_at_once(shop, sold):
	item = sold()
	price = new_price(shop, item, 2)
	answer = api.create_medusa_price_list(price, called_manually=True)
	assert (answer["medusa_id"], answer["medusa_price_id"]) == ids(shop, price)


def test_two_rounds_at_once_send_each_price_once(shop, sold):
	"""Another worker drains while this one is sending."""
	item, second = sold(), sold()
	new_price(shop, item, 1)
	new_price(shop, second, 2)
	from medusa_integration.sync import worker

	shop.medusa.on(
		"POST",
		"/admin/price-lists/*/prices/batch",
		lambda _request: shop.elsewhere(lambda: worker.drain()),
		"arrived",
		times=1,
	)
	shop.drain()
	assert (amounts(shop, item), amounts(shop, second)) == ([1], [2])


@pytest.mark.contract(32, 121)
def test_the_scheduler_asks_for_the_job_on_long(shop, sold, monkeypatch):
	"""At 01:00, one job at a time, with eight hours; nothing is asked for when nothing is missing."""
	asked = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **options: asked.append((method, options)))
	monkeypatch.setattr(frappe.local, "job", frappe._dict(method="any"), raising=False)
	path = "medusa_integration.api.sync_missing_prices_to_medusa"
	assert path in frappe.get_hooks("scheduler_events", app_name="medusa_integration")["cron"]["0 1 * * *"]
	assert frappe.get_attr(path)()["count"] == 0
	assert asked == []
	item = sold()
	new_price(shop, item, 3)
	asked.clear()  # ERPNext's documents have jobs of their own
	assert frappe.get_attr(path)()["count"] == 1
	((method, options),) = asked
	assert (options["queue"], options["timeout"], options["deduplicate"]) == ("long", 28800, True)
	assert amounts(shop, item) == []
	frappe.db.commit()
	frappe.get_attr(method)()
	assert amounts(shop, item) == [3]


@both
def test_a_deletion_leaves_the_others_of_the_shared_list_alone(shop, sold):
	"""On v2 many Item Prices have the same list id: a deleted one still goes, and only that one."""
	item, second = sold(), sold()
	price = new_price(shop, item, 3)
	new_price(shop, second, 4)
	shop.drain()
	frappe.delete_doc("Item Price", price.name)
	shop.drain()
	assert (amounts(shop, item), amounts(shop, second)) == ([], [4])


@both
def test_the_list_deleted_in_medusa_is_made_again(shop, sold):
	item = sold()
	price = new_price(shop, item, 3)
	shop.drain()
	shop.by_hand("DELETE", f"/admin/price-lists/{ids(shop, price)[0]}")
	shop.save(price, price_list_rate=4)
	shop.drain()
	assert amounts(shop, item) == [4]


@both
def test_another_currency_of_the_price_list(shop, sold, generation):
	"""ERPNext writes it into all Item Prices of the list by SQL; Medusa gets new prices, the old ones go."""
	listed = shop.site.new("Price List", price_list_name=shop.name("Export"), currency="OMR", selling=1)
	shop.set(price_list=listed.name)
	item = sold()
	new_price(shop, item, 3, price_list=listed.name)
	shop.drain()
	shop.save(listed, currency="USD")
	shop.drain()
	rows = [row for one in shop.medusa.price_lists for row in one["prices"]]
	expected = 300 if generation == "v1" else 3
	assert [(row["currency_code"], row["amount"]) for row in rows] == [("usd", expected)]


@both
def test_a_currency_that_medusa_does_not_have_is_told(shop, sold):
	"""The task says what to do about it; the others arrive."""
	listed = shop.site.new("Price List", price_list_name=shop.name("Export"), currency="CHF", selling=1)
	shop.set(price_list=listed.name)
	item = sold()
	price = new_price(shop, item, 3, price_list=listed.name)
	shop.drain()
	assert shop.task(price).status == "Failed"
	assert "CHF" in shop.task(price).last_error


@pytest.mark.contract(122, 123, 124)
@pytest.mark.parametrize(
	("change", "reason"),
	[
		({}, None),
		({"uom": None}, None),
		({"packing_unit": 1}, None),
		({"uom": "Box"}, "Only prices per Nos, the stock unit of the item, are sent to Medusa."),
		({"packing_unit": 2}, "Prices for a batch or a packing unit are not sent to Medusa."),
		({"batch_no": "B-1"}, "Prices for a batch or a packing unit are not sent to Medusa."),
		({"customer": "Clinic"}, "Prices for one customer are not sent to Medusa."),
		({"supplier": "Maker"}, "Prices for one customer are not sent to Medusa."),
		({"selling": 0}, "Only selling prices of Standard Selling are sent to Medusa."),
		({"price_list": "Trade"}, "Only selling prices of Standard Selling are sent to Medusa."),
		({"price_list_rate": 0}, "The rate is zero."),
		({"price_list_rate": -1}, "The rate is zero."),
		({"price_list_rate": 0.0001}, "The rate is zero."),
		({"valid_upto": "2026-01-31"}, "Its period of validity has ended."),
		({"disabled": 1}, "Item GLOVE is disabled."),
		({"currency": None}, "The price has no currency."),
	],
)
def test_what_can_be_a_price_of_the_one_variant(shop, change, reason):
	"""Each criterion by itself, and the sentence that its task says (ruling B5)."""
	from medusa_integration.catalogue.price.item_prices import ItemPrices

	shop.set(price_list=LIST, currency=None, amount_multiplier=0)
	row = frappe._dict(
		name="IP-1",
		creation=frappe.utils.now_datetime(),
		item_code="GLOVE",
		uom="Nos",
		stock_uom="Nos",
		packing_unit=0,
		price_list=LIST,
		selling=1,
		currency="OMR",
		price_list_rate=12.5,
		website_item="WEB-1",
		medusa_variant_id="variant_1",
	)
	row.update(change)
	left_out = ItemPrices([row]).reason(row)
	assert (left_out.sentence if left_out else None) == reason


@pytest.mark.contract(122, 123, 124)
def test_of_several_only_the_newest_valid_one_can_be_the_price(shop):
	from medusa_integration.catalogue.price.item_prices import ItemPrices

	shop.set(price_list=LIST, currency=None, amount_multiplier=0)
	common = {"item_code": "GLOVE", "uom": "Nos", "stock_uom": "Nos", "price_list": LIST, "selling": 1}
	common |= {
		"currency": "OMR",
		"price_list_rate": 5,
		"website_item": "WEB-1",
		"creation": frappe.utils.now_datetime(),
	}
	days = {"IP-1": "2024-01-01", "IP-2": "2026-02-01", "IP-3": "2025-01-01"}
	rows = [frappe._dict(name=name, valid_from=day, **common) for name, day in days.items()]
	catalogue = ItemPrices(rows)
	reasons = {row.name: found.sentence if (found := catalogue.reason(row)) else None for row in rows}
	replaced = "A newer price of the same item replaces it."
	assert reasons == {"IP-1": replaced, "IP-2": None, "IP-3": replaced}
