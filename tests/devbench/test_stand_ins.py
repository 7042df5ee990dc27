"""The stand-ins are what they stand in for, as far as they go."""

from __future__ import annotations

import json

import frappe
import pytest

from devbench.running_site import STAND_INS

DOCTYPES = [json.loads(path.read_text()) for path in sorted(STAND_INS.glob("*/*/doctype/*/*.json"))]
COMPARED = ("fieldtype", "options")


@pytest.mark.parametrize("doctype", DOCTYPES, ids=lambda doctype: doctype["name"])
def test_fields_are_those_of_the_real_doctype(doctype, site, only_on_a_bench):
	if frappe.__version__.partition(".")[0] != "15":
		pytest.skip("the stand-ins are those of ERPNext 15")
	meta = frappe.get_meta(doctype["name"])
	ours = {field["fieldname"]: field for field in doctype["fields"]}
	theirs = {field.fieldname: field for field in meta.fields}
	assert set(ours) <= set(theirs)
	for name, field in ours.items():
		real = {key: theirs[name].get(key) or "" for key in COMPARED}
		assert real == {key: field.get(key) or "" for key in COMPARED}, name
	assert bool(meta.istable) == bool(doctype.get("istable"))
	assert bool(meta.issingle) == bool(doctype.get("issingle"))
