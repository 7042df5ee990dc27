"""What a parameter may be (endpoints 0.2).

An endpoint's parameters are annotated with these types. Values come as JSON has them, or as the texts of a
form or a query string, and mean the same. What is none is refused by a sentence that names the parameter:

	Id                                    non-empty text, 140 characters at most
	Text, Annotated[str, TextRule(2000)]  text that may be empty if the parameter has a default
	Flag, Date                            yes or no; a day
	Whole, Number                         Annotated[int, WholeRule(1, 100)], Annotated[float,
	NumberRule(above=0)] Choice                                Annotated[str, Choice("Approved", "Rejected")]
	Quantity                              how much of an item is wanted
	Ids, ListOf, Record                   Annotated[list, ListOf(Record(variant_id=Id, quantity=Maybe(Number,
	1)))]

A value is text, number, bool or date when the function gets it, or a list or dict of such in the declared
shape: never an operator of a filter, never a pattern.
"""

from __future__ import annotations

import datetime
import inspect
import math
import re
from types import UnionType
from typing import Annotated, Any, NoReturn, Union, get_args, get_origin

import frappe
from frappe import _
from frappe.model.meta import get_field_precision
from frappe.utils import flt
from pydantic_core import from_json

from medusa_integration.exceptions import ValidationError

LONGEST_ID = 140
LONGEST_LIST = 200
# what an Int and a Currency of MariaDB hold
LARGEST_WHOLE = 2**31 - 1
LARGEST_NUMBER = 10**12 - 1
LARGEST_QUANTITY = 10**9
WHOLE = re.compile(r"[+-]?[0-9]{1,20}")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
# what a column of dates holds, and a calendar means
YEARS = range(1900, 3000)
FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
# MariaDB's driver can't send the first, PostgreSQL can't store the second
UNUSABLE = re.compile("[\ud800-\udfff\0]")
_EMPTY = inspect.Parameter.empty


class Rule:
	"""One kind of value."""

	def take(self, name: str, value: Any, default: Any) -> Any:
		"""The value to use; the default for what was not sent. `inspect.Parameter.empty` is no default."""
		if value is None or (isinstance(value, str) and not value.strip()):
			if default is not _EMPTY:
				return default
			self.refuse_missing(name)
		return self.read(name, value)

	def read(self, name: str, value: Any) -> Any:
		"""Return what the value stands for. Raises ValidationError (400)."""
		raise NotImplementedError

	def refuse_missing(self, name: str) -> NoReturn:
		"""Raise what is said of a value that was not sent."""
		refuse(_("{0} is required."), name)


class TextRule(Rule):
	"""Text without white space around it."""

	def __init__(self, longest: int = LONGEST_ID) -> None:
		self.longest = longest

	def take(self, name: str, value: Any, default: Any) -> Any:
		"""As for all, but an empty text is one, and not left out, where it need not be sent."""
		if isinstance(value, str) and default is not _EMPTY:
			return self.read(name, value)
		return super().take(name, value, default)

	def read(self, name: str, value: Any) -> str:
		if not isinstance(value, str) or UNUSABLE.search(value):
			refuse(_("{0} must be a text value."), name)
		value = value.strip()
		if len(value) > self.longest:
			refuse(_("{0} is too long."), name)
		return value


class IdRule(TextRule):
	"""What identifies something. It is only ever compared for equality."""

	take = Rule.take

	def read(self, name: str, value: Any) -> str:
		value = super().read(name, value)
		if not value:
			self.refuse_missing(name)
		return value


class FlagRule(Rule):
	"""true/false, 1/0, yes/no."""

	def read(self, name: str, value: Any) -> bool:
		known = FLAGS.get(value.strip().lower()) if isinstance(value, str) else None
		if isinstance(value, bool | int | float) and value in (0, 1):
			known = bool(value)
		if known is None:
			refuse(_("{0} must be true or false."), name)
		return known


class NumberRule(Rule):
	"""A finite number within bounds, both included; `above` is a bound that is not."""

	def __init__(
		self, lowest: float | None = None, highest: float | None = None, *, above: float | None = None
	) -> None:
		self.lowest, self.highest, self.above = lowest, highest, above

	def read(self, name: str, value: Any) -> float:
		if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
			value = float(value)
		if isinstance(value, bool | str | list | dict):
			refuse(_("{0} must be a number."), name)
		try:
			value = float(value)
		except OverflowError:
			value = math.inf
		except (TypeError, ValueError):
			refuse(_("{0} must be a number."), name)
		if not math.isfinite(value):
			refuse(_("{0} must be a number."), name)
		return self.within(name, value, LARGEST_NUMBER)

	def within(self, name: str, value: Any, largest: float) -> Any:
		"""Return the value if it is within the bounds."""
		if self.above is not None and value <= self.above:
			refuse(_("{0} must be greater than {1}."), name, self.above)
		low, high = self.lowest, self.highest
		if (low is not None and value < low) or (high is not None and value > high):
			if high is None:
				refuse(_("{0} must be {1} or more."), name, low)
			if low is None:
				refuse(_("{0} must be {1} or less."), name, high)
			refuse(_("{0} must be between {1} and {2}."), name, low, high)
		if abs(value) > largest:
			refuse(_("{0} is out of range."), name)
		return value


