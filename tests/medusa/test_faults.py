"""What becomes of products when the network or Medusa fail in the middle: nothing lost, nothing twice.

On simulated servers, which can be told to go wrong; what they hold afterwards is what counts.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from devbench.medusa.simulator import Simulator, faults
from medusa_integration.medusa.errors import (
	Busy,
	MedusaError,
	NotFound,
	NotMedusa,
	RateLimited,
	ServerError,
	SignInFailed,
	TimedOut,
	Unreachable,
)
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Collection, Product, Target
from tests.support.processes import wait_until

CREATE = {"v1": "/admin/products", "v2": "/admin/products/batch"}
UPDATE = {"v1": "/admin/products/:id", "v2": "/admin/products/batch"}
BOTH = pytest.mark.parametrize("generation", ["v1", "v2"])
LOST = [
	faults.lost_answer(),
	faults.truncated(),
	faults.broken_off(),
	faults.empty(),
	faults.html(200, applied=True),
	faults.html(502, applied=True),
	faults.html(504, applied=True),
]
LOST_NAMES = ["hung up", "half JSON", "half a body", "no body", "HTML", "502", "504"]


class Server:
	"""A simulated server and a client for it whose waits take no time."""

	def __init__(self, generation: str) -> None:
		self.medusa = Simulator(generation)
		self.medusa.start()
		self.exchanges, self.threads = [], set()
		self.client = self.connect(timeout=300)
		list(self.client.products.list_all())
		_ = self.client.products.extras
		if generation == "v2":
			_ = self.client.products.calls.sales_channel, self.client.products.calls.shipping_profile
		self.medusa.requests.clear()

	def connect(self, *, tokens=None, **fields):
		generation = self.medusa.generation
		defaults = {"email": self.medusa.email, "password": self.medusa.password, "generation": generation}
		return connect(
			Target(url=self.medusa.url, **{**defaults, **fields}),
			tokens=tokens,
			on_exchange=self.note,
			sleep=lambda _: None,
			random=lambda: 0.0,
		)

	def note(self, exchange) -> None:
		self.exchanges.append(exchange)
		self.threads.add(threading.get_ident())

	def fail(self, what: str, fault, **options):
		path = {"create": CREATE, "update": UPDATE}[what][self.medusa.generation]
		return self.medusa.fail("POST", path, fault, **options)

	def handles(self) -> list[str]:
		return sorted(product["handle"] for product in self.medusa.products)


@pytest.fixture
def serve():
	servers = []

	def make(generation: str) -> Server:
		servers.append(Server(generation))
		return servers[-1]

	yield make
	for server in servers:
		server.client.close()
		server.medusa.stop()


@pytest.fixture
def products(product):
	return lambda count: [product(number, collection_id=None) for number in range(1, count + 1)]


def each_once(server: Server, products: list[Product], outcomes) -> None:
	"""Every product is in Medusa exactly once, and its Outcome has the ids that Medusa has."""
	assert server.handles() == sorted(product.handle for product in products)
	for product, outcome in zip(products, outcomes, strict=True):
		remote = server.medusa.product(product.handle)
		assert (outcome.key, outcome.error) == (product.key, None)
		assert (outcome.id, outcome.variant_id) == (remote["id"], remote["variants"][0]["id"])


@BOTH
@pytest.mark.parametrize("fault", LOST, ids=LOST_NAMES)
def test_a_create_whose_answer_is_lost_is_found_again(serve, products, generation, fault):
	"""An unknown outcome: the product is looked up before anything is sent again, so there is one of it."""
	server = serve(generation)
	server.fail("create", fault)
	wanted = products(7)
	each_once(server, wanted, server.client.products.save(wanted))


@BOTH
@pytest.mark.parametrize("fault", [faults.hang_up(), faults.status(500), faults.html(502)])
def test_a_create_that_was_not_done_is_sent_again(serve, products, generation, fault):
	"""The same unknown outcome, but nothing had happened: after the look-up it is sent again."""
	server = serve(generation)
	server.fail("create", fault)
	wanted = products(7)
	each_once(server, wanted, server.client.products.save(wanted))


@BOTH
@pytest.mark.parametrize("fault", LOST, ids=LOST_NAMES)
def test_an_update_whose_answer_is_lost_is_sent_again(serve, products, generation, fault):
	"""An update may be done twice."""
	server = serve(generation)
	outcomes = server.client.products.save(products(3))
	changed = [
		replace(
			product, id=outcome.id, title="Changed", variant=replace(product.variant, id=outcome.variant_id)
		)
		for product, outcome in zip(products(3), outcomes, strict=True)
	]
	server.fail("update", fault)
	each_once(server, changed, server.client.products.save(changed))
	assert {product["title"] for product in server.medusa.products} == {"Changed"}


@BOTH
def test_a_time_out_is_an_unknown_outcome(serve, products, generation, give_up):
	"""The answer comes too late: the product is there, and is adopted."""
	server = serve(generation)
	server.fail("create", faults.late_answer(3600))
	server.medusa.on("POST", CREATE[generation], give_up, "applied", times=1)
	wanted = products(2)
	each_once(server, wanted, server.client.products.save(wanted))


@BOTH
def test_a_server_that_never_answers_in_time_is_left_to_the_caller(serve, products, generation, give_up):
	"""Two time-outs are enough for one call; the caller comes back, looks first, and finds what was done."""
	server, free = serve(generation), threading.Event()

	def work_on(request):
		give_up(request)
		free.wait(300)

	server.medusa.on("POST", CREATE[generation], work_on)
	try:
		with pytest.raises(TimedOut) as caught:
			server.client.products.save(products(1))
	finally:
		free.set()
	assert caught.value.outcome_unknown
	assert len(server.medusa.sent("POST", CREATE[generation])) == 2
	server.medusa.clear_faults()
	assert wait_until(server.handles)
	each_once(server, products(1), server.client.products.save(products(1), look_up=True))


@BOTH
@pytest.mark.parametrize("fault", LOST[:2], ids=LOST_NAMES[:2])
def test_a_collection_whose_answer_is_lost_is_found_again(serve, generation, fault):
	"""Collections are found by their handle."""
	server = serve(generation)
	server.medusa.fail("POST", "/admin/collections", fault)
	[outcome] = server.client.collections.save([Collection("PPE", "PPE", "ppe", "ppe-2")])
	assert [(each["id"], each["handle"]) for each in server.medusa.collections] == [(outcome.id, "ppe")]


@BOTH
def test_a_server_that_is_gone_concerns_all(serve, products, generation):
	"""Nothing listens: one error for the whole call, nothing was written, and it is soon over."""
	server = serve(generation)
	server.medusa.stop()
	server.exchanges.clear()
	with pytest.raises(Unreachable) as caught:
		server.client.products.save(products(40))
	assert caught.value.retryable and not caught.value.outcome_unknown
	# what was under way, with its repeats, and nothing after it
	assert len(server.exchanges) <= 6 * 3, "six side by side, each three times"


@BOTH
@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_proxy_without_medusa_concerns_all(serve, products, generation, status):
	"""A gateway's page instead of Medusa: one error for the whole call."""
	server = serve(generation)
	server.medusa.fail("*", "*", faults.html(status), times=None)
	with pytest.raises(ServerError) as caught:
		server.client.products.save(products(40))
	assert caught.value.retryable and caught.value.status == status
	assert len(server.exchanges) < 30


