"""The workspace: its number cards count, and its shortcuts open lists."""

from __future__ import annotations

import json
from types import SimpleNamespace

import frappe

from medusa_integration.sync import health


def test_number_cards_count(site):
	from frappe.desk.doctype.number_card.number_card import get_result

	for at, status in enumerate(["Failed", "Pending", "Synced", "Synced"]):
		values = {
			"reference_doctype": "Item Group",
			"reference_name": str(at),
			"lane": "lead",
			"status": status,
		}
		synced_at = {2: frappe.utils.now_datetime(), 3: "2020-01-01 12:00:00"}.get(at)
		task = {"doctype": "Medusa Sync Task", "name": f"task {at}", **values, "synced_at": synced_at}
		frappe.get_doc(task).db_insert()
	counts = {}
	cards = {"module": "Medusa Integration", "type": "Document Type", "name": ("like", "% Tasks%")}
	for name in frappe.get_all("Number Card", cards, pluck="name"):
		card = frappe.get_doc("Number Card", name)
		filters = [*json.loads(card.filters_json), ["Medusa Sync Task", "lane", "=", "lead"]]
		counts[name] = get_result(card.as_dict(), filters)
	assert counts == {"Failed Medusa Tasks": 1, "Pending Medusa Tasks": 1, "Medusa Tasks Synced Today": 1}


def test_number_cards_count_orders(site):
	from frappe.desk.doctype.number_card.number_card import get_result

	def count(name):
		card = frappe.get_doc("Number Card", name)
		return get_result(card.as_dict(), json.loads(card.filters_json))

	cards = ("Medusa Orders Today", "Waiting Medusa Orders", "Failed Medusa Orders")
	before = {name: count(name) for name in cards}
	today = frappe.utils.today()
	days = [f"{today} 00:00:00", f"{today} 23:59:59", frappe.utils.add_days(today, -1), None]
	for at, placed_at in enumerate(days):
		frappe.get_doc({"doctype": "Medusa Order", "name": f"order {at}", "placed_at": placed_at}).db_insert()
	states = [("order_import", status) for status in ("Waiting", "Waiting", "Failed", "Retrying", "Synced")]
	for at, (lane, status) in enumerate([*states, ("product", "Waiting"), ("product", "Failed")]):
		values = {"reference_doctype": "Item Group", "reference_name": f"of card {at}"}
		task = {"doctype": "Medusa Sync Task", "name": f"of card {at}", "lane": lane, "status": status}
		frappe.get_doc({**task, **values}).db_insert()
	added = {name: count(name) - before[name] for name in cards}
	assert added == {"Medusa Orders Today": 2, "Waiting Medusa Orders": 2, "Failed Medusa Orders": 1}


def test_jobs_without_a_worker_are_counted(site, monkeypatch):
	"""Ruling A9: the workspace says so, too."""
	queues = {"default": 2, "long": 3}
	monkeypatch.setattr(health, "listening_workers", lambda: {"default": 1, "long": 0})
	monkeypatch.setattr(health, "get_queue", lambda name: SimpleNamespace(count=queues[name]))
	card = frappe.get_doc("Number Card", "Medusa Jobs Without a Worker")
	assert frappe.get_attr(card.method)()["value"] == 3


def test_workspace_shows_what_it_names(site):
	workspace = frappe.get_doc("Workspace", "Medusa")
	assert {row.role for row in workspace.roles} == {"System Manager", "Medusa Manager"}
	assert workspace.public
	shown = {"number_card": set(), "shortcut": set()}
	for block in json.loads(workspace.content):
		if block["type"] in shown:
			shown[block["type"]].add(block["data"][f"{block['type']}_name"])
	assert shown["shortcut"] == {row.label for row in workspace.shortcuts}
	assert shown["number_card"] == {row.label for row in workspace.number_cards}
	for row in workspace.number_cards:
		assert frappe.db.exists("Number Card", row.number_card_name)


def test_shortcuts_open_lists_that_exist(site):
	for shortcut in frappe.get_doc("Workspace", "Medusa").shortcuts:
		assert frappe.db.exists(shortcut.type, shortcut.link_to)
		if shortcut.stats_filter:
			frappe.get_list(shortcut.link_to, filters=json.loads(shortcut.stats_filter))