class WholeRule(NumberRule):
	"""A whole number within bounds."""

	def read(self, name: str, value: Any) -> int:
		if isinstance(value, str) and WHOLE.fullmatch(value.strip()):
			value = int(value)
		if isinstance(value, float) and value.is_integer():
			value = int(value)
		if isinstance(value, bool) or not isinstance(value, int):
			refuse(_("{0} must be a whole number."), name)
		return self.within(name, value, LARGEST_WHOLE)


class DateRule(Rule):
	"""A day, as in 2026-11-21, from 1900 to 2999."""

	def read(self, name: str, value: Any) -> datetime.date:
		if isinstance(value, datetime.date):
			return value.date() if isinstance(value, datetime.datetime) else value
		try:
			# a time behind it is let go, as Medusa's dates have one
			day = datetime.datetime.fromisoformat(value.strip().replace("Z", "+00:00")).date()
		except (AttributeError, ValueError, OverflowError):
			day = None
		if not day or day.year not in YEARS:
			refuse(_("{0} is not valid."), name)
		return day


class Choice(Rule):
	"""One of these texts."""

	def __init__(self, *options: str) -> None:
		self.options = options

	def read(self, name: str, value: Any) -> str:
		if isinstance(value, str) and value.strip() in self.options:
			return value.strip()
		*first, last = self.options
		refuse(_("{0} must be {1} or {2}.") if first else _("{0} must be {2}."), name, ", ".join(first), last)


class ListOf(Rule):
	"""A list of 1 to 200 of these; also as JSON text, and for a list of texts one text alone."""

	def __init__(self, of: Any) -> None:
		self.of = rule_of(of, "ListOf")

	def read(self, name: str, value: Any) -> list:
		if isinstance(value, str):
			is_json = value.lstrip().startswith("[") or not isinstance(self.of, TextRule)
			value = _parse(value) if is_json else [value]
		if not isinstance(value, list | tuple) or not value:
			self.refuse_missing(name)
		if len(value) > LONGEST_LIST:
			refuse(_("{0} must not have more than {1} entries."), name, LONGEST_LIST)
		return [self.of.take(name, one, _EMPTY) for one in value]

	def refuse_missing(self, name: str) -> NoReturn:
		refuse(_("{0} must be a non-empty list."), name)


class Maybe:
	"""A field of a Record that may be left out."""

	def __init__(self, of: Any, default: Any = None) -> None:
		self.of, self.default = of, default


class Record(Rule):
	"""An object with these fields; others are ignored. Fields that were left out have their default."""

	def __init__(self, **fields: Any) -> None:
		self.fields = {
			name: (rule_of(field.of, name), field.default)
			if isinstance(field, Maybe)
			else (rule_of(field, name), _EMPTY)
			for name, field in fields.items()
		}

	def read(self, name: str, value: Any) -> dict[str, Any]:
		value = _parse(value) if isinstance(value, str) else value
		if not isinstance(value, dict):
			refuse(_("{0} must be an object."), name)
		return {key: rule.take(key, value.get(key), default) for key, (rule, default) in self.fields.items()}


def rule_of(annotation: Any, where: str) -> Rule:
	"""The rule of a type of this module, `| None` left aside. Raises TypeError for any other,
	naming `where`.
	"""
	if isinstance(annotation, Rule):
		return annotation
	if get_origin(annotation) in (Union, UnionType):
		kinds = [one for one in get_args(annotation) if one is not type(None)]
		annotation = kinds[0] if len(kinds) == 1 else None
	for one in getattr(annotation, "__metadata__", ()):
		if isinstance(one, Rule):
			return one
	raise TypeError(f"{where}: declare it with a type of medusa_integration.endpoints")


def refuse(sentence: str, *values: Any) -> NoReturn:
	"""Raise ValidationError with this sentence."""
	raise ValidationError(sentence.format(*values))


def _parse(text: str) -> Any:
	try:
		return from_json(text)
	except ValueError:
		return None


Id = Annotated[str, IdRule()]
Text = Annotated[str, TextRule()]
Flag = Annotated[bool, FlagRule()]
Whole = Annotated[int, WholeRule()]
Number = Annotated[float, NumberRule()]
Date = Annotated[datetime.date, DateRule()]
Ids = Annotated[list[str], ListOf(Id)]


def contains_pattern(text: str) -> str:
	"""The pattern for LIKE that finds this text anywhere, with its `%`,
	`_` and backslashes taken literally.
	"""
	return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"


class QuantityRule(NumberRule):
	"""A quantity of a sales document: above 0 as ERPNext rounds it, and within what amounts have room for."""

	def __init__(self) -> None:
		super().__init__(highest=LARGEST_QUANTITY, above=0)

	def read(self, name: str, value: Any) -> float:
		field = frappe.get_meta("Quotation Item").get_field("qty")
		return super().read(name, flt(super().read(name, value), get_field_precision(field)))


Quantity = Annotated[float, QuantityRule()]
