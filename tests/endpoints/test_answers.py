"""What callers get: values however they were sent, errors with one sentence, and never our insides."""

from __future__ import annotations

import json

import frappe
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.wrappers import Request, Response

from medusa_integration.endpoints import answers
from tests.support.endpoints import PATH

JSON = {"Content-Type": "application/json"}
API = "medusa_integration.api"
# bytes
LARGEST_BODY = 256 * 1024


# -- input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"sent",
	[
		{"json": {"id": "a", "flag": True, "page": 2, "ids": ["x", "y"]}},
		{"data": {"id": "a", "flag": "yes", "page": "2", "ids": '["x", "y"]'}},
		{"params": {"id": "a", "flag": "1", "page": "2", "ids": '["x", "y"]'}},
		{"method": "GET", "params": {"id": "a", "flag": "TRUE", "page": "2", "ids": '["x", "y"]'}},
		{"json": {"page": 2, "ids": ["x", "y"]}, "params": {"id": "a", "flag": "true"}},
		{"json": {"id": "a", "flag": 1, "page": 2, "ids": ["x", "y"], "unknown": {"a": 1}, "fn": "b"}},
	],
)
def test_json_form_and_query_mean_the_same(call, sent):
	answer = call("storefront", "values", **sent).json()["message"]
	assert (answer["id"], answer["flag"], answer["page"], answer["ids"]) == ("a", True, 2, ["x", "y"])


def test_an_empty_json_body_is_none(call):
	answer = call("storefront", "values", params={"id": "a"}, data="", headers_too=JSON)
	assert answer.json()["message"]["id"] == "a"


@pytest.mark.parametrize(
	"body", ["[1, 2]", '"text"', "5", "null", "{", "nonsense", "[" * 100_000, "1" * 10_000, "[NaN]"]
)
@pytest.mark.parametrize("name", ["values", f"{PATH}.shop_window", "medusa_integration.api.sync_health"])
def test_a_body_that_is_no_object(call, refused, name, body):
	"""Also where Frappe trips over it before anybody knows who calls."""
	answer = call("system manager", name, data=body, headers_too=JSON)
	refused(answer, 400, "Request body must be a JSON object.", "ValidationError")


def test_an_id_is_no_operator_and_no_pattern(call, refused, site):
	todo = site.new("ToDo", description="x")
	frappe.db.commit()
	for name in ("%", "_" * len(todo.name), "' or 1=1 -- ", '["like", "%"]', '{"name": "x"}', "not set"):
		assert call("storefront", "find", data={"name": name}).json()["message"] == []
	for name in (["like", "%"], {"like": "%"}, ["!=", ""], True, 1):
		refused(call("storefront", "find", json={"name": name}), 400, "name must be a text value.")
	assert call("storefront", "find", json={"name": todo.name}).json()["message"] == [todo.name]


TEXTS = st.text() | st.sampled_from(
	["%", "_", "' or '1'='1", "1; drop table tabUser", '["like", "%"]', "{{ 7*7 }}", "../../etc", "x" * 10**5]
)
JUNK = st.recursive(
	st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
	lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
	max_leaves=6,
)
NAMES = st.sampled_from(
	"id ids text flag whole page number quantity day choice rows address "
	"fn flags _ unknown self args ignore_permissions".split()
)


def is_too_large(answer):
	"""Whether more was sent than is read at all: three of the longest texts are."""
	return len(answer.request.body or "") > LARGEST_BODY


@pytest.mark.long
@settings(
	max_examples=80,
	deadline=None,
	suppress_health_check=[HealthCheck.function_scoped_fixture],
	derandomize=True,
)
@given(sent=st.dictionaries(NAMES, JUNK, max_size=4), as_form=st.booleans())
def test_junk(call, refused, sent, as_form):
	"""Whatever is sent: an answer, or one sentence with a status of the caller's faults."""
	if as_form:
		form = {
			key: (value if isinstance(value, str) else json.dumps(value)).encode(errors="replace")
			for key, value in sent.items()
		}
		answer = call("storefront", "values", data=form)
	else:
		answer = call("storefront", "values", data=json.dumps(sent), headers_too=JSON)
	if answer.status_code != 200:
		refused(answer, 413 if is_too_large(answer) else 400)


@settings(
	max_examples=40,
	deadline=None,
	suppress_health_check=[HealthCheck.function_scoped_fixture],
	derandomize=True,
)
@given(
	target=st.sampled_from(
		[
			("medusa_integration.api.sync_now", "doctype", {"name": "x"}),
			("medusa_integration.api.sync_now", "name", {"doctype": "Website Item"}),
			("medusa_integration.api.retry_sync_task", "name", {}),
			(f"{API}.retry_sync_tasks", "names", {}),
			(f"{API}.ignore_sync_tasks", "names", {}),
			("medusa_integration.api.create_storefront_user", "renew", {}),
		]
	),
	value=JUNK.filter(lambda value: value not in (None, 0, 1) and not (isinstance(value, str) and not value)),
)
def test_junk_at_the_apps_own_endpoints(call, refused, target, value):
	"""Nothing that is sent as the name of something finds anything, or breaks anything."""
	path, parameter, others = target
	if parameter == "renew" and not isinstance(value, list | dict | float):
		value = [value]
	body = json.dumps({**others, parameter: value})
	answer = call("system manager", path, data=body, headers_too=JSON)
	# several texts of 100 KB may be more than a body
	refused(answer, 413 if len(body) > LARGEST_BODY else 404 if answer.status_code == 404 else 400)


