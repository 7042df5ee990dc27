"""Whether an answer is one that docs/openapi.json allows."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"


@cache
def document() -> dict[str, Any]:
	return json.loads(FILE.read_text())


def operation(path: str, method: str) -> dict[str, Any] | None:
	"""The operation of a path like `/api/method/...`, None where the file has none."""
	return document()["paths"].get(path, {}).get(method.lower())


def fault(path: str, method: str, status: int, body: bytes) -> str | None:
	"""Return why the file does not allow an answer, None if it does or knows no such operation.

	Args:
		path: of the request, without the query.
		method: GET or POST.
		status: of the answer.
		body: of the answer.
	"""
	stated = operation(path, method)
	if stated is None:
		return None
	responses = stated["responses"]
	key = str(status) if str(status) in responses else f"{str(status)[0]}XX"
	if key not in responses:
		return f"status {status}; the file has {', '.join(responses)}: {body[:300]!r}"
	if "$ref" not in responses[key] and "content" not in responses[key]:
		return f"{status} with a body: {body[:300]!r}" if body else None
	try:
		answer = json.loads(body)
	except ValueError:
		return f"no JSON: {body[:300]!r}"
	errors = [
		f"{'.'.join(map(str, error.instance_path)) or 'answer'}: {error.message:.300}"
		for error in _validator(path, method.lower(), key).iter_errors(answer)
	]
	return f"{status}: " + "; ".join(errors) if errors else None


@cache
def _validator(path: str, method: str, key: str) -> jsonschema_rs.Draft202012Validator:
	response = document()["paths"][path][method]["responses"][key]
	if reference := response.get("$ref"):
		response = document()["components"]["responses"][reference.rpartition("/")[2]]
	schema = response["content"]["application/json"]["schema"]
	return jsonschema_rs.Draft202012Validator({"allOf": [schema], "components": document()["components"]})
