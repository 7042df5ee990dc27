"""What a docstring says of parameters, answer and errors, in the sections that CONTRIBUTING.md names."""

from __future__ import annotations

import inspect
import re
from functools import cached_property

HEADING = re.compile(r"^(Args|Returns|Raises|Attributes|Yields):$")
ENTRY = re.compile(r"^(?P<name>[\w.]+): (?P<text>.+)$")
# "(404)", or "(4XX)" for whichever of that kind
STATUS = re.compile(r" ?\((\d(?:\d\d|XX))\)")


class Docstring:
	"""A docstring with its sections."""

	def __init__(self, text: str) -> None:
		self._sections: dict[str, list[str]] = {"": []}
		name = ""
		for line in inspect.cleandoc(text).splitlines():
			if found := HEADING.match(line):
				name = found[1]
				self._sections[name] = []
			else:
				self._sections[name].append(line.strip())

	@property
	def summary(self) -> str:
		"""The first line."""
		return self._sections[""][0] if self._sections[""] else ""

	@property
	def description(self) -> str:
		"""What follows the first line, each paragraph in one line."""
		paragraphs = "\n".join(self._sections[""][1:]).strip().split("\n\n")
		return "\n\n".join(" ".join(one.split()) for one in paragraphs)

	@property
	def returns(self) -> str:
		return " ".join(" ".join(self._sections.get("Returns", [])).split())

	@cached_property
	def arguments(self) -> dict[str, str]:
		"""What is said of each parameter."""
		return dict(self._entries("Args"))

	@cached_property
	def statuses(self) -> dict[str, str]:
		"""What is said of each status: "404" -> when."""
		found: dict[str, str] = {}
		for _error, text in self._entries("Raises"):
			said = STATUS.sub("", text)
			for status in STATUS.findall(text):
				found[status] = f"{found[status]} {said}" if status in found else said
		return found

	def _entries(self, section: str) -> list[tuple[str, str]]:
		entries: list[tuple[str, str]] = []
		for line in self._sections.get(section, []):
			if found := ENTRY.match(line):
				entries.append((found["name"], found["text"]))
			elif entries and line:
				name, text = entries[-1]
				entries[-1] = (name, f"{text} {line}")
		return entries
