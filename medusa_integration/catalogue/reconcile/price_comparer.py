"""Compares Item Prices with the price lists in Medusa that this app created (see `sync.reconcile`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import frappe
from frappe import _

from medusa_integration import database
from medusa_integration.catalogue.price.exporter import PriceExporter
from medusa_integration.catalogue.reconcile import comparing as compared
from medusa_integration.catalogue.reconcile.comparing import words_of
from medusa_integration.catalogue.reconcile.diff import Difference
from medusa_integration.constants import ITEM_PRICE
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.values import Price
from medusa_integration.settings import public_price_list
from medusa_integration.sync.reconcile import comparer
from medusa_integration.sync.reconcile.comparer import Comparer, Progress, TaskState
from medusa_integration.sync.reconcile.finding import Finding, Kind
from medusa_integration.sync.task import Send, Work

FIELDS = {"amount": "Rate", "currency": "Currency", "starts_at": "Valid From", "ends_at": "Valid Up To"}
# id of the variant and currency
Owner = tuple[str, str]


class PriceComparer(Comparer):
	"""Compares prices: by their id, and prices that no Item Price has by variant and currency."""

	lane = PriceExporter.name
	doctype = ITEM_PRICE

	def compare(self, medusa: Mirror, since: datetime, progress: Progress) -> Iterator[list[Finding]]:
		"""Yield the findings page by page.

		A constant number of statements for every page. Only ids, variants and currencies of all prices are
		kept in memory.
		"""
		self.since = since
		price_list = public_price_list()
		known = _known()
		progress.documents += len(known)
		seen: set[str] = set()
		owners: dict[Owner, str] = {}
		strangers: dict[str, Price] = {}
		for page in database.batches(medusa.prices.list_all(price_list), compared.PAGE):
			progress.read += len(page)
			theirs = {known[price.id]: price for price in page if price.id in known}
			owners |= {(price.variant_id, price.currency): name for name, price in theirs.items()}
			strangers |= {price.id or "": price for price in page if price.id not in known}
			seen |= theirs.keys()
			yield self._compared(theirs)
		missing = [name for name in _all(price_list) if name not in seen]
		if not missing and not strangers:
			return
		# pages shift while prices are created and deleted: what does not match is searched for again
		there = {price.id for price in medusa.prices.list_all(price_list)}
		ids = {name: id for id, name in known.items()}
		gone = [name for name in missing if ids.get(name) not in there]
		by_owner = {
			(price.variant_id, price.currency): price for price in strangers.values() if price.id in there
		}
		for names in database.batches(gone, compared.PAGE):
			yield self._missing(names, by_owner)
		for some in database.batches(
			(price for price in strangers.values() if price.id in there), compared.PAGE
		):
			yield self._too_many(some, owners, by_owner)

	def link(self, findings: Sequence[Finding]) -> list[Finding]:
		"""Write the ids of the findings to their Item Prices, and return those that were possible.

		Two statements.
		"""
		rows = _with_ids([finding.medusa_id for finding in findings])
		possible = {finding.docname: finding for finding in findings if finding.medusa_id not in rows}
		updates = {
			name: {"medusa_id": finding.further_id, "medusa_price_id": finding.medusa_id}
			for name, finding in possible.items()
		}
		frappe.db.bulk_update(ITEM_PRICE, updates, chunk_size=len(updates) or 1, update_modified=False)
		return list(possible.values())

	def delete(self, medusa: Mirror, findings: Sequence[Finding]) -> list[Outcome]:
		"""Delete prices in Medusa; one outcome for each finding, in order.

		Two statements before anything is deleted.
		"""
		rows = _with_ids([finding.medusa_id for finding in findings])
		lists = [finding.further_id for finding in findings]
		# v1 deletes a price with its list
		shared = _with_ids(lists, "medusa_id") if medusa.generation == "v1" else {}

		def refusal(finding: Finding) -> str | None:
			if finding.medusa_id in rows:
				return _("It belongs to a document now.")
			if finding.further_id in shared:
				return _("It is in the list of another price. Delete it in Medusa manually.")
			return None

		refused = {finding.medusa_id: text for finding in findings if (text := refusal(finding))}
		wanted = [_as_price(finding) for finding in findings if finding.medusa_id not in refused]
		outcomes = {outcome.key: outcome for outcome in medusa.prices.delete(wanted)} if wanted else {}
		outcomes |= {id: Outcome(id, error=frappe.ValidationError(text)) for id, text in refused.items()}
		return [outcomes[finding.medusa_id] for finding in findings]

	def _loaded(self, names: Sequence[str]) -> Iterator[tuple[Work, TaskState | None]]:
		"""Yield what the exporter would send of prices that were not changed since the run began.

		Four statements.
		"""
		frappe.db.rollback()  # begin a new snapshot, so that documents and tasks are later than the response
		states = comparer.task_states(self.doctype, self.lane, names)
		still = comparer.unchanged(ITEM_PRICE, names, states, self.since)
		loaded = PriceExporter().load(comparer.unclaimed(self.doctype, self.lane, still, states))
		for work in loaded.works:
			yield work, states.get(work.task.docname)

	def _compared(self, theirs: dict[str, Price]) -> list[Finding]:
		if not theirs:
			return []
		found = []
		for work, state in self._loaded(list(theirs)):
			price = theirs[work.task.docname]
			if not isinstance(work, Send):
				continue  # the product comparer reports a missing product
			ours = work.value.new
			if not ours:
				found.append(
					self._finding("Drifted", work, price, _("It does not belong in Medusa now."), state)
				)
			elif differences := _differences(ours, price):
				found.append(self._finding("Drifted", work, price, words_of(differences), state))
		return found

	def _missing(self, names: Sequence[str], by_owner: dict[Owner, Price]) -> list[Finding]:
		found = []
		for work, state in self._loaded(names):
			ours = work.value.new if isinstance(work, Send) else None
			if not isinstance(work, Send) or not ours:
				continue
			price = by_owner.get((ours.variant_id, ours.currency))
			if price:
				words = _("Its ID in Medusa is {0}, but this site has {1}.")
				words = words.format(price.id, ours.id or _("nothing"))
				del by_owner[ours.variant_id, ours.currency]
			elif ours.id:
				words = _("Medusa no longer has {0}.").format(ours.id)
			else:
				words = _("It was never sent to Medusa.")
			found.append(self._finding("Missing", work, price, words, state))
		return found

	def _too_many(
		self, some: Sequence[Price], owners: dict[Owner, str], by_owner: dict[Owner, Price]
	) -> list[Finding]:
		"""Return findings of prices that no Item Price has and that were not linked to a missing one."""
		ids = [price.id or "" for price in some]
		frappe.db.rollback()  # as above
		taken = _with_ids(ids)
		going = comparer.open_deletions(self.doctype, self.lane, [], ids)
		found = []
		for price in some:
			owner = (price.variant_id, price.currency)
			linked = owner not in by_owner and owner not in owners
			price_id = price.id or ""
			if price_id in taken or price_id in going or linked:
				continue
			docname = owners.get(owner, "")
			amount = f"{price.amount} {price.currency}"
			words = (
				_("Medusa also has {0} for the same item.")
				if docname
				else _("Medusa has {0} without an Item Price.")
			)
			kind: Kind = "Duplicated" if docname else "Orphaned"
			about = (self.lane, self.doctype, docname, words.format(amount), price_id, price.list_id or "")
			found.append(Finding(kind, "Price", *about, title=price.title))
		return found

	def _finding(
		self, kind: Kind, work: Send, price: Price | None, words: str, state: TaskState | None
	) -> Finding:
		ours = work.value.new or work.value.old
		return Finding(
			kind=kind,
			subject="Price",
			lane=self.lane,
			doctype=self.doctype,
			docname=work.task.docname,
			words=words,
			medusa_id=(price.id or "") if price else "",
			further_id=(price.list_id or "") if price else "",
			title=ours.title,
			held_up=state.held_up if state else "",
		)


def _differences(ours: Price, theirs: Price) -> list[Difference]:
	found = [
		Difference(label, _text(mine), _text(others))
		for field, label in FIELDS.items()
		if (mine := getattr(ours, field)) != (others := getattr(theirs, field))
	]
	for field, label in (("variant_id", "Variant ID"), ("list_id", "Price List ID")):
		if getattr(ours, field) != getattr(theirs, field):
			found.append(Difference(label, getattr(ours, field) or "", getattr(theirs, field) or ""))
	return found


def _text(value: object) -> str:
	if isinstance(value, Decimal):
		return f"{value:f}"
	return "" if value is None else str(value)


def _as_price(finding: Finding) -> Price:
	"""Return a price with only the values to delete it."""
	return Price(
		key=finding.medusa_id,
		variant_id="",
		title=finding.title,
		price_list="",
		amount=Decimal(0),
		currency="",
		list_id=finding.further_id or None,
		id=finding.medusa_id,
	)


def _known() -> dict[str, str]:
	"""Return the names of all Item Prices with a `medusa_price_id`, by that id."""
	filters = {"medusa_price_id": ("is", "set")}
	return dict(frappe.get_all(ITEM_PRICE, filters=filters, fields=["medusa_price_id", "name"], as_list=True))


def _all(price_list: str) -> Iterator[str]:
	"""Yield the names of all Item Prices of the list, 1000 per statement."""
	price = frappe.qb.DocType(ITEM_PRICE)
	is_ours = (price.price_list == price_list) & (price.selling == 1)
	query = frappe.qb.from_(price).select(price.name).where(is_ours)
	for rows in database.pages(query, price.name, compared.ROWS):
		yield from (row.name for row in rows)


def _with_ids(ids: Sequence[str], field: str = "medusa_price_id") -> dict[str, str]:
	"""Return the names of Item Prices with one of these ids, by that id. One statement."""
	filters = {field: ("in", list(ids))}
	rows = frappe.get_all(ITEM_PRICE, filters=filters, fields=[field, "name"], as_list=True) if ids else ()
	return dict(rows)
