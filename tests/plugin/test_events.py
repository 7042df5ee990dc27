"""What happens in a real Medusa is told to ERPNext, whoever is down or dies meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from devbench.medusa.generations import PluginOptions
from devbench.medusa.seeds import Admin, sign_in_v1, sign_in_v2
from devbench.medusa.servers import MedusaServer
from devbench.processes import free_port
from tests.plugin.receiver import Receiver, receiving, until
from tests.support.medusa import real_or_skip
from tests.support.plugin import CONTENT_TYPE, PATH

pytestmark = [pytest.mark.medusa, pytest.mark.own_medusa, pytest.mark.long]

SECRETS = ("s3cret-2", "s3cret-1")
SOURCES_OF_V1 = ["claim_order", "customer", "fulfillment", "order", "payment", "refund", "return", "swap"]
SOURCES_OF_V2 = ["customer", "fulfillment", "order", "payment", "return"]


@dataclass
class Shop:
	"""A Medusa that tells an ERPNext."""

	medusa: MedusaServer
	erpnext: Receiver

	@property
	def admin(self) -> Admin:
		sign_in = sign_in_v1 if self.medusa.generation == "v1" else sign_in_v2
		return sign_in(self.medusa.url, self.medusa.email, self.medusa.password)

	def events(self, aggregate_id: str) -> list[dict]:
		"""The outbox about an order or a customer, the oldest first."""
		return self.admin("GET", f"/admin/erpnext/events?aggregate_id={aggregate_id}")["events"][::-1]


@pytest.fixture(scope="module", params=["v1", "v2"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
	port = free_port()
	plugin = PluginOptions(SECRETS, erpnext_url=f"http://127.0.0.1:{port}")
	with real_or_skip(request.param, plugin) as medusa, receiving(port) as erpnext:
		yield Shop(medusa, erpnext)


@pytest.fixture(autouse=True)
def working(shop: Shop) -> None:
	shop.erpnext.status = 200


def capture(shop: Shop, order: str) -> None:
	"""Let the order be paid, unless it is already."""
	if shop.medusa.generation == "v1":
		return
	collection = shop.admin("POST", "/admin/payment-collections", {"order_id": order, "amount": 100})
	payments = collection["payment_collection"]["id"]
	shop.admin("POST", f"/admin/payment-collections/{payments}/mark-as-paid", {"order_id": order})


def test_an_order_is_told_at_once_and_signed(shop: Shop) -> None:
	order = shop.medusa.add_order()
	shop.erpnext.wait_for(order, "order.placed")
	arrival = next(one for one in shop.erpnext.arrivals if one.event["aggregate_id"] == order)
	assert arrival.event["type"] == "order.placed"
	assert arrival.path == PATH
	assert arrival.headers["content-type"] == CONTENT_TYPE
	assert arrival.is_signed_with("s3cret-2")
	assert set(arrival.event) == {"id", "type", "aggregate", "aggregate_id", "created_at"}
	assert re.fullmatch(r"[A-Za-z0-9_.-]{1,140}", arrival.event["id"])
	assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", arrival.event["created_at"])
	assert arrival.event["aggregate"] == "order"
	until(lambda: shop.events(order)[0]["status"] == "sent", lambda: shop.events(order))
	event = shop.events(order)[0]
	assert (event["id"], event["status"], event["attempts"]) == (arrival.event["id"], "sent", 1)
	assert event["sent_at"]


def test_what_follows_is_told_with_the_order_it_belongs_to(shop: Shop) -> None:
	order = shop.medusa.add_order()
	capture(shop, order)
	shop.admin("POST", f"/admin/orders/{order}/complete", {})
	shop.erpnext.wait_for(order, "order.placed", "payment.captured", "order.completed")
	account = {"email": "new@example.com", "first_name": "First", "last_name": "Last"}
	password = {"password": "secret"} if shop.medusa.generation == "v1" else {}
	customer = shop.admin("POST", "/admin/customers", {**account, **password})["customer"]["id"]
	shop.admin("POST", f"/admin/customers/{customer}", {"first_name": "New"})
	shop.erpnext.wait_for(customer, "customer.created", "customer.updated")
	(created, _) = [one.event for one in shop.erpnext.taken if one.event["aggregate_id"] == customer]
	assert created["aggregate"] == "customer"


def test_what_erpnext_does_not_take_waits_and_can_be_sent_again(shop: Shop) -> None:
	shop.erpnext.status = 503
	order = shop.medusa.add_order()
	until(lambda: [event for event in shop.events(order) if event["last_error"]] != [], list)
	shop.admin("POST", f"/admin/orders/{order}/cancel", {})
	until(lambda: shop.events(order)[-1]["type"] == "order.canceled", lambda: shop.events(order))
	# a draft order of v1 is paid when it is placed
	placed, *paid, canceled = shop.events(order)
	assert placed["type"] == "order.placed"
	expected = ["order.placed", *(event["type"] for event in paid), "order.canceled"]
	assert (placed["status"], placed["last_error"]) == ("pending", "ERPNext answered 503.")
	# it waits for the one before
	assert (canceled["status"], canceled["attempts"]) == ("pending", 0)
	assert shop.erpnext.types(order) == []
	shop.erpnext.status = 200
	again = shop.admin("POST", f"/admin/erpnext/events/{placed['id']}/replay", {})["event"]
	assert again["id"] == placed["id"]
	until(lambda: shop.erpnext.types(order) == expected, lambda: shop.erpnext.types(order))
	until(lambda: {event["status"] for event in shop.events(order)} == {"sent"}, list)
	# ERPNext knows that one: it is told by another
	copy = shop.admin("POST", f"/admin/erpnext/events/{canceled['id']}/replay", {})["event"]
	assert (copy["type"], copy["aggregate_id"]) == ("order.canceled", order)
	assert copy["id"] not in (placed["id"], canceled["id"])
	expected.append("order.canceled")
	until(lambda: shop.erpnext.types(order) == expected, lambda: shop.erpnext.types(order))


def test_a_server_that_is_killed_loses_nothing(shop: Shop) -> None:
	shop.erpnext.status = 503
	sent, lost = shop.medusa.add_order(), shop.medusa.add_order()
	until(lambda: bool(shop.events(sent)) and bool(shop.events(lost)), list)
	shop.medusa.kill()
	# as if it had died between the commit and the subscriber
	shop.medusa.query(f"delete from erp_event where aggregate_id = '{lost}'")
	shop.erpnext.status = 200
	shop.medusa.start()
	shop.erpnext.wait_for(sent, "order.placed")
	shop.erpnext.wait_for(lost, "order.updated")
	assert shop.erpnext.types(lost) == ["order.updated"]


def test_everything_that_belongs_to_an_order_is_compared(shop: Shop) -> None:
	"""One after the other, so that an error of one keeps the next ones from being compared."""
	expected = {"v1": SOURCES_OF_V1, "v2": SOURCES_OF_V2}[shop.medusa.generation]
	[[start]] = shop.medusa.query("select now()")

	def compared() -> list[str]:
		sql = f"select id from erp_watermark where swept_until > timestamptz '{start}' order by id"
		return [row[0] for row in shop.medusa.query(sql)]

	until(lambda: compared() == expected, compared)
	log = shop.medusa.log.read_text()
	assert "erpnext-sweep-events failed" not in log and "cannot be compared" not in log


def test_a_list_that_cannot_be_asked_for(shop: Shop) -> None:
	for query in ("status=unknown", "limit=0", "limit=x", "offset=-1"):
		answer = shop.admin.session.get(f"{shop.medusa.url}/admin/erpnext/events?{query}", timeout=60)
		assert (answer.status_code, answer.json()["type"]) == (400, "invalid_data")
	url = f"{shop.medusa.url}/admin/erpnext/events/evt_nonsense/replay"
	assert shop.admin.session.post(url, json={}, timeout=60).status_code == 404


def test_strangers_see_and_send_nothing(shop: Shop) -> None:
	stranger = Admin(shop.medusa.url, "nonsense")
	for method, path in (("GET", "/admin/erpnext/events"), ("POST", "/admin/erpnext/events/x/replay")):
		url = f"{stranger.url}{path}"
		assert stranger.session.request(method, url, json={}, timeout=60).status_code == 401
