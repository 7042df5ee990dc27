"""The client's prices in whole servers: simulated ones always, real ones where they can be had."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
import requests

from devbench.medusa.simulator import faults
from medusa_integration.medusa.errors import Invalid, MissingReference
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Price, Product, Target, Variant
from tests.support.medusa import real_server, simulator

RUN = secrets.token_hex(3)
_numbers = itertools.count(1)
NOW = datetime.now(timezone.utc).replace(microsecond=0)
DAY = timedelta(days=1)
BATCH = "/admin/price-lists/*/prices/batch"


class Shop:
	"""A Medusa server, what a test sends to it, and what a visitor then pays."""

	def __init__(self, server, generation: str) -> None:
		self.server, self.generation = server, generation
		self.list = f"Selling {RUN} {next(_numbers)}"
		self.client = self.connect()
		self._regions: dict[str, str] = {}

	def connect(self, **fields):
		fields = {"email": self.server.email, "password": self.server.password, **fields}
		return connect(Target(url=self.server.url, **fields), sleep=lambda _: None)

	def variants(self, count: int) -> list[tuple[str, str]]:
		"""New products: (product id, variant id)."""
		products = []
		for _ in range(count):
			name = f"box-{RUN}-{next(_numbers)}"
			variant = Variant(sku=name.upper())
			names = {"key": name, "item_code": name, "title": name, "handle": name, "fallback_handle": name}
			products.append(Product(**names, variant=variant))
		return [(one.id, one.variant_id) for one in self.client.products.save(products)]

	def price(self, variant: str, amount: str = "1.5", currency: str = "OMR", **fields) -> Price:
		key = fields.pop("key", f"price-{next(_numbers)}")
		return Price(key, variant, f"Box {variant}", self.list, Decimal(amount), currency, **fields)

	def save(self, *prices: Price, **options) -> list[Price]:
		"""The prices with their ids, after they were saved."""
		outcomes = self.client.prices.save(prices, **options)
		assert [outcome.error for outcome in outcomes] == [None] * len(prices)
		return [
			replace(price, id=one.id, list_id=one.list_id)
			for price, one in zip(prices, outcomes, strict=True)
		]

	def held(self) -> list[tuple]:
		"""What Medusa holds of this test: (variant, amount, currency)."""
		return sorted(
			(one.variant_id, one.amount, one.currency) for one in self.client.prices.list_all(self.list)
		)

	def paid(self, product: str, currency: str = "OMR"):
		"""What the storefront says that a visitor pays, in the currency itself as far as Medusa does."""
		code = currency.lower()
		if self.generation == "v1":
			url = f"{self.server.url}/store/products/{product}?currency_code={code}"
			answer = requests.get(url, timeout=300)
			return answer.json()["product"]["variants"][0].get("calculated_price")
		if code not in self._regions:
			region = {"name": code, "currency_code": code, "countries": []}
			answer = self.client.medusa.request("POST", "/admin/regions", json=region)
			self._regions[code] = answer["region"]["id"]
		params = {"id": product, "region_id": self._regions[code], "fields": "id,*variants.calculated_price"}
		key = {"x-publishable-api-key": self.server.publishable_key}
		answer = requests.get(f"{self.server.url}/store/products", params, headers=key, timeout=300)
		(found,) = answer.json()["products"]
		calculated = found["variants"][0]["calculated_price"]
		return calculated and calculated["calculated_amount"]


def _kinds():
	for generation in ("v1", "v2"):
		yield pytest.param((False, generation), id=f"simulated {generation}")
		yield pytest.param((True, generation), id=f"real {generation}", marks=pytest.mark.medusa)


@pytest.fixture
def shop(request):
	is_real, generation = request.param
	if is_real:
		yield Shop(real_server(generation), generation)
		return
	with simulator(generation) as server:
		yield Shop(server, generation)


everywhere = pytest.mark.parametrize("shop", list(_kinds()), indirect=True)
simulated = pytest.mark.parametrize("shop", [(False, "v1"), (False, "v2")], indirect=True, ids=["v1", "v2"])
on_v2 = pytest.mark.parametrize("shop", [(False, "v2")], indirect=True, ids=["v2"])


@everywhere
@pytest.mark.parametrize(
	("amount", "currency", "minor"),
	[
		("0.001", "OMR", 1),
		("1.005", "OMR", 1005),
		("12.345", "KWD", 12345),
		("19.99", "USD", 1999),
		("1000", "JPY", 1000),
	],
)
def test_amounts_arrive_exact(shop, amount, currency, minor):
	"""What a visitor pays is the rate to the last digit: v1 in minor units, v2 in the currency itself."""
	((product, variant),) = shop.variants(1)
	shop.save(shop.price(variant, amount, currency))
	assert shop.held() == [(variant, Decimal(amount), currency)]
	assert shop.paid(product, currency) == (minor if shop.generation == "v1" else float(amount))


@everywhere
@pytest.mark.contract(34)
def test_created_changed_deleted(shop):
	"""In place: the same ids for another amount, also a higher one,
	and nothing is left of a deleted price.
	"""
	((product, variant),) = shop.variants(1)
	(price,) = shop.save(shop.price(variant, "1.500"))
	assert price.id and price.list_id
	(again,) = shop.save(replace(price, amount=Decimal("2.750")))
	assert (again.id, again.list_id) == (price.id, price.list_id)
	assert shop.paid(product) == (2750 if shop.generation == "v1" else 2.75)
	for _ in range(2):
		assert [one.error for one in shop.client.prices.delete([again])] == [None]
	assert shop.held() == []
	assert shop.paid(product) is None


@everywhere
def test_two_prices_one_after_the_other(shop):
	"""Of a price that ends and one that begins later, the visitor pays the one that is valid."""
	((product, variant),) = shop.variants(1)
	ends = NOW + DAY
	now, later = shop.save(
		shop.price(variant, "5", ends_at=ends - timedelta(milliseconds=1)),
		shop.price(variant, "3", starts_at=ends),
	)
	assert now.list_id != later.list_id
	assert shop.paid(product) == (5000 if shop.generation == "v1" else 5)
	# the first one is over, the other one has begun
	shop.client.prices.delete([now])
	(later,) = shop.save(replace(later, starts_at=None))
	assert shop.paid(product) == (3000 if shop.generation == "v1" else 3)
	assert len(shop.held()) == 1


@everywhere
def test_what_is_gone_is_made_again(shop):
	"""A list or a price that somebody has deleted in Medusa comes back."""
	(_, variant), (_, other) = shop.variants(2)
	price, second = shop.save(shop.price(variant, "1"), shop.price(other, "2"))
	shop.client.medusa.request("DELETE", f"/admin/price-lists/{price.list_id}")
	(price,) = shop.save(replace(price, amount=Decimal("1.1")))
	(second,) = shop.save(replace(second, amount=Decimal("2.1")))
	assert shop.held() == sorted([(variant, Decimal("1.1"), "OMR"), (other, Decimal("2.1"), "OMR")])
	path, body = f"/admin/price-lists/{price.list_id}/prices/batch", {"delete": [price.id]}
	if shop.generation == "v1":
		shop.client.medusa.request("DELETE", path, json={"price_ids": [price.id]})
	else:
		shop.client.medusa.request("POST", path, json=body)
	(again,) = shop.save(price)
	assert again.id != price.id
	assert len(shop.held()) == 2


@everywhere
def test_a_price_whose_id_was_lost_is_adopted(shop):
	"""With a look-up nothing is created twice, whether it is valid now or later;
	a sibling's price is left alone.
	"""
	((_, variant),) = shop.variants(1)
	first, later = shop.save(
		shop.price(variant, "1", ends_at=NOW + 2 * DAY),
		shop.price(variant, "2", starts_at=NOW + 3 * DAY),
	)
	for price in (first, later):
		lost = replace(price, id=None, list_id=None, amount=Decimal("4"))
		(found,) = shop.save(lost, look_up=True)
		assert (found.id, found.list_id) == (price.id, price.list_id)
	stranger = shop.price(variant, "9", ends_at=NOW + 2 * DAY, others=frozenset({first.id, later.id}))
	(made,) = shop.save(stranger, look_up=True)
	assert made.id not in (first.id, later.id)


@everywhere
def test_a_bad_variant_does_not_spoil_the_others(shop):
	"""The price of a variant that Medusa does not have fails alone, and leaves nothing behind."""
	(_, one), (_, two) = shop.variants(2)
	prices = [shop.price(variant, "1") for variant in (one, "variant_nonsense", two)]
	outcomes = shop.client.prices.save(prices)
	assert [type(outcome.error) for outcome in outcomes] == [type(None), MissingReference, type(None)]
	assert {held[0] for held in shop.held()} == {one, two}


@everywhere
def test_what_medusa_cannot_hold(shop):
	"""A currency that the store does not have, and an amount without end,
	are told before anything is sent.
	"""
	((_, variant),) = shop.variants(1)
	outcomes = shop.client.prices.save(
		[
			shop.price(variant, "1", "CHF"),
			shop.price(variant, "123456789012345678.001"),
			shop.price(variant, "1"),
		]
	)
	assert isinstance(outcomes[0].error, Invalid) and "CHF" in str(outcomes[0].error)
	assert isinstance(outcomes[1].error, Invalid)
	assert not outcomes[2].error
	assert len(shop.held()) == 1


@simulated
@pytest.mark.parametrize("starts_at", [None, NOW + DAY], ids=["now", "later"])
def test_a_time_out_after_the_write_makes_one_price(shop, starts_at):
	"""Nobody knows whether it was done: it is looked for before it is sent again."""
	((_, variant),) = shop.variants(1)
	path = "/admin/price-lists" if shop.generation == "v1" else BATCH
	shop.server.fail("POST", path, faults.lost_answer())
	shop.save(shop.price(variant, "1", starts_at=starts_at))
	assert len(shop.held()) == 1
	assert len(shop.server.price_lists) == 1


@on_v2
def test_more_than_a_thousand_go_into_a_second_list(shop):
	"""Batches of 200, lists of 1000; a further call fills what has room."""
	variants = [variant for _, variant in shop.variants(1210)]
	shop.save(*(shop.price(variant) for variant in variants[:1200]))
	assert [len(one["prices"]) for one in shop.server.price_lists] == [1000, 200]
	assert len(shop.server.sent("POST", BATCH)) == 6
	client = shop.client = shop.connect()
	client.prices.save([shop.price(variant) for variant in variants[1200:]])
	assert [len(one["prices"]) for one in shop.server.price_lists] == [1000, 210]


@on_v2
def test_a_server_error_of_one_is_found_by_halving(shop):
	"""A batch that breaks Medusa is halved until the culprit stands alone; nothing is created twice."""
	variants = [variant for _, variant in shop.variants(8)]

	def has_culprit(request):
		return any(row["variant_id"] == variants[5] for row in (request.body or {}).get("create", ()))

	shop.server.fail("POST", BATCH, faults.status(500), times=None, only=has_culprit)
	outcomes = shop.client.prices.save([shop.price(variant) for variant in variants])
	assert [bool(outcome.error) for outcome in outcomes] == [variant == variants[5] for variant in variants]
	assert len(shop.held()) == 7


@on_v2
def test_a_body_that_is_too_large_is_halved(shop):
	variants = [variant for _, variant in shop.variants(8)]

	def is_large(request):
		return len((request.body or {}).get("create", ())) > 3

	shop.server.fail("POST", BATCH, faults.status(413), times=None, only=is_large)
	shop.save(*(shop.price(variant) for variant in variants))
	assert len(shop.held()) == 8


@on_v2
def test_empty_lists_of_the_past_are_tidied_away(shop):
	((_, variant),) = shop.variants(1)
	(price,) = shop.save(shop.price(variant, starts_at=NOW + DAY))
	(price,) = shop.save(replace(price, starts_at=None))
	assert len(shop.server.price_lists) == 2
	assert shop.client.prices.tidy(shop.list, NOW) == 0
	assert shop.client.prices.tidy(shop.list, NOW + 3 * DAY) == 1
	assert [one["starts_at"] for one in shop.server.price_lists] == [None]


@pytest.mark.parametrize("shop", [(False, "v1")], indirect=True)
def test_the_multiplier_replaces_the_currencys_factor(shop):
	((product, variant),) = shop.variants(1)
	shop.client = shop.connect(amount_multiplier=100)
	shop.save(shop.price(variant, "12.345"))
	assert shop.paid(product) == 1235
