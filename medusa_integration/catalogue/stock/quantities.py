"""Computes the quantity of many Website Items with a constant number of statements.

The quantity is the stock in the item's warehouse and all warehouses below it, without expired batches. The
quantity of a bundle is that of its scarcest part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.utils import cint, flt, getdate

from medusa_integration import erpnext_seams
from medusa_integration.catalogue.stock.batches import Expiry, expiries
from medusa_integration.catalogue.stock.ordered import NOTHING, ordered_in_medusa
from medusa_integration.settings import get_settings

# decimal places: more than any UOM uses, and few enough to remove rounding errors of floats
PRECISION = 6


@dataclass(frozen=True, slots=True)
class Quantity:
	"""The quantity of an item in its stock UOM, never negative.

	Attributes:
		actual: the stock.
		available: the stock without what is reserved, except for orders of Medusa.
		ordered: what open orders of Medusa reserve.
		sent: what was delivered of orders of Medusa v2, which reserves it still: it has no fulfillment of it.
		drafts: what drafts of orders of Medusa will reserve.
		changes_on: day on which a batch expires and the quantity becomes less, None without one.
	"""

	actual: float = 0.0
	available: float = 0.0
	ordered: float = 0.0
	sent: float = 0.0
	drafts: float = 0.0
	changes_on: date | None = None


class _Bounds(NamedTuple):
	"""A warehouse's place in the tree: `lft` and `rgt` of all warehouses below it are between its own."""

	lft: int
	rgt: int


class _Stock(NamedTuple):
	"""One item in one warehouse: stock without expired batches, and quantities that are reserved.

	`held_back` by Stock Reservation Entries is mostly included in `reserved`; `ordered` is for Medusa's
	orders, and `sent` and `drafts` as in `Quantity`.
	"""

	place: _Bounds
	actual: float
	reserved: float
	held_back: float
	ordered: float
	sent: float
	drafts: float
	expires_on: date | None


def quantities(rows: Sequence[Any]) -> dict[str, Quantity]:
	"""Return the quantity of each Website Item by its name; none for an item without a warehouse.

	Eight statements at most.

	Args:
		rows: Website Items with `name`, `item_code` and `website_warehouse`.
	"""
	warehouses = warehouses_of(rows)
	parts = _parts([row.item_code for row in rows])
	codes = {row.item_code for row in rows} | set(chain.from_iterable(parts.values()))
	bounds, stock = _bounds(set(warehouses.values())), _stock(codes)

	def of(code: str, place: _Bounds) -> Quantity:
		here = [
			one for one in stock.get(code, ()) if place.lft <= one.place.lft and one.place.rgt <= place.rgt
		]
		return _total(here)

	found = {}
	for row in rows:
		place = bounds.get(warehouses.get(row.name, ""))
		if place and row.item_code in parts:
			found[row.name] = _bundle([(of(code, place), qty) for code, qty in parts[row.item_code].items()])
		elif place:
			found[row.name] = of(row.item_code, place)
	return found


def _total(stock: Sequence[_Stock]) -> Quantity:
	actual = sum(one.actual for one in stock)
	reserved = max(sum(one.reserved for one in stock), sum(one.held_back for one in stock))
	ordered = sum(one.ordered for one in stock)
	return Quantity(
		actual=_positive(actual),
		available=_positive(actual - max(reserved - ordered, 0)),
		ordered=_positive(ordered),
		sent=_positive(sum(one.sent for one in stock)),
		drafts=_positive(sum(one.drafts for one in stock)),
		changes_on=_earliest(one.expires_on for one in stock),
	)


def _earliest(days: Iterable[date | None]) -> date | None:
	return min((day for day in days if day), default=None)


def _positive(quantity: float) -> float:
	return max(flt(quantity, PRECISION), 0.0)


