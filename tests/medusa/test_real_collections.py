"""Collections in whole servers, simulated and real: made, found, listed, and joined by products."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medusa_integration.medusa.errors import Duplicate, MissingReference, NotFound
from medusa_integration.mirror.values import Collection


@pytest.mark.contract(84, 92, 93)
def test_a_collection_and_a_product_in_it(shop):
	"""A collection is created, changed, adopted by its handle, joined by a product and left again."""
	handle = shop.new_name("ppe")
	collection = Collection(
		"PPE", "PPE", handle, f"{handle}-2", {"parent_item_group": "Products", "is_group": True}
	)
	[outcome] = shop.client.collections.save([collection])
	assert outcome.error is None and outcome.key == "PPE"
	remote = shop.ask("GET", f"/admin/collections/{outcome.id}")["collection"]
	assert (remote["title"], remote["handle"]) == ("PPE", handle)
	assert remote["metadata"] == {"parent_item_group": "Products", "is_group": True, "item_group": "PPE"}

	for look_up in (True, False):
		[again] = shop.client.collections.save(
			[replace(collection, title=f"Protection {look_up}")], look_up=look_up
		)
		assert (again.id, again.error) == (outcome.id, None)
	remote = shop.ask("GET", f"/admin/collections/{outcome.id}")["collection"]
	assert (remote["title"], remote["handle"]) == ("Protection False", handle)

	[product] = shop.save(shop.make(collection_id=outcome.id))
	assert shop.product(product.id)["collection_id"] == outcome.id
	shop.save(replace(product, collection_id=None))
	assert shop.product(product.id)["collection_id"] is None

	for _ in range(2):
		[deleted] = shop.client.collections.delete([outcome.id])
		assert deleted.error is None
	[gone] = shop.client.collections.save([replace(collection, id=outcome.id)])
	assert isinstance(gone.error, NotFound)


@pytest.mark.parametrize("look_up", [True, False])
def test_two_item_groups_never_share_a_collection(shop, look_up):
	"""The handle belongs to another Item Group's collection: ours takes the other one,
	and is found again there.
	"""
	handle = shop.new_name("masks")
	first = Collection("Masks", "Masks", handle, f"{handle}-a")
	second = Collection("MASKS", "MASKS", handle, f"{handle}-b")
	[one, two] = [shop.client.collections.save([each], look_up=look_up)[0] for each in (first, second)]
	[again] = shop.client.collections.save([second], look_up=look_up)
	assert one.error is two.error is again.error is None and one.id != two.id == again.id
	assert shop.ask("GET", f"/admin/collections/{one.id}")["collection"]["title"] == "Masks"
	[third] = shop.client.collections.save([Collection("x", "x", handle, handle)], look_up=look_up)
	assert isinstance(third.error, Duplicate) and third.error.field == "handle"


def test_a_collection_is_found_by_the_item_group_that_it_names(shop):
	"""Under either handle; one that merely has the handle is a person's own."""
	handle = shop.new_name("masks")
	ours = Collection("Masks", "Masks", handle, f"{handle}-a")
	other = Collection("MASKS", "MASKS", handle, f"{handle}-b")
	[one, two] = shop.client.collections.save([ours]) + shop.client.collections.save([other])
	shop.ask("POST", "/admin/collections", json={"title": "Bare", "handle": f"{handle}-bare"})
	bare = Collection("Bare", "Bare", f"{handle}-bare", f"{handle}-bare")
	none = Collection("None", "None", f"{handle}-none", f"{handle}-none")
	found = shop.client.collections.find([other, bare, ours, none])
	assert [outcome.id for outcome in found] == [two.id, None, one.id, None]
	assert not any(outcome.error for outcome in found)


def test_a_missing_collection_is_that_products_fault(shop):
	"""The product is there, its collection is not: never taken for a product that is gone."""
	[product] = shop.save(shop.make())
	new, old = shop.client.products.save(
		[shop.make(collection_id="pcol_missing"), replace(product, collection_id="pcol_missing")]
	)
	assert isinstance(new.error, MissingReference) and new.id is None
	assert isinstance(old.error, MissingReference) and not isinstance(old.error, NotFound)


def test_collections_are_listed_with_their_metadata(shop):
	"""Which v1's list does not have; those that are gone are left out."""
	name = shop.new_name("group")
	groups = [
		Collection(
			key=f"{name} {part}",
			title=f"{name} {part}",
			handle=f"{name}-{part}",
			fallback_handle=f"{name}-{part}-b",
			metadata={"parent_item_group": "All", "is_group": part == "a"},
		)
		for part in "ab"
	]
	ids = [outcome.id for outcome in shop.client.collections.save(groups)]
	listed = {one.id: one for one in shop.client.collections.list_all(page=1)}
	for group, id in zip(groups, ids, strict=True):
		assert listed[id] == replace(group, id=id, fallback_handle=group.handle)
	shop.client.collections.delete(ids[:1])
	assert [one.id for one in shop.client.collections.read(ids)] == ids[1:]
