"""Stock in batches that have expired counts neither for the flag nor for the quantity (ruling B16)."""

from __future__ import annotations

from datetime import date, datetime

import frappe
import pytest
from frappe.utils import add_days, nowdate

from medusa_integration.api import update_webitem_stock
from medusa_integration.catalogue.stock import batches, quantities
from medusa_integration.catalogue.stock import state as stock_state
from medusa_integration.sync import task_store
from tests.support.stock import available

BOTH = pytest.mark.parametrize("bundled", [True, False], ids=["bundle", "entry"])


def of_batches(stock):
	return stock.item(item=stock.shop.item(has_batch_no=1))


def yesterday():
	return add_days(nowdate(), -1)


def computed(item):
	update_webitem_stock()
	return available(item)


@pytest.fixture
def frozen(monkeypatch):
	"""`frozen("2031-01-02 00:00:05")` sets the clock of the quantities and of the tasks."""
	import frappe.utils.data

	def set_clock(now):
		moment = datetime.fromisoformat(now)
		for module in (frappe.utils, frappe.utils.data):
			monkeypatch.setattr(module, "now_datetime", lambda: moment)
		monkeypatch.setattr(quantities, "getdate", lambda value=None: moment.date())

		monkeypatch.setattr(task_store, "now_datetime", lambda: moment)

	return set_clock


@BOTH
@pytest.mark.contract(51, 54)
def test_expired_batches_do_not_count(stock, bundled):
	"""Ten in the Bin, six of them in a batch that expired yesterday: four."""
	item = of_batches(stock)
	stock.put(item, 10)
	stock.batch(item, 6, yesterday(), bundled=bundled)
	stock.batch(item, 3, add_days(nowdate(), 400), bundled=bundled)
	stock.batch(item, 1, None, bundled=bundled)
	assert computed(item) == (1, 4)


@BOTH
@pytest.mark.contract(51, 55)
def test_with_all_expired_the_flag_falls(stock, bundled):
	item = of_batches(stock)
	stock.put(item, 10)
	stock.batch(item, 6, yesterday(), bundled=bundled)
	stock.batch(item, 4, "2020-01-31", bundled=bundled)
	assert computed(item) == (0, 0)


@pytest.mark.parametrize(("days", "left"), [(-1, 4), (0, 4), (1, 10)])
def test_a_batch_has_expired_on_its_expiry_date(stock, days, left):
	"""As in webshop's listing."""
	item = of_batches(stock)
	stock.put(item, 10)
	stock.batch(item, 6, add_days(nowdate(), days))
	assert computed(item)[1] == left


def test_what_was_taken_out_of_a_batch(stock):
	"""Sold, moved away, cancelled, or once more than there was: only what still lies there has expired."""
	item = of_batches(stock)
	stock.put(item, 5)
	batch = stock.batch(item, 6, yesterday())
	stock.into_batch(batch, -2)
	stock.into_batch(batch, -1, bundled=False)
	stock.into_batch(batch, 7, is_cancelled=1)
	assert computed(item) == (1, 2)
	overdrawn = stock.batch(item, 1, yesterday())
	stock.into_batch(overdrawn, -3)
	assert computed(item) == (1, 2)


def test_only_the_warehouses_below_count(stock):
	"""Each warehouse gives up no more than it has; one that is below nothing gives up nothing."""
	item, elsewhere = of_batches(stock), stock.warehouse()
	stock.put(item, 5)
	stock.put(item, 3, stock.other)
	batch = stock.batch(item, 2, yesterday())
	stock.into_batch(batch, 4, warehouse=stock.other)
	stock.into_batch(batch, 9, warehouse=elsewhere)
	assert computed(item) == (1, 3)
	stock.put(item, -1, stock.other)
	assert computed(item) == (1, 2)


def test_a_bundle_with_an_expired_part(stock):
	"""Three masks and ten gloves, of which six have expired: two bundles of one and two, not three."""
	glove, mask = of_batches(stock), stock.item()
	bundle = stock.bundle(**{glove.item_code: 2, mask.item_code: 1})
	stock.put(glove, 10)
	stock.put(mask, 3)
	batch = stock.batch(glove, 6, yesterday())
	assert computed(bundle) == (1, 2)
	stock.into_batch(batch, 4)
	assert computed(bundle) == (0, 0)


