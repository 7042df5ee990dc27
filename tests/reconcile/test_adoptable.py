"""Products that Medusa has from before: which are adopted, and which are left alone."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import api
from tests.reconcile.support import foreign
from tests.support.medusa import both_generations


@both_generations
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


@both_generations
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


@both_generations
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
