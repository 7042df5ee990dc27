"""The lane "price": Item Prices on their way to Medusa, and which of them go there."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import cint, cstr, flt, get_system_timezone, getdate

from medusa_integration.catalogue.price import validity as price_windows
from medusa_integration.catalogue.price.reasons import Reason, Rules
from medusa_integration.catalogue.price.validity import Offer, Window
from medusa_integration.catalogue.product import mapping
from medusa_integration.medusa import money
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.values import Price
from medusa_integration.settings import get_settings, public_price_list
from medusa_integration.sync import outbox
from medusa_integration.sync.claims import Task
from medusa_integration.sync.connection import known_generation
from medusa_integration.sync.lane import Lane, Sent, Work, fingerprint

ITEM_PRICE = "Item Price"
WEBSITE_ITEM = "Website Item"
FIELDS = (
	"name",
	"creation",
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
	"medusa_id",
	"medusa_price_id",
)


@dataclass(frozen=True, slots=True)
class Change:
	"""What is to be done for one Item Price: `old` goes first, then `new` is saved; None: nothing."""

	new: Price | None = None
	old: Price | None = None


class PriceLane(Lane):
	"""One Item Price is one price of one variant (contract 34, 119)."""

	name = "price"
	doctype = ITEM_PRICE
	chunk = 200
	id_field = "medusa_price_id"

	def load(self, tasks: Sequence[Task]) -> list[Work]:
		"""One statement, whatever the number of tasks."""
		if not tasks:
			return []
		catalogue = Catalogue(_rows([task.docname for task in tasks]))
		return [catalogue.work(task) for task in tasks]

	def save(self, medusa: Mirror, works: Sequence[Work], *, look_up: bool) -> list[Sent]:
		outcomes: dict[str, Outcome] = {}
		leaving = [work.value.old for work in works if work.value.old]
		if leaving:
			gone = medusa.prices.delete(leaving)
			outcomes = {outcome.key: outcome for outcome in gone if outcome.error}
		staying = [work.value.new for work in works if work.value.new and work.task.docname not in outcomes]
		if staying:
			saved = medusa.prices.save(staying, look_up=look_up)
			outcomes |= {outcome.key: outcome for outcome in saved}
		return [_sent(work, outcomes.get(work.task.docname)) for work in works]

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Delete prices; one whose id never came back is looked for, if it was ever sent."""
		prices = {task.name: price for task in tasks if (price := _deleted(task))}
		ready = list(prices.values())
		outcomes = dict(zip(prices, medusa.prices.delete(ready), strict=True)) if ready else {}
		return [outcomes.get(task.name) or Outcome(task.name) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		updates = {}
		for item in sent:
			outcome, before = item.outcome, item.work.value.new or item.work.value.old
			ids = (outcome.list_id or None, outcome.id or None)
			if ids != (before.list_id, before.id) or item.work.value.old:
				updates[item.work.task.docname] = {"medusa_id": ids[0], "medusa_price_id": ids[1]}
		frappe.db.bulk_update(ITEM_PRICE, updates, chunk_size=len(updates) or 1, update_modified=False)

	def error_prefix(self, task: Task) -> str:
		if task.operation == "Delete":
			return _("Error while deleting Item Price {0} in Medusa").format(task.docname)
		if task.medusa_id:
			return _("Error while updating Item Price {0} in Medusa").format(task.docname)
		return _("Error while exporting Item Price {0} to Medusa").format(task.docname)


class Catalogue:
	"""The prices of some items as they are now, and what of them Medusa is to hold."""

	def __init__(self, rows: Sequence[frappe._dict]) -> None:
		settings = get_settings()
		self.price_list = public_price_list()
		self.currency = settings.currency or None
		self.multiplier = cint(settings.amount_multiplier)
		self.zone = ZoneInfo(get_system_timezone())
		self.today = getdate()
		self.rules = Rules(self.price_list, self.currency, self.today)
		self.rows = {row.name: row for row in rows}
		self.ids: dict[str, set[str]] = defaultdict(set)
		offers: dict[tuple, list[Offer]] = defaultdict(list)
		for row in rows:
			if row.medusa_price_id:
				self.ids[row.item_code].add(row.medusa_price_id)
			if not self.rules.misfit(row):
				offers[row.item_code, row.currency].append(offer_of(row))
		self.windows: dict[str, list[Window]] = {}
		for some in offers.values():
			self.windows |= price_windows.windows(some)

	def work(self, task: Task) -> Work:
		row = self.rows.get(task.docname)
		if not row:
			return Work(task)
		window = self.window(row)
		if reason := self.reason(row):
			if not (row.medusa_id or row.medusa_price_id):
				return Work(task, unwanted=reason.sentence)
			return Work(task, Change(old=_known(task, row)), fingerprint="")
		if not row.medusa_variant_id:
			return Work(task, waits_for=((WEBSITE_ITEM, row.website_item, "product"),))
		price = self._price(row, window)
		mark = self.mark(price)
		old = _known(task, row) if row.medusa_id or row.medusa_price_id else None
		if old and old.variant_id and (old.variant_id, old.currency) != (price.variant_id, price.currency):
			# Medusa never gives a price to another variant
			change = Change(replace(price, list_id=None, id=None), old)
		else:
			change = Change(price)
		changes = price_windows.next_change(window)
		return Work(
			task,
			change,
			mark,
			unchanged=bool(price.id and price.list_id and not change.old) and mark == task.fingerprint,
			refers_to=((WEBSITE_ITEM, row.website_item, "product"),),
			again_at=datetime.combine(changes, time.min) if changes else None,
		)

	def reason(self, row: frappe._dict) -> Reason | None:
		"""Why Medusa is not to have this price now or later, None when it is."""
		return self.rules.misfit(row) or self.rules.unwanted(row, _amount(row), self.window(row))

	def window(self, row: frappe._dict) -> Window | None:
		"""When it counts, now or next; None when it never will."""
		return price_windows.current(self.windows.get(row.name, ()), self.today)

	def mark(self, price: Price) -> str:
		"""The fingerprint of what Medusa is to hold."""
		return fingerprint([replace(price, id=None, list_id=None, others=frozenset()), self.multiplier])

	def is_outdated(self, row: frappe._dict, sent: str | None) -> bool:
		"""Whether Medusa has another price than it is to have today, going by the fingerprint of what was
		sent.
		"""
		if self.reason(row):
			return True
		return bool(row.medusa_variant_id) and self.mark(self._price(row, self.window(row))) != sent

	def _price(self, row: frappe._dict, window: Window) -> Price:
		return Price(
			key=row.name,
			variant_id=row.medusa_variant_id,
			title=mapping.title(row),
			price_list=row.price_list,
			amount=_amount(row),
			currency=row.currency.upper(),
			starts_at=price_windows.begins(window, self.zone),
			ends_at=price_windows.ends(window, self.zone),
			list_id=row.medusa_id or None,
			id=row.medusa_price_id or None,
			others=frozenset(self.ids[row.item_code] - {row.medusa_price_id}),
		)


def wanted(names: Sequence[str]) -> list[str]:
	"""Those of these Item Prices that Medusa is to hold now or later. One statement."""
	if not names:
		return []
	catalogue = Catalogue(_rows(names))
	return [name for name in names if name in catalogue.rows and not catalogue.reason(catalogue.rows[name])]


def left_out(names: Sequence[str]) -> dict[str, Reason]:
	"""Those of these Item Prices that Medusa is not to hold, and why. One statement."""
	if not names:
		return {}
	catalogue = Catalogue(_rows(names))
	found = {name: catalogue.reason(catalogue.rows[name]) for name in names if name in catalogue.rows}
	return {name: reason for name, reason in found.items() if reason}


def outdated(names: Sequence[str]) -> list[str]:
	"""Of these Item Prices that Medusa has, those of which it was last sent something else than today's.

	What is on its way, has failed, or was ignored by a person is left alone. Two statements, none without
	names.
	"""
	states = outbox.states(ITEM_PRICE, names, PriceLane.name)
	free = [name for name in names if name not in states or states[name].status in outbox.SETTLED]
	if not free:
		return []
	catalogue = Catalogue(_rows(free))
	return [
		name
		for name in free
		if name in catalogue.rows
		and catalogue.is_outdated(catalogue.rows[name], states[name].fingerprint if name in states else None)
	]


def deletion_payload(doc: frappe._dict, variant_id: str | None) -> str:
	"""What a deleted Item Price is found by in Medusa, as JSON."""
	rate, currency = flt(doc.get("price_list_rate")), cstr(doc.get("currency")).upper()
	return _payload(
		variant_id or "",
		cstr(doc.get("price_list")),
		_held(rate, currency),
		currency,
		doc.get("medusa_id"),
	)


def _payload(variant_id: str, price_list: str, amount: Decimal, currency: str, list_id: str | None) -> str:
	return json.dumps(
		{
			"variant_id": variant_id,
			"price_list": price_list,
			"amount": str(amount),
			"currency": currency,
			"list_id": list_id,
		}
	)


def _sent(work: Work, outcome: Outcome | None) -> Sent:
	price = work.value.new
	if not outcome:
		# it was only to go, and it is gone
		return Sent(work, Outcome(work.task.docname, id=""), payload="")
	if outcome.error or not price:
		return Sent(work, outcome)
	values = (price.variant_id, price.price_list, price.amount, price.currency, outcome.list_id)
	return Sent(work, outcome, payload=_payload(*values))


def _known(task: Task, row: frappe._dict) -> Price:
	"""The price as it was sent before, as far as it is known."""
	sent = _sent_before(task)
	return Price(
		key=row.name,
		variant_id=sent.get("variant_id") or "",
		title="",
		price_list=sent.get("price_list") or row.price_list,
		amount=Decimal(sent.get("amount") or 0),
		currency=sent.get("currency") or cstr(row.currency).upper(),
		list_id=row.medusa_id or None,
		id=row.medusa_price_id or None,
	)


def _deleted(task: Task) -> Price | None:
	"""What of a deleted Item Price may be in Medusa, None when nothing ever went there."""
	sent = _sent_before(task)
	if not task.medusa_id and not sent.get("list_id") and not (task.seen and sent.get("variant_id")):
		return None
	return Price(
		key=task.docname,
		variant_id=sent.get("variant_id") or "",
		title="",
		price_list=sent.get("price_list") or "",
		amount=Decimal(sent.get("amount") or 0),
		currency=sent.get("currency") or "",
		list_id=sent.get("list_id") or None,
		id=task.medusa_id or None,
	)


def _sent_before(task: Task) -> dict:
	return json.loads(task.payload or "{}")


def _amount(row: frappe._dict) -> Decimal:
	return _held(flt(row.price_list_rate), row.currency)


def _held(rate: float, currency: str) -> Decimal:
	"""The rate as Medusa can hold it: v1 counts some currencies in whole units only."""
	if known_generation() != "v1":
		return money.rounded(rate, currency)
	multiplier = cint(get_settings().amount_multiplier)
	return money.to_major(money.to_minor(rate, currency, multiplier), currency, multiplier)


def offer_of(row: frappe._dict) -> Offer:
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
	price, item, website_item = (frappe.qb.DocType(name) for name in (ITEM_PRICE, "Item", WEBSITE_ITEM))
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
