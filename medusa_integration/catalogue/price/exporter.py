"""Item Prices on their way to Medusa: the lane "price"."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cstr, flt

from medusa_integration.catalogue.price.item_prices import ItemPrices, held
from medusa_integration.constants import ITEM_PRICE, SETTLED, WEBSITE_ITEM
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.values import Price
from medusa_integration.sync import task_states
from medusa_integration.sync.exporter import Exporter, Loaded, gone
from medusa_integration.sync.task import NotWanted, Send, Sent, Task, Unchanged, WaitFor, Work


@dataclass(frozen=True, slots=True)
class Change:
	"""What is to be done for one Item Price: `old` goes first, then `new` is saved; None: nothing."""

	new: Price | None = None
	old: Price | None = None


class PriceExporter(Exporter):
	"""One Item Price is one price of one variant."""

	name = "price"
	doctype = ITEM_PRICE
	chunk = 200
	id_field = "medusa_price_id"

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""One statement, whatever the number of tasks."""
		prices = ItemPrices.read([task.docname for task in tasks])
		return Loaded([_work(task, prices) for task in tasks])

	def save(self, medusa: Mirror, works: Sequence[Send], found: None, *, look_up: bool) -> list[Sent]:
		"""Delete what is to go first, then create or update."""
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
		"""Delete prices; one whose id is unknown is searched for if it was ever sent."""
		prices = {task.name: price for task in tasks if (price := _deleted(task))}
		ready = list(prices.values())
		outcomes = dict(zip(prices, medusa.prices.delete(ready), strict=True)) if ready else {}
		return [outcomes.get(task.name) or Outcome(task.name) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Ids of price and list to the Item Prices."""
		updates = {}
		for item in sent:
			outcome, before = item.outcome, item.work.value.new or item.work.value.old
			ids = (outcome.list_id or None, outcome.id or None)
			if ids != (before.list_id, before.id) or item.work.value.old:
				updates[item.work.task.docname] = {"medusa_id": ids[0], "medusa_price_id": ids[1]}
		frappe.db.bulk_update(ITEM_PRICE, updates, chunk_size=len(updates) or 1, update_modified=False)

	def error_prefix(self, task: Task) -> str:
		"""Return how the sentence of a failed task begins."""
		if task.operation == "Delete":
			return _("Error while deleting Item Price {0} in Medusa").format(task.docname)
		if task.medusa_id:
			return _("Error while updating Item Price {0} in Medusa").format(task.docname)
		return _("Error while exporting Item Price {0} to Medusa").format(task.docname)


def _work(task: Task, prices: ItemPrices) -> Work:
	row = prices.rows.get(task.docname)
	if not row:
		return gone(task)
	is_known = bool(row.medusa_id or row.medusa_price_id)
	if reason := prices.reason(row):
		if not is_known:
			return NotWanted(task, reason.sentence)
		return Send(task, Change(old=_known(task, row)), fingerprint="")
	product = (WEBSITE_ITEM, row.website_item, "product")
	if not row.medusa_variant_id:
		return WaitFor(task, parents=(product,))
	price = prices.price(row)
	mark = prices.mark(price)
	old = _known(task, row) if is_known else None
	if old and old.variant_id and (old.variant_id, old.currency) != (price.variant_id, price.currency):
		# Medusa never gives a price to another variant
		change = Change(replace(price, list_id=None, id=None), old)
	else:
		change = Change(price)
	again_at = prices.changes_at(row)
	if price.id and price.list_id and not change.old and mark == task.fingerprint:
		return Unchanged(task, change, again_at=again_at)
	return Send(task, change, mark, refers_to=(product,), again_at=again_at)


def outdated(names: Sequence[str]) -> list[str]:
	"""Return those of these exported Item Prices whose values differ from what was last sent.

	Prices whose task is due, has failed, or was ignored by a person are left out. Two statements, none
	without names.
	"""
	states = task_states.states(ITEM_PRICE, names, PriceExporter.name)
	free = [name for name in names if name not in states or states[name].status in SETTLED]
	if not free:
		return []
	prices = ItemPrices.read(free)
	return [
		name
		for name in free
		if name in prices.rows
		and prices.is_outdated(prices.rows[name], states[name].fingerprint if name in states else None)
	]


def deletion_payload(doc: frappe._dict, variant_id: str | None) -> str:
	"""Return what a deleted Item Price is found by in Medusa, as JSON."""
	rate, currency = flt(doc.get("price_list_rate")), cstr(doc.get("currency")).upper()
	return _payload(
		variant_id or "",
		cstr(doc.get("price_list")),
		held(rate, currency),
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


def _sent(work: Send, outcome: Outcome | None) -> Sent:
	price = work.value.new
	if not outcome:
		# the price only had to be deleted, and was
		return Sent(work, Outcome(work.task.docname, id=""), payload="")
	if outcome.error or not price:
		return Sent(work, outcome)
	values = (price.variant_id, price.price_list, price.amount, price.currency, outcome.list_id)
	return Sent(work, outcome, payload=_payload(*values))


def _known(task: Task, row: frappe._dict) -> Price:
	"""Return the price as it was last sent, as far as it is known."""
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
	"""Return what Medusa may have of a deleted Item Price, None if it was never sent."""
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
