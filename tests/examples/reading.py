"""The examples of docs/endpoints.md: a block `http` and the block `json` right after it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "endpoints.md"
REQUEST = re.compile(r"```http\n(?P<request>.*?)\n```(?:\n\n```json\n(?P<answer>.*?)\n```)?", re.DOTALL)
FIRST = re.compile(r"(?P<method>GET|POST) /api/method/(?P<path>[\w.]+)(?:\?(?P<query>\S+))?")
WHO = re.compile(r"Authorization: token <(?P<who>[\w ]+)>|X-ERPNext-Signature: <(?P<signed>signature)>")
PLUGIN = "plugin"


@dataclass(frozen=True)
class Example:
	"""One request, and the answer to it as the page has it."""

	line: int
	method: str
	path: str
	query: str
	who: str | None
	body: Any
	answer: Any
	# the path's query and the body as they are written
	request: str = ""

	def __str__(self) -> str:
		return f"docs/endpoints.md:{self.line}: {self.method} {self.path}"


def examples(text: str) -> list[Example]:
	"""Read all examples of a page. Raises ValueError for one that is not in the format."""
	return [_example(found, text.count("\n", 0, found.start()) + 1) for found in REQUEST.finditer(text)]


def _example(found: re.Match[str], line: int) -> Example:
	head, _empty, body = found["request"].partition("\n\n")
	first, *more = head.splitlines()
	request = FIRST.fullmatch(first)
	who = WHO.fullmatch(more[0]) if more else None
	if not request or (more and not who) or len(more) > 1:
		raise ValueError(f"line {line}: not a request as CONTRIBUTING.md describes it: {head}")
	if found["answer"] is None:
		raise ValueError(f"line {line}: no block json with the answer follows")
	return Example(
		line=line,
		method=request["method"],
		path=request["path"],
		query=request["query"] or "",
		who=(who["who"] or PLUGIN) if who else None,
		body=json.loads(body) if body.strip() else None,
		answer=json.loads(found["answer"]),
		request=f"{request['query'] or ''} {body}",
	)
