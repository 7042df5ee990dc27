"""What the simulator can be told to do wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import pytest
import requests

from devbench.medusa.simulator import Request, Simulator, faults
from tests.support.medusa import simulator
from tests.support.processes import wait_until
from tests.wire.shops import Shop

PATH = "/admin/collections"


@pytest.fixture(params=["v1", "v2"])
def medusa(request: pytest.FixtureRequest) -> Iterator[Simulator]:
	"""A simulated server of this test's own."""
	with simulator(request.param) as server:
		yield server


@pytest.fixture
def shop(medusa: Simulator) -> Iterator[Shop]:
	with requests.Session() as session:
		yield Shop(medusa, session, "x")


def create(shop: Shop, timeout: float = 300) -> requests.Response:
	body = {"title": f"Number {len(shop.server.collections)}"}
	return shop.session.post(shop.url + PATH, json=body, timeout=timeout)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 503])
def test_a_status(shop: Shop, status: int) -> None:
	plan = shop.server.fail("POST", PATH, status)
	assert create(shop).status_code == status
	assert shop.server.collections == []
	assert create(shop).status_code == 200
	assert plan.hits == 1


def test_the_usual_shapes_of_401_and_413(shop: Shop) -> None:
	shop.server.fail("POST", PATH, faults.unauthorized())
	shop.server.fail("POST", PATH, faults.too_large())
	expected = shop.anonymous("GET", PATH)
	answer = create(shop)
	assert (answer.status_code, answer.content) == (401, expected.content)
	assert create(shop).status_code == 413
	assert create(shop).status_code == 200


def test_retry_after_in_seconds_and_as_a_date(shop: Shop) -> None:
	shop.server.fail("POST", PATH, faults.too_many_requests(7))
	assert create(shop).headers["Retry-After"] == "7"
	before = int(time.time())
	shop.server.fail("POST", PATH, faults.too_many_requests(60, as_date=True, code=503))
	after = time.time()
	answer = create(shop)
	moment = parsedate_to_datetime(answer.headers["Retry-After"]).timestamp()
	assert (answer.status_code, before + 60 <= moment <= after + 60) == (503, True)


def test_a_body_of_ones_own(shop: Shop) -> None:
	body = b'{"type": "odd"}'
	shop.server.fail("POST", PATH, faults.status(418, body=body, headers={"X-Odd": "1"}))
	answer = create(shop)
	assert (answer.status_code, answer.content, answer.headers["X-Odd"]) == (418, body, "1")


def test_a_page_instead_of_json(shop: Shop) -> None:
	for status, applied in ((502, False), (200, True)):
		shop.server.fail("POST", PATH, faults.html(status, applied=applied))
		answer = create(shop)
		assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html")
	assert len(shop.server.collections) == 1


def test_answers_that_cannot_be_read_although_all_is_done(shop: Shop) -> None:
	shop.server.fail("POST", PATH, faults.truncated())
	with pytest.raises(requests.JSONDecodeError):
		create(shop).json()
	shop.server.fail("POST", PATH, faults.empty())
	assert create(shop).content == b""
	shop.server.fail("POST", PATH, faults.broken_off())
	with pytest.raises(requests.RequestException):
		create(shop)
	assert len(shop.server.collections) == 3


def test_hanging_up_before_and_after_the_work(shop: Shop) -> None:
	shop.server.fail("POST", PATH, faults.hang_up())
	with pytest.raises(requests.ConnectionError):
		create(shop)
	assert shop.server.collections == []
	shop.server.fail("POST", PATH, faults.lost_answer())
	with pytest.raises(requests.ConnectionError):
		create(shop)
	assert len(shop.server.collections) == 1
	assert [request.status for request in shop.server.sent("POST", PATH)] == [None, 200]


