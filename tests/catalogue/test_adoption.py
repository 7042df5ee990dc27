"""Whose product is it: what Medusa has already is taken over only if it is the item's alone."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.sync import task_states
from tests.reconcile.support import foreign
from tests.support.medusa import both_generations

pytestmark = both_generations


@pytest.fixture
def shirt(shop):
	"""A product of the shop with two variants; by SKU, what Medusa has of it."""

	def shirt(*skus: str, **values):
		v2 = shop.medusa.generation == "v2"
		variants = [
			{"title": sku, "sku": sku, "prices": [], "options": {"Size": sku} if v2 else [{"value": sku}]}
			for sku in skus
		]
		options = [{"title": "Size", "values": list(skus)}] if v2 else [{"title": "Size"}]
		body = {"title": "Shirt", "description": "Cotton", "status": "published", **values}
		return shop.by_hand("POST", "/admin/products", options=options, variants=variants, **body)["product"]

	return shirt


def stands(shop, product):
	"""Whether the product is as the shop has made it."""
	now = shop.medusa.product(product["id"])
	assert (now["title"], now["description"], now["status"]) == ("Shirt", "Cotton", "published")
	assert not (now.get("metadata") or {}).get("website_item")
	assert [variant["sku"] for variant in now["variants"]] == [
		variant["sku"] for variant in product["variants"]
	]
	return True


def says(shop, item, product, others):
	task = shop.task(item)
	assert (task.status, task.attempts) == ("Failed", 1)
	assert task.last_error == (
		f"Error while exporting Website Item {item.name} to Medusa: Medusa has {item.item_code} in the product"
		f' "Shirt" ({product["id"]}), together with other variants ({others}). It is left as it is. Give the'
		" item's variant a product of its own there, or another SKU, and try again."
	)
	assert shop.value(item, "medusa_id") is None
	return True


def test_a_product_of_several_items(shop, shirt):
	"""SH-S and SH-M are variants of one product: both tasks say so, and go on saying so."""
	small, medium = shop.website_item(), shop.website_item(published=0)
	product = shirt(small.item_code, medium.item_code)
	for _attempt in range(2):
		shop.drain()
		assert stands(shop, product)
		assert says(shop, small, product, medium.item_code)
		assert says(shop, medium, product, small.item_code)
		assert len(shop.medusa.products) == 1
		assert shop.errors() == []
		task_states.retry([shop.task(small).name, shop.task(medium).name])


def test_a_product_with_a_variant_of_nobodys(shop, shirt):
	"""One SKU is ours, the other nobody's: not taken over, and still on sale when the item is unpublished."""
	item = shop.website_item()
	product = shirt(item.item_code, "THEIRS")
	shop.drain()
	shop.save(item, published=0)
	shop.drain()
	assert stands(shop, product)
	assert says(shop, item, product, "THEIRS")


def test_it_arrives_once_the_product_was_split(shop, shirt):
	"""What the task says to do helps."""
	item = shop.website_item()
	product = shirt(item.item_code, "THEIRS")
	shop.drain()
	variant = product["variants"][0]["id"]
	shop.by_hand("DELETE", f"/admin/products/{product['id']}/variants/{variant}")
	task_states.retry([shop.task(item).name])
	shop.drain()
	assert shop.task(item).status == "Synced", shop.task(item).last_error
	assert shop.product(item)["id"] != product["id"]


def test_a_product_of_the_one_variant_is_adopted(shop):
	"""As it was."""
	item = shop.website_item()
	product = foreign(shop, sku=item.item_code)
	shop.drain()
	assert shop.task(item).status == "Synced", shop.task(item).last_error
	assert shop.value(item, "medusa_id") == product["id"]
	assert shop.value(item, "medusa_variant_id") == product["variants"][0]["id"]


def test_a_product_that_was_taken_over_earlier(shop, shirt):
	"""The Website Item has the id of a product with variants of others: it is left as it is
	by an update, by unpublishing, and by deleting the Website Item.
	"""
	item = shop.website_item()
	product = shirt(item.item_code, "THEIRS")
	ids = {"medusa_id": product["id"], "medusa_variant_id": product["variants"][0]["id"]}
	frappe.db.set_value("Website Item", item.name, ids, update_modified=False)
	shop.save(item, published=0)
	shop.drain()
	assert stands(shop, product)
	task = shop.task(item)
	assert task.status == "Failed"
	assert "together with other variants (THEIRS). It is left as it is." in task.last_error
	assert shop.value(item, "medusa_id") == product["id"]

	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	shop.drain()
	assert stands(shop, product)
	task = shop.task(item.name)
	assert (task.operation, task.status) == ("Delete", "Failed")
	assert task.last_error == (
		f'Error while deleting Website Item {item.name} in Medusa: The product "Shirt" ({product["id"]}) has'
		f" variants of other items ({item.item_code}, THEIRS), so it is not deleted. Delete the item's own variant"
		" in Medusa."
	)


def test_a_variant_that_somebody_added_to_our_product(shop):
	"""The product is still ours: it is changed and, with the Website Item, deleted."""
	item = shop.website_item()
	v2 = shop.medusa.generation == "v2"
	variants = [
		{
			"title": title,
			"sku": sku,
			"prices": [],
			"options": {"Default": title} if v2 else [{"value": title}],
		}
		for title, sku in (("XL", f"{item.item_code}-XL"), ("Default", item.item_code))
	]
	options = [{"title": "Default", "values": ["Default", "XL"]} if v2 else {"title": "Default"}]
	ours = {"metadata": {"website_item": item.name}, "options": options, "variants": variants}
	product = shop.by_hand("POST", "/admin/products", title="Gloves", **ours)["product"]
	frappe.db.set_value("Website Item", item.name, "medusa_id", product["id"], update_modified=False)
	shop.save(item, web_item_name="Vinyl gloves")
	shop.drain()
	assert shop.task(item).status == "Synced", shop.task(item).last_error
	assert shop.product(item)["title"] == "Vinyl gloves"
	assert len(shop.product(item)["variants"]) == 2
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	shop.drain()
	assert shop.medusa.products == []


