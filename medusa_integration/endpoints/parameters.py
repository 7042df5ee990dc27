"""What a parameter may be: types of pydantic, with sentences of our own for what is none.

An endpoint's parameters are annotated with these types. Values come as JSON has them, or as the texts of a
form or a query string, and mean the same:

	Id                     non-empty text, 140 characters at most
	Text                   text, empty too if there is a default; also Annotated[AnyText, at_most(2000)]
	Flag, Date             yes or no; a day
	Whole, Number          also Annotated[AnyWhole, within(1, 100)], Annotated[AnyNumber, within(above=0)]
	Quantity               how much of an item is wanted
	Annotated[Literal["Approved", "Rejected"], CHOICE]
	Annotated[dict[str, Any], ObjectOf(Line)], Annotated[list, ListOf(...)], where Line is a Record

A value is text, number, bool or date when the function gets it, or a list or dict of such in the declared
shape: never an operator of a filter, never a pattern.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from typing import Annotated, Any, get_args

import frappe
from frappe import _
from frappe.model.meta import get_field_precision
from frappe.utils import flt
from pydantic import (
	AfterValidator,
	BeforeValidator,
	GetCoreSchemaHandler,
	GetJsonSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema, from_json

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
# in an annotation: an empty text is a value, and does not count as not sent, where there is a default
MAY_BE_EMPTY = "may be empty"


def refusal(sentence: str, *values: Any) -> PydanticCustomError:
	"""Return the error for a validator to raise.

	Args:
		sentence: What the caller is told, with `{0}` for the parameter's name, and `{1}`, ... for `values`.
		values: Numbers or texts.
	"""
	return PydanticCustomError("refused", "{sentence}", {"sentence": sentence, "values": values})


def required(value: Any) -> Any:
	"""Return the value. Raises the refusal of what was not sent, for None and an empty text."""
	if value is None or value == "":
		raise refusal(_("{0} is required."))
	return value


class Bound:
	"""In an annotation: checks a value that has been read, and says to docs/openapi.json what is checked."""

	def __init__(self, check: Callable[[Any], Any], **keywords: Any) -> None:
		self.check = check
		self.keywords = {name: value for name, value in keywords.items() if value is not None}

	def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
		"""Have pydantic check what the annotation before this one has read."""
		return core_schema.no_info_after_validator_function(self.check, handler(source))

	def __get_pydantic_json_schema__(
		self, schema: CoreSchema, handler: GetJsonSchemaHandler
	) -> dict[str, Any]:
		"""Add the keywords of JSON Schema."""
		return {**handler(schema), **self.keywords}


def at_most(longest: int) -> Bound:
	"""Make the validator that refuses text of more than so many characters."""

	def check(value: str) -> str:
		if len(value) > longest:
			raise refusal(_("{0} is too long."))
		return value

	return Bound(check, maxLength=longest)


def within(lowest: float | None = None, highest: float | None = None, *, above: float | None = None) -> Bound:
	"""Make the validator that keeps numbers within bounds, both included; `above` is a bound that is not."""

	def check(value: float) -> float:
		if above is not None and value <= above:
			raise refusal(_("{0} must be greater than {1}."), above)
		if (lowest is not None and value < lowest) or (highest is not None and value > highest):
			if highest is None:
				raise refusal(_("{0} must be {1} or more."), lowest)
			if lowest is None:
				raise refusal(_("{0} must be {1} or less."), highest)
			raise refusal(_("{0} must be between {1} and {2}."), lowest, highest)
		if abs(value) > (LARGEST_WHOLE if isinstance(value, int) else LARGEST_NUMBER):
			raise refusal(_("{0} is out of range."))
		return value

	return Bound(check, minimum=lowest, maximum=highest, exclusiveMinimum=above)


def _text(value: Any) -> str:
	if value is None:
		required(value)
	if not isinstance(value, str) or UNUSABLE.search(value):
		raise refusal(_("{0} must be a text value."))
	return value.strip()


def _flag(value: Any) -> bool:
	known = FLAGS.get(value.strip().lower()) if isinstance(required(value), str) else None
	if isinstance(value, bool | int | float) and value in (0, 1):
		known = bool(value)
	if known is None:
		raise refusal(_("{0} must be true or false."))
	return known


def _number(value: Any) -> float:
	if isinstance(required(value), str) and NUMBER.fullmatch(value.strip()):
		value = float(value)
	if isinstance(value, bool) or not isinstance(value, int | float):
		raise refusal(_("{0} must be a number."))
	try:
		value = float(value)
	except OverflowError:
		value = math.inf
	if not math.isfinite(value):
		raise refusal(_("{0} must be a number."))
	return value


def _whole(value: Any) -> int:
	if isinstance(required(value), str) and WHOLE.fullmatch(value.strip()):
		value = int(value)
	if isinstance(value, float) and value.is_integer():
		value = int(value)
	if isinstance(value, bool) or not isinstance(value, int):
		raise refusal(_("{0} must be a whole number."))
	return value


def _day(value: Any) -> datetime.date:
	day = value.date() if isinstance(required(value), datetime.datetime) else value
	if not isinstance(day, datetime.date):
		try:
			# a time behind it is let go, as Medusa's dates have one
			day = datetime.datetime.fromisoformat(value.strip().replace("Z", "+00:00")).date()
		except (AttributeError, ValueError, OverflowError):
			raise refusal(_("{0} is not valid.")) from None
	if day.year not in YEARS:
		raise refusal(_("{0} is not valid."))
	return day


def _chosen(value: Any) -> Any:
	return value.strip() if isinstance(required(value), str) else value


def _rounded(value: float) -> float:
	"""Return the quantity as ERPNext rounds it in a row of a Quotation."""
	return flt(value, get_field_precision(frappe.get_meta("Quotation Item").get_field("qty")))


def parsed(text: str) -> Any:
	"""Return what a JSON text says, None if it is none."""
	try:
		return from_json(text)
	except ValueError:
		return None


# above 0 also when it is rounded, and within what amounts have room for
_QUANTITY = within(highest=LARGEST_QUANTITY, above=0)
CHOICE = BeforeValidator(_chosen)

AnyText = Annotated[str, BeforeValidator(_text), MAY_BE_EMPTY]
Text = Annotated[AnyText, at_most(LONGEST_ID)]
Id = Annotated[str, BeforeValidator(_text), Bound(required, minLength=1), at_most(LONGEST_ID)]
Flag = Annotated[bool, BeforeValidator(_flag)]
AnyWhole = Annotated[int, BeforeValidator(_whole)]
Whole = Annotated[AnyWhole, within()]
AnyNumber = Annotated[float, BeforeValidator(_number)]
Number = Annotated[AnyNumber, within()]
Quantity = Annotated[AnyNumber, _QUANTITY, AfterValidator(_rounded), _QUANTITY]
Date = Annotated[datetime.date, BeforeValidator(_day)]


class ListOf:
	"""In an annotation: a list of 1 to 200 of a type; also as JSON text, and of texts one text alone."""

	def __init__(self, of: Any) -> None:
		self.of = of

	def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
		"""Have pydantic check the list, then each element."""
		elements = core_schema.list_schema(handler.generate_schema(self.of))
		return core_schema.no_info_before_validator_function(self._list, elements)

	def __get_pydantic_json_schema__(
		self, schema: CoreSchema, handler: GetJsonSchemaHandler
	) -> dict[str, Any]:
		"""Say how many there may be."""
		return {**handler(schema), "minItems": 1, "maxItems": LONGEST_LIST}

	def _list(self, value: Any) -> list[Any]:
		if isinstance(value, str):
			is_of_texts = get_args(self.of)[:1] == (str,)
			value = parsed(value) if value.lstrip().startswith("[") or not is_of_texts else [value]
		if not isinstance(value, list | tuple) or not value:
			raise refusal(_("{0} must be a non-empty list."))
		if len(value) > LONGEST_LIST:
			raise refusal(_("{0} must not have more than {1} entries."), LONGEST_LIST)
		# an empty text is none, wherever a value has to be sent
		return [None if isinstance(one, str) and not one.strip() else one for one in value]


Ids = Annotated[list[str], ListOf(Id)]


def contains_pattern(text: str) -> str:
	r"""Return the pattern for LIKE that finds this text anywhere, its `%`, `_` and `\` taken literally."""
	return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"
