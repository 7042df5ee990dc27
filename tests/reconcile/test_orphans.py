"""Products and collections of Medusa that are one too many: orphans and doubles."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import api
from tests.reconcile.support import forget_ids, gone_right
from tests.support.medusa import both_generations


@both_generations
def test_an_orphan(shop, runs, item):
	"""Of a Website Item that was removed past its events: reported, deleted only when told to."""
	product = shop.product(item)
	name = item.name
	frappe.db.delete("Medusa Sync Task", {"reference_name": name})
	frappe.db.delete("Website Item", {"name": name})
	frappe.db.commit()
	run = runs.run()
	assert (run.found, run.queued) == (1, 0)
	(found,) = runs.findings()
	assert (found.kind, found.state, found.reference_name, found.medusa_id) == (
		"Orphaned",
		"Open",
		name,
		product["id"],
	)
	shop.drain()
	assert len(shop.medusa.products) == 1

	assert api.delete_findings([found.name]) == {"done": 1, "refused": []}
	assert shop.medusa.products == []
	assert shop.log(http_method=["in", ["POST", "DELETE"]], voucher_type="Website Item")
	gone_right(shop, runs)
	assert runs.findings()[0].state == "Deleted"


@both_generations
def test_a_deletion_on_its_way_leaves_no_orphan(shop, runs, item):
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	assert runs.run().found == 0
	assert shop.medusa.products


@both_generations
def test_a_double_is_deleted_and_the_item_keeps_its_own(shop, runs, item):
	product = shop.product(item)
	double = shop.copy_by_hand(product)
	runs.run()
	(found,) = runs.findings()
	assert (found.kind, found.state, found.medusa_id) == ("Duplicated", "Open", double)
	assert api.delete_findings([found.name])["done"] == 1
	assert [one["id"] for one in shop.medusa.products] == [product["id"]]
	gone_right(shop, runs)


@both_generations
def test_of_two_without_an_id_here_the_oldest_is_kept(shop, runs, item):
	product = shop.product(item)
	double = shop.copy_by_hand(product)
	forget_ids(shop, item)
	runs.run()
	assert {row.kind: row.medusa_id for row in runs.findings()} == {
		"Missing": product["id"],
		"Duplicated": double,
	}
	shop.drain()
	assert shop.value(item, "medusa_id") == product["id"]


@pytest.mark.parametrize("what", ["adopted", "its own product is gone"])
def test_nothing_is_deleted_that_is_needed_by_now(shop, runs, item, what):
	"""A finding may be a day old: what became of it meanwhile counts."""
	product = shop.product(item)
	double = shop.copy_by_hand(product)
	runs.run()
	if what == "adopted":
		frappe.db.set_value("Website Item", item.name, "medusa_id", double, update_modified=False)
		frappe.db.commit()
	else:
		shop.by_hand("DELETE", f"/admin/products/{product['id']}")
	(found,) = runs.findings()
	answer = api.delete_findings([found.name])
	assert answer["done"] == 0
	assert len(answer["refused"]) == 1
	assert double in {one["id"] for one in shop.medusa.products}
	assert runs.findings()[0].state == "Open"


@both_generations
def test_collections_that_are_one_too_many(shop, runs, item):
	for handle, group in (("gone", "No such group"), ("double", item.item_group), ("theirs", None)):
		metadata = {"metadata": {"item_group": group}} if group else {}
		shop.by_hand("POST", "/admin/collections", title=handle, handle=handle, **metadata)
	run = runs.run()
	assert (run.found, run.queued, run.foreign) == (2, 0, 1)
	assert runs.kinds() == {("Orphaned", "Collection", "Open"): 1, ("Duplicated", "Collection", "Open"): 1}
	assert api.delete_findings([row.name for row in runs.findings()]) == {"done": 2, "refused": []}
	assert {one["handle"] for one in shop.medusa.collections} == {
		"theirs",
		shop.medusa.collections[0]["handle"],
	}
	gone_right(shop, runs)
