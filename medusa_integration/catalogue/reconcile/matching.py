"""Which of Medusa's things belongs to which document, and which is one too many. No site, no Medusa.

A register is given all documents and then, page by page, all that Medusa has. Of what is where it belongs it
keeps nothing but that it is there; only of the rest does it keep a few words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from medusa_integration.mirror.values import Collection, Listed, Variant

Thing = Listed | Collection
By = Literal["key", "item_code", "sku", "handle"]
# how sure it is that something is a document's own, best first
ORDER: tuple[By, ...] = ("key", "item_code", "sku", "handle")
CERTAIN = ORDER[:2]


@dataclass(slots=True)
class Entry:
	"""One document: what it can be known by, whether Medusa should have it, and whether it was seen there."""

	name: str
	medusa_id: str | None
	title: str
	published: bool
	item_code: str = ""
	handle: str = ""
	seen: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
	"""Something that no document names as its own, but that says to belong to one, or looks like it.

	`names` is what it is known by, `entry` whose it is; None when there is no such document.
	"""

	id: str
	title: str
	names: str
	by: By
	entry: Entry | None = None
	variant_id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
	"""What is wrong about something that nobody names,
	or about a document without anything (`candidate` None).
	"""

	kind: Literal["Missing", "Orphaned", "Duplicated", "Adoptable"]
	entry: Entry | None
	candidate: Candidate | None = None


class Register:
	"""All documents of a kind, and what was seen of them. As it is, for collections."""

	def __init__(self) -> None:
		self.entries: dict[str, Entry] = {}
		self.candidates: list[Candidate] = []
		self.foreign = 0
		self._by_id: dict[str, Entry] = {}
		# a document may have been renamed since, to the same name in another spelling
		self._by_spelling: dict[str, Entry] = {}

	def add(self, entries: Iterable[Entry]) -> None:
		"""Take note of documents, before the first page."""
		for entry in entries:
			self.entries[entry.name] = entry
			self._by_spelling.setdefault(entry.name.casefold(), entry)
			if entry.medusa_id:
				self._by_id[entry.medusa_id] = entry

	def place(self, thing: Thing) -> Entry | None:
		"""The document that names this as its own; None after taking note of what else it may be."""
		if entry := self._by_id.get(thing.id):
			entry.seen = True
			return entry
		if candidate := self.candidate(thing):
			self.candidates.append(candidate)
		else:
			self.foreign += 1
		return None

	def candidate(self, thing: Thing) -> Candidate | None:
		"""Whose it may be; None for something that has nothing to do with any document."""
		key = thing.key
		return Candidate(thing.id, thing.title, key, "key", self.named(key)) if key else None

	def named(self, key: str) -> Entry | None:
		"""The document of this name, as it is spelt or otherwise."""
		return self.entries.get(key) or self._by_spelling.get(key.casefold())

	def unseen(self) -> list[Entry]:
		"""Documents that name something which was on no page: it is gone, or slipped through between two."""
		return [entry for entry in self.entries.values() if entry.medusa_id and not entry.seen]

	def verdicts(self) -> Iterator[Verdict]:
		"""What is wrong, once everything was placed. The oldest of several is the one to keep."""
		found: set[str] = set()
		for candidate in sorted(self.candidates, key=lambda candidate: ORDER.index(candidate.by)):
			entry = candidate.entry
			if entry is None:
				yield Verdict("Orphaned", None, candidate)
			elif candidate.by in CERTAIN and (entry.seen or entry.name in found):
				yield Verdict("Duplicated", entry, candidate)
			elif entry.name in found:
				self.foreign += 1
			else:
				found.add(entry.name)
				yield Verdict("Missing" if candidate.by in CERTAIN else "Adoptable", entry, candidate)
		for entry in self.entries.values():
			if entry.published and not entry.seen and entry.name not in found:
				yield Verdict("Missing", entry)


class ProductRegister(Register):
	"""Website Items and products, which may also be known by item code, SKU and handle."""

	def __init__(self) -> None:
		super().__init__()
		self._by_code: dict[str, Entry] = {}
		# of Website Items that name no product
		self._unsynced_by_code: dict[str, Entry] = {}
		self._unsynced_by_handle: dict[str, Entry] = {}

	def add(self, entries: Iterable[Entry]) -> None:
		entries = list(entries)
		super().add(entries)
		for entry in entries:
			self._by_code[entry.item_code] = entry
			if not entry.medusa_id:
				self._unsynced_by_code[entry.item_code] = entry
				self._unsynced_by_handle.setdefault(entry.handle, entry)

	def candidate(self, thing: Listed) -> Candidate | None:
		"""By the Website Item that it names, else by item code, else, for one without a product,
		by SKU or handle.
		"""
		product = thing.product
		for by, names, find in (
			("key", (thing.owner, thing.external_id), self.named),
			("item_code", (product.item_code,), self._by_code.get),
			("sku", (variant.sku for variant in thing.variants), self._unsynced_by_code.get),
		):
			for name in names:
				if name and (entry := find(name)) and _is_its_own(thing, entry):
					return Candidate(thing.id, thing.title, name, by, entry, _own_variant_id(thing, entry))
		# another system may use external ids of its own: ours come with an item code
		lost = thing.owner or (thing.external_id if product.item_code else "")
		if lost:
			# what holds variants of others too is nobody's alone
			if self.entries.get(lost):
				return None
			return Candidate(thing.id, thing.title, lost, "key")
		entry = self._unsynced_by_handle.get(product.handle)
		variant_id = _own_variant_id(thing, entry) if entry else ""
		# one with several variants is a product of another kind
		if not entry or len(thing.variants) > 1:
			return None
		return Candidate(thing.id, thing.title, product.handle, "handle", entry, variant_id)


def _is_its_own(thing: Listed, entry: Entry) -> bool:
	"""Whether it may become the Website Item's: by what the client adopts, too (`why_not_ours`)."""
	if thing.others_variants(entry.name, Variant(sku=entry.item_code)):
		return False
	code = thing.product.item_code
	return not (thing.owner and thing.owner != entry.name and code and code != entry.item_code)


def _own_variant_id(thing: Listed, entry: Entry) -> str:
	"""The variant that is or would be the Website Item's; "" when that cannot be told."""
	own = thing.own_variant(Variant(sku=entry.item_code))
	if not own and len(thing.variants) == 1:
		own = thing.variants[0]
	return (own and own.id) or ""
