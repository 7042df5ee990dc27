"""Prices that Medusa has, has not, or has otherwise than the Item Prices say."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, getdate, now_datetime, nowdate

from medusa_integration.sync import task_store
from tests.support.medusa import both_generations

pytest.importorskip("medusa_integration.catalogue.price.exporter")

from medusa_integration import api
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Target
from medusa_integration.sync.reconcile import reconciliation

LIST = "Standard Selling"


@pytest.fixture(autouse=True)
def prices_are_compared(site, monkeypatch):
	from medusa_integration.catalogue.reconcile.price_comparer import PriceComparer

	site.set_single("Medusa Configuration", price_list=LIST, currency=None, amount_multiplier=0)
	frappe.db.commit()
	monkeypatch.setattr(reconciliation, "comparers", lambda: [PriceComparer()])
	monkeypatch.setattr("medusa_integration.sync.reconcile.actions.comparers", lambda: [PriceComparer()])


@pytest.fixture
def price(shop, only_ours):
	"""An Item Price that Medusa has."""
	item = shop.website_item()
	values = {"item_code": item.item_code, "price_list": LIST, "uom": "Nos", "valid_from": "2020-01-01"}
	price = shop.site.new("Item Price", price_list_rate=12.345, currency="OMR", **values)
	frappe.db.commit()
	shop.drain()
	assert shop.task(price).status == "Synced"
	return price


def client(shop):
	return connect(Target(shop.medusa.url, email=shop.medusa.email, password=shop.medusa.password))


def held(shop):
	with client(shop) as medusa:
		return list(medusa.prices.list_all(LIST))


def change(shop, amount):
	"""Give the one price another amount, in Medusa's back office."""
	(one,) = held(shop)
	if shop.medusa.generation == "v1":
		body = {"id": one.id, "variant_id": one.variant_id, "currency_code": "omr", "amount": amount * 1000}
		shop.by_hand("POST", f"/admin/price-lists/{one.list_id}", prices=[body])
	else:
		body = {"id": one.id, "variant_id": one.variant_id, "currency_code": "omr", "amount": amount}
		shop.by_hand("POST", f"/admin/price-lists/{one.list_id}/prices/batch", update=[body])


def delete(shop):
	(one,) = held(shop)
	if shop.medusa.generation == "v1":
		shop.by_hand("DELETE", f"/admin/price-lists/{one.list_id}")
	else:
		shop.by_hand("POST", f"/admin/price-lists/{one.list_id}/prices/batch", delete=[one.id])


def gone_right(shop, runs):
	shop.drain()
	run = runs.run()
	assert (run.status, run.found) == ("Completed", 0), runs.findings()
	assert [float(one.amount) for one in held(shop)] == [12.345]


@both_generations
def test_a_price_that_is_as_it_was_sent(shop, runs, price):
	requests = len(shop.medusa.requests)
	run = runs.run()
	assert (run.status, run.found, run.read_in_medusa) == ("Completed", 0, 1)
	assert {request.method for request in shop.medusa.requests[requests:]} == {"GET"}


@both_generations
def test_a_price_changed_by_hand(shop, runs, price):
	change(shop, 99)
	assert runs.run().queued == 1
	(found,) = runs.findings()
	assert (found.kind, found.subject, found.reference_name) == ("Drifted", "Price", price.name)
	assert found.words.startswith('Rate: "12.345" here, "99')
	gone_right(shop, runs)


@both_generations
def test_a_price_deleted_by_hand(shop, runs, price):
	delete(shop)
	assert runs.run().queued == 1
	assert [(row.kind, row.subject) for row in runs.findings()] == [("Missing", "Price")]
	gone_right(shop, runs)


@both_generations
def test_a_price_whose_ids_are_lost(shop, runs, price):
	"""Linked again, not made twice."""
	(one,) = held(shop)
	empty = {"medusa_id": None, "medusa_price_id": None}
	frappe.db.set_value("Item Price", price.name, empty, update_modified=False)
	frappe.db.delete("Medusa Sync Task", {"reference_name": price.name})
	frappe.db.commit()
	assert runs.run().queued == 1
	(found,) = runs.findings()
	assert (found.kind, found.medusa_id, found.further_id) == ("Missing", one.id, one.list_id)
	gone_right(shop, runs)
	assert shop.value(price, "medusa_price_id") == one.id


