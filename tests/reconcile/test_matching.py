"""Which of Medusa's products belongs to which Website Item: values only, no site."""

from __future__ import annotations

import pytest

from medusa_integration.catalogue.reconcile.matching import CollectionRegister, Entry, ProductRegister
from medusa_integration.mirror.values import Collection, Listed, Product, Variant

numbers = iter(range(1, 1000))
BOTH_MISSING = [("Missing", "A", None), ("Missing", "B", None)]
ORPHANED = [("Orphaned", None, "p1")]


def entry(name, medusa_id=None, *, code=None, handle=None, published=True):
	return Entry(name, medusa_id, f"Title of {name}", published, code or f"CODE-{name}", handle or name)


def listed(id, *, owner="", external_id="", code="", skus=(), handle="", title="Gloves"):
	variants = tuple(Variant(sku=sku, id=f"variant_{id}_{sku}", title=f"Size {sku}") for sku in skus)
	product = Product(
		key=owner or external_id,
		item_code=code,
		title=title,
		handle=handle,
		fallback_handle=handle,
		variant=Variant(sku=""),
		id=id,
	)
	return Listed(product, owner, external_id, variants)


def verdicts(entries, things, register=None):
	register = register or ProductRegister()
	register.add(entries)
	for thing in things:
		register.place(thing)
	return [
		(verdict.kind, verdict.entry and verdict.entry.name, verdict.candidate and verdict.candidate.id)
		for verdict in register.verdicts()
	], register


@pytest.mark.parametrize(
	("entries", "things", "expected"),
	[
		# where they belong, however they are marked
		([entry("A", "p1")], [listed("p1", owner="A")], []),
		([entry("A", "p1")], [listed("p1")], []),
		([entry("A", "p1")], [listed("p1", owner="B")], []),
		# missing: gone, never sent; not what is not published
		([entry("A", "p1")], [], [("Missing", "A", None)]),
		([entry("A")], [], [("Missing", "A", None)]),
		([entry("A", published=False), entry("B", "p1", published=False)], [], []),
		# there, but the document knows nothing of it, or names another that is gone
		([entry("A")], [listed("p1", owner="A")], [("Missing", "A", "p1")]),
		([entry("A")], [listed("p1", external_id="A")], [("Missing", "A", "p1")]),
		([entry("A")], [listed("p1", code="CODE-A")], [("Missing", "A", "p1")]),
		([entry("A", "p9")], [listed("p1", owner="A")], [("Missing", "A", "p1")]),
		([entry("A", published=False)], [listed("p1", owner="A")], [("Missing", "A", "p1")]),
		# renamed or made anew under another name: the item code still says whose it is
		([entry("A")], [listed("p1", owner="gone", code="CODE-A")], [("Missing", "A", "p1")]),
		# two of one
		([entry("A", "p2")], [listed("p1", owner="A"), listed("p2", owner="A")], [("Duplicated", "A", "p1")]),
		([entry("A", "p1")], [listed("p1"), listed("p2", code="CODE-A")], [("Duplicated", "A", "p2")]),
		(
			[entry("A")],
			[listed("p1", owner="A"), listed("p2", owner="A")],
			[("Missing", "A", "p1"), ("Duplicated", "A", "p2")],
		),
		# the mark counts more than the item code, whichever is older
		(
			[entry("A")],
			[listed("p1", code="CODE-A"), listed("p2", owner="A")],
			[("Missing", "A", "p2"), ("Duplicated", "A", "p1")],
		),
		# nobody's
		([], [listed("p1", owner="gone")], [("Orphaned", None, "p1")]),
		([], [listed("p1", external_id="gone", code="X")], [("Orphaned", None, "p1")]),
		# another system's own ids are none of ours
		([], [listed("p1", external_id="PIM-7")], []),
		([], [listed("p1", title="Somebody else's")], []),
		# the start with a catalogue that is there
		([entry("A")], [listed("p1", skus=["CODE-A"])], [("Adoptable", "A", "p1")]),
		([entry("A", handle="gloves")], [listed("p1", handle="gloves")], [("Adoptable", "A", "p1")]),
		(
			[entry("A", handle="gloves")],
			[listed("p1", handle="gloves"), listed("p2", skus=["CODE-A"])],
			[("Adoptable", "A", "p2")],
		),
		# several variants, none of them the item's, or only one
		([entry("A", handle="x")], [listed("p1", handle="x", skus=["S", "M"])], [("Missing", "A", None)]),
		(
			[entry("A", handle="x")],
			[listed("p1", handle="x", skus=["CODE-A", "M"])],
			[("Missing", "A", None)],
		),
		([entry("A")], [listed("p1", skus=["CODE-A", "CODE-B"])], [("Missing", "A", None)]),
		([entry("A"), entry("B")], [listed("p1", skus=["CODE-A", "CODE-B"])], BOTH_MISSING),
		# taken over by an earlier version, its ids lost
		(
			[entry("A")],
			[listed("p1", owner="A", code="CODE-A", skus=["CODE-A", "M"])],
			[("Missing", "A", None)],
		),
		# the SKU is ours, the product another item's
		(
			[entry("A")],
			[listed("p1", owner="gone", code="X", skus=["CODE-A"])],
			[*ORPHANED, ("Missing", "A", None)],
		),
		# not of what has a product of its own
		([entry("A", "p1", handle="gloves")], [listed("p1"), listed("p2", handle="gloves")], []),
	],
)
def test_verdicts(entries, things, expected):
	assert verdicts(entries, things)[0] == expected


def test_foreign_products_are_counted():
	found, register = verdicts([entry("A", "p1")], [listed("p1"), listed("p2"), listed("p3", handle="x")])
	assert (found, register.foreign) == ([], 2)


def test_what_slipped_through_between_two_pages_is_asked_for():
	register = ProductRegister()
	register.add([entry("A", "p1"), entry("B", "p2"), entry("C")])
	register.place(listed("p1"))
	assert [one.name for one in register.unseen()] == ["B"]


@pytest.mark.parametrize(
	("skus", "expected"),
	[(["CODE-A"], "CODE-A"), (["Other"], "Other"), ([], None)],
)
def test_the_variant_that_goes_with_it(skus, expected):
	"""By SKU; the only one, whatever it is called; none where there is none."""
	register = ProductRegister()
	register.add([entry("A", handle="gloves")])
	register.place(listed("p1", skus=skus, handle="gloves"))
	(verdict,) = register.verdicts()
	assert verdict.candidate.variant_id == (f"variant_p1_{expected}" if expected else "")


def test_collections_are_known_by_their_item_group_alone():
	entries = [entry("Gloves", "c1"), entry("Masks", published=False)]
	things = [
		Collection(id=id, key=key, title=key, handle=key.lower(), fallback_handle="")
		for id, key in (("c1", "Gloves"), ("c2", "Gloves"), ("c3", "gone"), ("c4", ""))
	]
	found, register = verdicts(entries, things, CollectionRegister())
	assert found == [("Duplicated", "Gloves", "c2"), ("Orphaned", None, "c3")]
	assert register.foreign == 1
