"""What else a customer may want: beside a product, and in the category above an Item Group."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import escape_html, flt
from typing_extensions import TypedDict

from medusa_integration.catalogue.product.plain_text import unescaped
from medusa_integration.constants import PRODUCT_COLLECTION, WEBSITE_ITEM
from medusa_integration.database import folded
from medusa_integration.endpoints.parameters import AnyWhole, Id, within
from medusa_integration.settings import get_settings
from medusa_integration.shared_cache import shared
from medusa_integration.storefront.card_answers import RelevantProduct, relevant
from medusa_integration.storefront.cards import cards_of
from medusa_integration.storefront.item_groups import ItemGroups
from medusa_integration.storefront.product import PARENT
from medusa_integration.storefront.viewers import Viewer, viewer_of
from medusa_integration.storefront.visible import visible

MOST = 50
# name of a Website Item, and how much of it was sold
Sold = tuple[str, float]


class TopCollection(TypedDict):
	"""Name of a category's Item Group, and its top sellers."""

	top_collection: str
	products: list[RelevantProduct]


def fetch_relevant_items(
	product_id: Id,
	cus_id: Id | None = None,
	item_group: Id | None = None,
	limit: Annotated[AnyWhole, within(1, MOST)] = 20,
) -> list[RelevantProduct]:
	"""Return products to show beside another one, each once.

	First those with the same *Parent Website Item*, by title; then its *Recommended Items*; then those of the
	Item Group and all groups below it, by what was sold of them.

	Args:
		product_id: Medusa's id of the product.
		cus_id: Medusa's id of the customer whose prices and wishes are shown; only the shop's server may
			say it.
		item_group: name of the Item Group, by default that of the product.
		limit: the number of products.

	Returns:
		`sales_count` is the sum over all submitted Sales Invoices less returns.

	Raises:
		frappe.DoesNotExistError: `Product not found.`, `Item Group not found.`, `Customer not found.` (404).
	"""
	viewer = viewer_of(cus_id)
	fields = ["name", "item_group", PARENT]
	filters = {"medusa_id": product_id, "published": 1}
	product = frappe.db.get_value(WEBSITE_ITEM, filters, fields, as_dict=True)
	if not product:
		raise frappe.DoesNotExistError(_("Product not found."))
	group = item_group or product.item_group
	near: list[Sold] = shared(("beside", product.name), lambda: _beside(product))
	best: list[Sold] = shared(("sold in", folded(group)), lambda: _sold_in(group)) if group else []
	counts = dict([*near, *best])
	counts.pop(product.name, None)
	return _products(list(counts.items())[:limit], viewer)


def fetch_relevant_collection_products(item_group: Id, cus_id: Id | None = None) -> TopCollection:
	"""Return the top sellers of the category that an Item Group belongs to, from Product Collection.

	Args:
		item_group: name of the Item Group.
		cus_id: Medusa's id of the customer whose prices and wishes are shown; only the shop's server may
			say it.

	Returns:
		The nearest of the *Top Categories* at or above the group, and its products, best first.

	Raises:
		frappe.DoesNotExistError: `Item Group not found.`, `No route found for item group {name}.`,
			`Customer not found.` (404).
	"""
	viewer = viewer_of(cus_id)
	categories = [(row.item_group, row.target_table) for row in get_settings().top_categories]
	key = ("collection", folded(item_group), categories)
	name, sold = shared(key, lambda: _collection(item_group, categories))
	return {"top_collection": unescaped(name), "products": _products(sold, viewer)}


def _products(sold: Sequence[Sold], viewer: Viewer) -> list[RelevantProduct]:
	counts = dict(sold)
	return [relevant(card, counts[name]) for name, card in cards_of(counts, viewer).items()]


def _beside(product: frappe._dict) -> list[Sold]:
	"""Return the products with the same parent, then the recommended ones. Three statements."""
	item, row = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType("Recommended Items")
	shown = visible(item) & (item.name != product.name)
	query = frappe.qb.from_(item).select(item.name, item.item_code).where(shown).limit(MOST)
	siblings = query.where(item[PARENT] == (product[PARENT] or "")).where(item[PARENT] != "")
	recommended = query.inner_join(row).on(row.website_item == item.name)
	recommended = recommended.where((row.parent == product.name) & (row.parenttype == WEBSITE_ITEM))
	names = dict(
		[
			*siblings.orderby(item.web_item_name).orderby(item.name).run(),
			*recommended.orderby(row.idx).run(),
		]
	)
	sold = frappe.qb.DocType("Sales Invoice Item")
	codes = list(names.values()) or [""]
	of_codes = frappe.qb.from_(sold).where((sold.docstatus == 1) & sold.item_code.isin(codes))
	counts = dict(of_codes.groupby(sold.item_code).select(sold.item_code, Sum(sold.qty)).run())
	return [(name, max(flt(counts.get(code), 9), 0)) for name, code in names.items()]


def _sold_in(group: str) -> list[Sold]:
	"""Return products of a group and all groups below it, the most sold first. Three statements.

	One more than can be asked for: the product itself may be among them.
	"""
	groups = ItemGroups.read()
	below = sorted(groups.below([groups.require(group)]))
	item, sold = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType("Sales Invoice Item")
	query = frappe.qb.from_(item).select(item.name).where(item.item_group.isin(below))
	query = query.where(visible(item))
	total = Sum(sold.qty)
	best = query.inner_join(sold).on((sold.item_code == item.item_code) & (sold.docstatus == 1))
	best = best.select(total).groupby(item.name, item.item_code).having(total > 0)
	best = best.orderby(total, order=frappe.qb.desc).orderby(item.item_code).limit(MOST + 1)
	counts = {name: flt(count, 9) for name, count in best.run()}
	others = query.orderby(item.item_code).limit(MOST + 1 + len(counts)).run(pluck=True)
	found = {**counts, **{name: 0.0 for name in others if name not in counts}}
	return list(found.items())[: MOST + 1]


def _collection(group: str, categories: Sequence[tuple[str | None, str]]) -> tuple[str, list[Sold]]:
	"""Return the category of a group, and its rows of Product Collection that the shop shows.

	Two statements.
	"""
	groups = ItemGroups.read()
	name = groups.require(group)
	tables = {folded(one): table for one, table in categories if one}
	category = next((one for one in groups.above(name) if folded(one) in tables), None)
	if not category:
		text = _("No route found for item group {0}.")
		raise frappe.DoesNotExistError(text.format(escape_html(unescaped(name))))
	table = tables[folded(category)]
	is_shared = [one for _name, one in categories].count(table) > 1
	return category, _top_sellers(table, groups.below([category]) if is_shared else None)


def _top_sellers(table: str, groups: Collection[str] | None) -> list[Sold]:
	"""Return the rows of a table, only those of these Item Groups if they are given. One statement."""
	row, item = frappe.qb.DocType("Product Collection Item"), frappe.qb.DocType(WEBSITE_ITEM)
	query = (
		frappe.qb.from_(row)
		.inner_join(item)
		.on(item.item_code == row.item_code)
		.select(item.name, row.sales_count)
		.where((row.parenttype == PRODUCT_COLLECTION) & (row.parentfield == table))
		.where(visible(item))
		.orderby(row.idx)
	)
	if groups is not None:
		query = query.where(item.item_group.isin(sorted(groups)))
	return [(name, flt(count)) for name, count in query.run()]
