"""What each kind of finding is made of, how it is put right, and what is none; on both generations."""

from __future__ import annotations

from dataclasses import replace

import frappe
import pytest

from medusa_integration import api
from medusa_integration.catalogue.product import mapping

from .support import foreign

both = pytest.mark.parametrize("generation", ["v1", "v2"])


@pytest.fixture
def item(shop, only_ours):
	"""A Website Item that Medusa has."""
	item = shop.website_item(item_group=shop.exported_group().name)
	shop.drain()
	assert shop.task(item).status == "Synced"
	return item


def path(shop, item):
	return f"/admin/products/{shop.product(item)['id']}"


def forget_ids(shop, item):
	ids = {"medusa_id": None, "medusa_variant_id": None}
	frappe.db.set_value("Website Item", item.name, ids, update_modified=False)
	frappe.db.delete("Medusa Sync Task", {"reference_name": item.name})
	frappe.db.commit()


def gone_right(shop, runs):
	"""After the queue was drained, the next run finds nothing."""
	shop.drain()
	run = runs.run()
	assert (run.status, run.found) == ("Completed", 0), runs.findings()


# -- drifted -------------------------------------------------------------------------------------------------


@both
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


@both
def test_a_variant_changed_by_hand(shop, runs, item):
	variant = shop.product(item)["variants"][0]["id"]
	shop.by_hand("POST", f"{path(shop, item)}/variants/{variant}", allow_backorder=True)
	runs.run()
	(found,) = runs.findings()
	assert (found.kind, found.subject) == ("Drifted", "Variant")
	assert found.words == 'Backorder: "no" here, "yes" in Medusa'
	gone_right(shop, runs)
	assert shop.product(item)["variants"][0]["allow_backorder"] is False


@both
def test_a_variant_deleted_by_hand(shop, runs, item):
	variant = shop.product(item)["variants"][0]["id"]
	shop.by_hand("DELETE", f"{path(shop, item)}/variants/{variant}")
	runs.run()
	(found,) = runs.findings()
	assert (found.kind, found.subject, found.state) == ("Missing", "Variant", "Queued")
	gone_right(shop, runs)
	(again,) = shop.product(item)["variants"]
	assert shop.value(item, "medusa_variant_id") == again["id"] != variant


@both
def test_changed_here_past_the_events(shop, runs, item):
	"""An import past the documents' events is seen as well."""
	frappe.db.set_value("Website Item", item.name, "web_item_name", "Imported", update_modified=False)
	frappe.db.commit()
	assert runs.run().queued == 1
	gone_right(shop, runs)
	assert shop.product(item)["title"] == "Imported"


@both
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


@both
def test_what_the_app_does_not_own(shop, runs, item):
	"""A further image, further metadata, another handle, a field that the app does not send."""
	shop.by_hand("POST", path(shop, item), handle="by-hand", metadata={"theirs": "stays"}, subtitle="By hand")
	assert runs.run().found == 0, "if the app sends `subtitle` now, change another field of Medusa here"


@both
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


# -- missing -------------------------------------------------------------------------------------------------


@both
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


@both
def test_an_item_that_was_never_sent(shop, runs, only_ours):
	(name,) = shop.many(1, recorded=False)
	unpublished = shop.many(1, recorded=False, published=0)
	runs.run()
	(found,) = runs.findings()
	assert (found.reference_name, found.words) == (name, "It was never sent to Medusa.")
	gone_right(shop, runs)
	assert shop.product(name) and not shop.product(unpublished[0])


@both
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


# -- orphaned, duplicated ------------------------------------------------------------------------------------


@both
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


@both
def test_a_deletion_on_its_way_leaves_no_orphan(shop, runs, item):
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	assert runs.run().found == 0
	assert shop.medusa.products


@both
def test_a_double_is_deleted_and_the_item_keeps_its_own(shop, runs, item):
	product = shop.product(item)
	double = shop.copy_by_hand(product)
	runs.run()
	(found,) = runs.findings()
	assert (found.kind, found.state, found.medusa_id) == ("Duplicated", "Open", double)
	assert api.delete_findings([found.name])["done"] == 1
	assert [one["id"] for one in shop.medusa.products] == [product["id"]]
	gone_right(shop, runs)


