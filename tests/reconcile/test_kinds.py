"""What of products and collections drifted or is missing in Medusa, and how it is put right."""

from __future__ import annotations

from dataclasses import replace

import frappe
import pytest

from medusa_integration import api
from medusa_integration.catalogue.product import mapping
from tests.reconcile.support import forget_ids, gone_right, path
from tests.support.medusa import both_generations


@both_generations
@pytest.mark.parametrize(
	("change", "words"),
	[
		({"title": "By hand"}, 'Title: "{title}" here, "By hand" in Medusa'),
		({"status": "draft"}, 'Published: "yes" here, "no" in Medusa'),
		({"metadata": {"UOM": "Pair"}}, 'UOM: "Nos" here, "Pair" in Medusa'),
		({"metadata": {"website_item": ""}}, 'Website Item: "{name}" here, nothing in Medusa'),
	],
)
def test_a_product_changed_by_hand(shop, runs, item, change, words):
	product = path(shop, item)
	shop.by_hand("POST", product, **change)
	assert runs.run().queued == 1
	(found,) = runs.findings()
	assert (found.kind, found.subject, found.state, found.reference_name) == (
		"Drifted",
		"Product",
		"Queued",
		item.name,
	)
	assert found.words == words.format(title=item.web_item_name, name=item.name)
	gone_right(shop, runs)


@both_generations
def test_a_variant_changed_by_hand(shop, runs, item):
	variant = shop.product(item)["variants"][0]["id"]
	shop.by_hand("POST", f"{path(shop, item)}/variants/{variant}", allow_backorder=True)
	runs.run()
	(found,) = runs.findings()
	assert (found.kind, found.subject) == ("Drifted", "Variant")
	assert found.words == 'Backorder: "no" here, "yes" in Medusa'
	gone_right(shop, runs)
	assert shop.product(item)["variants"][0]["allow_backorder"] is False


@both_generations
def test_a_variant_deleted_by_hand(shop, runs, item):
	variant = shop.product(item)["variants"][0]["id"]
	shop.by_hand("DELETE", f"{path(shop, item)}/variants/{variant}")
	runs.run()
	(found,) = runs.findings()
	assert (found.kind, found.subject, found.state) == ("Missing", "Variant", "Queued")
	gone_right(shop, runs)
	(again,) = shop.product(item)["variants"]
	assert shop.value(item, "medusa_variant_id") == again["id"] != variant


@both_generations
def test_changed_here_past_the_events(shop, runs, item):
	"""An import past the documents' events is seen as well."""
	frappe.db.set_value("Website Item", item.name, "web_item_name", "Imported", update_modified=False)
	frappe.db.commit()
	assert runs.run().queued == 1
	gone_right(shop, runs)
	assert shop.product(item)["title"] == "Imported"


@both_generations
@pytest.mark.parametrize("how", ["reconciliation", "update_all_website_item"])
def test_a_field_that_an_update_of_the_app_adds(shop, runs, item, monkeypatch, how):
	"""Nothing is sent by the update itself; CONTRIBUTING.md says what sends it."""
	mapped = mapping.product

	def with_another(*args, **kwargs):
		product = mapped(*args, **kwargs)
		return replace(product, metadata={**product.metadata, "shelf_life": "365"})

	monkeypatch.setattr(mapping, "product", with_another)
	shop.drain()
	assert "shelf_life" not in shop.product(item)["metadata"]
	if how == "reconciliation":
		assert runs.run().queued == 1
		assert [(found.kind, found.state) for found in runs.findings()] == [("Drifted", "Queued")]
	else:
		api.update_all_website_item()
	shop.drain()
	assert shop.product(item)["metadata"]["shelf_life"] == "365"


@both_generations
def test_what_the_app_does_not_own(shop, runs, item):
	"""A further image, further metadata, another handle, a field that the app does not send."""
	shop.by_hand("POST", path(shop, item), handle="by-hand", metadata={"theirs": "stays"}, subtitle="By hand")
	assert runs.run().found == 0, "if the app sends `subtitle` now, change another field of Medusa here"


@both_generations
def test_images(shop, runs, item):
	"""One of ours that is gone is missed; one that was added is not."""
	ours = "https://shop.example.com/ours.png"
	frappe.db.set_value("Website Item", item.name, "website_image", ours, update_modified=False)
	shop.record([item.name])
	shop.drain()
	shown = {"v1": lambda *urls: list(urls), "v2": lambda *urls: [{"url": url} for url in urls]}
	images = shown[shop.medusa.generation]
	shop.by_hand("POST", path(shop, item), images=images(ours, "https://shop.example.com/theirs.png"))
	assert runs.run().found == 0
	shop.by_hand("POST", path(shop, item), images=images("https://shop.example.com/theirs.png"))
	runs.run()
	(found,) = runs.findings()
	assert found.words == f'Images: "{ours}" here, nothing in Medusa'
	gone_right(shop, runs)


