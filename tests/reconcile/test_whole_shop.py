"""A whole shop, of which one in a hundred was changed, deleted and duplicated in Medusa by hand (issue 3)."""

from __future__ import annotations

import itertools

import pytest
import requests

from medusa_integration.sync.reconcile import desk
from tests.support.medusa import real_server
from tests.support.shop import Shop

COUNT = 1000
SOME = COUNT // 100


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_one_in_a_hundred_gone_wrong(shop, runs, only_ours):
	"""Finds exactly those, repairs them, and finds nothing the second time."""
	names = shop.many(COUNT)
	shop.drain()
	assert shop.tasks() == {"Synced": COUNT + 1}
	requests = len(shop.medusa.requests)

	untouched = runs.run()
	assert (untouched.status, untouched.read_in_medusa, untouched.found) == ("Completed", COUNT + 1, 0)
	assert {request.method for request in shop.medusa.requests[requests:]} == {"GET"}
	assert shop.drain() == {}

	products = {one["metadata"]["website_item"]: one for one in shop.medusa.products}
	changed, deleted, doubled = (names[i::100][:SOME] for i in (3, 50, 97))
	for name in changed:
		shop.by_hand("POST", f"/admin/products/{products[name]['id']}", title=f"By hand {name}")
	for name in deleted:
		shop.by_hand("DELETE", f"/admin/products/{products[name]['id']}")
	copies = {name: shop.copy_by_hand(products[name]) for name in doubled}

	run = runs.run()
	assert (run.status, run.found, run.queued) == ("Completed", 3 * SOME, 2 * SOME)
	found = runs.findings()
	assert {row.reference_name for row in found if row.kind == "Drifted"} == set(changed)
	assert {row.reference_name for row in found if row.kind == "Missing"} == set(deleted)
	assert {row.reference_name: row.medusa_id for row in found if row.kind == "Duplicated"} == copies
	assert {row.words for row in found if row.reference_name == changed[0]} == {
		f'Title: "{changed[0]}" here, "By hand {changed[0]}" in Medusa'
	}

	shop.drain()
	doubles = [row.name for row in found if row.kind == "Duplicated"]
	assert desk.delete(doubles) == {"done": SOME, "refused": []}

	again = runs.run()
	assert (again.status, again.found, again.queued) == ("Completed", 0, 0)
	assert runs.kinds() == {
		("Drifted", "Product", "Gone"): SOME,
		("Missing", "Product", "Gone"): SOME,
		("Duplicated", "Product", "Deleted"): SOME,
	}
	assert {shop.product(name)["title"] for name in (*changed, *deleted)} == {*changed, *deleted}
	assert len(shop.medusa.products) == COUNT


# -- the real servers --------------------------------------------------------------------------------------------

REAL_COUNT = 200
REAL_SOME = 2


class RealShop(Shop):
	"""The same with a real Medusa, which other tests have left their products in."""

	def by_hand(self, method, path, **body):
		answer = requests.request(
			method, f"{self.medusa.url}{path}", json=body or None, headers=self._signed_in(), timeout=60
		)
		answer.raise_for_status()
		return answer.json()

	def _signed_in(self):
		path, key = {
			"v1": ("/admin/auth/token", "access_token"),
			"v2": ("/auth/user/emailpass", "token"),
		}[self.medusa.generation]
		body = {"email": self.medusa.email, "password": self.medusa.password}
		answer = requests.post(f"{self.medusa.url}{path}", json=body, timeout=60)
		return {"Authorization": f"Bearer {answer.json()[key]}"}

	def all_products(self):
		"""Medusa's products by their Website Item, those of this test."""
		found = {}
		for offset in itertools.count(0, 100):
			params = f"limit=100&offset={offset}&order=id"
			page = self.by_hand("GET", f"/admin/products?{params}")["products"]
			if not page:
				return found
			for one in page:
				name = (one["metadata"] or {}).get("website_item", "")
				if self.mark in name:
					found.setdefault(name, []).append(one)


@pytest.fixture
def real_shop(site, generation, monkeypatch):
	"""A shop that is connected to a real Medusa."""
	shop = RealShop(site, real_server(generation), monkeypatch)
	shop.configure()
	try:
		yield shop
	finally:
		shop.clean_up()


@pytest.mark.medusa
@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_one_in_a_hundred_gone_wrong_in_a_real_medusa(real_shop, runs, only_ours):
	"""The same, of 200 products; findings of what other tests have left there do not count."""
	shop = real_shop
	names = shop.many(REAL_COUNT)
	shop.drain()
	assert shop.tasks() == {"Synced": REAL_COUNT + 1}

	def ours():
		return [row for row in runs.findings() if shop.mark in row.reference_name]

	run = runs.run()
	assert (run.status, run.error) == ("Completed", "")
	assert ours() == []

	products = {name: one for name, (one,) in shop.all_products().items()}
	assert len(products) == REAL_COUNT
	changed, deleted, doubled = (names[i::100][:REAL_SOME] for i in (3, 50, 97))
	for name in changed:
		shop.by_hand("POST", f"/admin/products/{products[name]['id']}", title=f"By hand {name}")
	for name in deleted:
		shop.by_hand("DELETE", f"/admin/products/{products[name]['id']}")
	copies = {name: shop.copy_by_hand(products[name]) for name in doubled}

	assert runs.run().status == "Completed"
	assert {(row.reference_name, row.kind) for row in ours()} == {
		*((name, "Drifted") for name in changed),
		*((name, "Missing") for name in deleted),
		*((name, "Duplicated") for name in doubled),
	}
	doubles = [row for row in ours() if row.kind == "Duplicated"]
	assert {row.reference_name: row.medusa_id for row in doubles} == copies

	shop.drain()
	assert desk.delete([row.name for row in doubles]) == {"done": REAL_SOME, "refused": []}

	assert runs.run().status == "Completed"
	assert {row.state for row in ours()} == {"Gone", "Deleted"}
	products = shop.all_products()
	assert set(products) == set(names)
	assert {len(found) for found in products.values()} == {1}
	assert all(products[name][0]["title"] == name for name in (*changed, *deleted))