@both
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


# -- adoptable -----------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("by", ["sku", "handle"])
def test_a_catalogue_that_is_there_already(shop, runs, only_ours, by):
	"""Products of the same SKU or handle are adopted when told to, and keep their ids;
	others are none of ours.
	"""
	(name,) = shop.many(1, recorded=False)
	product = foreign(shop, **({"sku": name} if by == "sku" else {"handle": name.lower()}))
	foreign(shop, title="Somebody else's")
	run = runs.run()
	assert (run.found, run.queued, run.foreign) == (1, 0, 1)
	(found,) = runs.findings()
	assert (found.kind, found.state, found.reference_name, found.medusa_id) == (
		"Adoptable",
		"Open",
		name,
		product["id"],
	)
	shop.drain()
	assert len(shop.medusa.products) == 2

	assert api.adopt_findings([found.name]) == {"done": 1, "refused": []}
	frappe.db.commit()
	shop.drain()
	assert shop.task(name).status == "Synced", shop.task(name).last_error
	assert shop.product(name)["id"] == product["id"]
	(variant,) = shop.product(name)["variants"]
	assert (variant["id"], variant["sku"]) == (product["variants"][0]["id"], name)
	frappe.db.rollback()
	ids = frappe.db.get_value("Website Item", name, ["medusa_id", "medusa_variant_id"])
	assert ids == (product["id"], variant["id"])
	again = runs.run()
	assert again.found == 0, runs.findings()


def test_what_is_linked_by_now_is_not_adopted(shop, runs, only_ours):
	(name,) = shop.many(1, recorded=False)
	foreign(shop, handle=name.lower())
	runs.run()
	(found,) = runs.findings()
	frappe.db.set_value("Website Item", name, "medusa_id", "prod_other", update_modified=False)
	frappe.db.commit()
	answer = api.adopt_findings([found.name])
	assert (answer["done"], len(answer["refused"])) == (0, 1)
	assert frappe.db.get_value("Website Item", name, "medusa_id") == "prod_other"


def shirt(shop, *skus, **values):
	"""A product with a variant for each SKU, made by hand."""
	v2 = shop.medusa.generation == "v2"
	variants = [
		{"title": sku, "sku": sku, "prices": [], "options": {"Size": sku} if v2 else [{"value": sku}]}
		for sku in skus
	]
	options = [{"title": "Size", "values": list(skus)}] if v2 else [{"title": "Size"}]
	body = {"title": "Shirt", "status": "published", **values}
	return shop.by_hand("POST", "/admin/products", options=options, variants=variants, **body)["product"]


@both
def test_a_product_of_several_items_is_not_adoptable(shop, runs, only_ours):
	"""The items are missing; their tasks say why; the product stays, whatever is asked for."""
	names = shop.many(2, recorded=False)
	product = shirt(shop, *names, handle=names[0].lower())
	runs.run()
	found = runs.findings()
	assert sorted((one.kind, one.reference_name, one.medusa_id or "") for one in found) == [
		("Missing", name, "") for name in sorted(names)
	]
	shop.drain()
	assert {shop.task(name).status for name in names} == {"Failed"}
	assert all(f'in the product "Shirt" ({product["id"]})' in shop.task(name).last_error for name in names)
	assert shop.medusa.product(product["id"])["title"] == "Shirt"
	assert len(shop.medusa.products) == 1


