"""*Parent Website Item*: of an item without variants, an item with variants, never itself; no chains."""

from __future__ import annotations

import frappe
import pytest
import requests

from tests.support.queries import recorded_queries

FIELD = "custom_parent_website_item"
OWN = "A Website Item cannot be its own Parent Website Item."
NO_VARIANTS = "has no variants. Choose one with Has Variants."
HAS_VARIANTS = "A Website Item with variants cannot have a Parent Website Item."


@pytest.fixture
def template(shop):
	"""Make a Website Item whose Item has variants, of this one or of a new one."""
	return lambda item=None: shop.as_template(item or shop.website_item())


def refused(shop, item, parent, text):
	with pytest.raises(frappe.ValidationError, match=text):
		shop.save(item, **{FIELD: parent})
	frappe.db.rollback()
	assert not shop.value(item, FIELD)


def test_a_template_is_a_parent(shop, template):
	parent, item = template(), shop.website_item()
	shop.save(item, **{FIELD: parent.name})
	assert shop.value(item, FIELD) == parent.name
	new = shop.website_item(**{FIELD: parent.name})
	assert shop.value(new, FIELD) == parent.name


def test_an_item_without_variants_is_none(shop):
	"""So there are no chains: what has a parent has no variants."""
	refused(shop, shop.website_item(), shop.website_item().name, NO_VARIANTS)


def test_an_item_is_not_its_own_parent(shop, template):
	item = shop.website_item()
	refused(shop, item, item.name, OWN)
	refused(shop, template(item), item.name, HAS_VARIANTS)


def test_a_template_has_no_parent(shop, template):
	refused(shop, template(), template().name, HAS_VARIANTS)


def test_an_item_that_gets_variants_loses_its_parent(shop, template):
	"""Such a save is webshop's, when the Item is saved: it must not fail."""
	parent, item = template(), shop.website_item()
	shop.save(item, **{FIELD: parent.name})
	shop.save(template(item), ranking=5)
	assert shop.value(item, FIELD) is None
	assert shop.value(item, "ranking") == 5


def test_a_parent_that_is_kept_is_not_looked_at(shop, template):
	"""Whoever saves the variant is not to blame for the parent, and pays no statement for it."""
	parent, item = template(), shop.website_item()
	shop.save(item, **{FIELD: parent.name})
	frappe.db.set_value("Website Item", parent.name, "has_variants", 0, update_modified=False)
	frappe.db.commit()
	with recorded_queries() as queries:
		shop.save(item, ranking=6)
	assert not [query for query in queries if query.lower().startswith("select `has_variants`")]
	assert shop.value(item, "ranking") == 6
	assert shop.value(item, FIELD) == parent.name


def test_over_rest(shop, template, http_server):
	parent, item, other = template(), shop.website_item(), shop.website_item()
	headers = shop.sign_in("Website Manager")
	url = f"{http_server}/api/resource/Website Item/{item.name}"

	def put(value):
		return requests.put(url, json={FIELD: value}, headers=headers, timeout=300)

	for value in (item.name, other.name):
		assert put(value).status_code == 417
		assert not shop.value(item, FIELD)
	assert put(parent.name).status_code == 200
	assert shop.value(item, FIELD) == parent.name


def test_by_an_import(shop):
	item, other = shop.website_item(), shop.website_item()
	frappe.flags.in_import = True
	try:
		refused(shop, item, other.name, NO_VARIANTS)
	finally:
		frappe.flags.in_import = False
