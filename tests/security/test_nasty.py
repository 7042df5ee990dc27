"""Nasty values into every parameter of every endpoint, every setting, and every field of what people edit.

Nothing breaks: no 500, no traceback, no Error Log; and what was refused has left nothing behind.
"""

from __future__ import annotations

from collections import Counter

import frappe
import pytest

from .nasty import NASTY
from .test_functions import OF_THE_DOCUMENT, TABLE, path_of

# each of the two tests at least: 10,000 together
DEMANDED = 5_000
SINGLES = ("Medusa Configuration", "Homepage Landing", "Expiring Items", "Product Collection")
# these send or make something at once, whatever they are given
WITHOUT_VALUES = {"medusa_integration.setup.storefront_user.create_storefront_user"}
# what a value may legitimately change, of which the test takes a copy
LAYOUT = ("HTML", "Section Break", "Column Break", "Tab Break")
COUNTED = (
	"Customer",
	"Lead",
	"Quotation",
	"Sales Order",
	"Address",
	"Contact",
	"Payment Request",
	"Website Item",
	"Item Group",
	"Medusa Sync Task",
	"Email OTP",
	"User",
	"File",
	"Error Log",
)


def some(number):
	"""A third of the values, another one for each field in turn: each value meets each kind of field."""
	return NASTY[number % 3 :: 3]


@pytest.fixture
def rows(site):
	def count():
		frappe.db.rollback()
		return {doctype: frappe.db.count(doctype) for doctype in COUNTED}

	return count


@pytest.fixture
def seen():
	"""Statuses so far, and what was wrong with an answer."""

	class Seen:
		statuses: Counter[int] = Counter()
		wrong: list[str] = []

		def note(self, where, value, answer):
			self.statuses[answer.status_code] += 1
			text = answer.text
			if (answer.status_code >= 500 and answer.status_code not in (502, 503)) or "Traceback" in text:
				self.wrong.append(f"{where} = {value!r:.80}: {answer.status_code} {text[:300]}")

	seen = Seen()
	seen.statuses, seen.wrong = Counter(), []
	return seen


def parameters(path):
	"""The names that an endpoint takes, for the test to fill."""
	import importlib

	module, _, name = path_of(path).rpartition(".")
	made = getattr(importlib.import_module(module), name)
	return list(made.endpoint.rules)


def test_parameters(site, ask, seen, rows):
	"""Each parameter of each endpoint, the others with something that looks right."""
	values = {"enable": 0, "url": None, "public_rate_limit": 1_000_000, "auth_attempts_per_hour": 1000}
	site.set_single("Medusa Configuration", **values, otp_requests_per_hour=1000)
	frappe.db.commit()
	before = rows()
	for path in TABLE:
		if path.startswith(OF_THE_DOCUMENT) or path in WITHOUT_VALUES:
			continue
		names = parameters(path)
		for number, name in enumerate(names):
			others = dict.fromkeys(names, "x")
			for value in some(number):
				answer = ask("administrator", "POST", f"method/{path}", {**others, name: value})
				seen.note(f"{path}({name})", value, answer)
	assert seen.wrong == [], f"{len(seen.wrong)} of {seen.statuses.total()}: " + "\n".join(seen.wrong[:40])
	assert rows() == before
	assert seen.statuses.total() >= DEMANDED, seen.statuses


def test_settings_and_documents(site, ask, seen, rows):
	"""Each field by REST, with the fields of rows, and what Frappe keeps of each document."""
	for doctype in SINGLES:
		site.keep_single(doctype)
	before = rows()
	standard = ("name", "modified", "owner", "creation", "docstatus", "idx", "parent", "__islocal")
	for doctype in SINGLES:
		meta = frappe.get_meta(doctype)
		fields = [field for field in meta.fields if field.fieldtype not in LAYOUT]
		for number, key in enumerate([*(field.fieldname for field in fields), *standard]):
			for value in some(number):
				answer = ask("system manager", "PUT", f"resource/{doctype}/{doctype}", {key: value})
				seen.note(f"{doctype}.{key}", value, answer)
		tables = {field.options: field.fieldname for field in fields if field.fieldtype == "Table"}
		for child, table in tables.items():
			for number, field in enumerate(frappe.get_meta(child).fields):
				if field.fieldtype in LAYOUT:
					continue
				for value in some(number):
					body = {table: [{field.fieldname: value}]}
					answer = ask("system manager", "PUT", f"resource/{doctype}/{doctype}", body)
					seen.note(f"{doctype}.{table}.{field.fieldname}", value, answer)
	assert seen.wrong == [], f"{len(seen.wrong)} of {seen.statuses.total()}: " + "\n".join(seen.wrong[:40])
	after = rows()
	assert {name: after[name] for name in after if after[name] != before[name]} == {}
	assert seen.statuses.total() >= DEMANDED, seen.statuses