def test_what_expires_tonight_is_gone_tomorrow(stock, shop, frozen):
	"""The daily job computes it without a movement."""
	item = of_batches(stock)
	stock.put(item, 10)
	stock.batch(item, 6, "2031-05-17")
	frozen("2031-05-16 23:59:00")
	assert computed(item) == (1, 10)
	frozen("2031-05-17 00:10:00")
	assert computed(item) == (1, 4)


def test_the_task_looks_again_when_the_next_batch_expires(stock, shop, frozen):
	"""At the first moment of that day, and Medusa has four then; of bundles too."""
	shop.set(push_stock_quantities=1, refresh_stock_on_movement=1)
	item, mask = of_batches(stock), stock.item()
	bundle = stock.bundle(**{item.item_code: 1})
	stock.put(item, 10)
	stock.put(mask, 10)
	stock.batch(item, 4, "2031-07-01")
	stock.batch(item, 6, "2031-05-17")
	shop.drain()
	for one in (item, bundle):
		assert shop.task(one, lane="stock").next_attempt_at == datetime(2031, 5, 17)
	assert shop.task(mask, lane="stock").next_attempt_at is None
	frozen("2031-05-17 00:00:01")
	shop.drain()
	assert [available(one) for one in (item, bundle, mask)] == [(1, 4), (1, 4), (1, 10)]
	assert stocked(shop, item) == 4
	assert shop.task(item, lane="stock").next_attempt_at == datetime(2031, 7, 1)


def stocked(shop, item):
	(variant,) = shop.product(item)["variants"]
	(found,) = [one for one in shop.medusa.app.inventory_items if one["_variant_id"] == variant["id"]]
	return shop.medusa.app.inventory_levels.where("inventory_item_id", found["id"])[0]["stocked_quantity"]


def test_another_expiry_date(stock, shop):
	"""Saved on the Batch: the quantity follows, the flag too."""
	shop.set(push_stock_quantities=1, refresh_stock_on_movement=1)
	item = of_batches(stock)
	stock.put(item, 6)
	batch = stock.batch(item, 6, add_days(nowdate(), 30))
	shop.drain()
	assert (available(item), stocked(shop, item)) == ((1, 6), 6)
	shop.save(batch, expiry_date=yesterday())
	shop.drain()
	assert (available(item), stocked(shop, item)) == ((0, 0), 0)
	shop.save(batch, expiry_date=add_days(nowdate(), 3))
	shop.drain()
	assert (available(item), stocked(shop, item)) == ((1, 6), 6)


def test_a_reserved_item_with_expired_batches(stock):
	"""Ten, six expired, three reserved: one."""
	item = of_batches(stock)
	stock.put(item, 10)
	stock.reserve(item, 3)
	stock.batch(item, 6, yesterday())
	assert computed(item) == (1, 1)


def test_statements_for_any_number_of_batches(stock, query_counter):
	"""As many for one as for twelve; one where nothing expires."""
	items = [of_batches(stock) for _ in range(12)]
	for item in items:
		stock.put(item, 10)

	def count(some):
		rows = stock_state.read([item.name for item in some])
		with query_counter() as queries:
			found = quantities.quantities(rows)
		return len(queries), [found[item.name].actual for item in some]

	count(items)
	without = count(items)[0]
	for item in items:
		stock.batch(item, 6, yesterday())
	assert count(items[:1]) == (without + 2, [4])
	assert count(items) == (without + 2, [4] * 12)
	assert without <= 6


def test_when_the_next_one_expires(stock):
	item = of_batches(stock)
	stock.batch(item, 5, "2031-03-01")
	stock.batch(item, 5, "2031-02-01")
	gone = stock.batch(item, 5, "2031-01-15")
	stock.into_batch(gone, -5)
	found = batches.expiries([item.item_code], date(2031, 1, 1))
	assert found == {(item.item_code, stock.store): batches.Expiry(0, date(2031, 2, 1))}
	assert frappe.db.get_value("Batch", gone.name, "expiry_date") == date(2031, 1, 15)