def test_late_answers(shop: Shop) -> None:
	shop.server.fail("POST", PATH, faults.late_answer(3600))
	with pytest.raises(requests.ReadTimeout):
		create(shop, timeout=0.2)
	assert wait_until(lambda: len(shop.server.collections) == 1)
	shop.server.fail("POST", PATH, faults.slow(0.3))
	begun = time.monotonic()
	assert create(shop).status_code == 200
	assert time.monotonic() - begun >= 0.3


def test_which_requests_fail(shop: Shop) -> None:
	plan = shop.server.fail("POST", "/admin/*", 500, times=2, after=1)
	assert [create(shop).status_code for _ in range(4)] == [200, 500, 500, 200]
	assert plan.hits == 2
	only = shop.server.fail("*", "*", 500, times=None, only=lambda request: request.method == "GET")
	assert create(shop).status_code == 200
	assert [shop.get(PATH).status_code for _ in range(2)] == [500, 500]
	only.cancel()
	assert shop.get(PATH).status_code == 200
	shop.server.fail("GET", "/admin/products/:id", 503)
	assert shop.get("/admin/products").status_code == 200
	assert shop.get("/admin/products/prod_1").status_code == 503


def test_something_happens_while_a_request_is_on_its_way(shop: Shop) -> None:
	seen: list[tuple[str, int]] = []

	def note(when: str) -> None:
		shop.server.on(
			"POST", PATH, lambda request: seen.append((when, len(shop.server.collections))), when=when
		)

	note("arrived")
	note("applied")
	assert create(shop).status_code == 200
	assert seen == [("arrived", 0), ("applied", 1)]


def test_somebody_else_is_faster(shop: Shop) -> None:
	def take_the_handle(request: Request) -> None:
		headers = {"Authorization": request.headers["Authorization"]}
		shop.anonymous("POST", PATH, json=request.body, headers=headers)

	shop.server.on("POST", PATH, take_the_handle, times=1)
	assert create(shop).status_code in (400, 422)
	assert len(shop.server.collections) == 1


def test_tokens_and_passwords_that_are_no_longer_good(shop: Shop) -> None:
	old = shop.server.password
	shop.server.change_password()
	assert shop.get(PATH).status_code == 200
	assert shop.login(email=shop.server.email, password=old).status_code == 401
	shop.server.revoke_tokens()
	assert shop.get(PATH).status_code == 401
	shop.server.set_token_lifetime(-1)
	headers = {"Authorization": f"Bearer {shop.token()}"}
	assert shop.anonymous("GET", PATH, headers=headers).status_code == 401


def test_it_remembers_every_request(shop: Shop) -> None:
	shop.server.requests.clear()
	shop.get(f"{PATH}?handle=a%20b")
	shop.post(PATH, {"title": "Ü"})
	listing, creation = shop.server.requests
	assert (listing.method, listing.path, listing.query) == ("GET", PATH, "handle=a%20b")
	assert (creation.body, creation.status) == ({"title": "Ü"}, 200)
	assert creation.result["collection"]["title"] == "Ü"
	assert creation.headers["authorization"].startswith("Bearer ")
	assert listing.time <= creation.time


def test_it_stops_and_starts_with_what_it_has(shop: Shop) -> None:
	create(shop)
	url = shop.server.url
	shop.server.stop()
	with pytest.raises(requests.ConnectionError):
		shop.get(PATH)
	shop.server.start()
	assert shop.server.url == url
	assert shop.get(PATH).json()["count"] == 1
	shop.server.reset()
	assert shop.server.collections == []
	assert shop.get(PATH).status_code == 401


def test_a_request_is_applied_as_a_whole_or_not_at_all() -> None:
	with simulator("v2") as server, requests.Session() as session:
		shop = Shop(server, session, "x")
		old = shop.create("old", item_code="A")
		before = server.products
		batch = {
			"create": [shop.product_body("new"), shop.product_body("newer", handle=old["handle"])],
			"update": [{"id": old["id"], "item_code": "B"}],
		}
		assert shop.post("/admin/products/batch", batch).status_code == 400
		assert server.products == before
		assert shop.post("/admin/products", shop.product_body("new")).status_code == 200