# -- errors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("error", "status", "exc_type", "text"),
	[
		("bad value", 400, "ValidationError", "rating must be between 1 and 5."),
		("of ERPNext", 417, "ValidationError", "Row 1: Rate is > 5"),
		("missing document", 404, "DoesNotExistError", "Medusa Sync Task no such task not found"),
		("taken", 409, "DuplicateEntryError", "Quotation q1 belongs to another customer."),
		("of the database", 409, "DuplicateEntryError", None),
		("permission", 403, "PermissionError", "Not permitted."),
		("off", 503, "NotConnected", "Medusa integration is disabled."),
		("refused by Medusa", 502, "MedusaRejected", "Medusa rejected the request."),
		("no answer of Medusa", 504, "MedusaTimedOut", "Gateway Time-out from target server"),
	],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_errors(call, refused, site, error, status, exc_type, text, accept):
	"""The table of endpoints 0.4, whatever the caller accepts; and nothing of what was written stays."""
	mark = frappe.generate_hash(length=10)
	sent = {"text": mark, "error": error}
	body = refused(
		call("storefront", "note", json=sent, headers_too={"Accept": accept}), status, text, exc_type
	)
	(message,) = json.loads(body["_server_messages"])
	assert frappe.utils.strip_html(json.loads(message)["message"]).replace("&gt;", ">") == body["error"]
	assert "remote words" not in json.dumps(body)
	assert not frappe.db.exists("ToDo", {"description": mark})
	assert not frappe.db.count("Error Log", {"creation": [">=", site.started_at]})


@pytest.mark.parametrize(
	("method", "accept"),
	[
		("medusa_integration.api.get_medusa_products", "application/json"),
		("frappe.ping", "text/html"),
	],
)
def test_frappe_renders_no_page_for_an_error_of_ours(site, method, accept):
	"""`after_request` would replace it, and on a real site it takes tenths of a second."""
	frappe.utils.set_request(path=f"/api/method/{method}", headers={"Accept": "text/html"})
	try:
		answers.before_request()
		assert frappe.get_request_header("Accept") == accept
	finally:
		frappe.local.request = None


@pytest.mark.parametrize("error", ["bug", "SQL", "type"])
@pytest.mark.parametrize("method", ["json", "html", "v2"])
def test_internal_errors(call, site, error, method):
	"""500 with a reference to the Error Log, whose row stays although all else is rolled back."""
	mark = frappe.generate_hash(length=10)
	answer = call(
		"storefront",
		"note",
		api="/api/v2" if method == "v2" else "/api",
		json={"text": mark, "error": error},
		headers_too={"Accept": "text/html"} if method == "html" else None,
	)
	assert answer.status_code == 500
	said = answer.json()["error"]
	assert said.startswith("Internal error. Reference: ")
	for secret in ("Traceback", "hunter2", "nowhere", "argument", ".py"):
		assert secret not in answer.text
	frappe.db.rollback()
	log = frappe.get_doc("Error Log", said.rpartition(" ")[2])
	assert "Traceback" in log.error
	assert log.method.endswith(".note")
	assert not frappe.db.exists("ToDo", {"description": mark})
	assert frappe.db.count("Error Log", {"creation": [">=", site.started_at]}) == 1


def test_a_write_that_works_is_committed(call, site):
	mark = frappe.generate_hash(length=10)
	name = call("storefront", "note", json={"text": mark}).json()["message"]
	frappe.db.rollback()
	assert mark in site.added(frappe.get_doc("ToDo", name)).description


@pytest.mark.parametrize("api", ["/api", "/api/v2"])
def test_an_endpoint_that_there_is_not(call, api):
	"""404, without Python's words about the import."""
	answer = call("storefront", "nothing_like_that", api=api)
	assert answer.status_code == 404
	assert answer.json()["error"] == "Not found."
	assert "attribute" not in answer.text and "Traceback" not in answer.text


def test_errors_of_the_second_api(call):
	"""Frappe's envelope there, and `error` as everywhere."""
	body = call("storefront", "note", api="/api/v2", json={"text": "x", "error": "bad value"}).json()
	assert body["error"] == "rating must be between 1 and 5."
	assert body["errors"][0]["type"] == "ValidationError"
	assert body["errors"][0]["message"] == body["error"]


def test_what_was_shown_before_the_error_is_not(call, refused):
	"""Only the sentence of the error, not the messages of what was rolled back."""
	body = refused(call("storefront", "note", json={"text": "x", "error": "bad value"}), 400)
	assert len(json.loads(body["_server_messages"])) == 1


@pytest.mark.parametrize("path", ["/api/method/medusa_integration.api.sync_now", "/api/method/frappe.ping"])
def test_what_frappe_refused_before(site, path):
	"""Its name stays, by which Desk knows a stale session; the traceback goes.

	Others' answers are left alone.
	"""
	body = {
		"exc_type": "CSRFTokenError",
		"exc": '["Traceback"]',
		"exception": "frappe.exceptions.CSRFTokenError: Invalid Request",
		"_server_messages": json.dumps([json.dumps({"message": "Invalid Request"})]),
	}
	response = Response(json.dumps(body), status=400, mimetype="application/json")
	answers.after_request(response, Request.from_values(path, method="POST"))
	told = json.loads(response.get_data())
	if "ping" in path:
		assert told == body
	else:
		assert set(told) == {"exc_type", "_server_messages", "error"}
		assert (told["exc_type"], told["error"]) == ("CSRFTokenError", "Invalid Request")
