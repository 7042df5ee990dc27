"""Lists of random catalogues with random filters, next to `plain_shop`."""

from __future__ import annotations

import html
from dataclasses import fields

import frappe
import pytest
from frappe.utils import add_days, add_to_date, now_datetime, today
from frappe.utils.nestedset import get_root_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medusa_integration import api, shared_cache
from medusa_integration.storefront import facet_index
from tests.storefront import plain_shop
from tests.storefront.catalogue import slug
from tests.storefront.plain_shop import Price, Product, Wanted

# parents before children
GROUPS = {"Dental": None, "Gloves": "Dental", "Long gloves": "Gloves", "Masks": "Dental", "Medical": None}
BRANDS = ("Acme", "Bolt", "Crane")
LABELS = ("Colour", "COLOR of glove", "Shape", "Shade", "shape & colour", "Size", "discoloured")
PARTS = (
	*("blue", "Blue", "RED", "sky blue", "Rosé", "rose", "ROSÉ", "straße", "grün", "日本", "a & b", "<5 mm>"),
	*("A2", "B1", "3", "-", "", "  ", "_", "!!", "x_y", "nuit d été", "%", "\\", "' or 1=1"),
)
WORDS = ("nitrile", "glove", "mask 2", "a", "zz", "Ab", "10", "9")
ODD = ("100%", "a_b", "\\", "'", '"', "no such value", "ü")

pieces = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4)
texts = st.builds(
	lambda parts, glue: glue.join(parts), pieces, st.sampled_from([",", "/", " , ", "/ ", ",,"])
)
prices = st.builds(
	Price,
	rate=st.sampled_from([0, 0.5, 1, 5, 9.999, 10, 49.999, 50, 50.001, 200]),
	starts=st.sampled_from([None, -30, -2, -1, 0, 1]),
	ends=st.sampled_from([None] * 5 + [-1, 0, 30]),
	uom=st.sampled_from(["Nos"] * 3 + [None] * 3 + ["Box"]),
	packing_unit=st.sampled_from([0, 0, 0, 1, 1, 2]),
	kind=st.sampled_from(["plain"] * 20 + ["customer", "batch", "currency", "list", "buying"]),
)
# of these one counts by its first day alone: all hold today, and what was entered last is any of them
overlapping = st.builds(
	lambda starts, rates, ends: [
		Price(rate, starts=start, ends=end) for start, rate, end in zip(starts, rates, ends, strict=False)
	],
	starts=st.permutations([None, -30, -2, -1, 0]),
	rates=st.permutations([0.5, 5, 9.999, 10, 49.999]),
	ends=st.lists(st.sampled_from([None, 0, 30]), min_size=2, max_size=4),
)
products = st.builds(
	Product,
	title=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join),
	group=st.sampled_from(list(GROUPS)),
	brand=st.sampled_from([None, *BRANDS]),
	in_stock=st.booleans(),
	ranking=st.integers(-1, 2),
	published=st.sampled_from([True] * 5 + [False]),
	sent=st.sampled_from([True] * 5 + [False]),
	expires=st.sampled_from([None, 1, 2, 3]),
	on_clearance=st.booleans(),
	specifications=st.lists(st.tuples(st.sampled_from(LABELS), texts), max_size=4),
	prices=st.lists(prices, max_size=6) | overlapping,
)


def rarely(values):
	"""Mostly not sent: all filters together would leave nothing to compare."""
	return st.sampled_from([False, False, False, True]).flatmap(
		lambda is_sent: values if is_sent else st.none()
	)


def some(*values):
	return st.lists(st.sampled_from(values), min_size=1, max_size=4)


values = some(*(part.strip() for part in PARTS if part.strip()), *ODD).map(
	lambda chosen: [one.upper() if number else one for number, one in enumerate(chosen)]
)
amounts = st.sampled_from([0, 0.5, 1, 5, 9.999, 10, 49.999, 50, 1000])
wishes = st.builds(
	Wanted,
	group=rarely(st.sampled_from(list(GROUPS))),
	collection_title=rarely(some(*GROUPS, "no such group")),
	brand=rarely(some(*BRANDS, *ODD)),
	availability=rarely(st.booleans()),
	colour=rarely(values),
	shape=rarely(values),
	shade=rarely(values),
	min_price=rarely(amounts),
	max_price=rarely(amounts),
	search=rarely(st.sampled_from(["a", "NITRILE", "2 mask", "acme", "glove bolt", "%", "_", "1"])),
	sort_order=st.sampled_from(["asc", "desc", "default"]),
	page=st.integers(1, 4),
	page_size=st.integers(1, 6),
)