def test_a_private_image_is_compared_by_the_address_that_medusa_gave_it(shop, runs, item):
	content = b"\x89PNG\r\n\x1a\n" + b"0" * 40
	shop.site.new(
		"File",
		file_name=f"{shop.mark}.png",
		attached_to_doctype="Website Item",
		attached_to_name=item.name,
		is_private=1,
		content=content,
	)
	frappe.db.commit()
	shop.drain()
	assert len(shop.product(item)["images"]) == 1
	assert runs.run().found == 0


@both_generations
def test_a_product_deleted_by_hand(shop, runs, item):
	old = shop.value(item, "medusa_id")
	shop.by_hand("DELETE", path(shop, item))
	runs.run()
	(found,) = runs.findings()
	assert (found.kind, found.state, found.words) == (
		"Missing",
		"Queued",
		f"Medusa no longer has {old}.",
	)
	gone_right(shop, runs)
	assert shop.value(item, "medusa_id") == shop.product(item)["id"] != old


@both_generations
def test_an_item_that_was_never_sent(shop, runs, only_ours):
	(name,) = shop.many(1, recorded=False)
	unpublished = shop.many(1, recorded=False, published=0)
	runs.run()
	(found,) = runs.findings()
	assert (found.reference_name, found.words) == (name, "It was never sent to Medusa.")
	gone_right(shop, runs)
	assert shop.product(name) and not shop.product(unpublished[0])


@both_generations
@pytest.mark.parametrize("now", [None, "prod_of_another_server"])
def test_an_id_that_is_lost_or_wrong(shop, runs, item, now):
	"""Medusa has it, marked as this item's: linked again, not made twice."""
	product = shop.product(item)
	forget_ids(shop, item)
	frappe.db.set_value("Website Item", item.name, "medusa_id", now, update_modified=False)
	frappe.db.commit()
	assert runs.run().queued == 1
	(found,) = runs.findings()
	assert (found.kind, found.medusa_id) == ("Missing", product["id"])
	assert shop.value(item, "medusa_id") == product["id"]
	gone_right(shop, runs)
	assert shop.value(item, "medusa_variant_id") == product["variants"][0]["id"]
	assert len(shop.medusa.products) == 1


def test_what_has_failed_waits_for_a_person(shop, runs, only_ours):
	"""Its sentence is told; it is not tried again by itself, but by the button."""
	item = shop.website_item(item_group=shop.exported_group().name)
	shop.medusa.fail("POST", "/admin/products/batch", 400, times=None)
	shop.drain()
	shop.medusa.clear_faults()
	assert runs.run().queued == 0
	(found,) = runs.findings()
	assert (found.kind, found.state) == ("Missing", "Open")
	assert shop.task(item).last_error in found.held_up
	assert api.queue_findings(found.name) == {"done": 1}
	frappe.db.commit()
	gone_right(shop, runs)


def test_an_item_group_that_does_not_exist(shop, runs, item):
	"""What cannot be compared is told, and holds up nobody."""
	other = shop.website_item(item_group=shop.exported_group().name)
	shop.drain()
	shop.by_hand("POST", path(shop, other), title="By hand")
	frappe.db.set_value("Website Item", item.name, "item_group", "Nowhere", update_modified=False)
	frappe.db.commit()
	run = runs.run()
	assert (run.status, run.found, run.queued) == ("Completed", 2, 1)
	(found,) = runs.findings(reference_name=item.name)
	assert (found.state, found.held_up) == ("Open", "Item Group Nowhere does not exist.")


@both_generations
def test_a_collection_changed_by_hand(shop, runs, item):
	id = shop.medusa.collections[0]["id"]
	shop.by_hand("POST", f"/admin/collections/{id}", title="By hand")
	runs.run()
	(found,) = runs.findings()
	assert (found.kind, found.subject, found.reference_name) == ("Drifted", "Collection", item.item_group)
	gone_right(shop, runs)
	assert shop.medusa.collections[0]["title"] == item.item_group


@both_generations
def test_a_collection_deleted_by_hand(shop, runs, item):
	"""It is made again, and its products go there."""
	id = shop.medusa.collections[0]["id"]
	shop.by_hand("DELETE", f"/admin/collections/{id}")
	runs.run()
	assert ("Missing", "Collection", "Queued") in runs.kinds()
	gone_right(shop, runs)
	(collection,) = shop.medusa.collections
	assert shop.product(item)["collection_id"] == collection["id"] != id
