"""Converts HTML from an editor, and names as Frappe stores them, to the plain text that a shop shows."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache

from bs4 import BeautifulSoup
from bs4.element import PageElement, PreformattedString, Tag

# elements that begin and end a line
BLOCKS = frozenset(
	"address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption"
	" figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option"
	" p pre search section select summary table tbody tfoot thead title tr ul".split()
)
# elements that a space separates within a line
CELLS = frozenset(("td", "th"))
# elements that a browser does not show
UNSEEN = frozenset(("script", "style", "template", "noscript", "iframe", "noembed", "noframes", "object"))
# maximum length of texts that are cached, such as labels and values that many items share
REMEMBERED = 300
MOST_READINGS = 5

_spaces = re.compile(r"[ \t\xa0]+")
_entity = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z][\da-zA-Z]{1,31});")
_tag = re.compile(r"<(?=[a-zA-Z/!?])")
# the beginning of what a browser does not show, such as a comment
_declaration = re.compile(r"<(?=[!?])")
# elements that run or load something, or change how the rest is read, and attributes that run something
_runs = re.compile(
	r"</?(?:script|style|template|noscript|i?frame|frameset|noembed|noframes|object|embed|applet|svg|math"
	r"|link|meta|base|form|textarea|title|xmp|listing|plaintext)(?![\w-])",
	re.IGNORECASE,
)
_handler = re.compile(r"[\s/\"'`]on[a-z]+\s*=|(?:java|vb)script\s*:|[\s/\"'`]srcdoc\s*=", re.IGNORECASE)


def plain_text(text: str | None) -> str:
	"""Convert HTML to plain text, and resolve entities.

	Blocks and line breaks end a line; a space separates the cells of a table. Scripts and styles are left
	out, even if they are written as entities.

	Args:
		text: HTML, plain text or None.
	"""
	if not text:
		return ""
	return _remembered(text) if len(text) <= REMEMBERED else _read(text)


def unescaped(text: str | None) -> str:
	"""Return a name or title as it was entered: Frappe stores `<`, `>` and `&` of some names as entities.

	Only complete entities are resolved, once. Scripts and styles are left out.
	"""
	if not text or "&" not in text:
		return _harmless(text or "")
	return _harmless(_entity.sub(lambda found: html.unescape(found[0]), text))


def _read(text: str) -> str:
	return _harmless(_shown(text) if "<" in text else html.unescape(text).strip())


_remembered = lru_cache(maxsize=4096)(_read)


def _harmless(text: str) -> str:
	"""Return the text, read as HTML again as long as a browser would run a part of it.

	A typed `<!` or `<?` gets a space, so that neither a browser nor another reading hides what follows.
	"""
	for _reading in range(MOST_READINGS):
		text = _declaration.sub("< ", text)
		if not _would_run(text):
			return text
		text = _shown(text)
	return _tag.sub("< ", text)


def _would_run(text: str) -> bool:
	return bool(_tag.search(text)) and bool(_runs.search(text) or _handler.search(text))


def _shown(text: str) -> str:
	"""Return the text of HTML, without empty lines.

	lxml reads it, because it gives the same result on every version of Python.
	"""
	soup = BeautifulSoup(text.replace("\0", "").encode("utf-8", "replace").decode(), "lxml")
	lines = (_spaces.sub(" ", line).strip() for line in "".join(_parts(soup)).splitlines())
	return "\n".join(line for line in lines if line)


def _parts(soup: BeautifulSoup) -> Iterator[str]:
	"""Yield texts and their separators in order; without recursion, because elements may be nested deeply."""
	waiting: list[PageElement | str] = [soup]
	while waiting:
		node = waiting.pop()
		if isinstance(node, Tag):
			if node.name not in UNSEEN:
				gap = "\n" if node.name in BLOCKS else " " if node.name in CELLS else ""
				yield gap
				waiting += [gap, *reversed(node.contents)]
		elif not isinstance(node, PreformattedString):  # a comment or the like
			yield str(node)
