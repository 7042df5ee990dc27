"""What the endpoint for events takes, what it refuses, and that nothing is kept of what it refuses."""

from __future__ import annotations

import contextlib
import json
import threading
import time

import frappe
import psutil
import pytest
from frappe.utils import get_datetime
from frappe.utils.password import remove_encrypted_password, set_encrypted_password

from medusa_integration.api import receive_medusa_event
from medusa_integration.endpoints.answers import Refused
from tests.inbox.conftest import EVENT, SETTINGS
from tests.support.plugin import CONTENT_TYPE, PATH, SECRET, event, signature

MARK = "w0rd-of-the-body"
REFUSED = "The signature is missing, not valid or too old."


def stored():
	frappe.db.rollback()
	return frappe.get_all(EVENT, fields=["name", "status"], order_by="name", as_list=True)


def padded(size, **values):
	"""An event of exactly so many bytes."""
	body = json.dumps(event("evt_padded", **values, more="")).encode()
	return json.dumps(event("evt_padded", **values, more="x" * (size - len(body)))).encode()


def test_an_event_is_stored(site, plugin, kept):
	"""As it was sent, at the site's time; nothing else of the body."""
	site.set_single("System Settings", time_zone="Asia/Muscat")
	frappe.db.commit()
	frappe.clear_cache(doctype="System Settings")
	sent = event("evt_01JD0000000000000000000001", type="order.placed", email=MARK)
	answer = plugin.send(sent)
	assert (answer.status, answer.body) == (200, {"message": {"status": "received"}})
	frappe.db.rollback()
	(row,) = frappe.db.sql(f"SELECT * FROM `tab{EVENT}`", as_dict=True)
	assert {key: value for key, value in row.items() if not key.startswith("_")} == {
		"name": "evt_01JD0000000000000000000001",
		"creation": row.creation,
		"modified": row.creation,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"docstatus": 0,
		"idx": 0,
		"event_type": "order.placed",
		"aggregate": "order",
		"aggregate_id": "order_01JD0000000000000000000001",
		"occurred_at": get_datetime("2026-11-30 08:05:06.789"),
		"status": "Received",
		"source": "https://medusa.example.com",
	}
	assert kept() == ["Medusa Event evt_01JD0000000000000000000001"]


def test_a_type_that_nobody_knows_is_taken(plugin):
	assert plugin.send(event("evt_1", type="gift_card.redeemed", aggregate="customer")).status == 200
	assert stored() == (("evt_1", "Received"),)


@pytest.mark.parametrize(
	"moment",
	[
		"2026-11-30T04:05:06Z",
		"2026-11-30T04:05:06.123456Z",
		"2026-11-30T04:05:06+04:00",
		"2026-11-30 04:05:06.120-02:30",
	],
)
def test_moments_that_are_taken(plugin, moment):
	assert plugin.send(event("evt_1", created_at=moment)).status == 200


def test_a_query_string_is_signed_too(plugin):
	"""It changes nothing of the event."""
	sent = event("evt_1")
	assert plugin.send(sent, query="id=evt_2&aggregate_id=x").status == 200
	assert stored() == (("evt_1", "Received"),)
	right = signature(json.dumps(sent).encode(), query="a=1")
	assert plugin.send(sent, query="a=2", signed=right).status == 401
	assert plugin.send(sent, signed=right).status == 401


@pytest.mark.parametrize("path", [PATH, PATH.replace("/api/", "/api/v1/"), PATH.replace("/api/", "/api/v2/")])
def test_by_each_of_frappes_paths(plugin, path):
	answer = plugin.send(event("evt_1"), path=path)
	assert answer.status == 200, answer
	assert plugin.send(event("evt_1"), path=path).status == 409
	assert plugin.send(event("evt_2"), path=path, signed=None).status == 401
	assert stored() == (("evt_1", "Received"),)


# replays


def test_a_replay_is_a_409_and_changes_nothing(plugin):
	"""The same bytes, or the same id with another signature and body."""
	sent = event("evt_1")
	body = json.dumps(sent).encode()
	signed = signature(body)
	assert plugin.send(body, signed=signed).status == 200
	frappe.db.rollback()
	frappe.db.set_value(EVENT, "evt_1", "status", "Processed", update_modified=False)
	frappe.db.commit()
	before = frappe.db.sql(f"SELECT * FROM `tab{EVENT}`")
	for answer in (plugin.send(body, signed=signed), plugin.send(event("evt_1", type="order.canceled"))):
		assert (answer.status, answer.error) == (409, "This event is stored already.")
	frappe.db.rollback()
	assert frappe.db.sql(f"SELECT * FROM `tab{EVENT}`") == before


