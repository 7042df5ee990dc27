"""Registrations whose job fails or got lost: their Leads are made later, or by a person."""

from __future__ import annotations

import json
from collections import Counter

import frappe
import pytest

from medusa_integration.api import insert_lead
from medusa_integration.api import retry_sync_tasks as retry
from medusa_integration.customers.lead import JOB, insert_waiting_leads
from tests.support.visitors import leads


def hinder(monkeypatch, times=1):
	"""Let Leads not be inserted for a while."""
	from medusa_integration.customers import lead

	insert, left = lead._insert, [times]

	def fail(*arguments):
		if left[0]:
			left[0] -= 1
			frappe.throw("The series of Leads is used up")
		return insert(*arguments)

	monkeypatch.setattr(lead, "_insert", fail)


@pytest.mark.contract(128)
def test_a_job_that_fails_stays_as_a_task(visitors, shop, data, monkeypatch):
	"""With the data and the reason; a minute later it is tried again."""
	hinder(monkeypatch)
	with pytest.raises(frappe.ValidationError, match="used up"):
		insert_lead(data)
	frappe.db.rollback()
	task = shop.task(data["id"], "Lead")
	assert (task.status, task.attempts, task.last_error) == ("Retrying", 1, "The series of Leads is used up")
	assert json.loads(task.payload)["email"] == data["email"]
	assert insert_waiting_leads() == {}
	shop.make_due()
	assert insert_waiting_leads() == {"Synced": 1}
	(name,) = leads(data["id"])
	task = shop.task(name, "Lead")
	assert (task.status, task.payload, task.last_error) == ("Synced", None, None)


def test_a_registration_whose_job_got_lost(visitors, shop, monkeypatch):
	"""Redis is away, or the queue is emptied: the scheduler makes the Lead, also while sending is off."""

	enqueue = frappe.enqueue

	def away(method, **options):
		if method == JOB:
			raise ConnectionRefusedError
		return enqueue(method, **options)

	monkeypatch.setattr(frappe, "enqueue", away)
	medusa_id = visitors.register()["customer_id"]
	shop.set(enable=0, paused=1)
	assert insert_waiting_leads() == {"Synced": 1}
	assert len(leads(medusa_id)) == 1


def test_the_scheduler_has_the_job(site):
	hooks = frappe.get_hooks("scheduler_events")["all"]
	assert "medusa_integration.customers.lead.insert_waiting_leads" in hooks


def test_it_is_given_up_one_day_and_retried_by_a_person(visitors, shop, monkeypatch):
	"""Failed after all attempts, with the sentence; Retry wakes what makes Leads, not what calls Medusa."""
	shop.set(max_attempts=3)
	hinder(monkeypatch, times=3)
	medusa_id = visitors.register()["customer_id"]
	states = Counter()
	for _time in range(4):
		shop.make_due()
		states += insert_waiting_leads()
	assert states == {"Retrying": 2, "Failed": 1}
	task = shop.task(medusa_id, "Lead")
	assert (task.status, task.last_error) == ("Failed", "The series of Leads is used up")
	assert shop.errors().count("Medusa: a Lead could not be inserted") == 3

	shop.set(enable=0)
	woken = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **_options: woken.append(method))
	retry([task.name])
	frappe.db.commit()
	assert woken == ["medusa_integration.customers.lead.insert_waiting_leads"]
	assert insert_waiting_leads() == {"Synced": 1}
	assert len(leads(medusa_id)) == 1


def test_one_bad_registration_does_not_hold_up_the_others(visitors, shop, monkeypatch):
	hinder(monkeypatch, times=1)
	ids = [visitors.register()["customer_id"] for _ in range(3)]
	assert insert_waiting_leads() == {"Synced": 2, "Retrying": 1}
	assert sorted(len(leads(medusa_id)) for medusa_id in ids) == [0, 1, 1]


def test_retry_of_what_is_done_changes_nothing(visitors, shop):
	medusa_id, name = visitors.registered_lead()
	retry([shop.task(name, "Lead").name])
	frappe.db.commit()
	assert insert_waiting_leads() == {"Synced": 1}
	assert leads(medusa_id) == [name]


def test_a_lead_that_goes_takes_its_task_along(visitors, shop):
	_id, name = visitors.registered_lead()
	frappe.delete_doc("Lead", name)
	frappe.db.commit()
	assert shop.tasks() == {}
