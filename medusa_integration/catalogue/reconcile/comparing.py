"""Compares documents that store the id of one thing in Medusa: the common part for products and collections.

Pages from Medusa are matched with all documents (`matching`). What matches is compared with what the exporter
would send. The rest is read again before it is reported as missing, orphaned or duplicated.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Generic

import frappe
from frappe import _
from pypika import Criterion

from medusa_integration import database, shared_cache
from medusa_integration.catalogue.reconcile.diff import Difference
from medusa_integration.catalogue.reconcile.matching import Candidate, Entry, Register, T, Verdict
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.sync.exporter import Exporter
from medusa_integration.sync.reconcile import comparer
from medusa_integration.sync.reconcile.comparer import Comparer, Progress, TaskState
from medusa_integration.sync.reconcile.finding import Finding, Kind, Subject
from medusa_integration.sync.task import Broken, Send, WaitFor, Work

PAGE = 200
ROWS = 1000


class MatchingComparer(Comparer, Generic[T]):
	"""Compares documents that have a `medusa_id` with what Medusa lists.

	Attributes:
		subject: what a finding is about.
		fields: fields of the document to read, in addition to its name, id and time of change.
	"""

	exporter: type[Exporter]
	subject: Subject
	fields: tuple[str, ...] = ()

	@abstractmethod
	def register(self) -> Register[T]:
		"""Return an empty register."""

	@abstractmethod
	def entry(self, row: frappe._dict) -> Entry:
		"""Return the register's entry of a document; `published` says whether it should be in Medusa."""

	@abstractmethod
	def pages(self, medusa: Mirror) -> Iterator[list[T]]:
		"""Yield everything that Medusa has, page by page."""

	@abstractmethod
	def read(self, medusa: Mirror, ids: Sequence[str]) -> list[T]:
		"""Return what Medusa has with these ids at this moment."""

	@abstractmethod
	def delete_all(self, medusa: Mirror, ids: Sequence[str]) -> list[Outcome]:
		"""Delete the things with these ids in Medusa."""

	@abstractmethod
	def differences(self, work: Send, theirs: T) -> Iterator[tuple[Kind, Subject, str]]:
		"""Yield (kind, subject, words) for what in Medusa differs from what the exporter would send."""

	def compare(self, medusa: Mirror, since: datetime, progress: Progress) -> Iterator[list[Finding]]:
		"""Yield the findings page by page.

		A constant number of statements for every page. Of what matches, only the ids are kept in memory.
		"""
		self.since = since
		register = self.register()
		for rows in self._rows():
			register.add(self.entry(row) for row in rows)
		progress.documents += len(register.entries)
		for page in self.pages(medusa):
			progress.read += len(page)
			yield self._compared((entry, thing) for thing in page if (entry := register.place(thing)))
		for some in database.batches(register.unseen(), PAGE):
			ids = [entry.medusa_id or "" for entry in some]
			there = {thing.id or "": thing for thing in self.read(medusa, ids)}
			for entry in some:
				entry.seen = entry.medusa_id in there
			yield self._compared((entry, there[entry.medusa_id or ""]) for entry in some if entry.seen)
		for verdicts in database.batches(register.verdicts(), PAGE):
			yield self._confirmed(medusa, verdicts)
		progress.foreign += register.foreign

	def link(self, findings: Sequence[Finding]) -> list[Finding]:
		"""Write the ids of the findings to their documents, and return those that were possible.

		Two statements.
		"""
		ids = [finding.medusa_id for finding in findings]
		rows = self._documents([finding.docname for finding in findings], ids, for_update=True)
		taken = {row.medusa_id for row in rows.values()}
		possible = {
			finding.docname: finding
			for finding in findings
			if finding.docname in rows
			and finding.medusa_id not in taken
			and not (finding.kind == "Adoptable" and rows[finding.docname].medusa_id)
		}
		updates = {name: self.ids(finding) for name, finding in possible.items()}
		frappe.db.bulk_update(self.doctype, updates, chunk_size=len(updates) or 1, update_modified=False)
		if updates:
			shared_cache.forget()
		return list(possible.values())

	def ids(self, finding: Finding) -> dict[str, Any]:
		"""Return the values of a finding to write to the document that is linked."""
		return {"medusa_id": finding.medusa_id}

	def delete(self, medusa: Mirror, findings: Sequence[Finding]) -> list[Outcome]:
		"""Delete in Medusa what no document refers to; one outcome for each finding, in order.

		One statement and one request before anything is deleted.
		"""
		names = [finding.docname for finding in findings if finding.docname]
		rows = self._documents(names, [finding.medusa_id for finding in findings])
		own = {row.medusa_id for row in rows.values() if row.medusa_id}
		there = {thing.id for thing in self.read(medusa, sorted(own))}

		def refusal(finding: Finding) -> str | None:
			row = rows.get(finding.docname)
			if finding.medusa_id in own:
				return _("It belongs to a document now.")
			if finding.kind == "Orphaned" and row:
				return _("{0} {1} exists now.").format(_(self.doctype), finding.docname)
			if finding.kind == "Duplicated" and row and row.medusa_id not in there:
				return _("Medusa has no other product or collection of {0} {1}.").format(
					_(self.doctype), finding.docname
				)
			return None

		refused = {finding.medusa_id: text for finding in findings if (text := refusal(finding))}
		wanted = [finding.medusa_id for finding in findings if finding.medusa_id not in refused]
		outcomes = dict(zip(wanted, self.delete_all(medusa, wanted), strict=True)) if wanted else {}
		outcomes |= {id: Outcome(id, error=frappe.ValidationError(text)) for id, text in refused.items()}
		return [outcomes[finding.medusa_id] for finding in findings]

	# -- what matches ---------------------------------------------------------------------------------------

	def _compared(self, pairs: Iterable[tuple[Entry, T]]) -> list[Finding]:
		theirs = {entry.name: thing for entry, thing in pairs}
		if not theirs:
			return []
		frappe.db.rollback()  # begin a new snapshot, so that documents and tasks are later than the page
		rows = self._documents(list(theirs), ())
		states = comparer.task_states(self.doctype, self.lane, list(theirs))
		names = [name for name in theirs if name in rows and self._is_still(rows[name], states.get(name))]
		works = self.exporter().load(comparer.unclaimed(self.doctype, self.lane, names, states)).works
		return [
			found
			for work in works
			for found in self._differences(work, theirs[work.task.docname], states.get(work.task.docname))
		]

	def _is_still(self, row: frappe._dict, state: TaskState | None) -> bool:
		"""Return whether the document was not saved since the run began, and is not about to be sent."""
		is_saved = comparer.is_since(row.modified, self.since)
		return not is_saved and not (state and state.leaves_out(self.since))

	def _differences(self, work: Work, theirs: T, state: TaskState | None) -> Iterator[Finding]:
		def finding(kind: Kind, subject: Subject, words: str, held_up: str) -> Finding:
			about = (kind, subject, self.lane, self.doctype, work.task.docname, words)
			return Finding(*about, medusa_id=theirs.id or "", title=theirs.title, held_up=held_up)

		held_up = state.held_up if state else ""
		if isinstance(work, Broken):
			yield finding("Drifted", self.subject, _("It cannot be compared."), work.error)
		elif isinstance(work, WaitFor):
			names = ", ".join(f"{_(doctype)} {name}" for doctype, name, _lane in work.parents)
			yield finding("Drifted", self.subject, _("Not in Medusa yet: {0}").format(names), held_up)
		elif (
			isinstance(work, Send) and work.value.id == theirs.id
		):  # else deleted or linked otherwise meanwhile
			for found in self.differences(work, theirs):
				yield finding(*found, held_up)

	# -- what does not match --------------------------------------------------------------------------------

	def _confirmed(self, medusa: Mirror, verdicts: Sequence[Verdict]) -> list[Finding]:
		"""Return the findings of verdicts that still hold after everything was read again."""
		ids = [verdict.candidate.id for verdict in verdicts if verdict.candidate]
		there = {thing.id for thing in self.read(medusa, ids)} if ids else set()
		frappe.db.rollback()  # begin a new snapshot, which is later than Medusa's response
		names = list({verdict.entry.name for verdict in verdicts if verdict.entry})
		keys = [verdict.candidate.value for verdict in verdicts if verdict.candidate and not verdict.entry]
		rows = self._documents([*names, *keys], ids)
		own = {row.medusa_id for row in rows.values()}
		states = comparer.task_states(self.doctype, self.lane, names)
		going = comparer.open_deletions(self.doctype, self.lane, keys, ids)

		def holds(verdict: Verdict) -> bool:
			candidate, entry = verdict.candidate, verdict.entry
			if candidate and (candidate.id not in there or candidate.id in own or candidate.id in going):
				return False
			if not entry:
				return verdict.docname not in rows and verdict.docname not in going
			row = rows.get(entry.name)
			if not row or not self._is_still(row, states.get(entry.name)):
				return False
			return (row.medusa_id or None) == entry.medusa_id and (
				bool(candidate) or self.entry(row).published
			)

		return [
			self._finding(verdict, states.get(verdict.entry.name) if verdict.entry else None)
			for verdict in verdicts
			if holds(verdict)
		]

	def _finding(self, verdict: Verdict, state: TaskState | None) -> Finding:
		candidate = verdict.candidate
		return Finding(
			kind=verdict.kind,
			subject=self.subject,
			lane=self.lane,
			doctype=self.doctype,
			docname=verdict.docname,
			words=self._words(verdict),
			medusa_id=candidate.id if candidate else "",
			further_id=candidate.variant_id if candidate else "",
			title=verdict.title,
			held_up=state.held_up if state and verdict.kind == "Missing" else "",
		)

	def _words(self, verdict: Verdict) -> str:
		candidate, doctype = verdict.candidate, _(self.doctype)
		known = verdict.entry.medusa_id if verdict.entry else None
		if not candidate:
			if known:
				return _("Medusa no longer has {0}.").format(known)
			return _("It was never sent to Medusa.")
		if verdict.kind == "Orphaned":
			return _('Medusa has "{0}", but its {1} does not exist.').format(candidate.title, doctype)
		if verdict.kind == "Duplicated":
			message = _('Medusa has a duplicate of this {0}: "{1}", found by {2}.')
			return message.format(doctype, candidate.title, self._by(candidate))
		if verdict.kind == "Adoptable":
			message = _('Medusa already has "{0}", found by {1}.')
			return message.format(candidate.title, self._by(candidate))
		message = _("Its ID in Medusa is {0}, but this site has {1}.")
		return message.format(candidate.id, known or _("nothing"))

	def _by(self, candidate: Candidate) -> str:
		labels = {"key": self.doctype, "item_code": "Item Code", "sku": "SKU", "handle": "Handle"}
		return f'{_(labels[candidate.by])} "{candidate.value}"'

	# -- documents ------------------------------------------------------------------------------------------

	def _rows(self) -> Iterator[list[frappe._dict]]:
		"""Yield all documents, 1000 per statement."""
		document = frappe.qb.DocType(self.doctype)
		query = frappe.qb.from_(document).select(document.name, document.medusa_id)
		query = query.select(*(document[field] for field in self.fields))
		return database.pages(query, document.name, ROWS)

	def _documents(
		self, names: Sequence[str], ids: Sequence[str], *, for_update: bool = False
	) -> dict[str, frappe._dict]:
		"""Return the documents with one of these names or ids, by name. One statement or none."""
		if not names and not ids:
			return {}
		document = frappe.qb.DocType(self.doctype)
		meant = ((document.name, names), (document.medusa_id, ids))
		query = (
			frappe.qb.from_(document)
			.select("name", "medusa_id", "modified", *self.fields)
			.where(Criterion.any(column.isin(list(values)) for column, values in meant if values))
		)
		rows = (query.for_update() if for_update else query).run(as_dict=True)
		return database.as_asked(names, ((row.name, row) for row in rows))


def words_of(found: Sequence[Difference]) -> str:
	"""Return one translated line for each field that differs."""
	line = _("{0}: {1} here, {2} in Medusa")
	return "\n".join(line.format(_(one.field), _quoted(one.ours), _quoted(one.theirs)) for one in found)


def _quoted(text: str) -> str:
	return f'"{text}"' if text else _("nothing")
