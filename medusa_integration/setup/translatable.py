"""Extractors for translatable texts that Frappe's own do not find. babel_extractors.csv names them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

Message = tuple[None, str, str, list[str]]


def extract_custom_fields(fileobj: BinaryIO, *_args: Any, **_options: Any) -> Iterator[Message]:
	"""Extract labels and descriptions of the fields that this app adds to other DocTypes.

	Args:
		fileobj: setup/custom_fields.py. It is not read: the fields are imported.

	Yields:
		What babel takes for a message: line number, function, text, comments.
	"""
	from medusa_integration.setup.custom_fields import CUSTOM_FIELDS

	for doctype, fields in CUSTOM_FIELDS.items():
		for field in fields:
			where = f"({field['fieldtype']}) field in DocType '{doctype}'"
			if label := field.get("label"):
				yield None, "_", label, [f"Label of the {field['fieldname']} {where}"]
			if description := field.get("description"):
				yield None, "_", description, [f"Description of the '{label or field['fieldname']}' {where}"]


def extract_label(fileobj: BinaryIO, *_args: Any, **_options: Any) -> Iterator[Message]:
	"""Extract the label of a number card.

	Args:
		fileobj: the card's JSON file.

	Yields:
		What babel takes for a message: line number, function, text, comments.
	"""
	yield None, "_", json.load(fileobj)["label"], ["Label of a number card"]


def extract_sidebar(fileobj: BinaryIO, *_args: Any, **_options: Any) -> Iterator[Message]:
	"""Extract the labels of a workspace's sidebar.

	Args:
		fileobj: the sidebar's JSON file.

	Yields:
		What babel takes for a message: line number, function, text, comments.
	"""
	sidebar = json.load(fileobj)
	for item in sidebar["items"]:
		yield None, "_", item["label"], [f"Label in the sidebar {sidebar['title']}"]
