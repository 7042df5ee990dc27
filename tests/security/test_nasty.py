"""Nasty values into every parameter of every endpoint, every setting, and every field of what people edit.

Nothing breaks: no 500, no traceback, no Error Log; and what was refused has left nothing behind.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter

import frappe
import pytest

from .nasty import NASTY
from .test_functions import TABLE

pytestmark = pytest.mark.long

# 10,000 together
DEMANDED_OF_PARAMETERS, DEMANDED_OF_FIELDS = 4_000, 6_000
SINGLES = ("Medusa Configuration", "Homepage Landing", "Expiring Items", "Product Collection")
# these send or make something at once, whatever they are given
WITHOUT_VALUES = {"medusa_integration.api.create_storefront_user"}
# what a value may legitimately change, of which the test takes a copy
# what the other parameters are meanwhile
RIGHT = {
	"email": "somebody@example.com",
	"t_c_acceptance": True,
	"isLogin": False,
	"mobile": "+96890000000",
	"otp": "123456",
	"user_otp": "123456",
	"token": "abc.def.ghi",
	"items": [{"variant_id": "variant_x", "quantity": 1}],
	"unapproved_items": [],
	"increased_items": [],
	"billing_address": {"address_1": "Street 1", "city": "Muscat", "country_code": "om"},
	"approval": "Approved",
	"create_so": False,
	"is_courier_required": False,
	"country": "Oman",
	"limit": 10,
	"start": 0,
	"quotation_to": "Customer",
	"method": "",
	"dry_run": True,
	"names": ["x"],
}
STANDARD = ("name", "modified", "owner", "creation", "docstatus", "idx", "parent", "__islocal")
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
	"Medusa Event",
	"Medusa Order",
	"Medusa Order Backfill",
	"Email OTP",
	"User",
	"File",
	"Error Log",
)
# a wrong entry of a well-formed address is counted in a row without a code, which expires
ONLY = {"Email OTP": {"otp_hash": ("is", "set")}}


def some(number):
	"""A third of the values, another one for each field in turn: each value meets each kind of field."""
	return NASTY[number % 3 :: 3]


@pytest.fixture
def rows(site):
	def count():
		frappe.db.rollback()
		return {doctype: frappe.db.count(doctype, ONLY.get(doctype)) for doctype in COUNTED}

	return count


@pytest.fixture
def seen():
	"""Statuses so far, and what was wrong with an answer."""

	class Seen:
		statuses: Counter[int] = Counter()
		wrong: list[str] = []

		def note(self, where, value, answer):
			self.statuses[answer.status_code] += 1
			# Frappe's own REST shows its traceback to users of Desk; no function of ours does
			text = "" if answer.request.path_url.startswith("/api/resource/") else answer.text
			if (answer.status_code >= 500 and answer.status_code not in (502, 503)) or "Traceback" in text:
				self.wrong.append(f"{where} = {value!r:.80}: {answer.status_code} {answer.text[:300]}")

	seen = Seen()
	seen.statuses, seen.wrong = Counter(), []
	return seen


def parameters(path):
	"""The names that an endpoint takes, for the test to fill."""
	import importlib

	module, _, name = path.rpartition(".")
	made = getattr(importlib.import_module(module), name)
	return made.endpoint.parameters


def test_parameters(site, ask, seen, rows):
	"""Each parameter of each endpoint, the others with something that looks right."""
	values = {"enable": 0, "url": None, "public_rate_limit": 1_000_000, "auth_attempts_per_hour": 1000}
	site.set_single("Medusa Configuration", **values, otp_requests_per_hour=1000)
	frappe.db.commit()
	before = rows()
	# through all endpoints: in each anew, the first parameters would always meet the same third
	numbers = itertools.count()
	for path in TABLE:
		if path in WITHOUT_VALUES:
			continue
		names = parameters(path)
		for name in names:
			others = {one: RIGHT.get(one, "x") for one in names}
			for value in some(next(numbers)):
				answer = ask("administrator", "POST", f"method/{path}", {**others, name: value})
				seen.note(f"{path}({name})", value, answer)
	assert seen.wrong == [], f"{len(seen.wrong)} of {seen.statuses.total()}: " + "\n".join(seen.wrong[:40])
	assert rows() == before
	assert seen.statuses.total() >= DEMANDED_OF_PARAMETERS, seen.statuses


@pytest.fixture
def save(site):
	"""`save(doctype, values)` does what a PUT does, in this process, and takes it back: (status, words)."""
	user = site.new("User", email="attacker@example.com", first_name="A", send_welcome_email=0)
	user.add_roles("System Manager")
	frappe.db.commit()

	def save(doctype, values):
		frappe.set_user(user.name)
		try:
			doc = frappe.get_doc(doctype, doctype, for_update=True)
			doc.update(json.loads(json.dumps(values)))
			doc.save()
			return 200, ""
		except Exception as error:
			return getattr(error, "http_status_code", 500), f"{type(error).__name__}: {error}"
		finally:
			frappe.db.rollback()
			frappe.clear_document_cache(doctype, doctype)
			frappe.local.message_log = []

	return save


def fields_of(doctype):
	"""(what it is called, what makes values with one there) for each field, and each of rows."""
	fields = [field for field in frappe.get_meta(doctype).fields if field.fieldtype not in LAYOUT]
	for key in [*(field.fieldname for field in fields), *STANDARD]:
		yield key, lambda value, key=key: {key: value}
	tables = {field.options: field.fieldname for field in fields if field.fieldtype == "Table"}
	for child, table in tables.items():
		for field in frappe.get_meta(child).fields:
			if field.fieldtype not in LAYOUT:
				key = field.fieldname
				yield f"{table}.{key}", lambda value, table=table, key=key: {table: [{key: value}]}


def test_settings_and_documents(site, save, rows):
	"""Each field, those of rows, and what Frappe keeps of each document, as a form sends them."""
	for doctype in SINGLES:
		site.keep_single(doctype)
	before, statuses, wrong = rows(), Counter(), []
	for doctype in SINGLES:
		for number, (where, made) in enumerate(fields_of(doctype)):
			for value in some(number):
				status, words = save(doctype, made(value))
				statuses[status] += 1
				if status >= 500 or status < 200:
					wrong.append(f"{doctype}.{where} = {value!r:.80}: {status} {words[:200]}")
	assert wrong == [], f"{len(wrong)} of {statuses.total()}: " + "\n".join(wrong[:60])
	frappe.set_user("Administrator")
	assert rows() == before
	assert statuses.total() >= DEMANDED_OF_FIELDS, statuses


def test_settings_over_http(site, ask, seen):
	"""A part of the same through the door itself."""
	site.keep_single("Medusa Configuration")
	for number, (where, made) in enumerate(fields_of("Medusa Configuration")):
		for value in some(number)[number % 8 :: 16]:
			path = "resource/Medusa Configuration/Medusa Configuration"
			seen.note(where, value, ask("system manager", "PUT", path, made(value)))
	assert seen.wrong == [], "\n".join(seen.wrong[:40])
	assert seen.statuses.total() > 200, seen.statuses
