"""A whole shop, of which one in a hundred was changed, deleted and duplicated in Medusa by hand."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import api
from tests.support.medusa import real_server

from .support import RealShop, foreign, shop_at

COUNT = 1000
SOME = COUNT // 100


@pytest.mark.long
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
	assert api.delete_findings(doubles) == {"done": SOME, "refused": []}

	again = runs.run()
	assert (again.status, again.found, again.queued) == ("Completed", 0, 0)
	assert runs.kinds() == {
		("Drifted", "Product", "Gone"): SOME,
		("Missing", "Product", "Gone"): SOME,
		("Duplicated", "Product", "Deleted"): SOME,
	}
	assert {shop.product(name)["title"] for name in (*changed, *deleted)} == {*changed, *deleted}
	assert len(shop.medusa.products) == COUNT


# -- the real servers ----------------------------------------------------------------------------------------

REAL_COUNT = 200
REAL_SOME = 2


@pytest.fixture
def real_shop(site, generation, monkeypatch):
	"""A shop that is connected to a real Medusa."""
	yield from shop_at(RealShop, site, real_server(generation), monkeypatch)


@pytest.mark.long
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
	assert api.delete_findings([row.name for row in doubles]) == {"done": REAL_SOME, "refused": []}

	assert runs.run().status == "Completed"
	assert {row.state for row in ours()} == {"Gone", "Deleted"}
	products = shop.all_products()
	assert set(products) == set(names)
	assert {len(found) for found in products.values()} == {1}
	assert all(products[name][0]["title"] == name for name in (*changed, *deleted))


def test_everything_that_is_sent_comes_back_the_same(any_shop, runs, only_ours):
	"""An item with all fields has not drifted, nor its collection,
	whatever Medusa makes of texts and numbers.
	"""
	shop = any_shop
	group = shop.item_group(shop.name("Gloves & Masks: ½ price, قفازات"))
	code = shop.name("NITRILE-ñ")
	item = shop.item(
		code,
		item_group=group.name,
		country_of_origin="Oman",
		weight_per_unit=1.2345,
		weight_uom="Kg",
		barcodes=[{"barcode": f"BAR-{shop.mark}"}],
	)
	brand = shop.site.new("Brand", brand=shop.name("Halyard & Co"))
	full = shop.website_item(
		item,
		web_item_name=f"  Gloves, “powder-free” {shop.mark} 😷 ",
		web_long_description="<h2>Made of</h2><p>Nitrile &amp; love</p>\n<ul><li>a</li><li>b\tc</li></ul>  ",
		short_description="<p>  Short &lt;1&gt;\u00a0</p>",
		ranking=7,
		brand=brand.name,
		on_backorder=1,
		website_specifications=[
			{"label": "Size", "description": "<p>M &amp; L</p>"},
			{"label": "  Colour ", "description": "Blue\nGreen"},
		],
	)
	pictures = "https://shop.example.com/a b.png?x=1&y=ü"
	frappe.db.set_value("Website Item", full.name, "website_image", pictures, update_modified=False)
	bare = shop.website_item(shop.item(item_group=group.name), published=0)
	shop.record([full.name, bare.name])
	shop.drain()
	assert shop.tasks() == {"Synced": 3}

	run = runs.run()
	assert (run.status, run.error) == ("Completed", "")
	names = (full.name, bare.name, group.name)
	assert [(row.kind, row.words) for row in runs.findings() if row.reference_name in names] == []

	# emptied here and in Medusa
	shop.save(
		full,
		web_long_description="",
		short_description="",
		ranking=0,
		brand=None,
		on_backorder=0,
		website_specifications=[],
	)
	shop.drain()
	assert runs.run().status == "Completed"
	assert [(row.kind, row.words) for row in runs.findings() if row.reference_name in names] == []


@pytest.mark.parametrize("by", ["sku", "handle"])
def test_adopting(any_shop, runs, only_ours, by):
	"""A product that was entered in Medusa becomes the item's: same ids, the item's values."""
	shop = any_shop
	(name,) = shop.many(1, recorded=False)
	product = foreign(shop, **({"sku": name} if by == "sku" else {"handle": name.lower()}))
	runs.run()
	(found,) = runs.findings(reference_name=name)
	assert (found.kind, found.medusa_id) == ("Adoptable", product["id"])
	assert api.adopt_findings(found.name) == {"done": 1, "refused": []}
	shop.drain()
	assert shop.task(name).status == "Synced", shop.task(name).last_error
	((adopted,),) = shop.all_products().values()
	assert (adopted["id"], adopted["title"]) == (product["id"], name)
	assert [(variant["id"], variant["sku"]) for variant in adopted["variants"]] == [
		(product["variants"][0]["id"], name)
	]
	runs.run()
	assert runs.findings(reference_name=name, state="Open") == []
