"""What an event costs the site, refused or stored: processor time and statements."""

from __future__ import annotations

import contextlib
import json

import frappe
import psutil
import pytest

from medusa_integration.api import receive_medusa_event
from medusa_integration.endpoints.answers import Refused
from tests.inbox.sent_events import BODY, padded
from tests.support.plugin import CONTENT_TYPE, PATH, signature

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
