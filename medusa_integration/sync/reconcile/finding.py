"""One difference between the site and Medusa, and by what it is known again in the next run.

No site, no Medusa.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Kind = Literal["Missing", "Drifted", "Orphaned", "Duplicated", "Adoptable"]
Subject = Literal["Product", "Variant", "Collection", "Price", "Quantity"]

# what sending the document again puts right
REPAIRED_BY_SENDING: tuple[Kind, ...] = ("Missing", "Drifted")
# what only deleting in Medusa puts right
REPAIRED_BY_DELETING: tuple[Kind, ...] = ("Orphaned", "Duplicated")
# of these there is one for each of Medusa's things, of the others one for each document
ABOUT_MEDUSA: tuple[Kind, ...] = ("Orphaned", "Duplicated", "Adoptable")


@dataclass(frozen=True, slots=True)
class Finding:
	"""What is wrong, with which document, and with what in Medusa.

	`medusa_id` is the thing in Medusa that it is about, "" when there is none: of a Missing one it is what
	the document is to be linked to before it is sent, of an Adoptable one what it may be linked to.
	`further_id` is another id that goes with it: of a product its variant, of a price its list. `words` say
	what differs, with both values. `held_up` is what keeps the document from being sent now, and a person has
	to put right.
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
		"""The same for what is the same matter in the next run, whatever its words."""
		about = self.medusa_id if self.kind in ABOUT_MEDUSA else self.docname
		return _hash(self.kind, self.subject, self.lane, about)

	@property
	def digest(self) -> str:
		"""Another one once something about the matter has changed."""
		return _hash(self.docname, self.medusa_id, self.further_id, self.words, self.held_up)


def _hash(*parts: str) -> str:
	return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]
