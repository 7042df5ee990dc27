"""What a body or a query may hold, and what Medusa says about one that does not fit.

A schema is a tree of `Field`. `zod_message` words its complaints as v2 does, `class_validator_message` as v1:
which keys are named, in which order, and how many of them, is what a client can learn from a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

MISSING = object()


@dataclass(frozen=True)
class Field:
	"""One value: its kind, whether it may be missing or null, and what is inside it.

	`not_empty` is v1's, `union` is v2's: of several shapes that do not fit, only the first complaint counts.
	"""

	kind: str  # string, email, number, integer, boolean, object, array, enum, any, gone
	required: bool = False
	nullable: bool = False
	of: Field | None = None
	shape: Mapping[str, Field] | None = None
	values: tuple[str, ...] = ()
	minimum: float | None = None
	not_empty: bool = False
	message: str = ""
	strict: bool = True
	union: bool = False

	def needed(self) -> Field:
		return replace(self, required=True)


def text(**options: object) -> Field:
	return Field("string", **options)


def number(**options: object) -> Field:
	return Field("number", **options)


def integer(**options: object) -> Field:
	return Field("integer", **options)


def boolean(**options: object) -> Field:
	return Field("boolean", **options)


def one_of(*values: str, **options: object) -> Field:
	return Field("enum", values=values, **options)


def array(of: Field | None = None, **options: object) -> Field:
	return Field("array", of=of, **options)


def shape(fields: Mapping[str, Field], **options: object) -> Field:
	"""An object with these keys and no others (unless not `strict`)."""
	return Field("object", shape=fields, **options)


def mapping(**options: object) -> Field:
	"""An object with any keys."""
	return Field("object", **options)


def _is(kind: str, value: object) -> bool:
	if kind in ("number", "integer"):
		right = isinstance(value, int | float) and not isinstance(value, bool)
		return right and (kind == "number" or float(value).is_integer())
	if kind == "boolean":
		return isinstance(value, bool) or value in ("true", "false")
	types = {"string": str, "email": str, "object": dict, "array": list}
	return kind == "any" or isinstance(value, types[kind])


# --- v2 ---------------------------------------------------------------------------------------------------


def zod_message(schema: Field, body: object) -> str | None:
	"""What v2 says about this body: the first three issues, or None when it fits."""
	issues = _zod_issues(schema, body, ())
	return (
		"Invalid request: " + "; ".join(_zod_text(*issue, body) for issue in issues[:3]) if issues else None
	)


def _zod_issues(field: Field, value: object, path: tuple) -> list[tuple[str, tuple, object]]:
	"""(what, path, detail) for everything that does not fit: values first, unknown keys last, as zod does."""
	if value is MISSING:
		return [("type", path, _zod_kind(field))] if field.required else []
	if value is None and field.nullable:
		return []
	if field.kind == "gone":
		return [("custom", path, field.message)]
	if field.kind == "enum":
		return [] if value in field.values else [("value", path, field.values)]
	if field.kind == "boolean" and isinstance(value, str):
		return [] if value in ("true", "false") else [("custom", path, "Invalid input")]
	if not _is(field.kind, value):
		return [("type", path, _zod_kind(field))]
	if field.minimum is not None and value < field.minimum:
		return [("small", path, field.minimum)]
	issues = _zod_issues_inside(field, value, path)
	return _union_issue(issues, path) if field.union else issues


def _zod_issues_inside(field: Field, value: Any, path: tuple) -> list[tuple[str, tuple, object]]:
	"""(what, path, detail) for the elements of a list, and for the keys of an object."""
	issues = []
	if field.kind == "array" and field.of:
		for index, element in enumerate(value):
			issues += _zod_issues(field.of, element, (*path, index))
	if field.shape is not None:
		for key, inner in field.shape.items():
			issues += _zod_issues(inner, value.get(key, MISSING), (*path, key))
		unknown = [key for key in value if key not in field.shape]
		if unknown and field.strict:
			issues.append(("keys", path, unknown))
	return issues


def _union_issue(issues: list[tuple[str, tuple, object]], path: tuple) -> list[tuple[str, tuple, object]]:
	"""Return v2's message for a value that fits none of several shapes, of which the second is an id."""
	wrong = [issue for issue in issues if issue[0] == "type"] or [("type", (*path, "id"), "string")]
	return wrong[:1] if issues else []