@both
def test_a_product_that_was_taken_over_earlier(shop, runs, only_ours):
	"""It is found, and neither changed nor deleted."""
	(name,) = shop.many(1, recorded=False)
	product = shirt(shop, name, "THEIRS", metadata={"website_item": name})
	frappe.db.set_value("Website Item", name, "medusa_id", product["id"], update_modified=False)
	variant = product["variants"][0]["id"]
	frappe.db.set_value("Website Item", name, "medusa_variant_id", variant, update_modified=False)
	frappe.db.set_value("Website Item", name, "modified", "2020-01-01", update_modified=False)
	frappe.db.commit()
	runs.run()
	(found,) = runs.findings()
	assert (found.kind, found.subject, found.words) == (
		"Drifted",
		"Product",
		"The product in Medusa also has variants of other items, so it is not changed: THEIRS",
	)
	shop.drain()
	assert shop.medusa.product(product["id"])["title"] == "Shirt"

	# the Website Item is gone without a trace: told to delete the product, it does not
	frappe.db.delete("Website Item", {"name": name})
	frappe.db.delete("Medusa Sync Task", {"reference_name": name})
	frappe.db.commit()
	runs.run()
	(found,) = runs.findings(kind="Orphaned")
	answer = api.delete_findings([found.name])
	assert (answer["done"], len(answer["refused"])) == (0, 1)
	assert shop.medusa.product(product["id"])["title"] == "Shirt"


# -- collections ---------------------------------------------------------------------------------------------


@both
def test_a_collection_changed_by_hand(shop, runs, item):
	id = shop.medusa.collections[0]["id"]
	shop.by_hand("POST", f"/admin/collections/{id}", title="By hand")
	runs.run()
	(found,) = runs.findings()
	assert (found.kind, found.subject, found.reference_name) == ("Drifted", "Collection", item.item_group)
	gone_right(shop, runs)
	assert shop.medusa.collections[0]["title"] == item.item_group


@both
def test_a_collection_deleted_by_hand(shop, runs, item):
	"""It is made again, and its products go there."""
	id = shop.medusa.collections[0]["id"]
	shop.by_hand("DELETE", f"/admin/collections/{id}")
	runs.run()
	assert ("Missing", "Collection", "Queued") in runs.kinds()
	gone_right(shop, runs)
	(collection,) = shop.medusa.collections
	assert shop.product(item)["collection_id"] == collection["id"] != id


@both
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


# -- what is going on meanwhile ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["Pending", "Waiting", "Retrying", "In Progress", "Ignored", "Synced"])
def test_what_is_on_its_way_or_put_aside_is_not_found(shop, runs, item, status):
	shop.by_hand("POST", path(shop, item), title="By hand")
	long_ago = {"modified": "2020-01-01", "synced_at": "2020-01-01"}
	frappe.db.set_value("Medusa Sync Task", shop.task(item).name, {"status": status, **long_ago})
	frappe.db.commit()
	assert runs.run().found == (status == "Synced")


@both
@pytest.mark.parametrize("what", ["saved", "saved and sent", "made and sent", "deleted", "deleted and sent"])
def test_what_happens_while_a_run_reads(shop, runs, item, what):
	"""The page is out of date by the time it is compared: nothing is found."""

	def work():
		if what.startswith("saved"):
			shop.save(item, web_item_name="Saved meanwhile")
		elif what.startswith("made"):
			shop.website_item(item_group=item.item_group)
		else:
			frappe.delete_doc("Website Item", item.name)
			frappe.db.commit()
		if what.endswith("sent"):
			shop.drain()

	started = []

	def meanwhile(request):
		if not started:
			started.append(request)
			shop.elsewhere(work)

	shop.medusa.on("GET", "/admin/products", meanwhile, "applied")
	run = runs.run()
	assert started
	assert (run.status, run.found) == ("Completed", 0), runs.findings()


def test_products_that_slip_through_between_two_pages(shop, runs, only_ours, monkeypatch):
	"""Somebody deletes a product of the first page: those of the second move up, one is on no page."""
	from medusa_integration.catalogue.reconcile import comparing as compared

	monkeypatch.setattr(compared, "PAGE", 3)
	names = shop.many(7)
	shop.drain()
	first = shop.product(names[0])["id"]
	shop.medusa.on(
		"GET",
		"/admin/products",
		lambda _request: shop.by_hand("DELETE", f"/admin/products/{first}"),
		"applied",
		times=1,
	)
	run = runs.run()
	assert run.status == "Completed"
	assert [row.reference_name for row in runs.findings()] in ([], [names[0]])
