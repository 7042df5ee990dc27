"""Calls of the app's endpoints: over HTTP, by each kind of caller of the shop window, and without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.users import token_of

if TYPE_CHECKING:
	from tests.support.shop import Shop

GUEST, WEBSITE, STOREFRONT, DESK = "guest", "website user", "storefront user", "Desk user"
# who -> roles; a guest has no user
CALLERS: dict[str, tuple[str, ...] | None] = {
	GUEST: None,
	WEBSITE: (),
	STOREFRONT: ("Medusa Storefront",),
	DESK: ("Item Manager",),
}


@pytest.fixture
def ask(shop: Shop, http_server: str) -> Callable[..., requests.Response]:
	"""`ask(who, name, **values)` calls an endpoint of `api.py` as one of CALLERS; by POST, or `method`."""
	made: dict[str, dict[str, str]] = {GUEST: {}}
	shop.set(public_rate_limit=100_000, allow_guest_storefront_calls=0)

	def headers(who: str) -> dict[str, str]:
		if who not in made:
			made[who] = token_of(shop.site, who, CALLERS[who] or ())
		return made[who]

	def ask(who: str, name: str, method: str = "POST", host: str | None = None, **values: Any) -> Any:
		sent = {"params" if method == "GET" else "json": values}
		return requests.request(
			method,
			f"{http_server}/api/method/medusa_integration.api.{name}",
			headers={**headers(who), **({"Host": host} if host else {})},
			timeout=300,
			**sent,
		)

	return ask


@pytest.fixture
def told(ask: Callable[..., requests.Response]) -> Callable[..., Any]:
	"""`told(who, name, **values)` is what a call returns that has to succeed."""

	def told(who: str, name: str, **values: Any) -> Any:
		answer = ask(who, name, **values)
		assert answer.status_code == 200, answer.text
		return answer.json()["message"]

	return told


def called(name: str, **values: Any) -> Any:
	"""What a function of `api.py` returns, committed; what it raises is rolled back, as over HTTP."""
	import frappe

	from medusa_integration import api

	try:
		answer = getattr(api, name)(**values)
	except Exception:
		frappe.db.rollback()
		raise
	frappe.db.commit()
	return answer
