"""What people do about findings: over HTTP, who may, what is refused; and the report that they do it from."""

from __future__ import annotations

import frappe
import pytest
import requests
from frappe.desk.query_report import run as run_report

from medusa_integration import api

from .support import FINDING, RUN

API = "medusa_integration.api"
OTHERS = (None, "Item Manager", "Medusa Storefront")
METHODS = ("queue", "adopt", "ignore", "reopen", "delete")
PATHS = {"start": "start_reconciliation", **{method: f"{method}_findings" for method in METHODS}}
KINDS = ("Missing", "Drifted", "Orphaned", "Duplicated", "Adoptable")


@pytest.fixture
def post(shop, http_server):
	"""`post(role, method, **arguments)` calls as a user of that role: (status, answer).

	No role is a guest.
	"""

	def post(role, method, **arguments):
		headers = shop.sign_in(role) if role else {}
		url = f"{http_server}/api/method/{API}.{PATHS[method]}"
		answer = requests.post(url, json=arguments, headers=headers, timeout=300)
		return answer.status_code, answer.json() if "json" in answer.headers["Content-Type"] else {}

	return post


@pytest.fixture
def finding(shop, runs):
	"""`finding(kind)` stores one of that kind, about a Website Item that was never sent; its name."""
	from medusa_integration.sync.reconcile import store
	from medusa_integration.sync.reconcile.finding import Finding

	names = iter(shop.many(8, recorded=False))
	run = runs.start()
	frappe.db.set_value(RUN, run, "slot", None)

	def make(kind, state="Open"):
		name = next(names)
		found = Finding(kind, "Product", "product", "Website Item", name, "Words", medusa_id=f"prod_{name}")
		store.keep(run, [found])
		row = frappe.db.get_value(FINDING, {"identity": found.identity})
		frappe.db.set_value(FINDING, row, "state", state)
		frappe.db.commit()
		return row

	return make


def state(name):
	frappe.db.rollback()
	return frappe.db.get_value(FINDING, name, "state")


# -- who may -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", OTHERS)
def test_others_may_nothing(shop, finding, post, role):
	name = finding("Missing")
	for method in METHODS:
		assert post(role, method, names=name)[0] == 403, method
	assert post(role, "start")[0] == 403
	assert state(name) == "Open"


def test_a_manager_may_all_but_delete(shop, finding, post):
	assert post("Medusa Manager", "queue", names=finding("Missing"))[1]["message"] == {"done": 1}
	ignored = finding("Orphaned")
	assert post("Medusa Manager", "ignore", names=[ignored])[1]["message"] == {"done": 1}
	assert state(ignored) == "Ignored"
	assert post("Medusa Manager", "reopen", names=[ignored])[1]["message"] == {"done": 1}
	assert post("Medusa Manager", "delete", names=[ignored])[0] == 403
	assert state(ignored) == "Open"


def test_deleting_over_http(shop, runs, post, only_ours):
	"""A System Manager may; the product is gone in Medusa, and the row stays as a record of it."""
	item = shop.website_item(item_group=shop.exported_group().name)
	shop.drain()
	double = shop.copy_by_hand(shop.product(item))
	runs.run()
	(found,) = runs.findings()
	shop.sign_in("System Manager")
	status, answer = post("System Manager", "delete", names=found.name)
	assert (status, answer["message"]) == (200, {"done": 1, "refused": []})
	assert double not in {one["id"] for one in shop.medusa.products}
	assert state(found.name) == "Deleted"


def test_starting_over_http(shop, runs, post):
	status, answer = post("Medusa Manager", "start")
	assert status == 200, answer
	row = runs.row(answer["message"]["run"])
	assert (row.status, row.started_by.split("-")[0]) == ("Queued", "medusa")
	assert post("Medusa Manager", "start")[0] == 409
	shop.set(enable=0)
	assert post("Medusa Manager", "start")[0] == 503


@pytest.mark.parametrize("method", [*METHODS, "start"])
def test_nothing_by_get(shop, http_server, method):
	url = f"{http_server}/api/method/{API}.{PATHS[method]}"
	assert requests.get(url, headers=shop.sign_in("System Manager"), timeout=300).status_code == 403


# -- what is refused -----------------------------------------------------------------------------------------

FITS = {"queue": KINDS[:2], "adopt": KINDS[4:], "ignore": KINDS, "reopen": KINDS, "delete": KINDS[2:4]}


