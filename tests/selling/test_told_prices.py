"""Which prices the shop is told, for whom, and which are on request."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import shared_cache
from medusa_integration.catalogue.price.item_prices import wanted
from medusa_integration.exceptions import ValidationError
from medusa_integration.selling.rates import Price, own_price_list, prices_of


def test_fetch_standard_price(quotes):
	first, second, free = quotes.variant(10), quotes.variant(20), quotes.variant(None)
	customer, lead = quotes.customer(), quotes.lead()
	quotes.price(first.item_code, 7, customer=customer.name)
	items = [{"item_code": item.item_code} for item in (first, second, free)]
	values = {"items": items, "price_list": "Standard Selling"}
	prices = {
		first.item_code: 10,
		f"{first.item_code}-negotiated": 7,
		second.item_code: 20,
		f"{second.item_code}-negotiated": 0,
		free.item_code: 0,
		f"{free.item_code}-negotiated": 0,
	}
	assert (
		quotes.call("fetch_standard_price", party=customer.name, quotation_to="Customer", **values) == prices
	)
	of_lead = {"party": lead.name, "quotation_to": "Lead", **values}
	assert quotes.call("fetch_standard_price", **of_lead) == prices | {f"{first.item_code}-negotiated": 0}
	frappe.db.set_value("Customer", customer.name, "lead_name", lead.name)
	assert quotes.call("fetch_standard_price", **of_lead) == prices

	for error, match, wrong in (
		(ValidationError, "quotation_to must be Customer or Lead", {"quotation_to": "Supplier"}),
		(frappe.DoesNotExistError, "Item not found: none", {"items": [{"item_code": "none"}]}),
		(frappe.DoesNotExistError, "Lead not found", {"party": "none"}),
	):
		with pytest.raises(error, match=match):
			quotes.call("fetch_standard_price", **{**of_lead, **wrong})


@pytest.mark.parametrize("packing_units", [(0, 1), (1, 0)])
def test_of_two_prices_the_one_is_quoted_that_medusa_shows(quotes, packing_units):
	"""Both are valid from the same day: one rule decides for the quotation and for the shop."""
	item = quotes.variant(None)
	for packing_unit in packing_units:
		quotes.price(item.item_code, 10 + packing_unit, packing_unit=packing_unit, valid_from="2026-01-01")
	prices = frappe.get_all("Item Price", {"item_code": item.item_code}, ["name", "price_list_rate"])
	(shown,) = wanted([price.name for price in prices])
	rates = {price.name: price.price_list_rate for price in prices}
	assert prices_of([item.item_code])[item.item_code].standard == rates[shown] == 10


def test_get_medusa_prices(quotes):
	first, second = quotes.variant(10), quotes.variant(20)
	customer, other = quotes.customer(), quotes.customer()
	quotes.price(first.item_code, 7, customer=customer.name)
	items = [{"medusa_product_id": first.medusa_id}, {"medusa_variant_id": second.medusa_variant_id}]

	def of(customer_id=None, **values):
		return quotes.call("get_medusa_prices", items=items, customer_id=customer_id, **values)

	def priced(negotiated):
		return {
			first.medusa_id: {
				"item_code": first.item_code,
				"standard_price": 10,
				"negotiated_price": negotiated,
			},
			second.medusa_variant_id: {
				"item_code": second.item_code,
				"standard_price": 20,
				"negotiated_price": 0,
			},
		}

	assert of() == priced(0)
	assert of(customer.medusa_id) == priced(7)
	assert of(other.medusa_id) == priced(0)

	doc = quotes.create(customer, first)
	draft = {"draft_order_id": doc.medusa_draft_order_id}
	assert of(customer.medusa_id, **draft) == {"prices": priced(7), "payment_url": None}
	with pytest.raises(frappe.DoesNotExistError, match="Draft order not found"):
		of(other.medusa_id, **draft)
	with pytest.raises(ValidationError, match="customer_id is required"):
		of(**draft)
	for error, match, values in (
		(frappe.DoesNotExistError, "Customer not found", {"customer_id": "nobody"}),
		(frappe.DoesNotExistError, "Price List not found", {"price_list": "none"}),
		(frappe.DoesNotExistError, "Product not found: none", {"items": [{"medusa_product_id": "none"}]}),
		(ValidationError, "Each item needs medusa_product_id or", {"items": [{"other": 1}]}),
		(ValidationError, "items must be a non-empty list", {"items": []}),
	):
		with pytest.raises(error, match=match):
			quotes.call("get_medusa_prices", **{"items": items, **values})


def test_the_price_list_of_the_customer_group(quotes):
	"""Group Trade 8.00, Standard 12.50, the customer has none of its own: 8.00, as ERPNext sells to it."""
	item, other = quotes.variant(12.5), quotes.variant(12.5)
	customer, trade = quotes.in_group(quotes.price_list())
	quotes.price(item.item_code, 8, trade)

	def told(customer):
		items = [{"medusa_product_id": one.medusa_id} for one in (item, other)]
		found = quotes.call("get_medusa_prices", items=items, customer_id=customer.medusa_id)
		return [
			(found[one.medusa_id]["standard_price"], found[one.medusa_id]["negotiated_price"])
			for one in (item, other)
		]

	assert told(customer) == [(12.5, 8), (12.5, 0)]
	assert own_price_list(customer.name) == trade
	values = {"items": [{"item_code": item.item_code}], "price_list": "Standard Selling"}
	assert quotes.call("fetch_standard_price", party=customer.name, quotation_to="Customer", **values) == {
		item.item_code: 12.5,
		f"{item.item_code}-negotiated": 8,
	}
	own = quotes.price_list()
	quotes.price(item.item_code, 7, own)
	frappe.db.set_value("Customer", customer.name, "default_price_list", own)
	assert (told(customer), own_price_list(customer.name)) == ([(12.5, 7), (12.5, 0)], own)
	stranger = quotes.customer()
	assert (told(stranger), own_price_list(stranger.name)) == ([(12.5, 0), (12.5, 0)], None)


def test_a_customers_price_in_the_list_of_its_group(quotes):
	"""It names the customer: it goes before what the list has for everybody; another's is never told."""
	item = quotes.variant(12.5)
	customer, trade = quotes.in_group(quotes.price_list())
	quotes.price(item.item_code, 8, trade)
	quotes.price(item.item_code, 6, trade, customer=customer.name)
	quotes.price(item.item_code, 1, trade, customer=quotes.customer().name)
	assert prices_of([item.item_code], customer.name)[item.item_code] == Price(12.5, 6)


