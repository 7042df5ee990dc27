"""Matches what Medusa has with documents, and finds what is missing, orphaned, duplicated or adoptable.

A register gets all documents and then, page by page, everything that Medusa has. Of what matches it keeps
only that it was seen; of the rest it keeps a few values. It uses neither a site nor Medusa.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from medusa_integration.mirror.values import Collection, Listed, Variant

Thing = Listed | Collection
T = TypeVar("T", bound=Thing)
By = Literal["key", "item_code", "sku", "handle"]
# the values by which something is assigned to a document, the most certain first
ORDER: tuple[By, ...] = ("key", "item_code", "sku", "handle")
CERTAIN = ORDER[:2]


@dataclass(slots=True)
class Entry:
	"""One document.

	Attributes:
		name: name of the document.
		medusa_id: id in Medusa, None if the document has none.
		title: its title.
		published: whether it should be in Medusa.
		item_code: item code of a Website Item.
		handle: handle of a Website Item.
		seen: whether Medusa has what it is linked to.
	"""

	name: str
	medusa_id: str | None
	title: str
	published: bool
	item_code: str = ""
	handle: str = ""
	seen: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
	"""Something in Medusa that no document is linked to, but that names a document or resembles one.

	Attributes:
		id: id in Medusa.
		title: its title in Medusa.
		value: the value by which the document is found.
		by: what kind of value that is.
		entry: the document, None if it does not exist.
		variant_id: id of the variant that belongs to the document, "" if unknown.
	"""

	id: str
	title: str
	value: str
	by: By
	entry: Entry | None = None
	variant_id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
	"""What is wrong with a thing in Medusa, or with a document that has none (`candidate` is None)."""

	kind: Literal["Missing", "Orphaned", "Duplicated", "Adoptable"]
	entry: Entry | None
	candidate: Candidate | None = None

	@property
	def docname(self) -> str:
		"""Name of the document, even if it does not exist."""
		return self.entry.name if self.entry else self.candidate.value if self.candidate else ""

	@property
	def title(self) -> str:
		"""Title in Medusa, otherwise that of the document."""
		return self.candidate.title if self.candidate else self.entry.title if self.entry else ""


class Register(ABC, Generic[T]):
	"""All documents of one kind, and what was seen of them in Medusa."""

	def __init__(self) -> None:
		self.entries: dict[str, Entry] = {}
		self.candidates: list[Candidate] = []
		self.foreign = 0
		self._by_id: dict[str, Entry] = {}
		# a document may have been renamed to another spelling of the same name
		self._by_spelling: dict[str, Entry] = {}

	def add(self, entries: Iterable[Entry]) -> None:
		"""Add documents, before the first page."""
		for entry in entries:
			self.entries[entry.name] = entry
			self._by_spelling.setdefault(entry.name.casefold(), entry)
			if entry.medusa_id:
				self._by_id[entry.medusa_id] = entry

	def place(self, thing: T) -> Entry | None:
		"""Return the document that is linked to a thing; without one, keep what it may belong to."""
		if entry := self._by_id.get(thing.id or ""):
			entry.seen = True
			return entry
		if candidate := self.candidate(thing):
			self.candidates.append(candidate)
		else:
			self.foreign += 1
		return None

	@abstractmethod
	def candidate(self, thing: T) -> Candidate | None:
		"""Return what document a thing may belong to; None if it has nothing to do with any."""

	def named(self, key: str) -> Entry | None:
		"""Return the document with this name, in this or another spelling of upper and lower case."""
		return self.entries.get(key) or self._by_spelling.get(key.casefold())

	def unseen(self) -> list[Entry]:
		"""Return documents linked to a thing that was on no page, because it was deleted or pages shifted."""
		return [entry for entry in self.entries.values() if entry.medusa_id and not entry.seen]

	def verdicts(self) -> Iterator[Verdict]:
		"""Yield what is wrong, after everything was placed; of several things the first one is kept."""
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


class CollectionRegister(Register[Collection]):
	"""Item Groups and collections, which are found by the name of the Item Group that they store."""

	def candidate(self, thing: Collection) -> Candidate | None:
		"""Return what Item Group a collection may belong to; None if it stores no name."""
		key = thing.key
		return Candidate(thing.id or "", thing.title, key, "key", self.named(key)) if key else None


class ProductRegister(Register[Listed]):
	"""Website Items and products, which may also be found by item code, SKU and handle."""

	def __init__(self) -> None:
		super().__init__()
		self._by_code: dict[str, Entry] = {}
		# Website Items without a product
		self._unsynced_by_code: dict[str, Entry] = {}
		self._unsynced_by_handle: dict[str, Entry] = {}

	def add(self, entries: Iterable[Entry]) -> None:
		"""Add Website Items, before the first page."""
		entries = list(entries)
		super().add(entries)
		for entry in entries:
			self._by_code[entry.item_code] = entry
			if not entry.medusa_id:
				self._unsynced_by_code[entry.item_code] = entry
				self._unsynced_by_handle.setdefault(entry.handle, entry)

	def candidate(self, thing: Listed) -> Candidate | None:
		"""Return what Website Item a product may belong to.

		It is found by the name that it stores, else by item code; a Website Item without a product also by
		SKU or handle.
		"""
		product = thing.product
		ways: tuple[tuple[By, Iterable[str], Callable[[str], Entry | None]], ...] = (
			("key", (thing.owner, thing.external_id), self.named),
			("item_code", (product.item_code,), self._by_code.get),
			("sku", (variant.sku for variant in thing.variants), self._unsynced_by_code.get),
		)
		for by, names, find in ways:
			for name in names:
				if name and (entry := find(name)) and _is_its_own(thing, entry):
					return Candidate(thing.id, thing.title, name, by, entry, _own_variant_id(thing, entry))
		# another system may set external ids too: this app sets an item code with them
		lost = thing.owner or (thing.external_id if product.item_code else "")
		if lost:
			# a product with variants of other items belongs to no single item
			if self.entries.get(lost):
				return None
			return Candidate(thing.id, thing.title, lost, "key")
		entry = self._unsynced_by_handle.get(product.handle)
		variant_id = _own_variant_id(thing, entry) if entry else ""
		# a product with several variants was not created by this app
		if not entry or len(thing.variants) > 1:
			return None
		return Candidate(thing.id, thing.title, product.handle, "handle", entry, variant_id)


def _is_its_own(thing: Listed, entry: Entry) -> bool:
	"""Return whether the Website Item may adopt the product, as the client decides in `why_not_ours`."""
	if thing.others_variants(entry.name, Variant(sku=entry.item_code)):
		return False
	code = thing.product.item_code
	return not (thing.owner and thing.owner != entry.name and code and code != entry.item_code)


def _own_variant_id(thing: Listed, entry: Entry) -> str:
	"""Return the id of the Website Item's variant, "" if it is uncertain."""
	own = thing.own_variant(Variant(sku=entry.item_code))
	if not own and len(thing.variants) == 1:
		own = thing.variants[0]
	return (own and own.id) or ""
