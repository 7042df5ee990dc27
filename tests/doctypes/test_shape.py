"""What the JSON of each DocType, and the class beside it, have to agree on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import frappe
import pytest

from medusa_integration import hooks
from tests.support.lists import deviation

MODULE = Path(__file__).resolve().parents[2] / "medusa_integration" / "medusa_integration"
FILES = sorted(MODULE.glob("doctype/*/*.json"))
LAYOUT = ("HTML", "Section Break", "Column Break", "Tab Break")


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request):
	return request.param


@pytest.fixture
def doctype(path):
	return json.loads(path.read_text())


def test_is_written_as_frappe_writes_it(path, doctype):
	"""Otherwise a save in developer mode changes lines that nobody touched."""
	written = json.dumps(doctype, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
	assert path.read_text() == written, (
		f"{path.name}: indent by one space, sort the keys of each object, and end with a line break"
	)


def test_field_order_names_every_field_once(path, doctype):
	fields = [field["fieldname"] for field in doctype["fields"]]
	wrong = deviation(f"`field_order` of {path.name}", doctype["field_order"], fields)
	assert not wrong, wrong
	assert doctype["field_order"] == fields, f"{path.name}: `fields` does not have the order of `field_order`"
	assert len(set(doctype["field_order"])) == len(doctype["field_order"])


def test_class_declares_every_field(path, doctype):
	block = re.search(
		r"begin: auto-generated types(.*)end: auto-generated types", path.with_suffix(".py").read_text(), re.S
	)[1]
	declared = re.findall(r"^\t\t(\w+): DF\.", block, re.M)
	fields = [field["fieldname"] for field in doctype["fields"] if field["fieldtype"] not in LAYOUT]
	wrong = deviation(f"the block of types in {path.stem}.py", declared, fields)
	assert not wrong, wrong
	assert declared == sorted(fields), f"the block of types in {path.stem}.py is not in alphabetical order"


def test_nobody_outside_has_a_permission(doctype):
	"""No DocType of the app grants anything to Guest or All, nor to the storefront (data model)."""
	inside = {"System Manager", "Medusa Manager", "Item Manager"}
	if doctype["name"] in ("Opportunity Contact", "Product Suggestions"):
		inside |= {"Sales Manager", "Sales User"}
	if doctype["name"] == "Website Coupon Code":
		inside |= {"Sales Manager"}
	assert {rule["role"] for rule in doctype["permissions"]} <= inside


def test_no_field_is_searched_by_everybody(doctype):
	assert not any(field.get("in_global_search") for field in doctype["fields"])


def test_links_lead_somewhere(site, doctype):
	for field in frappe.get_meta(doctype["name"]).get("fields", {"fieldtype": "Link"}):
		assert frappe.db.exists("DocType", field.options), field.fieldname


def test_installed_fields_are_those_of_the_file(site, doctype):
	installed = {field.fieldname: field for field in frappe.get_meta(doctype["name"]).fields}
	assert list(installed) == doctype["field_order"]
	for field in doctype["fields"]:
		assert installed[field["fieldname"]].fieldtype == field["fieldtype"]


def test_text_of_others_is_escaped_in_every_list():
	"""Frappe shows columns of Data as HTML: a DocType that strangers' text comes into is named twice."""
	listed = {
		doctype["name"]
		for doctype in (json.loads(path.read_text()) for path in FILES)
		if not (doctype.get("istable") or doctype.get("issingle"))
	}
	script = (MODULE.parent / "public/js/text_of_others.js").read_text()
	named = re.findall(r'"(.+?)"', re.search(r"const DOCTYPES = \[(.*?)\]", script, re.S)[1])
	assert set(named) == listed, "in public/js/text_of_others.js"
	hooked = {name for name, file in hooks.doctype_list_js.items() if file == "public/js/text_of_others.js"}
	assert hooked == listed, "in doctype_list_js of hooks.py"