def _zod_kind(field: Field) -> str:
	if field.kind == "object" and field.shape is None:
		return "record"
	return {"integer": "number", "email": "string", "boolean": "boolean, string"}.get(field.kind, field.kind)


def _zod_text(what: str, path: tuple, detail: object, body: object) -> str:
	name, got = ", ".join(str(part) for part in path), _value_at(body, path)
	if what == "custom":
		return str(detail)
	if what == "keys":
		return f"Unrecognized fields: '{', '.join(detail)}'"
	if what == "small":
		return f"Value for field '{name}' too small, expected at least: '{detail:g}'"
	if got is MISSING:
		return f"Field '{name}' is required"
	if what == "value":
		return f"Expected: '{', '.join(detail)}' for field '{name}', but got: '{_javascript(got)}'"
	return f"Expected type: '{detail}' for field '{name}', got: '{_javascript(got)}'"


def _value_at(body: object, path: tuple) -> object:
	"""The value at a path, as v2 looks it up: it does not find its way through lists."""
	for part in path:
		if not isinstance(body, dict):
			return MISSING
		body = body.get(part, MISSING)
	return body if path else MISSING


def _javascript(value: object) -> str:
	"""A value as JavaScript's String() writes it."""
	if value is None or isinstance(value, bool):
		return {None: "null", True: "true", False: "false"}[value]
	if isinstance(value, dict):
		return "[object Object]"
	if isinstance(value, list):
		return ",".join("" if element is None else _javascript(element) for element in value)
	return f"{value:g}" if isinstance(value, float) else str(value)


# --- v1 ---------------------------------------------------------------------------------------------------


def class_validator_message(schema: Field, body: object) -> str | None:
	"""What v1 says about this body: every complaint, unknown keys first, or None when it fits."""
	if not isinstance(body, dict):
		return "an unknown value was passed to the validate function"
	return ", ".join(_complaints(schema, body)) or None


def _complaints(schema: Field, body: dict) -> list[str]:
	found = [f"property {key} should not exist" for key in body if key not in schema.shape]
	for key, field in schema.shape.items():
		value = body.get(key, MISSING)
		if value is MISSING or value is None:
			if field.required or (value is None and field.not_empty):
				found += _wrong(key, field, value)
			continue
		found += _wrong(key, field, value)
		if field.kind == "array" and field.of and field.of.shape is not None and isinstance(value, list):
			for element in value:
				if isinstance(element, dict):
					found += _complaints(field.of, element)
				else:
					found.append(f"each value in nested property {key} must be either object or array")
					break
		elif field.shape is not None and isinstance(value, dict):
			found += _complaints(field, value)
	return found


def _wrong(key: str, field: Field, value: object) -> list[str]:
	value = None if value is MISSING else value
	if field.kind == "enum":
		wrong = [] if value in field.values else [f"one of the following values: {', '.join(field.values)}"]
		empty = [f"{key} should not be equal to null"] if field.not_empty and value is None else []
		return empty + [f"{key} must be {text}" for text in wrong]
	says_empty = field.not_empty and field.kind in ("string", "email") and value in (None, "")
	empty = [f"{key} should not be empty"] if says_empty else []
	fits = _is(field.kind, value) and (
		field.kind != "email" or re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value)
	)
	if field.kind == "boolean":
		fits = isinstance(value, bool)
	names = {
		"string": "a string",
		"email": "an email",
		"number": "a number conforming to the specified constraints",
		"integer": "an integer number",
		"boolean": "a boolean value",
		"object": "an object",
		"array": "an array",
	}
	return empty + ([] if fits else [f"{key} must be {names[field.kind]}"])
