"""Compares the quantities that Medusa may sell with the stock of Website Items (see `sync.reconcile`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import frappe
from frappe import _

from medusa_integration import database
from medusa_integration.catalogue.reconcile import comparing as compared
from medusa_integration.catalogue.reconcile.comparing import words_of
from medusa_integration.catalogue.reconcile.diff import Difference
from medusa_integration.catalogue.stock.exporter import StockExporter
from medusa_integration.constants import WEBSITE_ITEM
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.values import StockLevel
from medusa_integration.settings import get_settings
from medusa_integration.sync.reconcile import comparer
from medusa_integration.sync.reconcile.comparer import Comparer, Progress, TaskState
from medusa_integration.sync.reconcile.finding import Finding
from medusa_integration.sync.task import Send, Unchanged


class QuantityComparer(Comparer):
	"""Compares the quantity of each Website Item's variant; missing variants are found with the products."""

	lane = StockExporter.name
	doctype = WEBSITE_ITEM

	def compare(self, medusa: Mirror, since: datetime, progress: Progress) -> Iterator[list[Finding]]:
		"""Yield the findings page by page; none while quantities are not sent.

		A constant number of statements and requests for every page.
		"""
		if not get_settings().push_stock_quantities:
			return
		self.since = since
		for rows in _in_medusa():
			progress.documents += len(rows)
			theirs = medusa.stock.read(
				[StockLevel(row.name, row.medusa_id, row.medusa_variant_id, quantity=0) for row in rows]
			)
			progress.read += len(theirs)
			yield self._compared(theirs, {row.name: row.web_item_name for row in rows})

	def link(self, findings: Sequence[Finding]) -> list[Finding]:
		"""Return no finding, because a quantity has no id."""
		return []

	def delete(self, medusa: Mirror, findings: Sequence[Finding]) -> list[Outcome]:
		"""Return an error for each finding, because a quantity is deleted with its product."""
		error = frappe.ValidationError(_("Quantities cannot be deleted separately."))
		return [Outcome(finding.medusa_id, error=error) for finding in findings]

	def _compared(self, theirs: Mapping[str, int | None], titles: Mapping[str, str]) -> list[Finding]:
		frappe.db.rollback()  # begin a new snapshot: documents, stock and tasks are later than the response
		states = comparer.task_states(self.doctype, self.lane, list(theirs))
		names = comparer.unchanged(self.doctype, list(theirs), states, self.since)
		loaded = StockExporter().load(comparer.unclaimed(self.doctype, self.lane, names, states))
		different = [
			work.value
			for work in loaded.works
			if isinstance(work, Send | Unchanged) and _ours(work.value) != theirs[work.value.key]
		]
		return [
			self._finding(ours, theirs[ours.key], titles[ours.key], states.get(ours.key))
			for ours in different
		]

	def _finding(self, ours: StockLevel, theirs: int | None, title: str, state: TaskState | None) -> Finding:
		there = "" if theirs is None else str(theirs)
		return Finding(
			kind="Drifted",
			subject="Quantity",
			lane=self.lane,
			doctype=self.doctype,
			docname=ours.key,
			words=words_of([Difference("Quantity", str(_ours(ours)), there)]),
			medusa_id=ours.variant_id,
			further_id=ours.product_id,
			title=title or ours.key,
			held_up=state.held_up if state else "",
		)


def _ours(level: StockLevel) -> int:
	"""Return the quantity in Medusa after sending; v1 has already subtracted its own orders."""
	return max(level.quantity - level.ordered, 0)


def _in_medusa() -> Iterator[list[frappe._dict]]:
	"""Yield the Website Items that Medusa has with their variant, page by page."""
	item = frappe.qb.DocType(WEBSITE_ITEM)
	query = (
		frappe.qb.from_(item)
		.select(item.name, item.web_item_name, item.medusa_id, item.medusa_variant_id)
		.where(item.has_variants.isnull() | (item.has_variants == 0))
		.where((item.medusa_id != "") & (item.medusa_variant_id != ""))
	)
	return database.pages(query, item.name, compared.PAGE)
