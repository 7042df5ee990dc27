"""Fixtures of the shop."""

from __future__ import annotations

import pytest

from tests.catalogue.pricing import LIST
from tests.support.pictures import attach  # noqa: F401
from tests.support.shop_fixtures import generation, item, medusa, only_ours, shop, stock  # noqa: F401


@pytest.fixture
def public_list(shop):  # noqa: F811
	"""Let the shop's prices be those of one Price List, in its own currency."""
	shop.set(price_list=LIST, currency=None, amount_multiplier=0)


@pytest.fixture
def sold(shop):  # noqa: F811
	"""`sold()` is a Website Item that Medusa has."""

	def make(**values):
		made = shop.website_item(**values)
		shop.drain()
		made.reload()
		return made

	return make


@pytest.fixture
def group(item):  # noqa: F811
	"""The Item Group of `item`."""
	import frappe

	return frappe.get_doc("Item Group", item.item_group)


@pytest.fixture
def enqueued(monkeypatch):
	"""What was enqueued: (method, arguments) each."""
	import frappe

	calls = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **options: calls.append((method, options)))
	return calls
