"""Fixtures of the shop, and of what the nightly lists are made of."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest

from tests.storefront.catalogue import catalogue  # noqa: F401
from tests.support.asking import ask, told  # noqa: F401
from tests.support.pictures import attach  # noqa: F401
from tests.support.quotes import quotes  # noqa: F401
from tests.support.sales import sales  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401

# with a port: Frappe 15 adds that of a development bench to an address without one
SITE = "https://erp.example.com:8443"
LISTS = ("Expiring Items", "Homepage Landing", "Product Collection")


@pytest.fixture(autouse=True)
def stored_for_long(monkeypatch):
	"""Have values in the shop's cache for longer than a test takes, also right after a change."""
	from medusa_integration import shared_cache

	monkeypatch.setattr(shared_cache, "SETTLING_TIME", 300)


@pytest.fixture
def lists(shop):  # noqa: F811
	"""The Singles that the jobs fill, empty."""
	import frappe

	from medusa_integration import shared_cache

	for single in LISTS:
		shop.site.keep_single(single)
		for field in frappe.get_meta(single).get_table_fields():
			frappe.db.delete(field.options, {"parenttype": single})
	shared_cache.forget()
	frappe.db.commit()
	return shop


@pytest.fixture
def homepage(lists):
	"""`homepage(banners=[{...}])` saves these rows of Homepage Landing, as a user of Desk does."""
	import frappe

	def save(**tables):
		document = frappe.get_doc("Homepage Landing")
		document.update(tables)
		document.save()
		frappe.db.commit()
		return document

	return save


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


@pytest.fixture
def template(shop, visible):  # noqa: F811
	"""Make such a Website Item whose Item has variants."""
	return lambda **values: shop.as_template(visible(**values))


@pytest.fixture
def anew():
	"""Forget what is cached for everybody, as after a change by hand in the database; commits."""
	import frappe

	from medusa_integration import shared_cache

	def forget():
		shared_cache.forget()
		frappe.db.commit()

	return forget


@pytest.fixture
def sold(lists):
	"""Write a row of a Sales Invoice, as the ledger has it; real ones need accounts."""
	import frappe

	def write(item, quantity, docstatus=1):
		invoice, row = lists.name("SINV"), lists.name("row")
		lists._insert("Sales Invoice", [invoice], docstatus=docstatus)
		lists._insert(
			"Sales Invoice Item",
			[row],
			parent=invoice,
			parenttype="Sales Invoice",
			parentfield="items",
			docstatus=docstatus,
			item_code=getattr(item, "item_code", item),
			qty=quantity,
		)
		frappe.db.commit()

	return write


@pytest.fixture
def categories(lists):
	"""The only categories of the settings: label -> its group, with the table that it fills."""
	import frappe

	def configure(**groups):
		settings = frappe.get_doc("Medusa Configuration")
		rows = [
			{"label": label.replace("_", " "), "item_group": group, "target_table": f"{label.lower()}_items"}
			for label, group in groups.items()
		]
		settings.set("top_categories", rows)
		settings.enable = 0
		settings.save()
		lists.set(top_sellers_limit=20)

	return configure


@pytest.fixture
def customer(quotes):  # noqa: F811
	"""Make a Customer whom Medusa knows, and the viewer."""
	from medusa_integration.storefront.viewers import Viewer

	def make(**values):
		document = quotes.customer(**values)
		return Viewer(document.medusa_id, document.name)

	return make


@pytest.fixture
def buyer(quotes):  # noqa: F811
	"""The id in Medusa of a Customer."""
	return quotes.customer().medusa_id


@pytest.fixture
def delete():
	"""`delete(document)` as somebody does in Desk."""
	import frappe

	def delete(document):
		frappe.delete_doc(document.doctype, document.name)
		frappe.db.commit()

	return delete


@pytest.fixture
def site_address(site, monkeypatch):
	"""The address of the site, which is a part of the addresses of its images."""
	import frappe

	monkeypatch.setitem(frappe.local.conf, "host_name", SITE)


@pytest.fixture
def no_requests_left(site):
	"""What visitors have left over HTTP is gone afterwards, on a real bench too."""
	import frappe

	yield
	frappe.db.rollback()
	for doctype in ("Opportunity Contact", "Product Suggestions"):
		frappe.db.delete(doctype)
	frappe.db.commit()


@pytest.fixture
def counted(shop):  # noqa: F811
	"""Make a value, and count how often it is computed."""
	import frappe

	from medusa_integration import shared_cache

	frappe.db.commit()
	key = (frappe.generate_hash(),)
	calls = []

	def count(value="value", *more):
		return shared_cache.shared((*key, *more), lambda: calls.append(1) or value)

	count.calls, count.key = calls, key
	return count


@pytest.fixture
def settled(shop):  # noqa: F811
	"""As if the last change were long ago."""
	import frappe

	from medusa_integration import shared_cache

	shared_cache.forget()
	frappe.db.rollback()

	def settle():
		frappe.cache.delete(frappe.cache.make_key(shared_cache.SETTLING))

	settle()
	return settle


@pytest.fixture
def waiting(monkeypatch):
	"""The threads that wait, or have waited, for another one that computes the value; they do so for long."""
	from medusa_integration import shared_cache

	threads = set()

	def sleep(seconds):
		threads.add(threading.get_ident())
		time.sleep(seconds)

	monkeypatch.setattr(shared_cache, "time", SimpleNamespace(monotonic=time.monotonic, sleep=sleep))
	monkeypatch.setattr(shared_cache, "LONGEST_TURN", 3600)
	return threads


@pytest.fixture
def build(shop):  # noqa: F811
	"""Make the catalogue in memory, as the job does, but without the wait for documents in caches."""
	import frappe

	from medusa_integration import product_journal
	from medusa_integration.storefront import catalogue_store

	frappe.db.commit()

	def build():
		frappe.cache.delete(frappe.cache.make_key(product_journal.ENDED))
		catalogue_store.rebuild()
		assert catalogue_store.token()

	yield build
	for name in (catalogue_store.STORED, catalogue_store.TOKEN, catalogue_store.ASKED):
		frappe.cache.delete(frappe.cache.make_key(name))


@pytest.fixture
def asked_of_database(monkeypatch):
	"""Of how many lists the database has counted the products."""
	from medusa_integration.storefront import facets

	asked = []
	counts = facets._counts
	monkeypatch.setattr(facets, "_counts", lambda *values: asked.append(1) or counts(*values))
	return asked


@pytest.fixture
def asked_of_queue(monkeypatch):
	"""The jobs that were asked for."""
	import frappe

	jobs = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **_options: jobs.append(method))
	return jobs
