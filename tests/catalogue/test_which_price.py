"""Which Item Prices are the shop's, and which of several counts at a time."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from tests.catalogue.pricing import LIST, amounts, held, ids, new_price
from tests.support.erpnext import item_price
from tests.support.medusa import both_generations

pytestmark = pytest.mark.usefixtures("public_list")


@both_generations
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


@both_generations
def test_an_item_that_is_not_in_the_shop_has_no_task(shop):
	item = frappe._dict(item_code=shop.item().name)
	price = new_price(shop, item, 3)
	assert shop.task(price) is None


@both_generations
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


@both_generations
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


@both_generations
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
