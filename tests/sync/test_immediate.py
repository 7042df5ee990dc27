"""`sync_mode` Immediate: sent right after the commit, in the same process, by the same path."""

from __future__ import annotations

import frappe
import pytest
import requests

from medusa_integration.catalogue.product import mapping
from medusa_integration.sync import worker
from tests.support.medusa import both_generations


@pytest.fixture(autouse=True)
def immediate(shop):
	shop.set(sync_mode="Immediate")


@both_generations
def test_a_save_is_there_after_the_commit(shop):
	"""Group, product and variant are in Medusa when the commit returns; nobody was woken."""
	item = shop.website_item(commit=False)
	assert shop.medusa.requests == [], "never inside the transaction"
	frappe.db.commit()
	assert shop.product(item)["collection_id"]
	assert shop.task(item).status == "Synced"
	assert shop.woken == 0


def test_a_rollback_sends_nothing(shop):
	"""No commit, no request."""
	shop.website_item(commit=False)
	frappe.db.rollback()
	frappe.db.commit()
	assert shop.medusa.requests == []


def test_only_what_was_saved_is_sent(shop):
	"""Whoever saves one item does not wait for the backlog of others."""
	backlog = shop.many(3)
	assert shop.tasks()["Pending"] == 0, "that was a save, too"
	frappe.db.sql("update `tabMedusa Sync Task` set status = 'Pending', next_attempt_at = now()")
	frappe.db.commit()
	item = shop.website_item()
	assert shop.task(item).status == "Synced"
	assert {shop.task(name).status for name in backlog} == {"Pending"}


def test_the_last_state_of_several_saves_is_sent_once(shop):
	"""Saved three times in one transaction: one request with the last state."""
	item = shop.website_item()
	sent = len(shop.medusa.sent("POST"))
	for ranking in (1, 2, 3):
		document = frappe.get_doc("Website Item", item.name)
		document.ranking = ranking
		document.save()
	frappe.db.commit()
	assert shop.product(item)["erp_product"]["ranking"] == 3
	assert len(shop.medusa.sent("POST")) == sent + 1


def test_medusa_is_away(shop):
	"""The save succeeds, the task is tried again later."""
	shop.medusa.stop()
	item = shop.website_item()
	assert shop.task(item).status == "Waiting"
	shop.medusa.start()
	shop.make_due()
	shop.drain()
	assert shop.task(item).status == "Synced"


def test_something_of_ours_breaks(shop, monkeypatch):
	"""Even then the save succeeds; the Error Log has the traceback, and the scheduler tries again."""

	with pytest.MonkeyPatch.context() as patch:
		patch.setattr(worker, "exporters", lambda: 1 / 0)
		item = shop.website_item()
	assert shop.value(item, "name") == item.name
	assert shop.errors() == ["Medusa: sending right after the save failed"]
	shop.drain()
	assert shop.task(item).status == "Synced"


def test_a_document_that_cannot_be_mapped(shop, monkeypatch):
	"""The task says why; the user is not bothered with it."""

	def poison(*_arguments, **_options):
		raise ZeroDivisionError("poison")

	group = shop.exported_group().name
	monkeypatch.setattr(mapping, "product", poison)
	item = shop.website_item(item_group=group)
	assert shop.task(item).status == "Failed"


def test_a_deletion(shop):
	"""Deleted in Medusa when the commit returns."""
	item = shop.website_item()
	frappe.delete_doc("Website Item", item.name)
	assert len(shop.medusa.products) == 1
	frappe.db.commit()
	assert shop.medusa.products == []


def test_over_http(shop, http_server):
	"""A save through the REST API answers after Medusa has it."""
	item = shop.website_item()
	answer = requests.put(
		f"{http_server}/api/resource/Website Item/{item.name}",
		json={"web_item_name": "Saved by REST"},
		headers=shop.sign_in("Website Manager"),
		timeout=300,
	)
	assert answer.status_code == 200, answer.text
	assert shop.product(item)["title"] == "Saved by REST"