@pytest.mark.parametrize("method", METHODS)
def test_refusals_leave_everything_as_it_was(shop, finding, post, method):
	"""400 for another kind, 404 for an unknown one, 409 for what is settled, 400 without names;
	all or none.
	"""
	fitting = finding(FITS[method][0], "Ignored" if method == "reopen" else "Open")
	before = state(fitting)
	for other in set(KINDS) - set(FITS[method]):
		assert post("System Manager", method, names=[fitting, finding(other)])[0] == 400
	assert post("System Manager", method, names=[fitting, "nothing"])[0] == 404
	assert post("System Manager", method, names=[fitting, finding(FITS[method][0], "Gone")])[0] == 409
	for nothing in ("", [], "[", [""], [1]):
		assert post("System Manager", method, names=nothing)[0] == 400, nothing
	assert post("System Manager", method, names=[f"x{i}" for i in range(501)])[0] == 400
	assert state(fitting) == before
	assert not shop.tasks()["Pending"]


def test_nothing_is_deleted_while_nothing_may_be_sent(shop, finding, post):
	name = finding("Orphaned")
	shop.set(enable=0)
	assert post("System Manager", "delete", names=name)[0] == 503
	assert state(name) == "Open"


def test_medusa_is_away_while_deleting(shop, runs, only_ours):
	item = shop.website_item(item_group=shop.exported_group().name)
	shop.drain()
	shop.copy_by_hand(shop.product(item))
	runs.run()
	(found,) = runs.findings()
	shop.medusa.fail("GET", "/admin/products", 503, times=None)
	with pytest.raises(frappe.ValidationError, match="503"):
		api.delete_findings(found.name)
	assert state(found.name) == "Open"
	assert shop.log(status_code=503)


def test_what_is_gone_in_medusa_already_counts_as_deleted(shop, finding):
	assert api.delete_findings(finding("Duplicated"))["refused"]  # the item itself has no other
	orphan = finding("Orphaned")
	frappe.db.set_value(FINDING, orphan, "reference_name", "no such item")
	frappe.db.commit()
	assert api.delete_findings(orphan) == {"done": 1, "refused": []}


def test_one_name_or_many(shop, finding):
	names = [finding("Missing") for _number in range(3)]
	assert api.queue_findings(frappe.as_json(names)) == {"done": 3}
	assert not shop.tasks()["Pending"]  # not committed yet
	assert api.ignore_findings(names[0]) == {"done": 1}


# -- the report ----------------------------------------------------------------------------------------------


def report(**filters):
	frappe.db.rollback()
	answer = run_report("Medusa Reconciliation", filters=filters)
	return {row["kind"]: row for row in answer["result"]}, answer


def test_the_report_offers_what_fits(shop, finding):
	for kind in KINDS:
		finding(kind)
	rows, answer = report(state="Open")
	assert {kind: row["actions"] for kind, row in rows.items()} == {
		"Missing": "queue,ignore",
		"Drifted": "queue,ignore",
		"Orphaned": "delete,ignore",
		"Duplicated": "delete,ignore",
		"Adoptable": "adopt,ignore",
	}
	assert set(rows["Missing"]) >= {column["fieldname"] for column in answer["columns"]}
	assert rows["Missing"]["words"] == "Words"


@pytest.mark.parametrize(
	("state_", "offered"),
	[("Ignored", "queue,reopen"), ("Queued", "queue,ignore"), ("Gone", ""), ("Deleted", ""), ("Adopted", "")],
)
def test_the_report_by_state(shop, finding, state_, offered):
	finding("Drifted", state_)
	finding("Missing")
	rows, _answer = report(state=state_)
	assert {kind: row["actions"] for kind, row in rows.items()} == {"Drifted": offered}
	assert set(report()[0]) == {"Drifted", "Missing"}
	assert set(report(kind="Missing", subject="Product")[0]) == {"Missing"}


def test_the_report_for_others(shop, finding, http_server):
	"""A manager is not offered to delete; whoever may not read the findings sees no report."""
	finding("Orphaned")
	url = f"{http_server}/api/method/frappe.desk.query_report.run"

	def ask(role):
		body = {"report_name": "Medusa Reconciliation", "filters": {}}
		return requests.post(url, json=body, headers=shop.sign_in(role), timeout=300)

	assert ask("Medusa Manager").json()["message"]["result"][0]["actions"] == "ignore"
	assert ask("System Manager").json()["message"]["result"][0]["actions"] == "delete,ignore"
	for role in ("Item Manager", "Medusa Storefront"):
		assert ask(role).status_code == 403


def test_the_report_says_when_it_shows_a_part(shop, finding, monkeypatch):
	from medusa_integration.medusa_integration.report.medusa_reconciliation import medusa_reconciliation

	monkeypatch.setattr(medusa_reconciliation, "MOST", 1)
	finding("Missing"), finding("Drifted")
	rows, answer = report()
	assert len(rows) == 1
	assert answer["message"] == "Only the first 1 findings are shown."
