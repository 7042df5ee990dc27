"""A product whose answer from Medusa is lost is there once: simulated servers that go wrong."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from devbench.medusa.simulator import faults
from medusa_integration.medusa.errors import TimedOut
from medusa_integration.mirror.values import Collection
from tests.medusa.faulty import CREATE_PRODUCTS, each_once
from tests.support.medusa import both_generations
from tests.support.processes import wait_until

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


@both_generations
@pytest.mark.parametrize("fault", LOST, ids=LOST_NAMES)
def test_a_create_whose_answer_is_lost_is_found_again(serve, products, generation, fault):
	"""An unknown outcome: the product is looked up before anything is sent again, so there is one of it."""
	server = serve(generation)
	server.fail("create", fault)
	wanted = products(7)
	each_once(server, wanted, server.client.products.save(wanted))


@both_generations
@pytest.mark.parametrize("fault", [faults.hang_up(), faults.status(500), faults.html(502)])
def test_a_create_that_was_not_done_is_sent_again(serve, products, generation, fault):
	"""The same unknown outcome, but nothing had happened: after the look-up it is sent again."""
	server = serve(generation)
	server.fail("create", fault)
	wanted = products(7)
	each_once(server, wanted, server.client.products.save(wanted))


@both_generations
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


@both_generations
def test_a_time_out_is_an_unknown_outcome(serve, products, generation, give_up):
	"""The answer comes too late: the product is there, and is adopted."""
	server = serve(generation)
	server.fail("create", faults.late_answer(3600))
	server.medusa.on("POST", CREATE_PRODUCTS[generation], give_up, "applied", times=1)
	wanted = products(2)
	each_once(server, wanted, server.client.products.save(wanted))


@both_generations
def test_a_server_that_never_answers_in_time_is_left_to_the_caller(serve, products, generation, give_up):
	"""Two time-outs are enough for one call; the caller comes back, looks first, and finds what was done."""
	server, free = serve(generation), threading.Event()

	def work_on(request):
		give_up(request)
		free.wait(300)

	server.medusa.on("POST", CREATE_PRODUCTS[generation], work_on)
	try:
		with pytest.raises(TimedOut) as caught:
			server.client.products.save(products(1))
	finally:
		free.set()
	assert caught.value.outcome_unknown
	assert len(server.medusa.sent("POST", CREATE_PRODUCTS[generation])) == 2
	server.medusa.clear_faults()
	assert wait_until(server.handles)
	each_once(server, products(1), server.client.products.save(products(1), look_up=True))


@both_generations
@pytest.mark.parametrize("fault", LOST[:2], ids=LOST_NAMES[:2])
def test_a_collection_whose_answer_is_lost_is_found_again(serve, generation, fault):
	"""Collections are found by their handle."""
	server = serve(generation)
	server.medusa.fail("POST", "/admin/collections", fault)
	[outcome] = server.client.collections.save([Collection("PPE", "PPE", "ppe", "ppe-2")])
	assert [(each["id"], each["handle"]) for each in server.medusa.collections] == [(outcome.id, "ppe")]