@BOTH
def test_a_broken_medusa_concerns_all(serve, products, generation):
	"""Medusa answers 500 to whatever it is asked: halving would not help, and is not tried."""
	server = serve(generation)
	server.medusa.fail("*", "*", 500, times=None)
	with pytest.raises(ServerError):
		server.client.products.save(products(40))
	assert len(server.exchanges) < 40


@BOTH
def test_one_product_that_breaks_medusa_is_alone_with_it(serve, products, generation):
	"""500 for one product while everything else works: the others arrive, it may be tried again later."""
	server = serve(generation)
	server.fail("create", 500, times=None, only=lambda request: "poison" in str(request.body))
	wanted = products(20)
	wanted[13] = replace(wanted[13], title="poison")
	outcomes = server.client.products.save(wanted)
	failed = [number for number, outcome in enumerate(outcomes) if outcome.error]
	assert failed == [13] and isinstance(outcomes[13].error, ServerError) and outcomes[13].error.retryable
	assert len(server.medusa.products) == 19


@BOTH
def test_what_was_saved_before_the_failure_is_told(serve, products, generation):
	"""Medusa goes away in the middle: those that are there have their ids, the rest has the error."""
	server = serve(generation)
	wanted = products(130)
	server.fail("create", 503, times=None, after={"v1": 20, "v2": 1}[generation])
	outcomes = server.client.products.save(wanted)
	done = [outcome for outcome in outcomes if not outcome.error]
	assert len(done) == len(server.medusa.products) == {"v1": 20, "v2": 100}[generation]
	assert {outcome.id for outcome in done} == {product["id"] for product in server.medusa.products}
	left = [outcome for outcome in outcomes if outcome.error]
	assert all(isinstance(outcome.error, ServerError) and outcome.error.retryable for outcome in left)
	server.medusa.clear_faults()
	each_once(server, wanted, server.client.products.save(wanted, look_up=True))


