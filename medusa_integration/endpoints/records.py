"""The parameters of an endpoint, and the objects among them, as models of pydantic."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pydantic
from frappe import _
from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, PlainValidator
from pydantic_core import CoreSchema, core_schema

from medusa_integration.endpoints.parameters import MAY_BE_EMPTY, ListOf, parsed, refusal, required
from medusa_integration.exceptions import ValidationError


class Record(BaseModel):
	"""Named values: the fields of an object, or the parameters of an endpoint. Others are ignored.

	What counts as not sent (null, and an empty text unless the type has MAY_BE_EMPTY) has its default.
	"""

	model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

	@pydantic.model_validator(mode="before")
	@classmethod
	def _leave_out(cls, given: Mapping[str, Any]) -> dict[str, Any]:
		values = {}
		for name, field in cls.model_fields.items():
			value = given.get(name)
			is_empty = isinstance(value, str) and not value.strip()
			if field.is_required():
				values[name] = None if is_empty else value
			elif value is not None and (
				not is_empty or MAY_BE_EMPTY in _metadata(field.annotation, field.metadata)
			):
				values[name] = value
		return values


class ObjectOf:
	"""In an annotation: an object with the fields of a Record, also as JSON text. It becomes a dict."""

	def __init__(self, record: type[Record]) -> None:
		self.record = record

	def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
		"""Have pydantic check the object, then each field."""
		fields = handler.generate_schema(self.record)
		made = core_schema.no_info_after_validator_function(BaseModel.model_dump, fields)
		return core_schema.no_info_before_validator_function(_object, made)


def record_of(name: str, fields: Mapping[str, tuple[Any, Any]]) -> type[Record]:
	"""Make a Record.

	Args:
		name: What it is called in errors of programming.
		fields: The type of each field and its default, `...` for none.

	Raises:
		TypeError: A field is of another type than those of this module.
	"""
	for field, (annotation, _default) in fields.items():
		if not any(isinstance(one, KINDS) for one in _metadata(annotation)):
			raise TypeError(f"{name}({field}): declare it with a type of medusa_integration.endpoints")
	declared: dict[str, Any] = dict(fields)
	return pydantic.create_model(name, __base__=Record, **declared)


def read(record: type[Record], given: Mapping[str, Any]) -> dict[str, Any]:
	"""Return all fields of the record, as they were sent or by default.

	Raises:
		ValidationError: The first of the values that is none (400), by a sentence that names the field.
	"""
	try:
		values = record.model_validate(dict(given))
	except pydantic.ValidationError as error:
		first = error.errors(include_url=False, include_input=False)[0]
		name = next((one for one in reversed(first["loc"]) if isinstance(one, str)), "")
		context = first.get("ctx", {})
		# without what was sent, which may be a password
		raise ValidationError(
			_sentence(first["type"], context).format(name, *context.get("values", ()))
		) from None
	return {name: getattr(values, name) for name in record.model_fields}


def _object(value: Any) -> dict[str, Any]:
	value = parsed(value) if isinstance(required(value), str) else value
	if not isinstance(value, dict):
		raise refusal(_("{0} must be an object."))
	return value


# what a declared type has in its annotation
KINDS: tuple[type, ...] = (BeforeValidator, PlainValidator, ListOf, ObjectOf)


def _sentence(kind: str, context: Mapping[str, Any]) -> str:
	if kind == "refused":
		return context["sentence"]
	if kind == "literal_error":
		return _("{0} must be {1}.").replace("{1}", context["expected"].replace("'", ""))
	return _("{0} is not valid.")


def _metadata(annotation: Any, above: list[Any] | None = None) -> tuple[Any, ...]:
	"""What an annotation says besides the plain type, `| None` left aside; nothing of two types."""
	if get_origin(annotation) in (Union, UnionType):
		kinds = [one for one in get_args(annotation) if one is not type(None)]
		annotation = kinds[0] if len(kinds) == 1 else None
	return (*getattr(annotation, "__metadata__", ()), *(above or ()))
