"""A whole shop, of which one in a hundred was changed, deleted and duplicated in Medusa by hand (issue 3)."""

from __future__ import annotations

import pytest

from medusa_integration.sync.reconcile import desk

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
