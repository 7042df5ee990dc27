"""One difference between the site and Medusa, as a value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Kind = Literal["Missing", "Drifted", "Orphaned", "Duplicated", "Adoptable"]
Subject = Literal["Product", "Variant", "Collection", "Price", "Quantity"]

# corrected by sending the document again
REPAIRED_BY_SENDING: tuple[Kind, ...] = ("Missing", "Drifted")
# corrected only by deleting in Medusa
REPAIRED_BY_DELETING: tuple[Kind, ...] = ("Orphaned", "Duplicated")
# there is one of these for each record in Medusa, and one of the others for each document
ABOUT_MEDUSA: tuple[Kind, ...] = ("Orphaned", "Duplicated", "Adoptable")


@dataclass(frozen=True, slots=True)
class Finding:
	"""A difference, with its document and its record in Medusa.

	Attributes:
		kind: the kind of the difference.
		subject: what kind of record it is about.
		lane: the lane of the document.
		doctype: DocType of the document.
		docname: name of the document.
		words: what differs, with both values.
		medusa_id: id of the record in Medusa, "" without one. If it is Missing, the document is linked to it
			before it is sent; if it is Adoptable, the document may be linked to it.
		further_id: a second id: the variant of a product, the list of a price.
		title: title of the record.
		held_up: why the document cannot be sent until a user corrects it, "" if it can.
	"""

	kind: Kind
	subject: Subject
	lane: str
	doctype: str
	docname: str
	words: str
	medusa_id: str = ""
	further_id: str = ""
	title: str = ""
	held_up: str = ""

	@property
	def identity(self) -> str:
		"""A hash by which the next run finds the same difference again, also with other values."""
		about = self.medusa_id if self.kind in ABOUT_MEDUSA else self.docname
		return _hash(self.kind, self.subject, self.lane, about)

	@property
	def digest(self) -> str:
		"""A hash that changes if something about the difference changes."""
		return _hash(self.docname, self.medusa_id, self.further_id, self.words, self.held_up)


def _hash(*parts: str) -> str:
	return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]