@BOTH
def test_an_id_is_told_although_the_variant_failed(serve, products, generation):
	"""Medusa goes away between a product and its variant: the product's id is known and not lost."""
	server = serve(generation)
	outcomes = server.client.products.save(products(3))
	for outcome in outcomes:
		path = f"/admin/products/{outcome.id}/variants/{outcome.variant_id}"
		server.client.medusa.request("DELETE", path)
	server.medusa.fail("*", "/admin/products/:id/variants", faults.html(502), times=None)
	forgotten = server.client.products.save(products(3), look_up=True)
	assert [outcome.id for outcome in forgotten] == [outcome.id for outcome in outcomes]
	assert {type(outcome.error) for outcome in forgotten} == {ServerError}
	server.medusa.clear_faults()
	each_once(server, products(3), server.client.products.save(products(3), look_up=True))


@BOTH
def test_an_id_is_told_although_a_change_of_variants_failed(serve, products, generation):
	"""The same when Medusa goes away between an update and what differs of the variants."""
	server = serve(generation)
	outcomes = server.client.products.save(products(3))
	path = {"v1": "/admin/products/:id/variants/:variant", "v2": UPDATE["v2"]}[generation]
	# v1 has three under way side by side: none may fail before the last has begun
	all_of_them = threading.Barrier(3 if generation == "v1" else 1)

	def changes_a_variant(request) -> bool:
		found = "allow_backorder" in str(request.body)
		if found:
			all_of_them.wait(300)
		return found

	server.medusa.fail("POST", path, faults.html(502), times=None, only=changes_a_variant)
	changed = [replace(each, variant=replace(each.variant, allow_backorder=True)) for each in products(3)]
	found = server.client.products.save(changed, look_up=True)
	assert [(each.id, each.variant_id) for each in found] == [(each.id, each.variant_id) for each in outcomes]
	assert {type(outcome.error) for outcome in found} == {ServerError}


@BOTH
def test_a_long_wait_is_the_callers(serve, products, generation):
	"""429 with a minute to wait: told to the caller at once, and nothing more is sent."""
	server = serve(generation)
	server.fail("create", faults.too_many_requests(60), times=None)
	with pytest.raises(RateLimited) as caught:
		server.client.products.save(products(40))
	assert caught.value.retry_after == 60
	assert len(server.medusa.sent("POST", CREATE[generation])) <= 6, "side by side"


@BOTH
def test_a_short_wait_is_waited_for(serve, products, generation):
	"""429 with a second to wait is sent again in the same call."""
	server = serve(generation)
	server.fail("create", faults.too_many_requests(1), times=2)
	wanted = products(3)
	each_once(server, wanted, server.client.products.save(wanted))


@BOTH
def test_a_conflict_that_stays_is_that_products(serve, products, generation):
	"""409 says that another request is in the way of this one, not of all."""
	server = serve(generation)
	server.fail("create", 409, times=None, only=lambda request: "gloves-2" in str(request.body))
	outcomes = server.client.products.save(products(3))
	assert [type(outcome.error) for outcome in outcomes] == [type(None), Busy, type(None)]


def test_413_halves_the_chunk(serve, products):
	"""A proxy that takes less than Medusa: the chunk is split, all arrive, and the client remembers."""
	server = serve("v2")
	server.fail("create", faults.too_large(), times=None, only=lambda request: len(str(request.body)) > 9000)
	wanted = products(60)
	each_once(server, wanted, server.client.products.save(wanted))
	assert server.exchanges.count(next(e for e in server.exchanges if e.status == 413)) == 1
	refused = [exchange for exchange in server.exchanges if exchange.status == 413]
	assert len(refused) <= 5
	server.medusa.requests.clear()
	server.client.products.save(
		[
			replace(
				each,
				key=f"{each.key}-b",
				handle=f"{each.handle}-b",
				item_code=f"{each.item_code}-b",
				variant=replace(each.variant, sku=f"{each.item_code}-b"),
			)
			for each in wanted
		]
	)
	assert [exchange for exchange in server.exchanges if exchange.status == 413] == refused


