"""The lists of the shop once more: plain, slow, and with nothing of the app's code in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

KINDS = {"colour": "colo", "shape": "shape", "shade": "shade"}
THRESHOLD = 50


@dataclass
class Price:
	"""A price of an item; `starts` and `ends` are days from today, None for no bound."""

	rate: float
	starts: int | None = None
	ends: int | None = None
	uom: str | None = "Nos"
	packing_unit: int = 0
	kind: str = "plain"

	@property
	def counts(self) -> bool:
		is_now = (self.starts is None or self.starts <= 0) and (self.ends is None or self.ends >= 0)
		return is_now and self.kind == "plain" and self.uom != "Box" and self.packing_unit < 2


@dataclass
class Product:
	"""A Website Item; `specifications` are pairs of label and plain text."""

	title: str
	group: str
	brand: str | None
	in_stock: bool
	ranking: int
	published: bool
	sent: bool
	expires: int | None
	on_clearance: bool
	specifications: list[tuple[str, str]]
	prices: list[Price]
	name: str = ""
	item_code: str = ""

	@property
	def visible(self) -> bool:
		return self.published and self.sent

	@property
	def price(self) -> float:
		"""What the shop shows: of the prices that count the one that began last."""
		best, found = None, 0.0
		for number, price in enumerate(self.prices):
			if price.counts:
				start = -100_000 if price.starts is None else price.starts
				order = (start, price.uom is not None, -price.packing_unit, number)
				if best is None or order > best:
					best, found = order, price.rate
		return found if found < THRESHOLD else 0.0

	def values(self, kind: str) -> set[str]:
		"""What it can be filtered by, in title case."""
		found = set()
		for label, text in self.specifications:
			if KINDS[kind] not in label.lower():
				continue
			for part in text.replace("/", ",").split(","):
				part = " ".join(part.split())
				has_word = any(letter.isalnum() or letter == "_" for letter in part)
				has_digit = any(letter in "0123456789" for letter in part)
				if has_word and (kind == "shade" or not has_digit):
					found.add(part.title())
		return found

	def first(self, kind: str) -> str | None:
		"""What its card shows."""
		texts = (
			" ".join(text.split()) for label, text in self.specifications if KINDS[kind] in label.lower()
		)
		return next((text for text in texts if text), None)


@dataclass
class Wanted:
	"""The filters of one call. None is not sent."""

	group: str | None = None
	collection_title: list[str] | None = None
	brand: list[str] | None = None
	availability: bool | None = None
	colour: list[str] | None = None
	shape: list[str] | None = None
	shade: list[str] | None = None
	min_price: float | None = None
	max_price: float | None = None
	search: str | None = None
	sort_order: str = "asc"
	page: int = 1
	page_size: int = 3
	left_out: frozenset[str] = field(default=frozenset())


def below(tree: dict[str, str | None], top: str) -> set[str]:
	"""A group, and all groups that have it above them."""
	found = set()
	for name in tree:
		at: str | None = name
		while at is not None:
			if at == top:
				found.add(name)
			at = tree[at]
	return found


def fits(product: Product, wanted: Wanted, tree: dict[str, str | None], without: str = "") -> bool:
	"""Whether it passes all filters but one."""
	if not product.visible or (wanted.group and product.group not in below(tree, wanted.group)):
		return False
	if wanted.collection_title and without != "collection_title":
		if not any(
			title in tree and product.group in below(tree, title) for title in wanted.collection_title
		):
			return False
	if wanted.brand and without != "brand" and product.brand not in wanted.brand:
		return False
	if wanted.availability and not product.in_stock:
		return False
	for kind in KINDS:
		chosen = getattr(wanted, kind)
		if chosen and without != kind:
			if not {one.casefold() for one in chosen} & {one.casefold() for one in product.values(kind)}:
				return False
	if wanted.min_price is not None and product.price < wanted.min_price:
		return False
	if wanted.max_price is not None and product.price > wanted.max_price:
		return False
	texts = [product.title.lower(), product.item_code.lower(), (product.brand or "").lower()]
	return all(any(word in text for text in texts) for word in (wanted.search or "").lower().split())


def answer(
	products: list[Product],
	wanted: Wanted,
	tree: dict[str, str | None],
	root: str,
) -> dict[str, Any]:
	"""What `get_website_items` has to answer, its rows as (id, price, colour, shape, shade)."""
	found = [product for product in products if fits(product, wanted, tree)]
	found.sort(key=lambda product: product.name)
	if wanted.sort_order == "default":
		found.sort(key=lambda product: -product.ranking)
	elif wanted.sort_order == "expiry":
		found.sort(key=lambda product: 100_000 if product.expires is None else product.expires)
	else:
		found.sort(key=lambda product: product.title.lower(), reverse=wanted.sort_order == "desc")
		if wanted.sort_order == "desc":
			found = _ties_by_name(found)
	start = (wanted.page - 1) * wanted.page_size
	page = found[start : start + wanted.page_size]
	shown = found
	if wanted.group or not (wanted.collection_title or wanted.brand):
		shown = [product for product in products if fits(product, Wanted(group=wanted.group), tree)]
	children = [name for name, parent in tree.items() if parent == (wanted.group or root)]
	parents = [name for name in children if any(product.group in below(tree, name) for product in shown)]
	return {
		"product_count": len(found),
		"total_pages": -(-len(found) // wanted.page_size),
		"current_page": wanted.page,
		"items_in_page": len(page),
		"distinct_parent_item_groups": [
			{"title": name, "handle": name.lower().replace(" ", "-")} for name in in_order(parents)
		],
		"distinct_collection_titles": counted(
			product.group for product in products if fits(product, wanted, tree, "collection_title")
		),
		"distinct_brands": counted(
			product.brand for product in products if product.brand and fits(product, wanted, tree, "brand")
		),
		**{
			f"distinct_{kind}s": in_order(
				{
					value
					for product in products
					if fits(product, wanted, tree, kind)
					for value in product.values(kind)
				}
			)
			for kind in KINDS
		},
		"paginatedProducts": [
			(f"prod_{product.name}", product.price, *(product.first(kind) for kind in KINDS))
			for product in page
		],
	}


def _ties_by_name(found: list[Product]) -> list[Product]:
	titles = list(dict.fromkeys(product.title.lower() for product in found))
	return [
		product
		for title in titles
		for product in sorted((one for one in found if one.title.lower() == title), key=lambda one: one.name)
	]


def counted(names: Iterable[str]) -> list[dict[str, Any]]:
	"""Each name once with how often it occurs, by name."""
	names = list(names)
	return [{"name": name, "count": names.count(name)} for name in in_order(set(names))]


def in_order(names: Iterable[str]) -> list[str]:
	"""By name, without regard to case."""
	return sorted(names, key=lambda name: (name.casefold(), name))
