"""Colour, shape and shade: the specifications of Website Items by which the shop filters."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import frappe

from medusa_integration.catalogue.product.plain_text import plain_text, unescaped
from medusa_integration.constants import WEBSITE_ITEM
from medusa_integration.settings import get_settings

KINDS = ("colour", "shape", "shade")
# for settings that no migration has stored yet
LABELS = {"colour": "colo", "shape": "shape", "shade": "shade"}
# the names of shades have digits, as in A2; a colour with a digit is a size or a number
WITH_DIGITS = ("shade",)
# what a facet can be asked for by: an id has no more
LONGEST_VALUE = 140


def labels_of(settings: Mapping[str, Any]) -> dict[str, str]:
	"""Return by which part of a label each kind is known, folded; "" for a kind that is not used.

	Args:
		settings: Medusa Configuration.
	"""
	return {kind: (settings.get(f"{kind}_label") or LABELS[kind]).strip().casefold() for kind in KINDS}


def kinds_of(label: str | None, labels: Mapping[str, str] | None = None) -> Iterator[str]:
	"""Yield what a specification says: the kinds whose label in the settings is a part of its label.

	Args:
		label: label of the specification, in any case.
		labels: of `labels_of`; those of the settings if left out.
	"""
	words = unescaped(label).casefold()
	for kind, wanted in (labels or labels_of(get_settings())).items():
		if wanted and wanted in words:
			yield kind


def text_of(description: str | None) -> str:
	"""Return the value of a specification as plain text on one line.

	Args:
		description: HTML of an editor.
	"""
	return " ".join(plain_text(description).split())


def clean_entries(raw_list: Iterable[str | None], skip_digit_check: bool = False) -> list[str]:
	"""Return the values by which a list of the shop is filtered.

	Texts are split at commas and slashes. Parts without a word character are left out, and parts with a
	digit unless `skip_digit_check`.

	Args:
		raw_list: plain texts.
		skip_digit_check: as for shades.

	Returns:
		Values in title case, each once, sorted.
	"""
	found: dict[str, str] = {}
	for text in raw_list:
		for part in re.split("[,/]", text or ""):
			value = _spaced(part).title()
			if not re.search(r"\w", value) or len(value) > LONGEST_VALUE:
				continue
			if skip_digit_check or not re.search(r"\d", value):
				found.setdefault(key_of(value), value)
	return in_order(found.values())


def facets_of(
	specifications: Iterable[Any], labels: Mapping[str, str] | None = None
) -> dict[str, dict[str, str]]:
	"""Return the values of one Website Item by which lists are filtered.

	Args:
		specifications: rows with `label` and `description`, in HTML.
		labels: of `labels_of`; those of the settings if left out.

	Returns:
		For each kind that it has, the values by their key.
	"""
	labels = labels or labels_of(get_settings())
	texts: dict[str, list[str]] = {}
	for row in specifications:
		for kind in kinds_of(row.get("label"), labels):
			texts.setdefault(kind, []).append(text_of(row.get("description")))
	cleaned = {kind: clean_entries(raw, kind in WITH_DIGITS) for kind, raw in texts.items()}
	return {kind: {key_of(value): value for value in values} for kind, values in cleaned.items() if values}


def key_of(value: str) -> str:
	"""Return what is the same for all spellings of a value that differ in case only.

	The database compares texts more loosely: to it, "Rosé" is "rose".
	"""
	return hashlib.sha256(_spaced(value).casefold().encode()).hexdigest()[:32]


def in_order(values: Iterable[str]) -> list[str]:
	"""Return texts in the order in which the shop lists them, without regard to case."""
	return sorted(values, key=lambda value: (value.casefold(), value))


def get_item_specifications(name: str) -> dict[str, str | None]:
	"""Return colour, shape and shade of a Website Item: the first specification of that label with a value.

	One statement.

	Args:
		name: name of the Website Item.
	"""
	return specifications_of([name])[name]


def specifications_of(names: Iterable[str]) -> dict[str, dict[str, str | None]]:
	"""Return colour, shape and shade of each Website Item. One statement for any number of them.

	Args:
		names: names of Website Items.
	"""
	found: dict[str, dict[str, str | None]] = {name: dict.fromkeys(KINDS) for name in names}
	labels = labels_of(get_settings())
	for row in rows_of(list(found)):
		for kind in kinds_of(row.label, labels):
			values = found[row.parent]
			values[kind] = values[kind] or text_of(row.description) or None
	return found


def rows_of(names: Sequence[str]) -> list[frappe._dict]:
	"""Return `parent`, `label` and `description` of the specifications of Website Items, in their order.

	One statement.

	Args:
		names: names of Website Items, at least one.
	"""
	return frappe.get_all(
		"Item Website Specification",
		filters={"parent": ("in", names), "parenttype": WEBSITE_ITEM},
		fields=["parent", "label", "description"],
		order_by="parent asc, idx asc",
	)


def _spaced(text: str) -> str:
	return " ".join(unicodedata.normalize("NFC", text).split())
