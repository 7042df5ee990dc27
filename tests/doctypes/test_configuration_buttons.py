"""Medusa Configuration: its buttons, and what it says of connection, pause and queue."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils.password import remove_encrypted_password, set_encrypted_password

from medusa_integration.medusa import errors
from medusa_integration.medusa.values import Choice
from medusa_integration.medusa_integration.doctype.medusa_configuration import buttons
from medusa_integration.mirror.values import Server
from medusa_integration.settings import SETTINGS
from medusa_integration.sync import connection, health
from tests.doctypes.configuring import known
from tests.support.medusa import simulator

SERVER = Server(
	generation="v2",
	version="2.10.0",
	extras="metadata",
	currencies=("OMR", "USD"),
	sales_channels=(Choice("sc_1", "Shop", is_default=True),),
	stock_locations=(Choice("sloc_1", "Muscat"),),
)


def test_a_connection_that_works_is_described_and_ends_the_pause(configuration, monkeypatch):
	monkeypatch.setattr(connection, "describe_server", lambda: SERVER)
	answer = buttons.test_connection()
	assert "2.10.0" in answer.pop("message")
	assert answer == {
		"ok": True,
		"generation": "v2",
		"version": "2.10.0",
		"extras": "metadata",
		"currencies": ["OMR", "USD"],
		"sales_channels": [{"id": "sc_1", "name": "Shop", "is_default": True}],
		"stock_locations": [{"id": "sloc_1", "name": "Muscat", "is_default": False}],
	}
	assert (known()["paused"], known()["pause_reason"]) == (0, None)


def test_a_connection_that_fails_says_why_and_stays_paused(configuration, monkeypatch):
	def describe():
		raise errors.Unreachable("Nobody answers at https://medusa.example.com.")

	monkeypatch.setattr(connection, "describe_server", describe)
	assert buttons.test_connection() == {
		"ok": False,
		"message": "Nobody answers at https://medusa.example.com.",
	}
	assert known()["paused"] == 1


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_stock_location_is_made_and_kept(kept, configuration, site, generation):
	"""Named after the company, linked with the channel, once; its id is stored,
	and v1 is told that it needs none.
	"""
	company = frappe.db.get_default("company")
	with simulator(generation) as medusa:
		site.set_single(SETTINGS, url=medusa.url, admin_email=medusa.email, medusa_version=generation)
		set_encrypted_password(SETTINGS, SETTINGS, medusa.password, "admin_password")
		remove_encrypted_password(SETTINGS, SETTINGS, "access_token")
		answers = [buttons.create_stock_location() for _ in range(2)]
		stored = frappe.db.get_single_value(SETTINGS, "stock_location")
		if generation == "v1":
			assert not answers[0]["ok"] and "needs no stock location" in answers[0]["message"] and not stored
			return
		assert [answer["ok"] for answer in answers] == [True, True]
		(made,) = [row for row in medusa.app.stock_locations if row["name"] == company]
		assert stored == made["id"] and company in answers[0]["message"]
		assert made["_sales_channels"] == [medusa.app.sales_channel["id"]]


def test_a_stock_location_that_cannot_be_made(kept, configuration, site):
	"""The reason is told, and nothing is stored."""
	site.set_single(SETTINGS, url=None)
	assert buttons.create_stock_location()["message"] == "Enter the Medusa URL first."
	site.set_single(SETTINGS, url="http://127.0.0.1:9")
	answer = buttons.create_stock_location()
	assert not answer["ok"] and answer["message"]
	assert not frappe.db.get_single_value(SETTINGS, "stock_location")


def test_resume_ends_the_pause_and_wakes_the_drain_after_the_commit(configuration, monkeypatch):
	woken = []
	monkeypatch.setattr("medusa_integration.sync.wake.enqueue", lambda: woken.append(True))
	buttons.resume()
	assert known()["paused"] == 0
	assert not woken
	frappe.db.after_commit.run()
	assert woken


def test_status_counts_what_failed(configuration, site):
	before = buttons.get_status()["failed"]
	task = {
		"reference_doctype": "Item Group",
		"reference_name": "Products",
		"lane": "order",
		"status": "Failed",
	}
	frappe.get_doc({"doctype": "Medusa Sync Task", "name": "a failed task", **task}).db_insert()
	assert buttons.get_status()["failed"] == before + 1


class Queue:
	count = 3


@pytest.mark.contract(2, 29)
@pytest.mark.parametrize(
	("scheduler_off", "workers", "sentences"),
	[
		(False, {"default": 1, "long": 1}, []),
		(True, {"default": 1, "long": 1}, ["scheduler"]),
		(False, {"default": 1, "long": 0}, ["3 jobs wait in the queue <strong>long</strong>"]),
		(False, {"default": 0, "long": 0}, ["<strong>default</strong>", "<strong>long</strong>"]),
		(True, None, ["scheduler", "does not respond"]),
	],
)
def test_what_keeps_tasks_from_being_sent_is_told(site, monkeypatch, scheduler_off, workers, sentences):
	"""Ruling A9."""
	monkeypatch.setattr(health, "is_scheduler_inactive", lambda verbose: scheduler_off)
	monkeypatch.setattr("medusa_integration.sync.health.listening_workers", lambda: workers)
	monkeypatch.setattr(health, "get_queue", lambda name: Queue)
	warnings = health.hindrances()
	assert len(warnings) == len(sentences)
	for sentence, warning in zip(sentences, warnings, strict=True):
		assert sentence in warning


def test_an_idle_queue_without_a_worker_is_no_matter(site, monkeypatch):
	monkeypatch.setattr(Queue, "count", 0)
	monkeypatch.setattr(health, "is_scheduler_inactive", lambda verbose: False)
	monkeypatch.setattr("medusa_integration.sync.health.listening_workers", lambda: {"default": 0, "long": 0})
	monkeypatch.setattr(health, "get_queue", lambda name: Queue)
	assert health.hindrances() == []
