"""The routes for ERPNext demand a signature over time, query and body, besides the credentials."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import requests

from devbench.medusa.generations import PluginOptions
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Generation, Simulator
from devbench.processes import DevbenchError
from tests.support import plugin
from tests.wire.shops import Shop, assert_refused, on

BODY = '{"customer_id": "cus_1", "order_status": "Pending"}'
CURRENT, PREVIOUS = "devbench-secret-2", "devbench-secret-1"
UNSIGNED = "The request has no signature."
UNREADABLE = "The signature of the request cannot be read."
WRONG = "The signature of the request is wrong."
OLD = "The signature of the request is older than 5 minutes, or the clocks of both servers differ."


def signature(secret: str, query: str, age: int = 0) -> str:
	return plugin.signature(BODY.encode(), secret=secret, at=time.time() - age, query=query)


def tell(shop: Shop, query: str, signed: str | None, body: str = BODY, **headers: str) -> requests.Response:
	"""Tell about the quotation of this query."""
	headers = {"Content-Type": "application/json", **headers}
	if shop.generation == "v2":
		headers["x-publishable-api-key"] = shop.server.publishable_key
	if signed is not None:
		headers["X-ERPNext-Signature"] = signed
	url = f"{shop.url}/store/quotation-update?{query}"
	return shop.session.post(url, data=body.encode(), headers=headers, timeout=300)


def refused(message: str) -> dict:
	return {"type": "unauthorized", "message": message}


@on(extended=True)
def test_signed_with_the_current_or_the_previous_secret(shop: Shop) -> None:
	for secret in (CURRENT, PREVIOUS):
		quotation = shop.named(secret)
		query = f"quot_id={quotation}&note=%C3%A9+%26"
		assert tell(shop, query, signature(secret, query)).status_code == 200
		assert shop.server.quotation_update(quotation) == json.loads(BODY)


@on(extended=True)
def test_what_is_signed_wrongly_changes_nothing(shop: Shop) -> None:
	quotation = shop.named("quotation")
	query = f"quot_id={quotation}"
	right = signature(CURRENT, query)
	other = BODY.replace("Pending", "Completed")
	assert_refused(tell(shop, query, right, other), 401, refused(WRONG))
	assert_refused(tell(shop, f"{query}&x=1", right), 401, refused(WRONG))
	assert_refused(tell(shop, query, signature("another secret", query)), 401, refused(WRONG))
	assert_refused(tell(shop, query, signature(CURRENT, query, age=330)), 401, refused(OLD))
	assert_refused(tell(shop, query, signature(CURRENT, query, age=-330)), 401, refused(OLD))
	assert_refused(tell(shop, query, "nonsense"), 401, refused(UNREADABLE))
	assert_refused(tell(shop, query, f"{right},{right}"), 401, refused(UNREADABLE))
	text = {"Content-Type": "text/plain"}
	assert tell(shop, query, signature(CURRENT, query), **text).status_code == 401
	assert shop.server.quotation_update(quotation) is None


@on(extended=True)
def test_a_signature_does_not_replace_the_credentials(shop: Shop) -> None:
	query = f"quot_id={shop.named('quotation')}"
	answer = tell(shop, query, signature(CURRENT, query), Authorization="Bearer nonsense")
	assert answer.status_code == 401
	assert shop.server.quotation_update(shop.named("quotation")) is None


@on(extended=True)
def test_what_is_not_signed_changes_nothing(shop: Shop) -> None:
	query = f"quot_id={shop.named('quotation')}"
	assert_refused(tell(shop, query, None), 401, refused(UNSIGNED))
	assert shop.server.quotation_update(shop.named("quotation")) is None


@pytest.fixture
def lenient(request: pytest.FixtureRequest) -> Iterator[Shop]:
	"""A server whose plugin accepts requests without a signature (`allow_unsigned`)."""
	kind, _, generation = request.param.partition("-")
	options = PluginOptions(allow_unsigned=True)
	server = (Simulator if kind == "simulated" else MedusaServer)(generation, plugin=options)
	try:
		server.start()
	except DevbenchError as error:
		pytest.skip(str(error))
	try:
		with requests.Session() as session:
			yield Shop(server, session, "lenient")
	finally:
		server.close() if isinstance(server, MedusaServer) else server.stop()


def not_only_signed(lenient: Shop) -> None:
	"""What a server does that accepts requests without a signature: a wrong one is refused all the same."""
	query = "quot_id=quotation-lenient"
	assert_refused(tell(lenient, query, signature("another secret", query)), 401, refused(WRONG))
	assert lenient.server.quotation_update("quotation-lenient") is None
	assert tell(lenient, query, None).status_code == 200
	assert lenient.server.quotation_update("quotation-lenient") == json.loads(BODY)


@pytest.mark.parametrize("lenient", ["simulated-v1", "simulated-v2"], indirect=True)
def test_the_simulator_accepts_unsigned_requests_if_it_is_told_to(lenient: Shop) -> None:
	not_only_signed(lenient)


@pytest.mark.medusa
@pytest.mark.long
@pytest.mark.parametrize("lenient", ["real-v1", "real-v2"], indirect=True)
def test_the_plugin_accepts_unsigned_requests_if_it_is_told_to(lenient: Shop) -> None:
	not_only_signed(lenient)


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_without_a_secret_everything_is_refused(generation: Generation) -> None:
	options = PluginOptions(secrets=())
	with Simulator(generation, plugin=options) as server, requests.Session() as session:
		shop = Shop(server, session, "bare")
		query = "quot_id=quotation-bare"
		expected = refused("No secret is configured to check the signature of requests.")
		assert_refused(tell(shop, query, signature(CURRENT, query)), 401, expected)
		assert_refused(tell(shop, query, None), 401, expected)
		server.set_secrets(CURRENT)
		assert tell(shop, query, signature(CURRENT, query)).status_code == 200
