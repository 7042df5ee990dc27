"""Workers and threads that use one simulated Medusa at the same time, and what others change meanwhile."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from medusa_integration.medusa.errors import NotFound, SignInFailed
from tests.medusa.faulty import each_once
from tests.support.medusa import both_generations


@both_generations
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


@both_generations
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


@both_generations
def test_another_workers_token_is_used_by_all_threads(serve, products, generation):
	"""The token was revoked: one new sign-in, although several requests are under way."""
	server = serve(generation)
	server.medusa.revoke_tokens()
	wanted = products(12)
	each_once(server, wanted, server.client.products.save(wanted))
	signed_in = [request for request in server.medusa.requests if "auth" in request.path]
	assert len(signed_in) == 1


@both_generations
def test_a_changed_password_stops_everything(serve, products, generation):
	"""Token revoked and password changed: one attempt to sign in, then an error that concerns all."""
	server = serve(generation)
	server.medusa.revoke_tokens()
	server.medusa.change_password()
	with pytest.raises(SignInFailed):
		server.client.products.save(products(20))
	assert len([request for request in server.medusa.requests if "auth" in request.path]) == 1
	assert server.medusa.products == []


@both_generations
def test_the_log_is_written_in_the_callers_thread(serve, products, generation):
	"""Whatever runs side by side, callbacks come home: they may use the caller's database connection."""
	server = serve(generation)
	server.client.products.save(products(12))
	assert server.threads == {threading.get_ident()}
	assert len([exchange for exchange in server.exchanges if exchange.method == "POST"]) >= 1
