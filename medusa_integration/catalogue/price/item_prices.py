"""The prices of some items as they are now, and what of them Medusa is to hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import cint, flt, get_system_timezone, getdate

from medusa_integration.catalogue.price import validity
from medusa_integration.catalogue.price.reasons import Reason, Rules
from medusa_integration.catalogue.price.validity import Offer, Window
from medusa_integration.catalogue.product import mapping
from medusa_integration.constants import ITEM, ITEM_PRICE, WEBSITE_ITEM
from medusa_integration.medusa import money
from medusa_integration.mirror.values import Price
from medusa_integration.settings import get_settings, public_price_list
from medusa_integration.sync.connection import known_generation
from medusa_integration.sync.exporter import fingerprint

# fields of Item Price that decide what is sent to Medusa
MAPPED = (
	"item_code",
	"uom",
	"packing_unit",
	"price_list",
	"customer",
	"supplier",
	"batch_no",
	"selling",
	"currency",
	"price_list_rate",
	"valid_from",
	"valid_upto",
)
FIELDS = ("name", "creation", *MAPPED, "medusa_id", "medusa_price_id")


class ItemPrices:
	"""The prices of some items as they are now, and what of them Medusa is to hold."""

	def __init__(self, rows: Sequence[frappe._dict]) -> None:
		"""Judge rows as `read` finds them. No statement."""
		settings = get_settings()
		self._multiplier = cint(settings.amount_multiplier)
		self._zone = ZoneInfo(get_system_timezone())
		self._today = getdate()
		self._rules = Rules(public_price_list(), settings.currency or None, self._today)
		self.rows = {row.name: row for row in rows}
		self._ids: dict[str, set[str]] = defaultdict(set)
		offers: dict[tuple, list[Offer]] = defaultdict(list)
		for row in rows:
			if row.medusa_price_id:
				self._ids[row.item_code].add(row.medusa_price_id)
			if not self._rules.misfit(row):
				offers[row.item_code, row.currency].append(offer_of(row))
		self._windows: dict[str, list[Window]] = {}
		for some in offers.values():
			self._windows |= validity.windows(some)

	@classmethod
	def read(cls, names: Sequence[str]) -> ItemPrices:
		"""Read these Item Prices and all others of their items. One statement, none without names."""
		return cls(_rows(names) if names else [])

	def reason(self, row: frappe._dict) -> Reason | None:
		"""Return why Medusa is not to have this price now or later, None when it is."""
		return self._rules.misfit(row) or self._rules.unwanted(row, _amount(row), self.window(row))

	def window(self, row: frappe._dict) -> Window | None:
		"""Return when it counts, now or next; None when it never will."""
		return validity.current(self._windows.get(row.name, ()), self._today)

	def changes_at(self, row: frappe._dict) -> datetime | None:
		"""Return when time alone changes what Medusa is to hold of it, in the site's time; None if never."""
		day = validity.next_change(self._counting(row))
		return datetime.combine(day, time.min) if day else None

	def _counting(self, row: frappe._dict) -> Window:
		if window := self.window(row):
			return window
		raise ValueError(f"{row.name} never counts")

	def mark(self, price: Price) -> str:
		"""Return the fingerprint of what Medusa is to hold."""
		return fingerprint([replace(price, id=None, list_id=None, others=frozenset()), self._multiplier])

	def is_outdated(self, row: frappe._dict, sent: str | None) -> bool:
		"""Return whether Medusa has another price than it is to have today.

		Args:
			row: an Item Price.
			sent: the fingerprint of what Medusa was last sent.
		"""
		if self.reason(row):
			return True
		return bool(row.medusa_variant_id) and self.mark(self.price(row)) != sent

	def price(self, row: frappe._dict) -> Price:
		"""Return what Medusa is to hold of an Item Price that has no `reason` to be left out."""
		window = self._counting(row)
		return Price(
			key=row.name,
			variant_id=row.medusa_variant_id,
			title=mapping.title(row),
			price_list=row.price_list,
			amount=_amount(row),
			currency=row.currency.upper(),
			starts_at=validity.begins(window, self._zone),
			ends_at=validity.ends(window, self._zone),
			list_id=row.medusa_id or None,
			id=row.medusa_price_id or None,
			others=frozenset(self._ids[row.item_code] - {row.medusa_price_id}),
		)


def wanted(names: Sequence[str]) -> list[str]:
	"""Return those of these Item Prices that Medusa is to hold now or later. One statement."""
	prices = ItemPrices.read(names)
	return [name for name in names if name in prices.rows and not prices.reason(prices.rows[name])]


def left_out(names: Sequence[str]) -> dict[str, Reason]:
	"""Return those of these Item Prices that Medusa is not to hold, and why. One statement."""
	prices = ItemPrices.read(names)
	found = {name: prices.reason(prices.rows[name]) for name in names if name in prices.rows}
	return {name: reason for name, reason in found.items() if reason}


def held(rate: float, currency: str) -> Decimal:
	"""Return the rate as Medusa can hold it: v1 counts some currencies in whole units only."""
	if known_generation() != "v1":
		return money.rounded(rate, currency)
	multiplier = cint(get_settings().amount_multiplier)
	return money.to_major(money.to_minor(rate, currency, multiplier), currency, multiplier)


def _amount(row: frappe._dict) -> Decimal:
	return held(flt(row.price_list_rate), row.currency)


def offer_of(row: frappe._dict) -> Offer:
	"""Return what of an Item Price decides when it counts."""
	return Offer(
		name=row.name,
		valid_from=_day(row.valid_from),
		valid_upto=_day(row.valid_upto),
		has_uom=bool(row.uom),
		packing_unit=cint(row.packing_unit),
		creation=row.creation,
	)


def _day(value: object) -> date | None:
	return getdate(value) if value else None


def _rows(names: Sequence[str]) -> list[frappe._dict]:
	"""These Item Prices and all others of their items, with what their Items and Website Items say."""
	price, item, website_item = (frappe.qb.DocType(name) for name in (ITEM_PRICE, ITEM, WEBSITE_ITEM))
	meant = frappe.qb.DocType(ITEM_PRICE).as_("meant")
	items = frappe.qb.from_(meant).select(meant.item_code).where(meant.name.isin(list(names)))
	return (
		frappe.qb.from_(price)
		.left_join(item)
		.on(item.name == price.item_code)
		.left_join(website_item)
		.on(website_item.item_code == price.item_code)
		.select(
			*(price[field] for field in FIELDS),
			item.disabled,
			item.stock_uom,
			website_item.name.as_("website_item"),
			website_item.web_item_name,
			website_item.medusa_variant_id,
		)
		.where(price.item_code.isin(items))
	).run(as_dict=True)
