"""Failures of network or Medusa: whom each concerns, and what was saved before is told."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from devbench.medusa.simulator import faults
from medusa_integration.medusa.errors import (
	Busy,
	MedusaError,
	NotMedusa,
	RateLimited,
	ServerError,
	Unreachable,
)
from medusa_integration.mirror.values import Collection
from tests.medusa.faulty import CREATE_PRODUCTS, UPDATE_PRODUCTS, each_once
from tests.support.medusa import both_generations


@both_generations
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


@both_generations
@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_proxy_without_medusa_concerns_all(serve, products, generation, status):
	"""A gateway's page instead of Medusa: one error for the whole call."""
	server = serve(generation)
	server.medusa.fail("*", "*", faults.html(status), times=None)
	with pytest.raises(ServerError) as caught:
		server.client.products.save(products(40))
	assert caught.value.retryable and caught.value.status == status
	assert len(server.exchanges) < 30


@both_generations
def test_a_broken_medusa_concerns_all(serve, products, generation):
	"""Medusa answers 500 to whatever it is asked: halving would not help, and is not tried."""
	server = serve(generation)
	server.medusa.fail("*", "*", 500, times=None)
	with pytest.raises(ServerError):
		server.client.products.save(products(40))
	assert len(server.exchanges) < 40


@both_generations
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


@both_generations
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


@both_generations
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


@both_generations
def test_an_id_is_told_although_a_change_of_variants_failed(serve, products, generation):
	"""The same when Medusa goes away between an update and what differs of the variants."""
	server = serve(generation)
	outcomes = server.client.products.save(products(3))
	path = {"v1": "/admin/products/:id/variants/:variant", "v2": UPDATE_PRODUCTS["v2"]}[generation]
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


@both_generations
def test_a_long_wait_is_the_callers(serve, products, generation):
	"""429 with a minute to wait: told to the caller at once, and nothing more is sent."""
	server = serve(generation)
	server.fail("create", faults.too_many_requests(60), times=None)
	with pytest.raises(RateLimited) as caught:
		server.client.products.save(products(40))
	assert caught.value.retry_after == 60
	assert len(server.medusa.sent("POST", CREATE_PRODUCTS[generation])) <= 6, "side by side"


@both_generations
def test_a_short_wait_is_waited_for(serve, products, generation):
	"""429 with a second to wait is sent again in the same call."""
	server = serve(generation)
	server.fail("create", faults.too_many_requests(1), times=2)
	wanted = products(3)
	each_once(server, wanted, server.client.products.save(wanted))


@both_generations
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


@both_generations
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


@both_generations
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
