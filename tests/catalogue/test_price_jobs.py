"""Prices of all items: the nightly job, its endpoint, cleared ids, changed settings and currencies."""

from __future__ import annotations

import frappe
import pytest
import requests

from devbench.medusa.simulator import faults
from medusa_integration import api
from medusa_integration.exceptions import SyncFailed
from tests.catalogue.pricing import amounts, ids, new_price
from tests.support.medusa import both_generations

pytestmark = pytest.mark.usefixtures("public_list")


@both_generations
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


@both_generations
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


@both_generations
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


@both_generations
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


@both_generations
def test_a_currency_that_medusa_does_not_have_is_told(shop, sold):
	"""The task says what to do about it; the others arrive."""
	listed = shop.site.new("Price List", price_list_name=shop.name("Export"), currency="CHF", selling=1)
	shop.set(price_list=listed.name)
	item = sold()
	price = new_price(shop, item, 3, price_list=listed.name)
	shop.drain()
	assert shop.task(price).status == "Failed"
	assert "CHF" in shop.task(price).last_error
