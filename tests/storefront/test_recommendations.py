"""What else a customer may want: `fetch_relevant_items`, `fetch_relevant_collection_products`."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import api
from tests.storefront.catalogue import PARENT
from tests.support.asking import GUEST
from tests.support.queries import recorded_queries

KEYS = (
	"product_id title item_code item_group rating variant_id thumbnail is_wishlisted has_variants standard_price"
	" negotiated_price sales_count"
).split()


def seen(answer):
	return [(one["product_id"], one["sales_count"]) for one in answer]


def recommend(item, *others):
	item = frappe.get_doc("Website Item", item.name)
	for other in others:
		item.append("recommended_items", {"website_item": other.name})
	item.save(ignore_permissions=True)
	frappe.db.commit()


# -- beside a product ----------------------------------------------------------------------------------------


def test_siblings_then_recommended_then_what_sells_in_the_group(shop, visible, template, sold):
	group = shop.item_group(is_group=1)
	below = shop.item_group(parent_item_group=group.name)
	parent = template(item_group=shop.item_group().name)
	item, *siblings = (
		visible(item_group=group.name, web_item_name=f"{shop.mark} {title}", **{PARENT: parent.name})
		for title in "abc"
	)
	recommended = [visible(web_item_name=f"{shop.mark} {title}") for title in "zy"]
	recommend(item, recommended[0], siblings[1], recommended[1], item)
	unsold, few, many = (visible(item_group=one) for one in (group.name, group.name, below.name))
	for one, quantity in (
		(few, 2),
		(many, 5),
		(many, -1.5),
		(siblings[1], 9),
		(item, 100),
		(recommended[0], 4),
	):
		sold(one, quantity)
	sold(unsold, 3, docstatus=0)
	sold(few, 50, docstatus=2)
	shop.save(unsold, ranking=1)
	answer = api.fetch_relevant_items(item.medusa_id)
	assert seen(answer) == [
		(siblings[0].medusa_id, 0),
		(siblings[1].medusa_id, 9),
		(recommended[0].medusa_id, 4),
		(recommended[1].medusa_id, 0),
		(many.medusa_id, 3.5),
		(few.medusa_id, 2),
		(unsold.medusa_id, 0),
	]
	assert list(answer[0]) == KEYS
	assert seen(api.fetch_relevant_items(item.medusa_id, limit=3)) == seen(answer)[:3]


def test_only_what_the_shop_shows(shop, visible, template, sold, anew):
	group, parent = shop.item_group(), template()
	item = visible(item_group=group.name, **{PARENT: parent.name})
	hidden = [
		visible(item_group=group.name, **{PARENT: parent.name}),
		visible(),
		visible(item_group=group.name),
	]
	recommend(item, hidden[1])
	for one in hidden:
		sold(one, 5)
	hidden[0].db_set("published", 0)
	hidden[1].db_set("medusa_id", None)
	hidden[2].db_set("medusa_id", None)
	anew()
	assert api.fetch_relevant_items(item.medusa_id) == []


def test_more_came_back_than_was_sold(shop, visible, sold, anew):
	"""It counts as not sold, and stands where such products stand."""
	group = shop.item_group()
	item, other, returned = (visible(item_group=group.name) for _ in range(3))
	recommended = visible(item_group=shop.item_group().name)
	recommend(item, recommended)
	sold(returned, 1), sold(returned, -3), sold(recommended, -2)
	anew()
	assert seen(api.fetch_relevant_items(item.medusa_id)) == [
		(recommended.medusa_id, 0),
		(other.medusa_id, 0),
		(returned.medusa_id, 0),
	]


def test_of_another_group(shop, visible, anew):
	item, other = visible(), visible()
	assert seen(api.fetch_relevant_items(item.medusa_id, item_group=other.item_group)) == [
		(other.medusa_id, 0)
	]
	assert api.fetch_relevant_items(item.medusa_id) == []


def test_twenty_unless_another_number_is_asked_for(shop, visible, anew):
	group = shop.item_group().name
	item = visible(item_group=group)
	shop.many(60, recorded=False, in_medusa=True, item_group=group)
	anew()
	assert len(api.fetch_relevant_items(item.medusa_id)) == 20
	found = api.fetch_relevant_items(item.medusa_id, limit=50)
	assert len({one["product_id"] for one in found}) == 50
	assert item.medusa_id not in [one["product_id"] for one in found]


@pytest.mark.parametrize(
	("values", "status", "error"),
	[
		({"product_id": "prod_unknown"}, 404, "Product not found."),
		({"item_group": "No Such Group"}, 404, "Item Group not found."),
		({"limit": 0}, 400, "limit must be between 1 and 50."),
		({"limit": 51}, 400, "limit must be between 1 and 50."),
		({"limit": "many"}, 400, "limit must be a whole number."),
		({"product_id": ["like", "%"]}, 400, "product_id must be a text value."),
		({"product_id": ""}, 400, "product_id is required."),
		({"item_group": "x" * 141}, 400, "item_group is too long."),
		({"cus_id": {"a": 1}}, 400, "cus_id must be a text value."),
	],
)
def test_what_cannot_be_asked(visible, ask, values, status, error):
	answer = ask(GUEST, "fetch_relevant_items", **{"product_id": visible().medusa_id, **values})
	assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.contract(61)
@pytest.mark.parametrize("count", [1, 10, 100])
def test_statements_beside_a_product(shop, template, customer, sold, anew, count):
	"""One for the product, three for what is beside it, three for its group, seven for cards;
	warm one for the product and those for cards but the threshold.
	"""
	group, parent, buyer = shop.item_group().name, template(), customer()
	parents = {PARENT: [None, parent.name] * count}
	names = shop.many(2 * count, recorded=False, in_medusa=True, item_group=group, **parents)
	for name in names[::3]:
		sold(name, 1)
	product_id = f"prod_{names[1]}"
	api.fetch_relevant_items(product_id, buyer.medusa_id, limit=50)
	anew()
	for expected in (15, 8):
		with recorded_queries() as queries:
			answer = api.fetch_relevant_items(product_id, buyer.medusa_id, limit=50)
		assert len(answer) == min(50, 2 * count - 1)
		assert len(queries) == expected, queries
		assert not [query for query in queries if "tabBin" in query]


# -- the category above a group ------------------------------------------------------------------------------


@pytest.fixture
def category(lists, categories):
	"""A group with one below it and one below that, as the category Dental."""
	top = lists.item_group(is_group=1)
	middle = lists.item_group(is_group=1, parent_item_group=top.name)
	low = lists.item_group(parent_item_group=middle.name)
	categories(Dental=top.name)
	return top, middle, low


@pytest.mark.contract(22)
@pytest.mark.parametrize("level", [0, 1, 2])
def test_top_sellers_of_the_category_above(quotes, visible, category, sold, level):
	"""They are read from Product Collection, as the nightly job has left it."""
	first, second = (visible(item_group=category[2].name) for _ in range(2))
	quotes.price(second.item_code, 12.5)
	sold(first, 3)
	sold(second, 4)
	api.add_top_selling_items_to_collection()
	frappe.db.commit()
	sold(first, 100)
	answer = api.fetch_relevant_collection_products(category[level].name)
	assert answer["top_collection"] == category[0].name
	assert seen(answer["products"]) == [(second.medusa_id, 4), (first.medusa_id, 3)]
	assert list(answer["products"][0]) == KEYS
	assert answer["products"][0]["standard_price"] == 12.5
	with recorded_queries() as queries:
		api.fetch_relevant_collection_products(category[level].name)
	assert not [query for query in queries if "tabSales Invoice" in query or "tabBin" in query]


def test_what_is_not_shown_any_more_is_left_out(visible, category, sold, anew):
	first, second = (visible(item_group=category[2].name) for _ in range(2))
	sold(first, 3)
	sold(second, 4)
	api.add_top_selling_items_to_collection()
	frappe.db.commit()
	second.db_set("published", 0)
	anew()
	assert seen(api.fetch_relevant_collection_products(category[1].name)["products"]) == [
		(first.medusa_id, 3)
	]


def test_rows_that_people_have_entered(visible, category):
	"""With no more than the Item."""
	item = visible()
	collection = frappe.get_doc("Product Collection")
	collection.append("dental_items", {"item_code": item.item_code})
	collection.save()
	frappe.db.commit()
	assert seen(api.fetch_relevant_collection_products(category[1].name)["products"]) == [(item.medusa_id, 0)]


def test_the_nearest_category_counts(lists, categories, category, visible, sold):
	"""Also where two of them share a table."""
	categories(Dental=category[0].name, Medical=category[1].name)
	frappe.db.set_value(
		"Medusa Top Category", {"parent": "Medusa Configuration"}, "target_table", "other_items"
	)
	lists.set(top_sellers_limit=20)
	high, low = visible(item_group=category[0].name), visible(item_group=category[2].name)
	sold(high, 2)
	sold(low, 1)
	api.add_top_selling_items_to_collection()
	frappe.db.commit()
	answer = api.fetch_relevant_collection_products(category[2].name)
	assert answer["top_collection"] == category[1].name
	assert seen(answer["products"]) == [(low.medusa_id, 1)]
	answer = api.fetch_relevant_collection_products(category[0].name)
	assert seen(answer["products"]) == [(high.medusa_id, 2), (low.medusa_id, 1)]


def test_a_group_beside_all_categories(lists, category, ask):
	group = lists.item_group("Tools &lt;b2&gt; " + lists.mark)
	frappe.db.commit()
	for name, status, error in (
		(group.name, 404, f"No route found for item group Tools <b2> {lists.mark}."),
		("No Such Group", 404, "Item Group not found."),
		("", 400, "item_group is required."),
		(["like", "%"], 400, "item_group must be a text value."),
	):
		answer = ask(GUEST, "fetch_relevant_collection_products", item_group=name)
		assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("count", [1, 10, 100])
def test_statements_of_a_collection(lists, category, customer, anew, count):
	"""Three for the collection, none of them warm, and seven for cards, one of them cold only."""
	buyer = customer()
	names = lists.many(count, recorded=False, in_medusa=True, item_group=category[0].name)
	lists._insert(
		"Product Collection Item",
		[f"{lists.mark}{number}" for number in range(count)],
		parent="Product Collection",
		parenttype="Product Collection",
		parentfield="dental_items",
		idx=list(range(1, count + 1)),
		item_code=names,
	)
	api.fetch_relevant_collection_products(category[2].name, buyer.medusa_id)
	anew()
	for expected in (10, 7):
		with recorded_queries() as queries:
			answer = api.fetch_relevant_collection_products(category[2].name, buyer.medusa_id)
		assert [one["item_code"] for one in answer["products"]] == names
		assert len(queries) == expected, queries
