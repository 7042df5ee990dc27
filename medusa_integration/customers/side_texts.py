"""Texts that come with a document and are not what it is for: a phone number, a second address line.

One that its field does not take never keeps the document from being made: what the field can hold is stored,
and the text as it was entered is kept in a comment.
"""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html, validate_email_address, validate_phone_number
from pydantic import AfterValidator, BeforeValidator

from medusa_integration.endpoints.parameters import MAY_BE_EMPTY, UNUSABLE, refusal, required

LONGEST_NOTE = 1000
# of a text column, which has no length of its own
LONGEST_TEXT = 10_000


def longest(doctype: str, fieldname: str) -> int:
	"""How many characters the field of that DocType takes."""
	field = frappe.get_meta(doctype).get_field(fieldname)
	kind, length = frappe.db.type_map[field.fieldtype]
	return (cint(field.length) or cint(length)) if kind == "varchar" else LONGEST_TEXT


def as_long_as(doctype: str, fieldname: str) -> AfterValidator:
	"""Make the validator that refuses text which is longer than the site's field of that DocType."""

	def check(value: str) -> str:
		if len(value) > longest(doctype, fieldname):
			raise refusal(_("{0} is too long."))
		return value

	return AfterValidator(check)


def _side_text(value: Any) -> str:
	if value is None:
		required(value)
	if not isinstance(value, str):
		value = json.dumps(value, ensure_ascii=False, default=str)
	return UNUSABLE.sub("", value).strip()[:LONGEST_NOTE]


# whatever was sent, as text: it is never a reason to refuse the call
SideText = Annotated[str, BeforeValidator(_side_text), MAY_BE_EMPTY]


def fitted(doctype: str, fieldname: str, text: str) -> str | None:
	"""What the field can hold of the text: the text itself, its beginning, or nothing.

	A phone number in digits of another script is the same in our own.
	"""
	options = frappe.get_meta(doctype).get_field(fieldname).options
	room = longest(doctype, fieldname)
	if options == "Phone":
		number = "".join(str(unicodedata.decimal(one, one)) for one in text)
		return number if validate_phone_number(number) and len(number) <= room else None
	if options == "Email":
		return text if validate_email_address(text) == text and len(text) <= room else None
	return text[:room]


def keep(document: Document, entered: Mapping[str, str | None]) -> None:
	"""Keep texts, by the fields they were meant for, in a comment on the document, once."""
	lines = [
		_("{0} as it was entered: {1}").format(
			escape_html(_(document.meta.get_label(fieldname))), escape_html(text)
		)
		for fieldname, text in entered.items()
		if text
	]
	if not lines:
		return
	about = {"reference_doctype": document.doctype, "reference_name": document.name}
	content = "<br>".join(lines)
	# not what stands on an earlier document of the same name: Frappe keeps it
	since = {"comment_type": "Comment", "creation": (">=", document.creation)}
	before = frappe.get_all("Comment", {**about, **since}, pluck="content")
	# Frappe stores it in its own spelling
	if html.unescape(content) not in [html.unescape(comment) for comment in before]:
		document.add_comment("Comment", content)
