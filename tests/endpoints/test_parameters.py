"""What a parameter may be: values only, no site."""

from __future__ import annotations

import datetime
import math
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa_integration.endpoints import parameters, records
from medusa_integration.endpoints.parameters import (
	CHOICE,
	AnyNumber,
	AnyText,
	AnyWhole,
	Date,
	Flag,
	Id,
	Ids,
	ListOf,
	Number,
	Text,
	Whole,
	at_most,
	contains_pattern,
	within,
)
from medusa_integration.endpoints.records import ObjectOf, Record
from medusa_integration.exceptions import ValidationError


class Row(Record):
	variant_id: Id
	quantity: Annotated[AnyNumber, within(above=0)] = 1


class Place(Record):
	city: Text


ROWS = Annotated[list[dict[str, Any]], ListOf(Annotated[dict, ObjectOf(Row)])]
PLACE = Annotated[dict[str, Any], ObjectOf(Place)]
DECISION = Annotated[Literal["Approved", "Rejected"], CHOICE]
ORDER = Annotated[Literal["asc", "desc", "default"], CHOICE]


@pytest.fixture(autouse=True)
def untranslated(monkeypatch):
	"""Translations are a site's."""
	monkeypatch.setattr(parameters, "_", str)
	monkeypatch.setattr(records, "_", str)


def read(kind, value, **default):
	record = records.record_of("test", {"it": (kind, default.get("default", ...))})
	return records.read(record, {"it": value})["it"]


@pytest.mark.parametrize(
	("kind", "value", "expected"),
	[
		(Id, " cus_1 ", "cus_1"),
		(Id, "x" * 140, "x" * 140),
		(Id, "%", "%"),
		(Text, "\ta <b> \n", "a <b>"),
		*[(Flag, value, True) for value in (True, 1, 1.0, "1", "true", "TRUE", "Yes", " yes ")],
		*[(Flag, value, False) for value in (False, 0, "0", "false", "No")],
		(Whole, "12", 12),
		(Whole, -3.0, -3),
		(Whole, " +7 ", 7),
		(Number, "1.5", 1.5),
		(Number, 2, 2.0),
		(Number, "-.5e1", -5.0),
		(Date, "2026-11-21", datetime.date(2026, 11, 21)),
		(Date, "2026-11-21T10:00:00.000Z", datetime.date(2026, 11, 21)),
		(Date, "2999-12-31", datetime.date(2999, 12, 31)),
		(Date, datetime.datetime(1900, 1, 1, 10), datetime.date(1900, 1, 1)),
		(ORDER, "desc", "desc"),
		(Ids, "prod_1", ["prod_1"]),
		(Ids, ["a", " b "], ["a", "b"]),
		(Ids, '["a", "b"]', ["a", "b"]),
		(Ids, ["a"] * 200, ["a"] * 200),
		(ROWS, [{"variant_id": "v", "price": 1}], [{"variant_id": "v", "quantity": 1}]),
		(ROWS, '[{"variant_id": "v", "quantity": "2"}]', [{"variant_id": "v", "quantity": 2.0}]),
		(PLACE, '{"city": "Muscat"}', {"city": "Muscat"}),
	],
)
def test_values(kind, value, expected):
	assert read(kind, value) == expected


@pytest.mark.parametrize(
	("kind", "value", "sentence"),
	[
		*[(Id, value, "it is required.") for value in (None, "", " \n")],
		*[(Id, value, "it must be a text value.") for value in (1, 1.5, True, [], ["a"], {}, {"like": "%"})],
		*[(Id, value, "it must be a text value.") for value in ("a\0", "\ud800")],
		(Id, "x" * 141, "it is too long."),
		(Annotated[AnyText, at_most(3)], "abcd", "it is too long."),
		*[
			(Flag, value, "it must be true or false.")
			for value in (2, -1, "on", "maybe", [], {}, math.nan, 0.5)
		],
		*[
			(Whole, value, "it must be a whole number.")
			for value in (1.5, "1.5", "1e3", "x", "1_0", True, [], math.nan, math.inf, "९")
		],
		(Whole, 2**31, "it is out of range."),
		(Annotated[AnyWhole, within(1)], 0, "it must be 1 or more."),
		(Annotated[AnyWhole, within(1, 5)], 6, "it must be between 1 and 5."),
		(Annotated[AnyWhole, within(highest=5)], 6, "it must be 5 or less."),
		*[
			(Number, value, "it must be a number.")
			for value in ("nan", "inf", math.nan, -math.inf, "1e999", "1_0", True, [], {}, 10**400, "0x1")
		],
		(Number, 1e13, "it is out of range."),
		(Annotated[AnyNumber, within(above=0)], 0, "it must be greater than 0."),
		*[(Date, value, "it is not valid.") for value in ("tomorrow", "2026-13-01", 20261121, [])],
		*[
			(Date, value, "it is not valid.")
			for value in ("9999-12-31", "1899-12-31", datetime.date.max, datetime.datetime.min)
		],
		(DECISION, "Sold", "it must be Approved or Rejected."),
		(ORDER, ["asc"], "it must be asc, desc or default."),
		*[(Ids, value, "it must be a non-empty list.") for value in (None, "", [], "[", "[]", 1, {"a": 1})],
		(Ids, ["a", 1], "it must be a text value."),
		(Ids, ["a", ["b"]], "it must be a text value."),
		(Ids, ["a", " "], "it is required."),
		(Ids, ["a"] * 201, "it must not have more than 200 entries."),
		(ROWS, "v", "it must be a non-empty list."),
		(ROWS, ["v"], "it must be an object."),
		(ROWS, [{}], "variant_id is required."),
		(ROWS, [{"variant_id": "v", "quantity": 0}], "quantity must be greater than 0."),
		(PLACE, "[" * 100_000, "it must be an object."),
	],
)
def test_refusals(kind, value, sentence):
	with pytest.raises(ValidationError) as raised:
		read(kind, value)
	assert str(raised.value) == sentence
	assert raised.value.http_status_code == 400


@pytest.mark.parametrize("kind", [Id, Flag, Whole, Number, Date, Ids, ROWS])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_what_was_left_out_has_its_default(kind, value):
	"""A form sends an empty text for what was not filled in."""
	assert read(kind, value, default=None) is None


def test_an_empty_text_is_one():
	"""It may be sent to empty a field."""
	assert read(Text, " ", default=None) == ""
	with pytest.raises(ValidationError, match="required"):
		read(Text, " ")


ANYTHING = st.recursive(
	st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
	lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
	max_leaves=8,
)


@given(
	kind=st.sampled_from([Id, Text, Flag, Whole, Number, Date, DECISION, Ids, ROWS, PLACE]),
	value=ANYTHING,
)
def test_anything_is_a_value_or_refused(kind, value):
	"""Nothing else is ever raised, and no list or dict comes through where none is declared."""
	try:
		result = read(kind, value)
	except ValidationError as error:
		assert str(error).endswith(".")
		return
	if kind in (Id, Text, Flag, Whole, Number, Date):
		assert isinstance(result, str | bool | int | float | datetime.date)


@pytest.mark.parametrize(
	("text", "pattern"),
	[("glove", "%glove%"), ("100%", r"%100\%%"), ("a_b", r"%a\_b%"), ("a\\b", r"%a\\b%"), ("", "%%")],
)
def test_search_text_is_taken_literally(text, pattern):
	assert contains_pattern(text) == pattern
