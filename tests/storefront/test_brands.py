"""`get_all_brands`: what the shop sells, by brand."""

from __future__ import annotations

import pytest
from frappe.utils import get_url

from medusa_integration import api
from tests.support.asking import GUEST
from tests.support.queries import recorded_queries


@pytest.fixture
def branded(shop, visible):
	"""Make a product of a new brand; the name of the brand."""

	def make(label, image=None, **values):
		brand = shop.site.new("Brand", brand=shop.name(label))
		brand.db_set("image", image)
		# webshop fetches the brand of the Item
		item = shop.item(brand=brand.name, **values)
		return brand.name, visible(item=item, brand=brand.name)

	return make


def entries(*names, item_group=None):
	return [one for one in api.get_all_brands(item_group)["brand_list"] if one["brand"] in names]


def test_brands_with_a_product_that_is_shown(anew, branded, shop):
	zeta, _item = branded("zeta", image="/files/zeta.png")
	acme, _item = branded("Acme")
	secret, _item = branded("Secret", image="/private/files/secret.png")
	hidden, item = branded("Hidden")
	item.db_set("published", 0)
	unsent, item = branded("Unsent")
	item.db_set("medusa_id", None)
	unused = shop.site.new("Brand", brand=shop.name("Unused")).name
	anew()
	assert entries(zeta, acme, secret, hidden, unsent, unused) == [
		{"brand": acme, "image": None},
		{"brand": secret, "image": None},
		{"brand": zeta, "image": get_url("/files/zeta.png")},
	]


def test_brands_of_a_group_and_of_those_below(shop, anew, branded):
	parent = shop.item_group(is_group=1)
	child = shop.item_group(parent_item_group=parent.name)
	here, _item = branded("Here", item_group=parent.name)
	below, _item = branded("Below", item_group=child.name)
	elsewhere, _item = branded("Elsewhere")
	anew()
	found = [one["brand"] for one in entries(here, below, elsewhere, item_group=parent.name)]
	assert found == [below, here]
	assert [one["brand"] for one in entries(here, below, elsewhere, item_group=child.name)] == [below]


def test_a_name_is_told_as_it_was_entered_and_once(shop, anew, branded, visible):
	name, _item = branded("A &amp; B &lt;x&gt;")
	other = visible()
	other.db_set("brand", name, update_modified=False)
	anew()
	shown = name.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
	assert len(entries(shown)) == 1


def test_labels_of_the_top_categories(lists, categories):
	categories(Dental=None, Infection_Control=None)
	assert api.get_all_brands()["top_categories"] == ["Dental", "Infection Control"]


@pytest.mark.parametrize("item_group", ["No Such Group", "%", "' or 1=1 -- "])
def test_an_unknown_group(ask, item_group):
	answer = ask(GUEST, "get_all_brands", item_group=item_group)
	assert (answer.status_code, answer.json()["error"]) == (404, "Item Group not found.")


def test_a_brand_appears_with_its_first_product(shop, anew, branded):
	name, item = branded("Acme")
	item.db_set("published", 0)
	anew()
	assert entries(name) == []
	shop.save(item, published=1)
	assert entries(name) == [{"brand": name, "image": None}]


@pytest.mark.parametrize("count", [1, 10, 100])
def test_two_statements_and_none_when_nothing_has_changed(shop, anew, count):
	group = shop.item_group()
	brands = [shop.name("Brand") for _ in range(count)]
	shop._insert("Brand", brands, brand=brands)
	shop.many(count, recorded=False, in_medusa=True, item_group=group.name, brand=brands)
	anew()
	with recorded_queries() as queries:
		assert len(api.get_all_brands(group.name)["brand_list"]) == count
	assert len(queries) == 2, queries
	with recorded_queries() as queries:
		assert len(api.get_all_brands(group.name.upper())["brand_list"]) == count
	assert queries == []
