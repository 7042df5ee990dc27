"""How the suite speaks with a Medusa of either generation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest
import requests

from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Generation, Simulator
from tests.support.medusa import REAL_AND_LONG

LOGIN_PATHS = {"v1": "/admin/auth/token", "v2": "/auth/user/emailpass"}
UNKNOWN_ERROR = {"code": "unknown_error", "type": "unknown_error", "message": "An unknown error occurred."}


@dataclass(frozen=True)
class Kind:
	"""One of the eight servers that the suite runs on."""

	real: bool
	generation: Generation
	extended: bool

	def __str__(self) -> str:
		flavour = "" if self.extended else "-stock"
		return f"{'real' if self.real else 'simulated'}-{self.generation}{flavour}"


def on(
	*generations: Generation, extended: bool | None = None, everywhere: bool = False
) -> pytest.MarkDecorator:
	"""Run the test on these servers: of both generations, extended and stock, unless told otherwise.

	The real stock servers take part only where the extension matters: with `everywhere` or `extended=False`.
	"""
	kinds = [
		Kind(is_real, generation, is_extended)
		for is_real in (False, True)
		for generation in generations or ("v1", "v2")
		for is_extended in (True, False)
		if extended in (None, is_extended) and (is_extended or not is_real or everywhere or extended is False)
	]
	params = [pytest.param(kind, id=str(kind), marks=REAL_AND_LONG if kind.real else ()) for kind in kinds]
	return pytest.mark.parametrize("medusa", params, indirect=True)


class Shop:
	"""A server, and a session in which the administrator is signed in. `mark` is in no other test's names."""

	def __init__(self, server: Simulator | MedusaServer, session: requests.Session, mark: str) -> None:
		self.server, self.session, self.mark = server, session, mark
		self.generation: Literal["v1", "v2"] = server.generation
		self.extended, self.url = server.extended, server.url
		session.headers["Authorization"] = f"Bearer {self.token()}"

	# --- requests -----------------------------------------------------------------------------------------

	def login(self, **credentials: object) -> requests.Response:
		return requests.post(self.url + LOGIN_PATHS[self.generation], json=credentials, timeout=300)

	def token(self) -> str:
		answer = self.login(email=self.server.email, password=self.server.password).json()
		return answer.get("access_token") or answer["token"]

	def send(self, method: str, path: str, body: object = None, **options: object) -> requests.Response:
		return self.session.request(method, self.url + path, json=body, timeout=300, **options)

	def get(self, path: str, **options: object) -> requests.Response:
		return self.send("GET", path, **options)

	def post(self, path: str, body: object = None, **options: object) -> requests.Response:
		return self.send("POST", path, body, **options)

	def delete(self, path: str, body: object = None) -> requests.Response:
		return self.send("DELETE", path, body)

	def anonymous(self, method: str, path: str, **options: object) -> requests.Response:
		return requests.request(method, self.url + path, timeout=300, **options)

	# --- bodies -------------------------------------------------------------------------------------------

	def named(self, name: str) -> str:
		"""A handle or SKU that is this test's own."""
		return f"{name}-{self.mark}"

	def product_body(self, name: str, **more: object) -> dict:
		"""A product with its one variant inline, as this generation wants it."""
		v1 = self.generation == "v1"
		variant = {
			"title": "Default",
			"sku": self.named(name).upper(),
			"manage_inventory": True,
			"allow_backorder": False,
			"options": [{"value": "Default"}] if v1 else {"Default": "Default"},
			"prices": [],
		}
		option = {"title": "Default"} if v1 else {"title": "Default", "values": ["Default"]}
		return {
			"title": name.capitalize(),
			"handle": self.named(name),
			"options": [option],
			"variants": [variant],
			**more,
		}

	def create(self, name: str, **more: object) -> dict:
		"""A product that is there now."""
		answer = self.post("/admin/products", self.product_body(name, **more))
		assert answer.status_code == 200, answer.text
		return answer.json()["product"]

	def product(self, product_id: str, fields: str = "") -> dict:
		answer = self.get(f"/admin/products/{product_id}{'?fields=' + fields if fields else ''}")
		assert answer.status_code == 200, answer.text
		return answer.json()["product"]

	def ids(self, query: str, path: str = "/admin/products", key: str = "products") -> list[str]:
		"""The ids that a list with this query has."""
		answer = self.get(f"{path}?{query}")
		assert answer.status_code == 200, answer.text
		return [row["id"] for row in answer.json()[key]]


def invalid(message: str) -> dict:
	return {"type": "invalid_data", "message": message}


def not_found(message: str) -> dict:
	return {"type": "not_found", "message": message}


def assert_refused(answer: requests.Response, status: int, body: dict) -> None:
	assert (answer.status_code, answer.json()) == (status, body)


def assert_page(answer: requests.Response, status: int, text: str) -> None:
	"""An HTML page, as Express makes them."""
	assert answer.status_code == status, answer.text
	assert answer.headers["Content-Type"].startswith("text/html")
	assert text in answer.text