def _bundle(parts: Sequence[tuple[Quantity, float]]) -> Quantity:
	"""Return the quantities of a bundle, each limited by its scarcest part."""

	def whole(left: Iterable[tuple[float, float]]) -> float:
		return float(min(int(flt(quantity / each, PRECISION)) for quantity, each in left))

	available = whole((part.available, each) for part, each in parts)
	left = whole((_positive(part.available - part.ordered), each) for part, each in parts)
	least = whole((_positive(part.available - part.ordered - part.drafts), each) for part, each in parts)
	return Quantity(
		actual=whole((part.actual, each) for part, each in parts),
		available=available,
		ordered=available - left,
		sent=whole((part.available + part.sent, each) for part, each in parts) - available,
		drafts=left - least,
		changes_on=_earliest(part.changes_on for part, _each in parts),
	)


def _bounds(warehouses: set[str]) -> dict[str, _Bounds]:
	if not warehouses:
		return {}
	rows = frappe.get_all(
		"Warehouse", filters={"name": ("in", warehouses)}, fields=["name", "lft", "rgt"], as_list=True
	)
	return {name: _Bounds(cint(lft), cint(rgt)) for name, lft, rgt in rows}


def _parts(item_codes: Sequence[str]) -> dict[str, dict[str, float]]:
	"""Return the stock items in each bundle among these items, with their quantities in one bundle."""
	if not item_codes:
		return {}
	bundle, part, item = (
		frappe.qb.DocType(name) for name in ("Product Bundle", "Product Bundle Item", "Item")
	)
	rows = (
		frappe.qb.from_(bundle)
		.inner_join(part)
		.on((part.parent == bundle.name) & (part.parenttype == "Product Bundle"))
		.inner_join(item)
		.on((item.name == part.item_code) & (item.is_stock_item == 1))
		.select(bundle.new_item_code, part.item_code, part.qty)
		.where(bundle.new_item_code.isin(item_codes) & (bundle.disabled == 0) & (part.qty > 0))
	).run()
	parts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
	for bundle_code, part_code, quantity in rows:
		parts[bundle_code][part_code] += quantity
	return parts


def _stock(item_codes: set[str]) -> dict[str, list[_Stock]]:
	"""Return the stock of each item by warehouse. Six statements at most."""
	if not item_codes:
		return {}
	bin_, warehouse = frappe.qb.DocType("Bin"), frappe.qb.DocType("Warehouse")
	reserving = [Coalesce(bin_[field], 0) for field in erpnext_seams.reserving_fields()]
	held_back = bin_.reserved_stock if erpnext_seams.has_field("Bin", "reserved_stock") else 0
	rows = (
		frappe.qb.from_(bin_)
		.inner_join(warehouse)
		.on(warehouse.name == bin_.warehouse)
		.select(
			bin_.item_code,
			bin_.warehouse,
			warehouse.lft,
			warehouse.rgt,
			Coalesce(bin_.actual_qty, 0),
			Coalesce(held_back, 0),
			Coalesce(bin_.reserved_qty, 0),
			sum(reserving[1:], reserving[0]),
		)
		.where(bin_.item_code.isin(list(item_codes)))
	).run()
	ordered, batches = ordered_in_medusa(item_codes), expiries(item_codes, getdate())
	stock: dict[str, list[_Stock]] = defaultdict(list)
	for code, name, lft, rgt, actual, held, for_orders, reserved in rows:
		place, expiry = _Bounds(cint(lft), cint(rgt)), batches.get((code, name), Expiry())
		# negative stock has no expired part
		fresh = actual - min(expiry.expired, max(actual, 0))
		of_medusa = ordered.get((code, name), NOTHING)
		mine = min(of_medusa.open, for_orders)
		stock[code].append(
			_Stock(place, fresh, reserved, held, mine, of_medusa.sent, of_medusa.drafts, expiry.next_on)
		)
	return stock


def warehouses_of(rows: Sequence[Any]) -> dict[str, str]:
	"""Return the warehouse of each Website Item by its name; items without one are left out. No statement.

	It is its own `website_warehouse`, otherwise the setting *Default Website Warehouse*.

	Args:
		rows: Website Items with `name` and `website_warehouse`.
	"""
	default = get_settings().get("default_website_warehouse")  # the field does not exist before the migration
	return {row.name: warehouse for row in rows if (warehouse := row.website_warehouse or default)}


def default_company() -> str | None:
	"""Return the Company of the shop: that of the settings, otherwise the default of the site, or None."""
	return get_settings().company or frappe.db.get_default("company")