def test_two_processes_at_once_store_one(inbox, together):
	"""One is told that it is stored, the other that it was."""
	calls = [event(f"evt_{number}") for number in range(5)]
	rounds = together("medusa_integration.api.receive_medusa_event", *calls)
	for pair in rounds:
		assert sorted("error" in outcome for outcome in pair) == [False, True], pair
		assert {outcome.get("error") for outcome in pair} == {None, "DuplicateEntryError"}
	assert stored() == tuple((f"evt_{number}", "Received") for number in range(5))


def test_many_at_once_over_http(plugin):
	"""Each of twenty events twice at the same moment: stored once each."""
	answers: dict[str, list[int]] = {f"evt_{number:02}": [] for number in range(20)}

	def send(id):
		answers[id].append(plugin.send(event(id)).status)

	threads = [threading.Thread(target=send, args=(id,)) for id in answers for _ in range(2)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert {tuple(sorted(statuses)) for statuses in answers.values()} == {(200, 409)}
	assert [name for name, _status in stored()] == sorted(answers)


# what is refused

BODY = json.dumps(event("evt_1", more=MARK)).encode()


def forged():
	"""What is sent and the status, by what it is called; made when it is sent, as signatures age."""
	now = time.time()
	of_other = signature(BODY.replace(b"evt_1", b"evt_2"))
	right = signature(BODY)
	digest = right.partition("v1=")[2]
	return {
		"unsigned": ({"signed": None}, 401),
		"signed with another secret": ({"signed": signature(BODY, secret="another")}, 401),
		"signed with no secret": ({"signed": signature(BODY, secret="")}, 401),
		"signed for another body": ({"signed": of_other}, 401),
		"too old": ({"signed": signature(BODY, at=now - 330)}, 401),
		"of the future": ({"signed": signature(BODY, at=now + 330)}, 401),
		"another time": ({"signed": right.replace("t=1", "t=2")}, 401),
		"no time": ({"signed": f"v1={digest}"}, 401),
		"two times": ({"signed": f"{right},t={int(now)}"}, 401),
		"no digest": ({"signed": f"t={int(now)}"}, 401),
		"not hex": ({"signed": f"t={int(now)},v1={'x' * 64}"}, 401),
		"huge header": ({"signed": right + ",v1=" + "0" * 4000}, 401),
		"odd characters": ({"signed": "t=\xe9,v1=\xff"}, 401),
		"empty header": ({"signed": " "}, 401),
		"JSON": ({"kind": "application/json"}, 415),
		"JSON by another name": ({"kind": f"{CONTENT_TYPE}+json"}, 415),
		"a form": ({"kind": "application/x-www-form-urlencoded"}, 415),
		"text": ({"kind": "text/plain"}, 415),
		"no type": ({"kind": None}, 415),
		"a broken type": ({"kind": "\xe9/;;"}, 415),
	}


@pytest.mark.parametrize("name", forged())
def test_a_forged_event_is_refused(plugin, kept, name):
	options, status = forged()[name]
	answer = plugin.send(BODY, **options)
	assert answer.status == status, answer
	text = REFUSED if status == 401 else f"Content-Type must be {CONTENT_TYPE}."
	assert answer.error == text
	assert kept() == []


@pytest.mark.parametrize(
	"body",
	[
		b"",
		b"null",
		b"[]",
		b'"evt_1"',
		b"{",
		b'{"id": NaN}',
		b"\xff\xfe",
		b"[" * 10_000,
		b'{"a":' * 2_000,
		b"\x00",
		BODY + b"\x00",
	],
)
def test_a_signed_body_that_is_no_object_is_refused(plugin, kept, body):
	answer = plugin.send(body)
	assert (answer.status, answer.error) == (400, "Request body must be a JSON object.")
	assert kept() == []


WORD = "must consist of letters, digits, _, . and -."


@pytest.mark.parametrize(
	("values", "sentence"),
	[
		({"id": None}, "id is required."),
		({"id": ""}, "id is required."),
		({"id": 7}, "id must be a text value."),
		({"id": ["evt_1"]}, "id must be a text value."),
		({"id": "evt_1\x00"}, "id must be a text value."),
		({"id": "evt 1"}, f"id {WORD}"),
		({"id": "evt_é"}, f"id {WORD}"),
		({"id": "../x"}, f"id {WORD}"),
		({"id": "<b>"}, f"id {WORD}"),
		({"id": "x" * 141}, "id is too long."),
		({"type": "order placed"}, f"type {WORD}"),
		({"aggregate": "%"}, f"aggregate {WORD}"),
		({"aggregate_id": "order_1/../x"}, f"aggregate_id {WORD}"),
		({"aggregate_id": {"like": "%"}}, "aggregate_id must be a text value."),
		({"created_at": None}, "created_at is required."),
		({"created_at": 1700000000}, "created_at must be a text value."),
		({"created_at": "yesterday"}, "created_at is not valid."),
		({"created_at": "2026-11-30"}, "created_at is not valid."),
		({"created_at": "2026-11-30T04:05:06"}, "created_at is not valid."),
		({"created_at": "0001-01-01T00:00:00+14:00"}, "created_at is not valid."),
		({"created_at": "9999-12-31T23:59:59-12:00"}, "created_at is not valid."),
	],
)
def test_an_event_with_odd_values_is_refused(plugin, kept, values, sentence):
	answer = plugin.send(event("evt_1", more=MARK) | values)
	assert (answer.status, answer.error) == (400, sentence)
	assert kept() == []


def test_16_kb_are_taken_and_a_byte_more_is_not(plugin, kept):
	"""Whether it is signed or not."""
	body = padded(16 * 1024 + 1, type=MARK)
	for signed in (signature(body), None):
		answer = plugin.send(body, signed=signed)
		assert (answer.status, answer.error) == (413, "Request body is too large: 16 KB at most.")
	assert plugin.send(padded(300 * 1024, type=MARK)).status == 413
	assert kept() == []
	assert plugin.send(padded(16 * 1024)).status == 200


def test_other_methods_are_refused(plugin, kept):
	import requests

	headers = {"X-ERPNext-Signature": signature(b""), "Content-Type": CONTENT_TYPE}
	for method in ("GET", "PUT", "DELETE"):
		assert requests.request(method, plugin.server + PATH, headers=headers, timeout=300).status_code == 403
	assert kept() == []


# secrets


def test_two_secrets_are_accepted_while_there_are_two(plugin):
	set_encrypted_password(SETTINGS, SETTINGS, "the new one", "shared_secret")
	set_encrypted_password(SETTINGS, SETTINGS, SECRET, "previous_shared_secret")
	frappe.db.commit()

	def send(id, secret):
		body = json.dumps(event(id)).encode()
		return plugin.send(body, signed=signature(body, secret=secret)).status

	assert send("evt_1", "the new one") == send("evt_2", SECRET) == 200
	assert send("evt_3", "a third one") == 401
	remove_encrypted_password(SETTINGS, SETTINGS, "previous_shared_secret")
	frappe.db.commit()
	assert (send("evt_3", SECRET), send("evt_3", "the new one")) == (401, 200)


@pytest.mark.parametrize("previous", [None, SECRET])
def test_without_a_secret_everything_is_refused(plugin, previous):
	"""Also what is signed with nothing."""
	remove_encrypted_password(SETTINGS, SETTINGS, "shared_secret")
	if previous:
		set_encrypted_password(SETTINGS, SETTINGS, previous, "previous_shared_secret")
	frappe.db.commit()
	body = json.dumps(event("evt_1")).encode()
	for secret in ("", SECRET, "None"):
		assert plugin.send(body, signed=signature(body, secret=secret)).status == 401
	assert stored() == ()


def test_refused_calls_are_limited_and_signed_ones_are_not(site, plugin):
	"""Whoever guesses; the plugin sends from one address, at any rate."""
	site.set_single(SETTINGS, public_rate_limit=3)
	frappe.db.commit()
	address = {"X-Forwarded-For": "203.0.113.7"}
	for number in range(5):
		assert plugin.send(event(f"evt_{number}"), **address).status == 200
	statuses = [plugin.send(BODY, signed=None, **address).status for _ in range(5)]
	assert statuses == [401, 401, 401, 429, 429]
	assert plugin.send(event("evt_5"), **address).status == 200


# what is kept of a refused request


@pytest.fixture
def kept(site_under_test, site):
	"""`kept()` lists where anything is of what was refused."""
	logs = [*site_under_test.logs.glob("*")]
	sizes = {path: path.stat().st_size for path in logs if path.is_file()}
	frappe.db.rollback()
	before = len(frappe.get_all("Error Log"))

	def find():
		frappe.db.rollback()
		found = [f"{EVENT} {name}" for name, _status in stored()]
		found += ["Error Log"] * (len(frappe.get_all("Error Log")) - before)
		for doctype in ("Medusa Request Log", "Activity Log", "Comment", "Version", "Deleted Document"):
			rows = frappe.db.sql(f"SELECT * FROM `tab{doctype}`", as_dict=True)
			found += [doctype for row in rows if MARK in str(row)]
		for path in (one for one in site_under_test.logs.glob("*") if one.is_file()):
			with path.open("rb") as file:
				file.seek(sizes.get(path, 0))
				if MARK.encode() in file.read():
					found.append(str(path))
		return found

	return find


# of HTML, which Frappe would clean before it calls the endpoint of a guest
HTML = json.dumps({"id": "<b>x</b>" * 25_000}).encode()


def refused():
	"""What is sent and the status, by what it is called; made when it is sent, as signatures age."""
	json_type = {"kind": "application/json"}
	return {
		"empty": (b"", {}, 400),
		"unsigned": (BODY, {"signed": None}, 401),
		"too old": (BODY, {"signed": signature(BODY, at=1)}, 401),
		"signed with another secret": (BODY, {"signed": signature(BODY, secret="another")}, 401),
		"with HTML in its address": (BODY, {"signed": None, "query": "id=" + "<b>x</b>" * 500}, 401),
		"from a browser": (BODY, {"signed": None, "Accept": "text/html"}, 401),
		"JSON": (BODY, json_type, 415),
		"HTML in JSON": (HTML[: 8 * 1000] + b'"}', json_type, 415),
		"much HTML in JSON": (HTML, json_type, 413),
		"much HTML in a form": (HTML, {"kind": "application/x-www-form-urlencoded"}, 413),
		"a byte too large": (padded(16 * 1024 + 1), {}, 413),
		"much too large": (padded(300 * 1024), {}, 413),
	}


@pytest.mark.parametrize("name", refused())
def test_what_is_refused_costs_less_than_20_ms(plugin, site_under_test, name):
	"""Of the server's processor: how long it takes by the clock says how busy the machine is."""
	sent, options, status = refused()[name]
	server = psutil.Process(site_under_test.server.pid)

	def seconds():
		times = server.cpu_times()
		return times.user + times.system

	# what is imported and cached by the first one
	assert plugin.send(sent, **options).status == status
	calls, before = 20, seconds()
	for _ in range(calls):
		plugin.send(sent, **options)
	assert (seconds() - before) / calls < 0.02


@pytest.fixture
def statements_of(site, inbox, query_counter):
	"""How many statements an event costs, by the header of its signature."""

	def count(signed, body=BODY):
		flags = frappe.local.flags.copy()
		headers = {"X-ERPNext-Signature": signed} if signed else {}
		frappe.utils.set_request(
			method="POST", path=PATH, data=body, headers=headers, content_type=CONTENT_TYPE
		)
		try:
			with query_counter() as queries, contextlib.suppress(Refused):
				receive_medusa_event()
		finally:
			frappe.local.request = None
			frappe.local.flags = flags
			frappe.db.rollback()
		return len(queries)

	# whatever is cached by the first one
	count(None)
	return count


def test_what_an_event_costs(statements_of):
	"""None for what no secret can have signed; one for the secret, and one to store the event."""
	assert [statements_of(header) for header in (None, "t=1,v1=x", signature(BODY, at=1))] == [0, 0, 0]
	assert statements_of(signature(BODY)) == 2
	assert statements_of(signature(BODY), BODY + b" ") == 2
	assert statements_of(signature(BODY, secret="another")) == 2