# who else is there


@BOTH
def test_eight_workers_create_one_product(serve, products, generation):
	"""Side by side, without knowing of each other: one product, one id, no error."""
	server = serve(generation)
	outcomes = []

	def work():
		with server.connect(extras="metadata") as client:
			outcomes.extend(client.products.save(products(3)))

	threads = [threading.Thread(target=work) for _ in range(8)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert len(outcomes) == 24 and {outcome.error for outcome in outcomes} == {None}
	assert len({(outcome.id, outcome.variant_id) for outcome in outcomes}) == len(server.medusa.products) == 3


@BOTH
def test_a_product_deleted_meanwhile_is_not_made_again_unasked(serve, products, generation):
	"""An update of what is gone fails alone with NotFound:
	whether to create it again is the caller's decision.
	"""
	server = serve(generation)
	outcomes = server.client.products.save(products(5))
	known = [replace(each, id=outcome.id) for each, outcome in zip(products(5), outcomes, strict=True)]
	server.client.products.delete([outcomes[2].id])
	results = server.client.products.save(known)
	assert [type(result.error) for result in results].count(NotFound) == 1
	assert isinstance(results[2].error, NotFound) and len(server.medusa.products) == 4


@BOTH
def test_another_workers_token_is_used_by_all_threads(serve, products, generation):
	"""The token was revoked: one new sign-in, although several requests are under way."""
	server = serve(generation)
	server.medusa.revoke_tokens()
	wanted = products(12)
	each_once(server, wanted, server.client.products.save(wanted))
	signed_in = [request for request in server.medusa.requests if "auth" in request.path]
	assert len(signed_in) == 1


@BOTH
def test_a_changed_password_stops_everything(serve, products, generation):
	"""Token revoked and password changed: one attempt to sign in, then an error that concerns all."""
	server = serve(generation)
	server.medusa.revoke_tokens()
	server.medusa.change_password()
	with pytest.raises(SignInFailed):
		server.client.products.save(products(20))
	assert len([request for request in server.medusa.requests if "auth" in request.path]) == 1
	assert server.medusa.products == []


@BOTH
def test_the_log_is_written_in_the_callers_thread(serve, products, generation):
	"""Whatever runs side by side, callbacks come home: they may use the caller's database connection."""
	server = serve(generation)
	server.client.products.save(products(12))
	assert server.threads == {threading.get_ident()}
	assert len([exchange for exchange in server.exchanges if exchange.method == "POST"]) >= 1


@BOTH
def test_an_address_that_is_no_longer_medusa_concerns_all(serve, products, generation):
	"""404 with somebody's page is not "not found": nothing may be taken for deleted because of it,
	and it is tried again.
	"""
	server = serve(generation)
	outcomes = server.client.products.save(products(2))
	known = [replace(each, id=outcome.id) for each, outcome in zip(products(2), outcomes, strict=True)]
	server.medusa.fail("*", "*", faults.html(404), times=None)
	for call in (
		lambda: server.client.products.save(known),
		lambda: server.client.products.delete([known[0].id]),
		lambda: server.client.products.read([known[0].id]),
		lambda: server.client.collections.delete(["pcol_1"]),
	):
		with pytest.raises(NotMedusa, match='page "Gateway"') as caught:
			call()
		assert caught.value.retryable


@BOTH
def test_a_hostile_server_never_makes_an_error_of_another_kind(serve, products, generation):
	"""Whatever JSON comes back, the client raises its own errors or tells them in Outcomes."""
	bodies = [b"{}", b"[]", b"null", b"7", b'{"product": null}', b'{"products": null, "created": 5}']
	bodies += [
		b'{"product": {}, "created": [{}], "products": [{}]}',
		b'{"created": [null], "products": [null]}',
	]
	for body in bodies:
		for status in (200, 400, 404, 422, 500):
			server = serve(generation)
			server.medusa.fail("*", "*", faults.Fault(status=status, body=body), times=None)
			for call in (
				lambda client=server.client: client.products.save(products(2)),
				lambda client=server.client: client.products.read(["prod_1"]),
				lambda client=server.client: client.products.find(products(2)),
				lambda client=server.client: client.collections.save([Collection("a", "a", "a", "b")]),
				lambda client=server.client: client.products.ensure_variant("prod_1", products(1)[0].variant),
				lambda client=server.client: client.products.delete(["prod_1"]),
			):
				try:
					call()
				except MedusaError:
					pass
			server.medusa.stop()