def test_a_deleted_item_whose_product_was_never_ours(shop, shirt):
	"""Its export was refused; deleting it deletes nothing that has its SKU."""
	group = shop.exported_group().name
	item, other = shop.website_item(item_group=group), shop.website_item(item_group=group)
	product, single = shirt(item.item_code, "THEIRS"), foreign(shop, sku=other.item_code)
	# whatever is made or changed is refused
	shop.medusa.fail("POST", "*", 400, times=None, only=lambda request: "/admin/products" in request.path)
	shop.drain()
	assert {(shop.task(one).status, shop.value(one, "medusa_id")) for one in (item, other)} == {
		("Failed", None)
	}
	shop.medusa.clear_faults()
	for one in (item, other):
		frappe.delete_doc("Website Item", one.name)
	frappe.db.commit()
	shop.drain()
	assert {one["id"] for one in shop.medusa.products} == {product["id"], single["id"]}
	assert stands(shop, product)


def test_a_product_of_another_website_item(shop, item):
	"""Somebody has entered our SKU at another Website Item's product: that one stays as it is."""
	new = shop.website_item()
	product = shop.product(item)
	variant = product["variants"][0]["id"]
	shop.by_hand("POST", f"/admin/products/{product['id']}/variants/{variant}", sku=new.item_code)
	shop.drain()
	task = shop.task(new)
	assert task.status == "Failed"
	assert f"which belongs to Website Item {item.name}. It is left as it is." in task.last_error
	assert shop.product(item)["title"] == product["title"]


def test_two_website_items_of_one_item(shop, item):
	"""The second says so, whichever is sent first; the first stays; once it is gone, the second arrives."""
	(second,) = shop.many(1, recorded=False)
	frappe.db.set_value("Website Item", second, {"item_code": item.item_code, "web_item_name": "Second"})
	before = shop.product(item)
	shop.record([second])
	shop.drain()
	task = shop.task(second)
	assert (task.status, task.last_error) == (
		"Failed",
		f"Item {item.item_code} has another Website Item, {item.name}, which is its product in Medusa."
		" Delete one of them.",
	)
	shop.record([item.name])
	shop.drain()
	assert shop.task(item).status == "Synced"
	assert (shop.product(item)["id"], shop.product(item)["title"]) == (before["id"], before["title"])
	assert len(shop.medusa.products) == 1

	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	task_states.retry([task.name])
	shop.drain()
	assert shop.task(second).status == "Synced", shop.task(second).last_error
	assert [product["title"] for product in shop.medusa.products] == ["Second"]


def test_two_new_website_items_of_one_item(shop):
	"""Neither is in Medusa: the older one goes."""
	newer, older = shop.many(2, recorded=False)
	code = frappe.db.get_value("Website Item", older, "item_code")
	frappe.db.set_value("Website Item", newer, "item_code", code)
	frappe.db.set_value("Website Item", older, "creation", "2020-01-01", update_modified=False)
	shop.record([newer, older])
	shop.drain()
	assert [shop.task(name).status for name in (newer, older)] == ["Failed", "Synced"]
	assert len(shop.medusa.products) == 1


def test_a_template_is_a_draft_and_says_so(shop):
	"""A published Website Item of a template: nobody could buy it."""
	template = shop.website_item(shop.item(has_variants=0))
	frappe.db.set_value("Item", template.item_code, "has_variants", 1)
	shop.record([template.name])
	shop.drain()
	assert shop.product(template)["status"] == "draft"
	task = shop.task(template)
	assert (task.status, task.last_error) == (
		"Synced",
		f"Item {template.item_code} is a template: its product is a draft, because templates cannot be sold.",
	)
	shop.record([template.name])
	shop.drain()
	assert shop.task(template).last_error == task.last_error, "as long as it is so"


def test_what_is_checked_is_read_once(shop, item):
	"""An update of a product whose task is new reads it first, the next one does not."""
	frappe.db.delete("Medusa Sync Task", {"reference_name": item.name})
	counts = []
	for ranking in (3, 4):
		before = len(shop.medusa.sent("GET", "/admin/products*"))
		shop.save(item, ranking=ranking)
		shop.drain()
		counts.append(len(shop.medusa.sent("GET", "/admin/products*")) - before)
	assert counts == [1, 0]


def test_names_arrive_as_they_were_written(shop):
	"""Frappe has stored them as entities; the next comparison finds nothing."""
	item = shop.website_item()
	frappe.db.set_value("Website Item", item.name, "web_item_name", "Scalpel &lt;No. 292&gt;")
	shop.record([item.name])
	shop.drain()
	assert shop.product(item)["title"] == "Scalpel <No. 292>"


def test_no_script_in_a_description(shop):
	"""Entities that Frappe has made of a script stay no script."""
	item = shop.website_item()
	text = "<p>Thin &lt; 10 mm &lt;script&gt;alert(1)&lt;/script&gt;</p>"
	frappe.db.set_value("Website Item", item.name, "web_long_description", text)
	frappe.db.set_value("Website Item", item.name, "short_description", "Thin &lt;script&gt;x&lt;/script&gt;")
	shop.record([item.name])
	shop.drain()
	product = shop.product(item)
	assert product["description"] == "Thin < 10 mm"
	assert (product.get("erp_product") or product)["short_description"].strip() == "Thin"
