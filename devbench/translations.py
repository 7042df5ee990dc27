"""python -m devbench.translations: writes medusa_integration/locale/main.pot, the texts for translators.

Frappe's own extractors find them, as in `bench generate-pot-file`, and those in babel_extractors.csv.
The file names no lines, so that it changes only when the texts change.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from devbench import ROOT
from devbench.processes import say
from devbench.running_site import import_from_here

APP = ROOT / "medusa_integration"
POT = APP / "locale" / "main.pot"
OURS = ROOT / "babel_extractors.csv"
# as in Frappe's babel_extractors.csv: the first that fits counts
FRAPPES = (
	("**/doctype/*/*.json", "doctype"),
	("**/workspace/*/*.json", "workspace"),
	("**/onboarding_step/*/*.json", "onboarding_step"),
	("**/module_onboarding/*/*.json", "module_onboarding"),
	("**/report/*/*.json", "report"),
	("**.py", "python"),
	("**.js", "javascript"),
	("**.html", "html_template"),
)
Key = tuple[str, str | None]


def catalogue() -> Catalog:
	"""Extract all texts of the app.

	Returns:
		The texts, each with its files and with comments on what it is.
	"""
	found = Catalog(
		project="Medusa Integration",
		header_comment="# Texts of Medusa Integration for translators, written by `make translations`.",
		fuzzy=False,
	)
	for file, message, comments, context in _extracted():
		found.add(message, locations=[(file, None)], auto_comments=comments, context=context)
	return found


def keys(texts: Catalog) -> set[Key]:
	"""The texts of a catalogue with their contexts, without its header."""
	return {(message.id, message.context) for message in texts if message.id}


def stored() -> Catalog:
	"""What is in the file, nothing when there is no file."""
	if not POT.exists():
		return Catalog()
	with POT.open("rb") as file:
		return read_po(file)


def _extracted() -> Iterator[tuple[str, str, list[str], str | None]]:
	"""File, text, comments and context of each text, by file."""
	with OURS.open() as file:
		ours = [tuple(row) for row in csv.reader(file) if row]
	methods = [*ours, *((pattern, f"frappe.gettext.extractors.{name}.extract") for pattern, name in FRAPPES)]
	keywords = {**DEFAULT_KEYWORDS, "_lt": None}
	for file, _line, message, comments, context in extract_from_dir(APP, methods, keywords=keywords):
		if message:
			yield (Path(APP.name) / file).as_posix(), message, comments, context


def main() -> int:
	"""Write the file anew, unless it has the same texts already."""
	import_from_here()
	new = catalogue()
	if keys(new) == keys(stored()):
		say(f"{POT.relative_to(ROOT)} has all {len(keys(new))} texts")
		return 0
	POT.parent.mkdir(exist_ok=True)
	with POT.open("wb") as file:
		write_po(file, new, sort_output=True, width=0, include_lineno=False)
	say(f"{len(keys(new))} texts are in {POT.relative_to(ROOT)}")
	return 0


if __name__ == "__main__":
	sys.exit(main())
