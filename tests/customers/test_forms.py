"""The buttons of Customer and Lead: when they are there, and what they ask the server for.

The scripts run in Node.js, with a stand-in for what Desk gives them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import frappe
import pytest

import medusa_integration

SCRIPTS = Path(medusa_integration.__file__).parent / "public" / "js"
RUNNER = Path(__file__).with_name("form_of_customer.js")
EVERYTHING = {"read": ["Customer", "Lead"], "write": ["Customer", "Lead"]}
CLINIC = {"name": "Smile <Clinic>", "medusa_id": None}
LINK = "medusa_integration.utils.link_medusa_lead"
LABEL = "Link Medusa Lead"


def form(doctype: str = "Customer", doc: dict = CLINIC, **given) -> dict:
	"""What happens on a refresh of the form of that document; with `press` its buttons are pressed, too."""
	node = shutil.which("node")
	if not node:
		pytest.skip("needs Node.js")
	given = {"doctype": doctype, "doc": doc, "permissions": EVERYTHING, "choice": "LEAD-1", **given}
	command = [node, str(RUNNER), str(SCRIPTS), json.dumps(given)]
	done = subprocess.run(command, capture_output=True, text=True, timeout=300)
	assert done.returncode == 0, done.stderr
	return json.loads(done.stdout)


@pytest.mark.contract(148)
def test_the_scripts_are_loaded(site):
	scripts = frappe.get_hooks("doctype_js")
	assert scripts["Customer"] == ["public/js/link_lead.js", "public/js/customer.js"]
	assert scripts["Lead"] == ["public/js/link_lead.js", "public/js/lead.js"]


@pytest.mark.contract(148)
def test_the_button_links_the_lead_that_is_chosen():
	seen = form(press=True)
	assert seen["buttons"] == [LABEL]
	assert seen["fields"] == [["lead", "Lead", None]]
	assert seen["query"] == {"filters": {"medusa_id": ["is", "set"]}}
	assert seen["confirmed"] == [
		"Link <b>Smile &lt;Clinic&gt;</b> to the Medusa account of <b>LEAD-1</b>? This cannot be undone here."
	]
	assert seen["calls"] == [[LINK, {"customer": "Smile <Clinic>", "lead": "LEAD-1"}]]
	assert (seen["alerts"], seen["reloaded"]) == (["The customer is linked."], 1)
	assert form(press=True, answer="error")["alerts"] == []


@pytest.mark.contract(148)
@pytest.mark.parametrize(
	("doc", "permissions"),
	[
		({**CLINIC, "__islocal": 1}, EVERYTHING),
		({**CLINIC, "medusa_id": "cus_1"}, EVERYTHING),
		(CLINIC, {**EVERYTHING, "write": ["Lead"]}),
		(CLINIC, {**EVERYTHING, "read": ["Customer"]}),
	],
)
def test_where_there_is_nothing_to_link(doc, permissions):
	assert form(doc=doc, permissions=permissions)["buttons"] == []


def test_a_lead_that_is_proposed_is_shown_and_chosen():
	seen = form(press=True, leads=[{"name": "LEAD-7", "lead_name": "<b>Shop"}])
	assert seen["list"] == [
		"Lead",
		{"custom_proposed_customer": "Smile <Clinic>", "medusa_id": ["is", "set"]},
	]
	assert seen["intro"] == (
		"&lt;b&gt;Shop has registered in the shop and may be this customer. If so: Link Medusa Lead."
	)
	assert seen["fields"] == [["lead", "Lead", "LEAD-7"]]
	assert form()["intro"] is None


def test_the_form_of_the_lead():
	lead = {"name": "LEAD-1", "medusa_id": "cus_1", "custom_proposed_customer": "Smile <Clinic>"}
	seen = form("Lead", lead, press=True)
	assert seen["intro"] == (
		"This person has registered in the shop and may be the customer Smile &lt;Clinic&gt;."
	)
	assert seen["buttons"] == ["Link to Proposed Customer"]
	assert seen["calls"] == [[LINK, {"customer": "Smile <Clinic>", "lead": "LEAD-1"}]]
	for other in ({"medusa_id": None}, {"custom_proposed_customer": None}, {"__islocal": 1}):
		assert form("Lead", {**lead, **other})["buttons"] == []
	assert form("Lead", lead, permissions={**EVERYTHING, "write": ["Lead"]})["buttons"] == []
