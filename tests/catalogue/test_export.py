"""Export Everything: the plan, the export, and how it is going."""

from __future__ import annotations

import frappe
import pytest
import requests

from devbench.medusa.simulator import faults
from medusa_integration import api
from medusa_integration.catalogue import bulk_export as bulk
from medusa_integration.catalogue import progress
from medusa_integration.catalogue.export_everything import export_everything
from medusa_integration.sync import task_states
from medusa_integration.sync.connection import NotConnected
from tests.catalogue.support import new_group, refuse

PATH = "/api/method/medusa_integration.api.export_everything"
WRITES = ("insert", "update", "delete", "replace", "alter")


@pytest.fixture
def told(monkeypatch):
	"""What was published: (event, message, user) each."""
	messages = []

	def publish(event, message=None, user=None, **_options):
		if event in (progress.EVENT, "msgprint"):
			messages.append((event, message, user))

	monkeypatch.setattr(frappe, "publish_realtime", publish)
	yield messages
	frappe.cache.delete_value(progress.RUN)


def plan(shop, query_counter):
	"""What a dry run answers, having written and sent nothing."""
	requests_before, errors = len(shop.medusa.requests), shop.errors()
	frappe.db.rollback()
	with query_counter() as queries:
		answer = export_everything(dry_run=True)
	assert not [query for query in queries if query.lstrip().lower().startswith(WRITES)]
	assert len(shop.medusa.requests) == requests_before
	assert shop.errors() == errors
	return answer


def test_the_plan(shop, only_ours, query_counter):
	"""How much of everything, and why some would not arrive; what comes of it is what was said."""
	before = plan(shop, query_counter)
	changed, same = shop.many(2), shop.many(3)
	failing = shop.many(1)
	refuse(shop, failing[0])
	shop.drain()
	frappe.db.sql("update `tabWebsite Item` set ranking = 7 where name in %s", [changed])
	new = shop.many(4, recorded=False, item_group=new_group(shop))
	lost = shop.many(1, recorded=False, item_group="No Such Group")
	waiting_group = new_group(shop)
	waiting = shop.many(1, item_group=waiting_group)
	shop.medusa.fail("POST", "/admin/collections*", faults.status(400, body=b'{"message": "no good"}'))
	shop.drain(only=[("Website Item", waiting[0], "product")])
	ignored = shop.many(1)
	task_states.ignore([shop.task(ignored[0]).name])
	shop.many(2, recorded=False, published=0)
	frappe.db.commit()

	answer = plan(shop, query_counter)

	found = {kind: answer[kind] - before[kind] for kind in ("products", "updates", "unchanged", "waiting")}
	assert found == {"products": len(new), "updates": 2, "unchanged": len(same), "waiting": 1}
	assert (answer["failing"], answer["ignored"], answer["collections"]) == (2, 1, 1)
	reasons = {each["name"]: each["reason"] for each in answer["reasons"]}
	assert reasons.keys() == {*failing, *lost, *waiting}
	assert "The title is no good" in reasons[failing[0]]
	assert reasons[lost[0]] == "Item Group No Such Group does not exist."
	assert waiting_group in reasons[waiting[0]] and "no good" in reasons[waiting[0]]


def test_the_plan_of_what_cannot_be_mapped(shop, only_ours, query_counter, monkeypatch):
	"""One document that breaks the mapping is named, and leaves no row in the Error Log."""
	from medusa_integration.catalogue.product import mapping

	names = shop.many(3, recorded=False)
	product = mapping.product

	def breaks(row, **options):
		if row["name"] == names[1]:
			raise ValueError("a broken document")
		return product(row, **options)

	monkeypatch.setattr(mapping, "product", breaks)
	answer = plan(shop, query_counter)
	assert answer["failing"] == 1
	assert answer["reasons"] == [{"name": names[1], "reason": "a broken document"}]


def test_a_plan_costs_the_same_for_any_number(shop, only_ours, query_counter):
	counts = {}
	shop.many(1)
	for size in (1, 10, 100):
		shop.many(size, recorded=False)
		export_everything(dry_run=True)
		with query_counter() as queries:
			export_everything(dry_run=True)
		counts[size] = len(queries)
	print(counts)
	assert len(set(counts.values())) == 1


