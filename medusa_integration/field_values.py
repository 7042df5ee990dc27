"""Checks whether values fit their fields by type, bounds and length, before Frappe and the database use."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.model.base_document import BaseDocument, get_controller
from frappe.utils import cint, get_datetime, getdate

# largest value of an integer column of MariaDB
LARGEST_INT = 2**31 - 1
LARGEST_NUMBER = 10**12
HIGHEST_DOCSTATUS = 2
LONGEST_DATA = 140
LONGEST_PASSWORD = 500
# bytes
LONGEST_TEXT = 65_535
MOST_ROWS = 1000
NUMBERS = ("Float", "Currency", "Percent")
TABLES = ("Table", "Table MultiSelect")
TEXTS = {
	**dict.fromkeys(("Data", "Link", "Dynamic Link", "Select"), LONGEST_DATA),
	"Password": LONGEST_PASSWORD,
}
LONG_TEXTS = ("Small Text", "Text", "Long Text", "Code", "Text Editor", "HTML Editor")
WHOLE = re.compile(r"[+-]?[0-9]{1,20}(\.0*)?")
NUMBER = re.compile(r"[+-]?([0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?")
# MariaDB's driver cannot send surrogates; other programs end a text at a null character
UNUSABLE = re.compile("[\ud800-\udfff\0]")
# standard attributes of a document, in addition to its fields
STANDARD_TEXTS = ("name", "owner", "modified_by", "parent", "parenttype", "parentfield", "amended_from")
STANDARD_WHOLE = ("idx", "docstatus", "__islocal", "__unsaved")
STANDARD_TIMES = ("creation", "modified")
STANDARD = (*STANDARD_TEXTS, *STANDARD_WHOLE, *STANDARD_TIMES)
YEARS = range(1000, 10_000)


def check_shape(doctype: str, given: Mapping[str, Any]) -> None:
	"""Check that the values of a new document are single values for fields and lists of rows for tables.

	A key that is also the name of a method of the document's class is refused.

	Args:
		doctype: the DocType.
		given: values by field name.

	Raises:
		frappe.ValidationError: a value does not have the shape of its field.
	"""
	meta = frappe.get_meta(doctype)
	controller = get_controller(doctype)
	for key, value in given.items():
		if callable(getattr(controller, str(key), None)):
			frappe.throw(_("{0} is not a field of {1}.").format(_bold(key), _(doctype)))
		field = meta.get_field(key)
		if field and field.fieldtype in TABLES:
			_check_rows(field, value)
		elif (field or key in STANDARD) and isinstance(value, dict | list | tuple | set):
			_refuse(_("{0} must be a single value."), field.label if field else key)


def _check_rows(field: Any, rows: Any) -> None:
	if rows is None or rows == "":
		return
	if not isinstance(rows, list | tuple):
		_refuse(_("{0} must be a list of rows."), field.label)
	if len(rows) > MOST_ROWS:
		_refuse(_("{0} must not have more than {1} rows."), field.label, MOST_ROWS)
	for row in rows:
		if isinstance(row, BaseDocument):
			continue
		if not isinstance(row, dict) or (row.get("doctype") or field.options) != field.options:
			_refuse(_("{0} must be a list of rows."), field.label)
		check_shape(field.options, row)


def check(doc: Any) -> None:
	"""Check each value of a document and of its rows by the type of its field. No statement.

	Args:
		doc: a document or a row.

	Raises:
		frappe.ValidationError: a value does not fit; the message names the field.
	"""
	_check_standard(doc)
	for field in doc.meta.fields:
		value = doc.get(field.fieldname)
		if field.fieldtype in TABLES:
			for row in value or ():
				check(row)
		elif value is not None and value != "":
			check_value(field, value)


def check_value(field: Any, value: Any) -> None:
	"""Check one value by the type of its field.

	Args:
		field: the DocField.
		value: the value, neither None nor empty.

	Raises:
		frappe.ValidationError: the value does not fit.
	"""
	kind, label = field.fieldtype, field.label
	if isinstance(value, str) and UNUSABLE.search(value):
		_refuse(_("{0} has characters that cannot be stored."), label)
	if kind in ("Int", "Check"):
		_check_whole(label, value, highest=1 if kind == "Check" else LARGEST_INT)
	elif kind in NUMBERS:
		_check_number(label, value)
	elif kind in ("Date", "Datetime"):
		_check_time(label, value, kind)
	elif kind in TEXTS:
		_check_text(label, value, field.length or TEXTS[kind])
	elif kind in LONG_TEXTS:
		_check_text(label, value, LONGEST_TEXT, in_bytes=True)
	elif isinstance(value, dict | list | tuple | set):
		_refuse(_("{0} must be a single value."), label)


def _check_standard(doc: Any) -> None:
	for name in STANDARD_TEXTS:
		if value := doc.get(name):
			_check_text(name, value, LONGEST_DATA)
	for name in STANDARD_WHOLE:
		if value := doc.get(name):
			_check_whole(name, value, HIGHEST_DOCSTATUS if name == "docstatus" else LARGEST_INT)
			# Frappe converts these to numbers before it checks types
			if isinstance(value, str) and "." in value:
				_refuse(_("{0} must be a whole number."), name)
	for name in STANDARD_TIMES:
		if value := doc.get(name):
			_check_time(name, value, "Datetime")


def _check_text(label: str, value: Any, longest: int, *, in_bytes: bool = False) -> None:
	if not isinstance(value, str) or UNUSABLE.search(value):
		_refuse(_("{0} must be a text."), label)
	if len(value.encode() if in_bytes else value) > longest:
		_refuse(_("{0} must not have more than {1} characters."), label, longest)


def _check_whole(label: str, value: Any, highest: int) -> None:
	if isinstance(value, str) and WHOLE.fullmatch(value.strip()):
		value = float(value)
	is_whole = isinstance(value, bool | int) or (isinstance(value, float) and value.is_integer())
	if not is_whole:
		_refuse(_("{0} must be a whole number."), label)
	if abs(value) > highest or (highest == 1 and value < 0):
		_refuse(_("{0} is out of range."), label)


def _check_number(label: str, value: Any) -> None:
	if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
		value = float(value)
	if isinstance(value, bool | str) or not isinstance(value, int | float):
		_refuse(_("{0} must be a number."), label)
	# an int may be too large for a float
	if (isinstance(value, float) and not math.isfinite(value)) or abs(value) >= LARGEST_NUMBER:
		_refuse(_("{0} is out of range."), label)


def _check_time(label: str, value: Any, kind: str) -> None:
	if not isinstance(value, datetime.date):
		if not isinstance(value, str) or len(value) > 40 or not value.isascii():
			_refuse(_("{0} is not a date."), label)
		try:
			value = getdate(value) if kind == "Date" else get_datetime(value)
		except (ValueError, OverflowError, TypeError, frappe.ValidationError):
			frappe.clear_last_message()
			value = None
	if value is None or cint(value.year) not in YEARS:
		_refuse(_("{0} is not a date."), label)


def _bold(text: Any) -> str:
	return frappe.bold(frappe.utils.escape_html(str(text))[:LONGEST_DATA])


def _refuse(sentence: str, label: Any, *more: Any) -> None:
	frappe.throw(sentence.format(_bold(_(str(label))), *more), title=_("Invalid Value"))
