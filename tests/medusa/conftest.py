"""What the tests of the client share: values to send, clients whose waits take no time, whole servers."""

from __future__ import annotations

import base64
import itertools
import json
import secrets
import time
from dataclasses import replace

import pytest
import requests
import responses

from devbench.medusa.simulator import Simulator
from medusa_integration.medusa.auth import MemoryTokens
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.transport import Transport
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Product, Specification, Target, Variant
from tests.medusa.delivering import placed  # noqa: F401
from tests.medusa.faulty import FaultyServer
from tests.support.medusa import servers

URL = "https://shop.example.com"
PRODUCTS = f"{URL}/admin/products"
# what products of these tests have in common
GLOVES = {
	"description": "Powder free",
	"short_description": "Gloves",
	"ranking": 3,
	"brand_name": "Halyard",
	"origin_country": "OM",
	"specifications": (Specification("Size", "M"), Specification("Colour", "Blue")),
	"metadata": {"UOM": "Box"},
}


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
			"collection_id": "pcol_1",
			**GLOVES,
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


_numbers = itertools.count(1)
RUN = secrets.token_hex(3)


class Shop:
	"""A Medusa server, what a test sends to it, and what it then has."""

	def __init__(self, server, generation: str, extended: bool) -> None:
		self.server, self.generation, self.extended = server, generation, extended
		self.learned, self.exchanges = [], []
		self.client = self.connect()
		self._token = None

	def connect(self, tokens=None, **fields):
		fields = {"email": self.server.email, "password": self.server.password, **fields}
		return connect(
			Target(url=self.server.url, **fields),
			on_learned=lambda *what: self.learned.append(what),
			on_exchange=self.exchanges.append,
			tokens=tokens,
		)

	@property
	def extras(self) -> str:
		return "properties" if self.extended else "metadata"

	def ask(self, method: str, path: str, **options) -> dict:
		"""A request past the client."""
		if not self._token:
			path_, key = {
				"v1": ("/admin/auth/token", "access_token"),
				"v2": ("/auth/user/emailpass", "token"),
			}[self.generation]
			signed_in = requests.post(
				self.server.url + path_,
				json={"email": self.server.email, "password": self.server.password},
				timeout=300,
			)
			self._token = signed_in.json()[key]
		answer = requests.request(
			method,
			self.server.url + path,
			headers={"Authorization": f"Bearer {self._token}"},
			timeout=300,
			**options,
		)
		answer.raise_for_status()
		return answer.json()

	def product(self, id: str) -> dict:
		params = {"fields": "*variants,*variants.options,*options,*images,*sales_channels"}
		if not isinstance(self.server, Simulator):
			params["fields"] += ",*shipping_profile"
		if self.extended:
			params["fields"] += ",*erp_product"
		if self.generation == "v1":
			params = {"expand": "variants,variants.options,options,images"}
		return self.ask("GET", f"/admin/products/{id}", params=params)["product"]

	def extra(self, remote: dict, name: str) -> object:
		place = remote.get("erp_product", remote) if self.extended else remote["metadata"]
		return place.get(name)

	@staticmethod
	def new_name(word: str) -> str:
		"""A name that begins so, and that no other test has."""
		return f"{word}-{RUN}-{next(_numbers)}"

	def make(self, **fields) -> Product:
		"""A product that no other test has."""
		handle = self.new_name("gloves")
		sku = fields.pop("sku", handle.replace("gloves", "sku").upper())
		defaults = {
			"key": handle.replace("gloves", "WEB"),
			"item_code": sku,
			"title": "Nitrile gloves",
			"handle": handle,
			"fallback_handle": f"{handle}-b",
			"variant": Variant(sku=sku, origin_country="OM", hs_code="4015", weight=250),
			**GLOVES,
		}
		return Product(**{**defaults, **fields})

	def save(self, *products: Product, **options):
		"""Save them; each must succeed. Returns the products with their ids."""
		outcomes = self.client.products.save(products, **options)
		assert [outcome.error for outcome in outcomes] == [None] * len(products)
		return [
			replace(product, id=outcome.id, variant=replace(product.variant, id=outcome.variant_id))
			for product, outcome in zip(products, outcomes, strict=True)
		]


_servers: dict = {}


@pytest.fixture(params=servers())
def shop(request):
	"""A whole server, simulated or real. Tests share it: each uses handles and SKUs of its own.

	What a test asserts is read from it past the client.
	"""
	return shared_shop(*request.param)


def shared_shop(start, generation, extended):
	"""The shop at that server, which is started for the first test that asks."""
	if (start, generation, extended) not in _servers:
		_servers[start, generation, extended] = start(generation, extended)
	return Shop(_servers[start, generation, extended], generation, extended)


@pytest.fixture
def transport():
	made = []

	def make(url=URL, **options):
		waits, exchanges = [], []
		options = {"sleep": waits.append, "random": lambda: 0.0, "on_exchange": exchanges.append, **options}
		transport = Transport(url, **options)
		transport.waits, transport.exchanges = waits, exchanges
		made.append(transport)
		return transport

	yield make
	for each in made:
		each.close()


def sent(http, *, status=200, body=b"", headers=None, url=PRODUCTS):
	"""What comes of an answer: the error, and what was reported of it."""
	http.get(url, status=status, body=body, headers=headers or {})
	exchanges = []
	with pytest.raises(MedusaError) as caught:
		Transport(URL, sleep=lambda _: None, on_exchange=exchanges.append).send("GET", "/admin/products")
	return caught.value, exchanges[0]


@pytest.fixture
def serve():
	servers = []

	def make(generation: str) -> FaultyServer:
		servers.append(FaultyServer(generation))
		return servers[-1]

	yield make
	for server in servers:
		server.client.close()
		server.medusa.stop()


@pytest.fixture
def products(product):
	return lambda count: [product(number, collection_id=None) for number in range(1, count + 1)]
