"""What the endpoint for events refuses, and that nothing is kept of that."""

from __future__ import annotations

import json
import time

import frappe
import pytest
from frappe.utils.password import remove_encrypted_password, set_encrypted_password

from tests.inbox.conftest import SETTINGS
from tests.inbox.sent_events import BODY, MARK, REFUSED, padded, stored
from tests.support.plugin import CONTENT_TYPE, PATH, SECRET, event, signature


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
