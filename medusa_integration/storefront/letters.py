"""How the database compares texts letter by letter, for searches in memory. It is asked once for each letter.

LIKE knows more of letters than case and accents: "5" finds an Arabic five, and "m2" finds "m²".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import frappe

ASCII = "".join(chr(code) for code in range(128))
# between letters; no other one has its weight
SEPARATOR = "\n"
# bytes of a weight
SIZE = 2
# the last code point that the database tells from others, and what stands for all after it
LAST, BEYOND = 0xFFFF, "\ufffd"


class _Letters(dict[int, str]):
	"""What stands for each letter: the same for those that the database considers equal."""

	def __missing__(self, letter: int) -> str:
		return BEYOND


# by code point, the same on all sites
_known = _Letters((ord(letter), letter.lower()) for letter in ASCII)


def compared(texts: Sequence[str]) -> list[str]:
	"""Return texts that contain each other if the database finds the one in the other with LIKE.

	One statement if there is a letter beyond ASCII that this process has not met before, else none.

	Args:
		texts: any texts.
	"""
	new = {letter for letter in set().union(*texts) if ord(letter) not in _known and ord(letter) <= LAST}
	if new:
		_learn(new)
	return [text.translate(_known) for text in texts]


def _learn(letters: Iterable[str]) -> None:
	asked = [*ASCII.replace(SEPARATOR, ""), *letters]
	# nosemgrep: frappe-using-db-sql -- the query builder has no COLLATE; all of Frappe's tables have this one
	weights = frappe.db.sql(
		"SELECT WEIGHT_STRING(LOWER(%s COLLATE utf8mb4_unicode_ci))", SEPARATOR + SEPARATOR.join(asked)
	)[0][0]
	found = _parts(weights)
	# what the database ignores has no weight, as some control characters of ASCII
	plain = {found[place]: letter.lower() for place, letter in enumerate(asked) if letter in ASCII}
	_known.update(
		(ord(letter), plain.get(weight) or _stand_in(letter, weight))
		for letter, weight in zip(asked, found, strict=True)
		if letter not in ASCII
	)


def _parts(weights: bytes) -> list[bytes]:
	"""Return the weights between separators, the first of which begins the text."""
	parts: list[bytes] = []
	separator = weights[:SIZE]
	for place in range(0, len(weights), SIZE):
		if (weight := weights[place : place + SIZE]) == separator:
			parts.append(b"")
		else:
			parts[-1] += weight
	return parts


def _stand_in(letter: str, weight: bytes) -> str:
	if len(weight) == SIZE:
		return chr(int.from_bytes(weight, "big"))
	# several weights, which LIKE compares as one letter only; out of the way of the weights
	return chr(LAST + 1 + ord(letter.lower()[0]))
