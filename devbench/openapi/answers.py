"""Whether a function says what it answers, so that an answer can be checked against that."""

from __future__ import annotations

import inspect
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from typing_extensions import NotRequired, Required, is_typeddict

ADVICE = "state it as `-> str`, `-> list[Card]` or the like, an object as a TypedDict of typing_extensions"
# what holds others
UNIONS = (Union, UnionType)
WRAPPERS = (Annotated, NotRequired, Required)


def what_is_missing(annotation: Any) -> str | None:
	"""Return why an answer of this type could be anything, None for one that is stated in full.

	Args:
		annotation: of the returned value; `inspect.Signature.empty` for none.
	"""
	vague = _vague(annotation, "its answer", set())
	return f"{vague}: {ADVICE}" if vague else None


def _vague(annotation: Any, where: str, seen: set[Any]) -> str | None:
	if annotation is inspect.Signature.empty:
		return f"{where} has no type"
	if annotation in (Any, object, dict, list, tuple, set):
		return f"{where} is of the type {getattr(annotation, '__name__', annotation)}, which can be anything"
	origin, inner = get_origin(annotation), get_args(annotation)
	if origin is Literal or annotation in (None, NoneType):
		return None
	if origin in WRAPPERS:
		return _vague(inner[0], where, seen)
	if origin in UNIONS:
		return _first(_vague(one, where, seen) for one in inner)
	if origin is dict:
		return _vague(inner[1], f"a value of {where}", seen)
	if origin in (list, tuple):
		return _first(_vague(one, f"an entry of {where}", seen) for one in inner if one is not ...)
	if is_typeddict(annotation):
		if annotation in seen:
			return None
		seen.add(annotation)
		hints = get_type_hints(annotation, include_extras=True)
		return _first(_vague(one, f"{annotation.__name__}.{name}", seen) for name, one in hints.items())
	return None


def _first(found: Any) -> str | None:
	return next((one for one in found if one), None)