def test_only_price_lists_of_ones_own(quotes):
	"""The shop's, the customer's own, that of its group; any other one is unknown, real or not."""
	item = quotes.variant(12.5)
	trade, own, secret = (quotes.price_list() for _ in range(3))
	in_group = quotes.in_group(trade).customer
	with_own = quotes.in_group(trade, default_price_list=own).customer
	for price_list, rate in ((trade, 8), (own, 7), (secret, 1)):
		quotes.price(item.item_code, rate, price_list)

	def standard(price_list, customer=None):
		values = {"items": [{"medusa_product_id": item.medusa_id}], "price_list": price_list}
		values |= {"customer_id": customer.medusa_id} if customer else {}
		return quotes.call("get_medusa_prices", **values)[item.medusa_id]["standard_price"]

	assert standard("Standard Selling") == standard("Standard Selling", in_group) == 12.5
	assert standard(trade, in_group) == 8
	assert standard(own, with_own) == 7
	for price_list, customer in (
		(secret, None),
		(secret, in_group),
		(trade, None),
		(trade, with_own),
		(own, in_group),
		(trade, quotes.lead()),
		("none", in_group),
	):
		with pytest.raises(frappe.DoesNotExistError, match=r"^Price List not found\.$"):
			standard(price_list, customer)


@pytest.mark.parametrize(
	("rate", "hides_negotiated", "expected"),
	[(49.999, 1, (49.999, 7)), (50, 1, (0, 0)), (50, 0, (0, 7)), (1000, 1, (0, 0))],
)
def test_prices_on_request_are_not_told(quotes, threshold, rate, hides_negotiated, expected):
	"""From the threshold on, of a product as of a variant; the price beside it is told."""
	threshold(50)
	quotes.shop.set(hide_negotiated_with_standard=hides_negotiated)
	item, cheap, customer = quotes.variant(rate), quotes.variant(3), quotes.customer()
	quotes.price(item.item_code, 7, customer=customer.name)
	for asked in ({"medusa_product_id": item.medusa_id}, {"medusa_variant_id": item.medusa_variant_id}):
		found = quotes.call(
			"get_medusa_prices",
			items=[asked, {"medusa_product_id": cheap.medusa_id}],
			customer_id=customer.medusa_id,
		)
		told = found[next(iter(asked.values()))]
		assert (told["standard_price"], told["negotiated_price"]) == expected
		assert found[cheap.medusa_id]["standard_price"] == 3
		alone = quotes.call("get_medusa_prices", items=[asked])[next(iter(asked.values()))]
		assert (alone["standard_price"], alone["negotiated_price"]) == (expected[0], 0)


@pytest.mark.parametrize(("limit", "told"), [(10, 0), (10.001, 10), (0, 0), (None, 10)])
def test_the_threshold_of_the_homepage(quotes, threshold, limit, told):
	"""0 hides every price; where none was ever stored it is 50."""
	threshold(limit)
	item = quotes.variant(10)
	found = quotes.call("get_medusa_prices", items=[{"medusa_product_id": item.medusa_id}])
	assert found[item.medusa_id]["standard_price"] == told


def test_desk_and_quotations_have_the_real_prices(quotes, threshold):
	threshold(1)
	item, customer = quotes.variant(500), quotes.customer()
	quotes.price(item.item_code, 400, customer=customer.name)
	values = {"items": [{"item_code": item.item_code}], "price_list": "Standard Selling"}
	assert quotes.call("fetch_standard_price", party=customer.name, quotation_to="Customer", **values) == {
		item.item_code: 500,
		f"{item.item_code}-negotiated": 400,
	}
	(row,) = quotes.create(customer, item).items
	assert row.rate == 400


@pytest.fixture
def threshold(quotes):
	"""Set the Price Visibility Threshold in the form; None: as if it was never saved."""

	def set(limit):
		quotes.site.keep_single("Homepage Landing")
		if limit is not None:
			homepage = frappe.get_doc("Homepage Landing")
			homepage.price_visibility_threshold = limit
			homepage.save()
		else:
			frappe.db.delete(
				"Singles", {"doctype": "Homepage Landing", "field": "price_visibility_threshold"}
			)
			shared_cache.forget()
		frappe.db.commit()

	return set
