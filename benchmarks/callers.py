"""The plain way and the bare loop: requests over one session with keep-alive, without a site."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter

from benchmarks.articles import Article
from benchmarks.bodies import Shape
from devbench.medusa.servers import MedusaServer

BATCH = 100
"""Products in one call of v2's `products/batch`; more of them are no faster."""
AT_ONCE = 6
"""Calls of v1 side by side; more of them are no faster, as Medusa runs on one core."""
KEPT = "id,handle,variants.id"
"""What the bare loop asks v2 to answer: no less would do for whoever wants to find a product again."""
TIMEOUT = 300
SIGN_IN = {"v1": ("/admin/auth/token", "access_token"), "v2": ("/auth/user/emailpass", "token")}


class Caller:
	"""Somebody who is signed in to the server and puts articles into one collection."""

	def __init__(self, medusa: MedusaServer, collection_id: str) -> None:
		self.url = medusa.url
		self.session = requests.Session()
		self.session.mount(self.url, HTTPAdapter(pool_maxsize=AT_ONCE))
		path, key = SIGN_IN[medusa.generation]
		token = self.post(path, {"email": medusa.email, "password": medusa.password})[key]
		self.session.headers["Authorization"] = f"Bearer {token}"
		self.session.headers["Content-Type"] = "application/json"
		ids = self._defaults() if medusa.generation == "v2" else ()
		self.shape = Shape(medusa.generation, medusa.extended, collection_id, *ids)

	def _defaults(self) -> tuple[str, str]:
		"""The sales channel and the shipping profile of new products, which v2 does not choose by itself."""
		[store] = self.get("/admin/stores?limit=1")["stores"]
		[profile] = self.get("/admin/shipping-profiles?type=default&limit=1")["shipping_profiles"]
		return store["default_sales_channel_id"], profile["id"]

	def products(self) -> int:
		"""How many products the server has."""
		return self.get("/admin/products?limit=1&fields=id")["count"]

	def plain(self, articles: Sequence[Article]) -> float:
		"""Send the articles the plain way; answer the seconds that it took."""
		send = self._plain_v1 if self.shape.generation == "v1" else self._plain_v2
		return _seconds(lambda: [send(article) for article in articles])

	def bare(self, articles: Sequence[Article]) -> float:
		"""Post bodies that are made and encoded before the clock starts; answer the seconds that it took."""
		bodies = [self.shape.whole_product(article) for article in articles]
		path, at_once = "/admin/products", AT_ONCE
		if self.shape.generation == "v2":
			path, at_once = f"/admin/products/batch?fields={KEPT}", 1
			bodies = [{"create": bodies[start : start + BATCH]} for start in range(0, len(bodies), BATCH)]
		encoded = [json.dumps(body, ensure_ascii=False).encode() for body in bodies]

		def send(body: bytes) -> None:
			self.session.post(self.url + path, body, timeout=TIMEOUT).raise_for_status()

		with ThreadPoolExecutor(at_once) as pool:
			return _seconds(lambda: list(pool.map(send, encoded)))

	def plain_prices(self, variants: Sequence[str]) -> float:
		"""Send one price list for each variant, one after the other; answer the seconds that it took."""
		bodies = [self.shape.price_list(variant, number) for number, variant in enumerate(variants)]
		return _seconds(lambda: [self.post("/admin/price-lists", body) for body in bodies])

	def get(self, path: str) -> dict:
		"""Answer what is found there."""
		answer = self.session.get(self.url + path, timeout=TIMEOUT)
		answer.raise_for_status()
		return answer.json()

	def post(self, path: str, body: dict) -> dict:
		"""Post a dict, answer a dict."""
		answer = self.session.post(self.url + path, json=body, timeout=TIMEOUT)
		answer.raise_for_status()
		return answer.json()

	def _plain_v1(self, article: Article) -> None:
		product = self.post("/admin/products", self.shape.product(article))["product"]
		path = f"/admin/products/{product['id']}"
		option = self.post(f"{path}/options", self.shape.option())["product"]["options"][0]
		self.post(f"{path}/variants", self.shape.variant(article, option["id"]))

	def _plain_v2(self, article: Article) -> None:
		"""v2 takes no option by itself any more (from 2.17 on), so it comes with the product."""
		body = self.shape.product(article) | {"options": [self.shape.option()]}
		product = self.post("/admin/products", body)["product"]
		self.post(f"/admin/products/{product['id']}/variants", self.shape.variant(article))


def _seconds(work: Callable[[], object]) -> float:
	started = time.perf_counter()
	work()
	return time.perf_counter() - started