def test_a_plan_while_sending_is_off(shop, only_ours, monkeypatch):
	"""It is made all the same, and says what stands in the way; the export itself is refused."""
	monkeypatch.setattr(bulk, "listening_workers", lambda: {"default": 1, "long": 0})
	shop.many(2, recorded=False)
	shop.set(enable=0)
	answer = export_everything(dry_run=True)
	assert answer["products"] == 2
	assert answer["warnings"][0] == "Medusa integration is disabled."
	assert "No worker listens on the queue long" in answer["warnings"][1]
	with pytest.raises(NotConnected):
		export_everything()
	assert shop.tasks() == {"Synced": 1}, "that of their group"


@pytest.mark.contract(25, 29, 94, 96)
def test_everything(shop, only_ours, enqueued, told, monkeypatch):
	"""New ones in batches, changed ones updated, failed ones again;
	unchanged and ignored ones cost no request.
	"""
	monkeypatch.setattr(bulk, "listening_workers", lambda: {"default": 1, "long": 0})
	changed, _same, failed = shop.many(1), shop.many(2), shop.many(1)
	refuse(shop, failed[0])
	shop.drain()
	shop.medusa.clear_faults()
	frappe.db.sql("update `tabWebsite Item` set ranking = 7 where name in %s", [changed])
	ignored = shop.many(1)
	task_states.ignore([shop.task(ignored[0]).name])
	new = shop.many(5, recorded=False)

	answer = export_everything()

	assert answer["to_export"] == len(new) + 2, "what was ignored lacks an id as well"
	assert answer["to_check"] >= 3
	assert "No worker listens on the queue long" in answer["warning"]
	assert [options["batch_index"] for _method, options in enqueued] == [0, 1, 2, 3]
	for _method, options in enqueued:
		api.export_items_batch(options["batch_index"], options["batch_size"])
	posts = len(shop.medusa.sent("POST"))
	shop.drain()
	assert len(shop.medusa.sent("POST")) == posts + 1, "only what has changed"
	assert {shop.task(name).status for name in (*new, *failed, *changed)} == {"Synced"}
	assert shop.task(ignored[0]).status == "Ignored"

	# the person who started it
	assert {user for _event, _message, user in told} == {"Administrator"}
	percents = [message["percent"] for event, message, _user in told if event == progress.EVENT]
	assert percents == sorted(percents) and percents
	event, message, _user = told[-1]
	assert event == "msgprint"
	assert "6 exported, 0 failed, 1 skipped, 0 still to be sent." in message["message"]
	assert shop.setting("last_export") == message["message"]


def test_the_summary_of_a_night(shop, only_ours, enqueued, told):
	"""It is stored, and nobody is told; a save of the form keeps it."""
	names = shop.many(4, recorded=False)
	refuse(shop, names[0])
	api.export_items_and_images_custom()
	for _method, options in enqueued:
		try:
			api.export_items_batch(options["batch_index"], options["batch_size"])
		except Exception as error:
			assert "1 of" in str(error)
	assert told == []
	shop.set(enable=0)
	settings = frappe.get_doc("Medusa Configuration")
	assert "3 exported, 1 failed, 0 skipped, 0 still to be sent." in settings.last_export
	settings.last_export = "something else"
	settings.save()
	assert "3 exported" in frappe.get_doc("Medusa Configuration").last_export


def test_a_batch_without_redis(shop, only_ours, redis_stopped):
	"""How it is going cannot be told; it goes nevertheless."""
	names = shop.many(2, recorded=False)
	progress.begin(2, user="Administrator")
	with redis_stopped():
		assert api.export_items_batch(0, 2) == {"exported": 2, "failed": 0}
	assert shop.created() == dict.fromkeys(names, 1)


def test_nothing_new(shop, only_ours, enqueued):
	shop.many(1)
	shop.drain()
	assert export_everything()["to_export"] == 0
	assert "nothing new to export" in shop.setting("last_export")
	assert enqueued == []


def test_who_may_export(shop, http_server):
	"""POST, and write on Medusa Configuration."""
	url = http_server + PATH
	assert requests.post(url, timeout=300).status_code == 403
	for role in ("Medusa Storefront", "Item Manager"):
		answer = requests.post(url, headers=shop.sign_in(role), json={"dry_run": 1}, timeout=300)
		assert answer.status_code == 403
	headers = shop.sign_in("System Manager")
	assert requests.get(url, headers=headers, timeout=300).status_code == 403
	answer = requests.post(url, headers=headers, json={"dry_run": 1}, timeout=300)
	assert answer.status_code == 200 and "products" in answer.json()["message"]
	shop.set(enable=0)
	assert requests.post(url, headers=headers, timeout=300).status_code == 503
