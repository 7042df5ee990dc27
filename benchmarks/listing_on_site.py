"""What runs in a process on the site to measure the lists of the shop."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import frappe

from benchmarks.bodies import CURRENCY, PRICE_LIST
from benchmarks.front_page_on_site import forget_shared
from benchmarks.on_site import insert
from benchmarks.quotations_on_site import asked, counted_statements
from benchmarks.selling_on_site import connect_anew
from benchmarks.visitors import PAGES
from medusa_integration import shared_cache

SETTINGS = "Medusa Configuration"
GROUPS, BRANDS, COLOURS, SHAPES, SHADES = 40, 60, 30, 8, 16
PAGE_SIZE = 20


# -- what there is -------------------------------------------------------------------------------------------

# of item number `seq`; the database makes the rows itself, as tens of thousands would take Python minutes
NAME = "CONCAT('LISTED-', LPAD(seq, 6, '0'))"
ITEM = {
	"name": NAME,
	"item_code": NAME,
	"item_name": "CONCAT('Listed item ', seq)",
	"item_group": f"CONCAT('Group ', MOD(seq * 7, {GROUPS}))",
	"stock_uom": "'Nos'",
	"brand": f"CONCAT('Brand ', MOD(seq * 11, {BRANDS}))",
}
WEBSITE_ITEM = {
	**ITEM,
	# not in the order in which they are written
	"web_item_name": "CONCAT('Item ', MOD(seq * 7919, 100003), ' of the list')",
	"route": f"CONCAT('products/', LOWER({NAME}))",
	"published": "1",
	"ranking": "MOD(seq, 100)",
	"medusa_id": f"CONCAT('prod_', {NAME})",
	"medusa_variant_id": f"CONCAT('variant_', {NAME})",
	"custom_in_stock": "MOD(seq, 2)",
	"website_image": f"CONCAT('https://cdn.example.com/', {NAME}, '.png')",
	"web_long_description": "CONCAT('<p>', REPEAT('What it is good for. ', 20), '</p>')",
}
PRICE = {
	"name": "CONCAT('PRICE-', LPAD(seq, 6, '0'))",
	"item_code": NAME,
	"price_list": f"'{PRICE_LIST}'",
	"selling": "1",
	"currency": f"'{CURRENCY}'",
	"uom": "'Nos'",
	"price_list_rate": "1 + MOD(seq * 13, 7000) / 100",
}
FILE = {
	"name": f"CONCAT('file-', {NAME})",
	"file_name": f"CONCAT({NAME}, '.png')",
	"file_url": f"CONCAT('https://cdn.example.com/', {NAME}, '.png')",
	"is_private": "0",
	"is_folder": "0",
	"folder": "'Home/Attachments'",
	"attached_to_doctype": "'Website Item'",
	"attached_to_name": NAME,
}
LETTER = "SUBSTRING('abcdefghijklmnopqrstuvwxyzäöüß', MOD({}, {}) + 1, 1)"
SPECIFICATIONS = {
	"Colour": f"CONCAT('<p>Colour ', {LETTER.format('seq', COLOURS)}, ' / colour ', "
	f"{LETTER.format('seq * 3', COLOURS)}, '</p>')",
	"Shape": f"CONCAT('<ul><li>Shape ', {LETTER.format('seq', SHAPES)}, '</li></ul>')",
	"Shade": f"CONCAT('Shade ', MOD(seq, {SHADES}))",
	"Weight": "'<b>12 g</b>'",
}


def fill(first: int, last: int) -> float:
	"""Write the Website Items from `first` to `last` at once, and return the seconds of the index."""
	from medusa_integration.storefront import facet_index

	if not first:
		_prepare()
	rows = f"seq_{first}_to_{last - 1}"
	for doctype, columns in (
		("Item", ITEM),
		("Website Item", WEBSITE_ITEM),
		("Item Price", PRICE),
		("File", FILE),
	):
		_insert(doctype, columns, rows)
	for idx, (label, description) in enumerate(SPECIFICATIONS.items(), 1):
		row = {
			"name": f"CONCAT('{label}-', LPAD(seq, 6, '0'))",
			"parenttype": "'Website Item'",
			"parent": NAME,
			"parentfield": "'website_specifications'",
			"idx": str(idx),
			"label": f"'{label}'",
			"description": description,
		}
		_insert("Item Website Specification", row, rows)
	frappe.db.commit()
	started = time.perf_counter()
	facet_index.refill()
	seconds = time.perf_counter() - started
	for doctype in ("Website Item", "Medusa Product Facet", "Item Price", "Item", "File"):
		# as the database does by itself once many rows have changed
		frappe.db.sql(f"ANALYZE TABLE `tab{doctype}`")
	return seconds


def _prepare() -> None:
	settings = {"url": None, "price_list": PRICE_LIST, "public_rate_limit": 10**9}
	frappe.db.set_single_value(SETTINGS, {**settings, "root_item_group": "Products"})
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	for number in range(GROUPS):
		values = {"item_group_name": f"Group {number}", "parent_item_group": "Products"}
		frappe.get_doc({"doctype": "Item Group", **values}).insert()
	insert("Brand", ({"name": f"Brand {number}", "brand": f"Brand {number}"} for number in range(BRANDS)))
	frappe.db.commit()


def _insert(doctype: str, columns: dict[str, str], rows: str) -> None:
	owned = {"creation": "NOW(6)", "modified": "NOW(6)", "owner": "'Administrator'"}
	values = {**owned, **columns}
	names = ", ".join(f"`{name}`" for name in values)
	frappe.db.sql(f"INSERT INTO `tab{doctype}` ({names}) SELECT {', '.join(values.values())} FROM {rows}")


# -- what is measured ----------------------------------------------------------------------------------------


def store_catalogue() -> float:
	"""Do what the job does that stores the catalogue, and return its seconds."""
	from medusa_integration.storefront import catalogue_store

	started = time.perf_counter()
	catalogue_store.rebuild()
	seconds = time.perf_counter() - started
	if not catalogue_store.token():
		raise RuntimeError("no catalogue was stored")
	return seconds


def costs(rounds: int) -> dict[str, list[tuple[int, float]]]:
	"""Statements and milliseconds of each of PAGES, `rounds` times, by the states of `Costs`."""
	from medusa_integration import api

	found: dict[str, list[tuple[int, float]]] = {"cold": [], "warm": [], "database": []}
	connect_anew()
	api.get_website_items(**PAGES[0])
	for before, states in ((_save_a_product, ("cold", "warm")), (forget_shared, ("database",))):
		for page in PAGES * rounds:
			connect_anew()
			before()
			for state in states:
				found[state].append(
					_cost(lambda page=page: api.get_website_items(page_size=PAGE_SIZE, **page))
				)
	return found


def _save_a_product() -> None:
	"""Save one of the first thousand, long enough ago for Frappe's own caches."""
	frappe.get_doc("Website Item", f"LISTED-{random.randrange(1000):06}").save()
	frappe.db.commit()
	frappe.cache.delete(frappe.cache.make_key(shared_cache.SETTLING))
	connect_anew()