@both_generations
def test_a_price_of_no_item_price(shop, runs, price):
	"""Reported; deleted only when told to."""
	frappe.db.delete("Medusa Sync Task", {"reference_name": price.name})
	frappe.db.delete("Item Price", {"name": price.name})
	frappe.db.commit()
	run = runs.run()
	assert (run.found, run.queued) == (1, 0)
	(found,) = runs.findings()
	assert (found.kind, found.subject) == ("Orphaned", "Price")
	assert api.delete_findings(found.name) == {"done": 1, "refused": []}
	assert held(shop) == []
	assert runs.run().found == 0


@pytest.mark.parametrize("generation", ["v2"])
def test_a_second_price_of_one_item(shop, runs, price):
	(one,) = held(shop)
	body = {"variant_id": one.variant_id, "currency_code": "omr", "amount": 1}
	shop.by_hand("POST", f"/admin/price-lists/{one.list_id}/prices/batch", create=[body])
	assert runs.run().queued == 0
	(found,) = runs.findings()
	assert (found.kind, found.reference_name) == ("Duplicated", price.name)
	assert api.delete_findings(found.name) == {"done": 1, "refused": []}
	gone_right(shop, runs)


def test_a_price_that_was_saved_meanwhile(shop, runs, price):
	change(shop, 99)
	shop.save(price, price_list_rate=13)
	assert runs.run().found == 0


def test_prices_come_back_the_same(any_shop, runs, only_ours):
	"""Amounts to the last decimal, and the days of an offer, from every kind of Medusa;
	one changed there is found.
	"""
	shop = any_shop
	item = shop.website_item()
	values = {"item_code": item.item_code, "price_list": LIST, "uom": "Nos", "currency": "OMR"}
	usual = shop.site.new("Item Price", price_list_rate=1.005, valid_from="2020-01-01", **values)
	days = {"valid_from": add_days(nowdate(), 10), "valid_upto": add_days(nowdate(), 16)}
	offer = shop.site.new("Item Price", price_list_rate=0.001, **values, **days)
	frappe.db.commit()
	shop.drain()
	assert shop.task(usual).status == shop.task(offer).status == "Synced", shop.task(usual).last_error

	def ours():
		run = runs.run()
		assert (run.status, run.error) == ("Completed", "")
		open_ = runs.findings(
			reference_name=["in", [usual.name, offer.name]], state=["in", ["Open", "Queued"]]
		)
		return [(row.kind, row.reference_name, row.words) for row in open_]

	assert ours() == []
	frappe.db.set_value("Item Price", usual.name, "price_list_rate", 2, update_modified=False)
	frappe.db.commit()
	assert ours() == [("Drifted", usual.name, 'Rate: "2.000" here, "1.005" in Medusa')]
	shop.drain()
	assert ours() == []


@both_generations
def test_a_price_that_a_clock_ahead_has_sent(shop, runs, price, monkeypatch):
	"""A round whose clock was 40 days ahead put an offer in force two days early: found, put right."""
	from medusa_integration.catalogue.price import item_prices as prices

	begins = add_days(nowdate(), 2)
	values = {"item_code": price.item_code, "price_list": LIST, "uom": "Nos", "currency": "OMR"}
	offer = shop.site.new("Item Price", price_list_rate=3, valid_from=begins, **values)
	frappe.db.commit()
	shop.drain()

	def begins_in_medusa():
		(one,) = [one for one in held(shop) if float(one.amount) == 3]
		return one.starts_at

	right = begins_in_medusa()
	assert right is not None
	with monkeypatch.context() as ahead:
		now, today = now_datetime() + timedelta(days=40), getdate(add_days(nowdate(), 40))
		ahead.setattr(task_store, "now_datetime", lambda: now)
		ahead.setattr(prices, "getdate", lambda value=None: getdate(value) if value else today)
		shop.record([offer.name], "Item Price")
		shop.drain()
		assert begins_in_medusa() is None
	assert shop.task(offer).synced_at > now_datetime() + timedelta(days=39)
	runs.run()
	(found,) = runs.findings(reference_name=offer.name)
	assert (found.kind, found.subject, found.state) == ("Drifted", "Price", "Queued")
	assert found.words == f'Valid From: "{right}" here, nothing in Medusa'
	shop.drain()
	assert begins_in_medusa() == right
