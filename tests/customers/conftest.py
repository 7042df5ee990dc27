"""A shop whose visitors register, straight or over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401
from tests.support.visitors import PERSON, Visitors


@pytest.fixture
def visitors(shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitors]:  # noqa: F811
	"""Visitors who call the functions of the app,
	in the folder of the sites as all of Frappe's processes are.
	"""
	monkeypatch.chdir(shop.sites_path)
	visitors = Visitors(shop)
	visitors.configure()
	try:
		yield visitors
	finally:
		visitors.clean_up()


@pytest.fixture
def over_http(visitors: Visitors, http_server: str) -> Visitors:
	"""Visitors who call the site's server."""
	visitors.server = http_server
	return visitors


@pytest.fixture
def customer(visitors, shop):  # noqa: F811
	"""A Customer whom Medusa knows."""
	import frappe

	document = visitors.site.new("Customer", customer_name=shop.name("Clinic"), medusa_id=f"cus_{shop.mark}")
	frappe.db.commit()
	return document


@pytest.fixture
def address(visitors, shop):  # noqa: F811
	"""`address(customer, ...)` is an Address of these parties."""
	import frappe

	def make(*parties, **values):
		defaults = {
			"address_title": shop.name("Clinic"),
			"address_type": "Billing",
			"address_line1": "Way 1",
			"city": "Muscat",
			"country": "Oman",
			"pincode": "100",
			"state": "Muscat",
		}
		links = [{"link_doctype": party.doctype, "link_name": party.name} for party in parties]
		document = visitors.site.new("Address", links=links, **{**defaults, **values})
		frappe.db.commit()
		return document

	return make


@pytest.fixture
def make_customer(visitors, shop):  # noqa: F811
	"""`make_customer()` is one that bought before there was a shop."""
	import frappe

	def make(name="Clinic", **values):
		document = visitors.site.new("Customer", customer_name=f"{name} {shop.mark}", **values)
		frappe.db.commit()
		return document

	return make


@pytest.fixture
def data(visitors, shop):  # noqa: F811
	"""What a visitor enters to register, with the id that Medusa has given."""
	return {**PERSON, "id": f"cus_{shop.mark}", "email": visitors.address(), "t_c_acceptance": 1}
