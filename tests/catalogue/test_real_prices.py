"""Item Prices on real Medusa servers: what the storefront calculates is what ERPNext says."""

from __future__ import annotations

import frappe
import pytest
import requests
from frappe.utils import add_days, nowdate

from tests.support.erpnext import item_price
from tests.support.medusa import real_server

LIST = "Standard Selling"


@pytest.fixture(params=["v1", "v2"])
def generation(request):
	return request.param


@pytest.fixture
def medusa(generation):
	return real_server(generation)


@pytest.fixture
def paid(medusa, generation):
	"""`paid(item)` is what the storefront calculates for a visitor, in OMR."""
	regions = []

	def of(item):
		product = frappe.db.get_value("Website Item", item.name, "medusa_id")
		if generation == "v1":
			answer = requests.get(
				f"{medusa.url}/store/products/{product}?currency_code=omr", timeout=300
			).json()
			amount = answer["product"]["variants"][0].get("calculated_price")
			return None if amount is None else amount / 1000
		if not regions:
			regions.append(_region(medusa))
		params = {"id": product, "region_id": regions[0], "fields": "id,*variants.calculated_price"}
		headers = {"x-publishable-api-key": medusa.publishable_key}
		answer = requests.get(
			f"{medusa.url}/store/products", params=params, headers=headers, timeout=300
		).json()
		calculated = answer["products"][0]["variants"][0]["calculated_price"]
		return calculated and calculated["calculated_amount"]

	return of


def _region(medusa) -> str:
	login = {"email": medusa.email, "password": medusa.password}
	token = requests.post(f"{medusa.url}/auth/user/emailpass", json=login, timeout=300).json()["token"]
	answer = requests.post(
		f"{medusa.url}/admin/regions",
		json={"name": "Oman", "currency_code": "omr", "countries": []},
		headers={"Authorization": f"Bearer {token}"},
		timeout=300,
	)
	return answer.json()["region"]["id"]


@pytest.mark.medusa
@pytest.mark.long
@pytest.mark.contract(34, 119)
def test_what_a_visitor_pays_is_the_price_in_erpnext(shop, paid):
	"""Created, raised, overlapped by a newer one and by an offer to come, ended, deleted."""
	shop.set(price_list=LIST, currency=None, amount_multiplier=0)
	item = shop.website_item()

	def new(rate, **values):
		fields = {
			"item_code": item.item_code,
			"price_list": LIST,
			"uom": "Nos",
			"price_list_rate": rate,
			**values,
		}
		price = shop.site.new("Item Price", **fields)
		frappe.db.commit()
		return price

	def check(expected):
		shop.drain()
		args = {"price_list": LIST, "uom": "Nos", "transaction_date": nowdate()}
		found = item_price(args, item.item_code)
		assert (found[1] if found else None) == expected
		assert paid(item) == expected

	usual = new(1.005, valid_from="2020-01-01")
	check(1.005)
	shop.save(usual, price_list_rate=2.5)
	check(2.5)
	newer = new(3.125, valid_from="2022-01-01")
	check(3.125)
	offer = new(2, valid_from=add_days(nowdate(), 1), valid_upto=add_days(nowdate(), 3))
	check(3.125)
	shop.save(offer, valid_from=nowdate())
	check(2)
	shop.save(offer, valid_from=add_days(nowdate(), -3), valid_upto=add_days(nowdate(), -1))
	check(3.125)
	frappe.delete_doc("Item Price", newer.name)
	check(2.5)
	frappe.delete_doc("Item Price", usual.name)
	check(None)


@pytest.mark.long
@pytest.mark.medusa
def test_five_hundred_prices_in_one_run(shop):
	"""All of them have their ids after one round."""
	shop.set(price_list=LIST, currency=None, amount_multiplier=0)
	from medusa_integration.sync import task_recording

	group = shop.item_group()
	frappe.db.commit()
	items = shop.many(500, item_group=group.name)
	names = [f"{name}-price" for name in items]
	columns = {"price_list": LIST, "selling": 1, "currency": "OMR", "uom": "Nos", "price_list_rate": 1.25}
	shop._insert("Item Price", names, item_code=items, **columns)
	task_recording.record_many("Item Price", names, "price")
	frappe.db.commit()
	shop.drain()
	stored = frappe.get_all("Item Price", {"name": ("in", names)}, pluck="medusa_price_id")
	assert len(set(filter(None, stored))) == 500
