"""Prices that the app itself has left out are looked at again each night."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import frappe
import pytest
from frappe.utils import add_days, get_datetime, get_system_timezone, getdate, now_datetime, nowdate

from medusa_integration import api
from medusa_integration.catalogue.price import item_prices as prices
from medusa_integration.sync import batch, task_store, worker
from medusa_integration.sync.reconcile import reconciliation
from tests.catalogue.pricing import amounts, held, ids, new_price
from tests.support.medusa import both_generations

pytestmark = pytest.mark.usefixtures("public_list")
AHEAD = 40


@pytest.fixture
def item(shop):
	item = shop.website_item()
	shop.drain()
	item.reload()
	return item


@pytest.fixture
def clock_ahead(shop, monkeypatch):
	"""`clock_ahead()` runs one round as if it were forty days later."""

	def run():
		with monkeypatch.context() as patch:
			later = timedelta(days=AHEAD)
			patch.setattr(prices, "getdate", lambda *a: getdate(*a) if a else getdate() + later)
			for module in (task_store, worker, batch):
				patch.setattr(module, "now_datetime", lambda: now_datetime() + later)
			shop.drain()

	return run


def by_the_box(shop, item) -> str:
	"""The name of a price in another unit than the item's own."""
	price = new_price(shop, item, 3, packing_unit=2)
	frappe.db.set_value("Item Price", price.name, {"uom": "Box", "packing_unit": 0})
	return price.name


def reconcile() -> int:
	"""Run the reconciliation; answers how many documents it has queued."""
	run = reconciliation.start()
	frappe.db.commit()
	return reconciliation.reconcile(run)["queued"]


def by_night(shop) -> None:
	api.sync_missing_prices_to_medusa()


def by_reconciling(shop) -> None:
	assert reconcile() >= 1
	shop.drain()


AGAIN = pytest.mark.parametrize("again", [by_night, by_reconciling])


@both_generations
@AGAIN
@pytest.mark.contract(32, 33, 35)
def test_a_rate_that_was_zero(shop, item, again):
	"""ERPNext updates the rate of an existing Item Price beside its events: Medusa gets it all the same."""
	price = new_price(shop, item, 0)
	shop.drain()
	assert (shop.task(price).status, shop.task(price).last_error) == (
		"Not Wanted",
		"The rate is zero.",
	)
	frappe.db.set_value("Item Price", price.name, "price_list_rate", 5, update_modified=False)
	frappe.db.commit()
	again(shop)
	assert amounts(shop, item) == [5]
	assert all(ids(shop, price))
	assert shop.task(price).status == "Synced"


@both_generations
@AGAIN
@pytest.mark.contract(35)
def test_a_rate_that_was_written_past_the_events(shop, item, again):
	"""Medusa has 5; ERPNext writes 7 into the Item Price from a transaction."""
	price = new_price(shop, item, 5)
	shop.drain()
	frappe.db.set_value("Item Price", price.name, "price_list_rate", 7, update_modified=False)
	frappe.db.commit()
	again(shop)
	assert amounts(shop, item) == [7]


@AGAIN
def test_what_a_person_has_ignored_stays(shop, item, again):
	"""The other state is a person's, and no job looks at it."""
	price = new_price(shop, item, 0)
	shop.drain()
	frappe.db.set_value("Medusa Sync Task", {"reference_name": price.name}, "status", "Ignored")
	frappe.db.set_value("Item Price", price.name, "price_list_rate", 5, update_modified=False)
	frappe.db.commit()
	if again is by_night:
		by_night(shop)
	else:
		assert reconcile() == 0
		shop.drain()
	assert amounts(shop, item) == []
	assert shop.task(price).status == "Ignored"


@both_generations
@AGAIN
@pytest.mark.contract(35)
def test_a_price_that_ends_before_the_wrong_time(shop, item, clock_ahead, again):
	"""A round forty days ahead takes it for ended: it comes back."""
	price = new_price(shop, item, 7, valid_upto=add_days(nowdate(), 20))
	clock_ahead()
	assert amounts(shop, item) == []
	again(shop)
	assert amounts(shop, item) == [7]
	assert all(ids(shop, price))