def plain_costs(rounds: int) -> dict[str, list[tuple[int, float]]]:
	"""The same for the first of PAGES made the plain way: the page alone, and with facets."""
	connect_anew()
	ways = {"page": _plain_page, "facets": lambda: (_plain_page(), _plain_facets())}
	return {way: [_cost(work) for _round in range(rounds)] for way, work in ways.items()}


def _plain_page() -> list[dict]:
	"""A page as it is written first: for each row one query each for its price, image and specifications."""
	names = frappe.get_all(
		"Website Item",
		filters={"published": 1, "medusa_id": ("is", "set")},
		fields=["name", "item_code", "web_item_name", "item_group", "brand", "website_image"],
		order_by="web_item_name asc, name asc",
		limit_page_length=PAGE_SIZE,
	)
	for row in names:
		row.price = frappe.get_all(
			"Item Price",
			filters={"item_code": row.item_code, "price_list": PRICE_LIST, "customer": ("is", "not set")},
			fields=["price_list_rate"],
			order_by="valid_from desc",
			limit_page_length=1,
		)
		row.image = frappe.get_all(
			"File",
			filters={"attached_to_doctype": "Website Item", "attached_to_name": row.name, "is_private": 0},
			fields=["file_url"],
			order_by="creation asc",
			limit_page_length=1,
		)
		row.specifications = _plain_specifications(row.name)
	return names


def _plain_facets() -> tuple[set[str], set[str], set[str]]:
	"""Groups, brands and values of all that matches: a query for the specifications of each item."""
	groups, brands, values = set(), set(), set()
	rows = frappe.get_all(
		"Website Item",
		filters={"published": 1, "medusa_id": ("is", "set")},
		fields=["name", "item_group", "brand"],
	)
	for row in rows:
		groups.add(row.item_group)
		brands.add(row.brand)
		for one in _plain_specifications(row.name):
			values.add(frappe.utils.strip_html(one.description))
	return groups, brands, values


def _plain_specifications(name: str) -> list[frappe._dict]:
	return frappe.get_all(
		"Item Website Specification",
		filters={"parent": name, "parenttype": "Website Item"},
		fields=["label", "description"],
	)


def _cost(work: Callable[[], object]) -> tuple[int, float]:
	with counted_statements(type(frappe.local.db)) as sent:
		started = time.perf_counter()
		work()
		milliseconds = (time.perf_counter() - started) * 1000
	return asked(sent), milliseconds
