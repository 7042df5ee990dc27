"""The endpoint for events stores what it takes, once, however often it comes."""

from __future__ import annotations

import json
import threading

import frappe
import pytest
from frappe.utils import get_datetime

from tests.inbox.conftest import EVENT
from tests.inbox.sent_events import MARK, stored
from tests.support.plugin import PATH, event, signature


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
