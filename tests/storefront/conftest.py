"""Fixtures of the shop, and of what the nightly lists are made of."""

from __future__ import annotations

import pytest

from tests.support.quotes import quotes  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401

LISTS = ("Expiring Items", "Homepage Landing", "Product Collection")


@pytest.fixture
def lists(shop):  # noqa: F811
	"""The Singles that the jobs fill, empty."""
	import frappe

	for single in LISTS:
		shop.site.keep_single(single)
		for field in frappe.get_meta(single).get_table_fields():
			frappe.db.delete(field.options, {"parenttype": single})
	frappe.db.commit()
	return shop


@pytest.fixture
def visible(shop):  # noqa: F811
	"""Make a published Website Item that Medusa has."""
	import frappe

	def make(**values):
		document = shop.website_item(commit=False, **values)
		document.db_set("medusa_id", shop.name("prod").replace(" ", "_"), update_modified=False)
		frappe.db.commit()
		return document

	return make
