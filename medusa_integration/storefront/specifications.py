"""Colour, shape and shade: the specifications of Website Items by which the shop filters."""

from __future__ import annotations

from collections.abc import Iterator

from medusa_integration.catalogue.product.plain_text import plain_text, unescaped
from medusa_integration.settings import get_settings

KINDS = ("colour", "shape", "shade")
# for settings that no migration has stored yet
LABELS = {"colour": "colo", "shape": "shape", "shade": "shade"}


def kinds_of(label: str | None) -> Iterator[str]:
	"""Yield what a specification says: the kinds whose label in the settings is a part of its label.

	Args:
		label: label of the specification, in any case.
	"""
	settings = get_settings()
	words = unescaped(label).casefold()
	for kind in KINDS:
		wanted = (settings.get(f"{kind}_label") or LABELS[kind]).strip().casefold()
		if wanted and wanted in words:
			yield kind


def text_of(description: str | None) -> str:
	"""Return the value of a specification as plain text on one line.

	Args:
		description: HTML of an editor.
	"""
	return " ".join(plain_text(description).split())