@pytest.fixture
def stocked(quotes, lists):
	"""`stocked(products)` puts them on the site in the place of those before."""
	shop = quotes.shop
	top = shop.item_group(parent_item_group=get_root_of("Item Group"), is_group=1).name
	names = {None: top}
	for label, parent in GROUPS.items():
		parents = set(GROUPS.values())
		made = shop.item_group(
			f"{label} {shop.mark}", parent_item_group=names[parent], is_group=int(label in parents)
		)
		names[label] = made.name
	for label in BRANDS:
		names[label] = shop.site.new("Brand", brand=f"{label} {shop.mark}").name
	shop.set(root_item_group=top, public_rate_limit=1_000_000)
	other_list, customer = quotes.price_list(), quotes.customer().name
	currency = frappe.db.get_value("Price List", "Standard Selling", "currency")
	other_currency = next(name for name in ("EUR", "USD") if name != currency)

	def put(catalogue):
		shop.clean_up()
		shop._bulk.clear()
		frappe.db.delete("Homepage Item", {"parent": "Homepage Landing"})
		frappe.db.delete("Expiring Items Table", {"parent": "Expiring Items"})
		for number, product in enumerate(catalogue):
			product.name = product.item_code = f"p-{shop.mark}-{number:03}"
			product.group, product.brand = names[product.group], names.get(product.brand or "no brand")
		codes = [product.name for product in catalogue]
		shop._insert("Item", codes, item_code=codes, item_name=codes, stock_uom="Nos")
		columns = {
			"item_code": [product.item_code for product in catalogue],
			"web_item_name": [product.title for product in catalogue],
			"item_group": [product.group for product in catalogue],
			"brand": [product.brand for product in catalogue],
			"custom_in_stock": [int(product.in_stock) for product in catalogue],
			"ranking": [product.ranking for product in catalogue],
			"published": [int(product.published) for product in catalogue],
			"medusa_id": [f"prod_{product.name}" if product.sent else None for product in catalogue],
		}
		shop._insert("Website Item", codes, **columns)
		rows("Item Website Specification", (
			{"parent": product.name, "parenttype": "Website Item", "parentfield": "website_specifications",
			"idx": idx, "label": html.escape(label), "description": f"<p>{html.escape(text)}<br></p>"}
			for product in catalogue for idx, (label, text) in enumerate(product.specifications, 1)
		))  # fmt: skip
		rows("Item Price", (
			{"item_code": product.item_code, "price_list_rate": price.rate, "uom": price.uom,
			"price_list": other_list if price.kind == "list" else "Standard Selling",
			"currency": other_currency if price.kind == "currency" else currency,
			"customer": customer if price.kind == "customer" else None,
			"batch_no": "a batch" if price.kind == "batch" else None,
			"selling": int(price.kind != "buying"), "packing_unit": price.packing_unit,
			"valid_from": None if price.starts is None else add_days(today(), price.starts),
			"valid_upto": None if price.ends is None else add_days(today(), price.ends),
			"creation": add_to_date(now_datetime(), seconds=number)}
			for product in catalogue for number, price in enumerate(product.prices)
		))  # fmt: skip
		for doctype, parent, field, chosen in (
			("Homepage Item", "Homepage Landing", "clearance_items", lambda one: one.on_clearance),
			("Expiring Items Table", "Expiring Items", "expiring_items", lambda one: one.expires is not None),
		):
			rows(doctype, (
				{"parent": parent, "parenttype": parent, "parentfield": field, "website_item": product.name}
				| ({"expiry_date": add_days(today(), product.expires)} if doctype != "Homepage Item" else {})
				for product in catalogue if chosen(product)
			))  # fmt: skip
		facet_index.refill()

	def rows(doctype, made):
		made = list(made)
		if made:
			ids = [frappe.generate_hash(length=10) for _row in made]
			shop._insert(doctype, ids, **{column: [row[column] for row in made] for column in made[0]})

	def translated(wanted):
		"""The filters with the names of the site."""
		return Wanted(
			**{
				one.name: [names.get(value, value) for value in getattr(wanted, one.name)]
				if one.name in ("collection_title", "brand") and getattr(wanted, one.name)
				else getattr(wanted, one.name)
				for one in fields(wanted)
			}
			| {"group": wanted.group and names[wanted.group]}
		)

	def address(group):
		"""Where the shop lists a group, or without one everything."""
		parts = []
		while group and group != top:
			parts.insert(0, slug(group))
			group = put.tree[group]
		return "/" + "/".join(["products", *parts] if parts else [])

	put.translated, put.top, put.address = translated, top, address
	put.tree = {names[label]: names[parent] for label, parent in GROUPS.items()} | {top: None}
	return put


def compared(answer):
	"""The answer with the rows as `plain_shop` has them."""
	rows = [
		(
			row.get("id") or row["product_id"],
			row["standard_price"],
			*(row[kind] for kind in plain_shop.KINDS),
		)
		for row in answer["paginatedProducts"]
	]
	return {**answer, "paginatedProducts": rows}


def sent(wanted):
	"""The parameters of a call."""
	values = {one.name: getattr(wanted, one.name) for one in fields(wanted)}
	return {
		name: value
		for name, value in values.items()
		if name not in ("group", "left_out") and value is not None
	}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
	st.lists(products, min_size=8, max_size=20) | st.just([]),
	st.lists(wishes, min_size=6, max_size=6),
	st.data(),
)
def test_as_the_plain_version(stocked, catalogue, wanted, data):
	"""Also from the cache, which an earlier list of the same catalogue has filled."""
	stocked(catalogue)
	for one in map(stocked.translated, wanted):
		url = stocked.address(one.group)
		expected = plain_shop.answer(catalogue, one, stocked.tree, stocked.top)
		for _time in range(2):
			assert compared(api.get_website_items(url=url, **sent(one))) == expected, one
		one.group = None
		one.sort_order = data.draw(st.sampled_from(["expiry", "asc", "desc"]))
		on_sale = [product for product in catalogue if product.on_clearance]
		expected = plain_shop.answer(on_sale, one, stocked.tree, stocked.top)
		answer = api.get_clearance_items(**sent(one))
		dates = {f"prod_{one.name}": one.expires for one in catalogue}
		for row in answer["paginatedProducts"]:
			days = dates[row["product_id"]]
			assert row["expiry_date"] == (None if days is None else add_days(today(), days))
		assert compared(answer) == expected, one
	shared_cache.forget()