@both_generations
@AGAIN
def test_a_price_that_the_wrong_time_took_away(shop, item, clock_ahead, again):
	"""Medusa had it; the round forty days ahead deleted it there."""
	price = new_price(shop, item, 7, valid_upto=add_days(nowdate(), 20))
	shop.drain()
	assert amounts(shop, item) == [7]
	shop.record([price.name], "Item Price")
	clock_ahead()
	assert amounts(shop, item) == []
	again(shop)
	assert amounts(shop, item) == [7]


@both_generations
@AGAIN
@pytest.mark.contract(35)
def test_a_price_that_begins_in_two_days(shop, item, clock_ahead, again):
	"""Sent by such a round it is in force two days early: its beginning is put right."""
	begin = getdate(add_days(nowdate(), 2))
	new_price(shop, item, 9, valid_from=begin)
	clock_ahead()
	assert [(amount, starts) for amount, starts, _ends in held(shop, item)] == [(9, None)]
	again(shop)
	[(amount, starts, _ends)] = held(shop, item)
	assert amount == 9 and starts is not None
	assert starts.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None) == get_datetime(begin)


def test_a_document_from_the_future_is_reconciled(shop, item):
	"""What such a clock has dated is not taken for saved while the run goes on."""
	price = new_price(shop, item, 0)
	shop.drain()
	later = now_datetime() + timedelta(days=AHEAD)
	values = {"price_list_rate": 5, "modified": later}
	frappe.db.set_value("Item Price", price.name, values, update_modified=False)
	frappe.db.set_value(
		"Medusa Sync Task", {"reference_name": price.name}, "modified", later, update_modified=False
	)
	frappe.db.commit()
	by_reconciling(shop)
	assert amounts(shop, item) == [5]


def test_the_night_sends_nothing_that_is_right(shop, item):
	"""A second night, and one over prices that begin and end, has nothing to do."""
	new_price(shop, item, 5, valid_upto=add_days(nowdate(), 30))
	new_price(shop, item, 6, valid_from=add_days(nowdate(), 10), valid_upto=add_days(nowdate(), 12))
	shop.drain()
	requests = len(shop.medusa.sent("POST"))
	versions = frappe.get_all("Medusa Sync Task", ["name", "version"], order_by="name")
	by_night(shop)
	frappe.db.rollback()
	assert frappe.get_all("Medusa Sync Task", ["name", "version"], order_by="name") == versions
	assert len([one for one in shop.medusa.sent("POST") if "price" in one.path]) <= requests


@pytest.mark.contract(33, 122, 123)
def test_what_is_left_out_is_told(shop, item):
	"""In each task why, in the answer of the job by reason and number (ruling B5)."""
	other = shop.website_item()
	shop.drain()
	left = {
		by_the_box(shop, item): "Only prices per Nos, the stock unit of the item, are sent to Medusa.",
		by_the_box(shop, other): "Only prices per Nos, the stock unit of the item, are sent to Medusa.",
		new_price(shop, item, 0, uom=None).name: "The rate is zero.",
		new_price(
			shop, item, 4, packing_unit=6
		).name: "Prices for a batch or a packing unit are not sent to Medusa.",
	}
	frappe.db.delete("Medusa Sync Task")  # as of prices that were there before the app
	frappe.db.commit()
	answer = api.sync_missing_prices_to_medusa()
	assert answer == {
		"status": "queued",
		"count": 0,
		"left_out": {
			"Prices for a batch or a packing unit are not sent to Medusa.": 1,
			"The rate is zero.": 1,
			"Only prices per stock unit of the item are sent to Medusa.": 2,
		},
	}
	for name, sentence in left.items():
		task = shop.task(name, "Item Price")
		assert (task.status, task.last_error) == ("Not Wanted", sentence)


def test_the_ids_are_cleared_for_good(shop, item):
	"""As its two sisters, `clear_all_item_price_id` commits."""
	price = new_price(shop, item, 2)
	shop.drain()
	assert api.clear_all_item_price_id(dry_run=False) >= 1
	frappe.db.rollback()
	assert ids(shop, price) == (None, None)
