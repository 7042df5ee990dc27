"""What the tests of the client share: values to send, and a client whose waits take no time."""

from __future__ import annotations

import base64
import json
import time

import pytest
import responses

from medusa_integration.medusa.auth import MemoryTokens
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Product, Specification, Target, Variant

URL = "https://shop.example.com"


def jwt(name: str = "t", *, ends_in: float = 86_400) -> str:
	"""A token of Medusa's shape, which ends in so many seconds."""
	claims = json.dumps({"sub": name, "exp": time.time() + ends_in}).encode()
	return ".".join(["eyJhbGciOiJIUzI1NiJ9", base64.urlsafe_b64encode(claims).decode().rstrip("="), "c2ln"])


@pytest.fixture(name="jwt")
def jwt_fixture():
	return jwt


@pytest.fixture
def http():
	"""The web, as far as a test has put answers into it."""
	with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
		yield mock


@pytest.fixture
def calls(http):
	"""(method, path) of every request so far."""
	return lambda: [(call.request.method, call.request.path_url.partition("?")[0]) for call in http.calls]


@pytest.fixture
def product():
	"""Makes products: `product(3)` is the third one, keywords replace its fields."""

	def make(number: int = 1, **fields) -> Product:
		sku = fields.pop("sku", f"GLOVE-{number}")
		variant = fields.pop("variant", None) or Variant(sku=sku, origin_country="OM")
		defaults = {
			"key": f"WEB-ITM-{number:04}",
			"item_code": sku,
			"title": f"Nitrile gloves {number}",
			"handle": f"nitrile-gloves-{number}",
			"fallback_handle": f"nitrile-gloves-{number}-{sku.lower()}",
			"variant": variant,
			"description": "Powder free",
			"short_description": "Gloves",
			"ranking": 3,
			"brand_name": "Halyard",
			"origin_country": "OM",
			"specifications": (Specification("Size", "M"), Specification("Colour", "Blue")),
			"collection_id": "pcol_1",
			"metadata": {"UOM": "Box"},
		}
		return Product(**{**defaults, **fields})

	return make


@pytest.fixture
def client(http):
	"""Makes clients that are signed in already; `client.waits` and so on are lists of what they did."""
	made = []

	def make(generation="v2", *, extras=None, token=None, **fields):
		defaults = {
			"url": URL,
			"email": "sync@example.com",
			"password": "hunter2",
			"generation": generation,
			"extras": extras or ("properties" if generation == "v1" else "metadata"),
			"sales_channel": "sc_1",
			"shipping_profile": "sp_1",
		}
		waits, exchanges, learned = [], [], []
		medusa = connect(
			Target(**{**defaults, **fields}),
			tokens=MemoryTokens(token or jwt()),
			on_exchange=exchanges.append,
			on_learned=lambda name, value: learned.append((name, value)),
			sleep=waits.append,
			random=lambda: 0.0,
		)
		medusa.waits, medusa.exchanges, medusa.learned = waits, exchanges, learned
		made.append(medusa)
		return medusa

	yield make
	for medusa in made:
		medusa.close()
