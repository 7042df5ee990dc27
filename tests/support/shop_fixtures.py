"""Fixtures of the shop, for the tests that need one; their conftest.py takes them from here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.medusa import Simulator, simulator
from tests.support.shop import Shop
from tests.support.stock import Stock

if TYPE_CHECKING:
	from frappe.model.document import Document


@pytest.fixture
def generation() -> str:
	"""Which Medusa the test talks to; parametrize it for both."""
	return "v2"


@pytest.fixture
def medusa(generation: str) -> Iterator[Simulator]:
	"""A simulated Medusa of that generation, new for each test."""
	with simulator(generation) as server:
		yield server


@pytest.fixture
def shop(site, medusa: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
	"""A shop that is connected to it and sends in the background, that is, when the test drains."""
	shop = Shop(site, medusa, monkeypatch)
	shop.configure()
	try:
		yield shop
	finally:
		shop.clean_up()


@pytest.fixture
def stock(shop: Shop) -> Iterator[Stock]:
	"""Warehouses of the test, and what happens in them."""
	stock = Stock(shop)
	try:
		yield stock
	finally:
		stock.clean_up()


@pytest.fixture
def only_ours(site) -> Iterator[None]:
	"""Let no Website Item of the site but those of the test be published."""
	import frappe

	names = frappe.get_all("Website Item", filters={"published": 1}, pluck="name")
	for name in names:
		frappe.db.set_value("Website Item", name, "published", 0, update_modified=False)
	frappe.db.commit()
	yield
	for name in names:
		frappe.db.set_value("Website Item", name, "published", 1, update_modified=False)
	frappe.db.commit()


@pytest.fixture
def item(shop: Shop) -> Document:
	"""A Website Item that Medusa has, with its group."""
	item = shop.website_item()
	shop.drain()
	return item
