"""The schemas of parameters and answers, as pydantic makes them of the annotations."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from pydantic import TypeAdapter

from devbench.openapi.answers import what_is_missing
from devbench.openapi.docstrings import Docstring
from devbench.openapi.operations import Operation
from devbench.processes import DevbenchError

REFERENCE = "#/components/schemas/{model}"


def schemas_of(listed: list[Operation]) -> tuple[dict[tuple[str, str], Any], dict[str, Any]]:
	"""Schemas of the parameters and answers, by kind and path; and what they refer to, by name."""
	adapters: list[tuple[Any, Any, TypeAdapter[Any]]] = []
	for one in listed:
		if vague := what_is_missing(one.answer):
			raise DevbenchError(f"{one.endpoint.path}: {vague}.")
		adapters.append((("parameters", one.path), "validation", TypeAdapter(one.endpoint.record)))
		adapters.append((("answer", one.path), "serialization", TypeAdapter(one.answer)))
	made, extra = TypeAdapter.json_schemas(adapters, ref_template=REFERENCE)
	definitions = extra.get("$defs", {})
	schemas = {key: schema for (key, _mode), schema in made.items()}
	own: set[str] = set()
	for key, schema in schemas.items():
		if key[0] == "parameters":
			# the model is the endpoint's own: it stands where it is used
			name = schema["$ref"].rpartition("/")[2]
			own.add(name)
			schemas[key] = deepcopy(definitions[name])
	for name in own:
		del definitions[name]
	for name in _reached(definitions, [schema for key, schema in schemas.items() if key[0] == "answer"]):
		_close(definitions[name])
	for schema in (*schemas.values(), *definitions.values()):
		_tidy(schema)
	return schemas, dict(sorted(definitions.items()))


def _reached(definitions: dict[str, Any], schemas: list[Any]) -> set[str]:
	"""The names of all definitions that the schemas refer to, also by way of others."""
	found: set[str] = set()
	todo = list(schemas)
	while todo:
		for part in _parts(todo.pop()):
			name = str(part.get("$ref", "")).rpartition("/")[2]
			if name and name not in found:
				found.add(name)
				todo.append(definitions[name])
	return found


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
	"""The schema itself, and all objects and lists within."""
	if isinstance(schema, dict):
		yield schema
	for one in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
		yield from _parts(one)


def _close(schema: dict[str, Any]) -> None:
	"""An answer has the keys that are named and no others, unless it says that there are."""
	for part in _parts(schema):
		if isinstance(part.get("properties"), dict):
			part.setdefault("additionalProperties", False)


def _tidy(schema: Any) -> None:
	"""Take out pydantic's titles, which repeat the names, and what Frappe's dates are not."""
	for part in _parts(schema):
		if isinstance(part.get("title"), str):
			del part["title"]
		if part.get("format") == "date-time":
			part.pop("format")  # with a space in place of the T
		if isinstance(part.get("description"), str):
			part["description"] = Docstring(part["description"]).summary
