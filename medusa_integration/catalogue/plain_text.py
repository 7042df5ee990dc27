"""HTML from an editor as the plain text that a shop shows.

A parser that only listens: a tree of the document, as Beautiful Soup builds it, costs ten times as much, and
half of a large export's time went into it.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

# what stands on lines of its own
BLOCKS = frozenset(
	("p", "div", "br", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote")
)
# what a browser does not show
UNSEEN = frozenset(("script", "style", "template"))

_spaces = re.compile(r"[ \t\xa0]+")
_tag = re.compile(r"<[^>]*>")


def plain_text(text: str | None) -> str:
	"""HTML as plain text, entities resolved (contract 77, 83); blocks and line breaks end a line.

	Takes None and plain text as well; never fails.
	"""
	if not text:
		return ""
	if "<" not in text:
		return html.unescape(text).strip()
	lines = (_spaces.sub(" ", line).strip() for line in _shown(text).splitlines())
	return "\n".join(line for line in lines if line)


def _shown(text: str) -> str:
	parser = _Listener()
	try:
		parser.feed(text)
		parser.close()
	except AssertionError:
		# the parser's way to say that a declaration (<![...]>) makes no sense
		return html.unescape(_tag.sub(" ", text))
	return "".join(parser.heard)


class _Listener(HTMLParser):
	def __init__(self) -> None:
		super().__init__(convert_charrefs=True)
		self.heard: list[str] = []
		self.unseen = 0

	def handle_starttag(self, tag: str, attrs: list) -> None:
		if tag in UNSEEN:
			self.unseen += 1
		elif tag == "br":
			self.heard.append("\n")

	def handle_endtag(self, tag: str) -> None:
		if tag in UNSEEN:
			self.unseen = max(0, self.unseen - 1)
		elif tag in BLOCKS:
			self.heard.append("\n")

	def handle_data(self, data: str) -> None:
		if not self.unseen:
			self.heard.append(data)
