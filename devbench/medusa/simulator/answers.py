"""What a route gives back: an answer, or a refusal that becomes one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Answer:
	"""One HTTP answer. `content_type` None sends none, as Medusa v1 does with its bare 401."""

	status: int = 200
	body: bytes = b""
	content_type: str | None = JSON
	headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
	"""A request that Medusa turns down; the answer says how."""

	def __init__(self, answer: Answer) -> None:
		super().__init__(answer.body.decode(errors="replace"))
		self.answer = answer


def json_answer(value: object, status: int = 200) -> Answer:
	"""The value as JSON, written the way Node writes it: no spaces, no escapes."""
	text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
	return Answer(status, text.encode("utf-8", "surrogatepass"))


def html_answer(status: int, message: str) -> Answer:
	"""The page that Express shows for what no route has handled."""
	page = (
		'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n'
		f"<body>\n<pre>{message}</pre>\n</body>\n</html>\n"
	)
	return Answer(status, page.encode(), HTML)


def error(status: int, kind: str, message: str, code: str | None = None) -> Refused:
	"""Medusa's error body; v1 and v2 differ in when they use which."""
	body = {"code": code} if code else {}
	return Refused(json_answer({**body, "type": kind, "message": message}, status))


def invalid(message: str) -> Refused:
	return error(400, "invalid_data", message)


def not_found(message: str) -> Refused:
	return error(404, "not_found", message)


def missing(what: str, row_id: str) -> Refused:
	"""The refusal of an id that no row has."""
	return not_found(f"{what} with id: {row_id} was not found")
