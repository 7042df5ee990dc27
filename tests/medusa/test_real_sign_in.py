"""Whole servers, simulated and real: which they are, and who signs in to them."""

from __future__ import annotations

import re

import pytest

from medusa_integration.medusa.auth import MemoryTokens
from medusa_integration.medusa.errors import SignInFailed


def test_which_server_it_is_is_found_out(shop):
	"""Generation and the way of extras, told to whoever remembers, and what a person can choose from."""
	products = shop.ask("GET", "/admin/products")["count"]
	about = shop.client.describe()
	assert (about.generation, about.extras) == (shop.generation, shop.extras)
	assert shop.learned == [("generation", shop.generation), ("extras", shop.extras)]
	assert about.currencies and all(re.fullmatch("[A-Z]{3}", code) for code in about.currencies)
	assert [channel.is_default for channel in about.sales_channels].count(True) == 1
	assert all(choice.id and choice.name for choice in (*about.sales_channels, *about.stock_locations))
	assert shop.ask("GET", "/admin/products")["count"] == products, "nothing is made for that"


def test_a_wrong_password_is_refused_at_once(shop):
	"""One attempt, one error."""
	client = shop.connect(password="wrong", extras="metadata", generation=shop.generation)
	shop.exchanges.clear()
	with pytest.raises(SignInFailed):
		client.products.save([shop.make() for _ in range(8)])
	assert len(shop.exchanges) == 1


def test_a_token_that_was_never_valid_is_replaced(shop):
	"""401 is met with one new sign-in, in several threads too."""
	shop.client = shop.connect(tokens=MemoryTokens("eyJhbGciOiJIUzI1NiJ9.e30.bm9wZQ"))
	shop.save(*(shop.make() for _ in range(8)))
	signed_in = [exchange for exchange in shop.exchanges if re.search("auth/token|emailpass", exchange.url)]
	assert [exchange.status for exchange in signed_in if exchange.request_body != {}].count(200) == 1
	assert "***" in str(signed_in[-1].request_body) and shop.server.password not in str(shop.exchanges)


def test_a_secret_key_will_do(shop):
	"""v2: a secret key in place of e-mail and password."""
	if shop.generation == "v1":
		pytest.skip("v1 has no secret keys")
	client = shop.connect(email=None, password=None, secret_key=shop.server.secret_key)
	[outcome] = client.products.save([shop.make()])
	assert outcome.error is None
