"""What people do in Desk: retry, ignore, sync now, see how it is going; and over HTTP, who may."""

from __future__ import annotations

import frappe
import pytest
import requests
from frappe.utils import add_to_date, now_datetime

from medusa_integration.exceptions import SyncFailed
from medusa_integration.sync.desk_api import sync_health, sync_now

DESK = "medusa_integration.api"


@pytest.fixture
def post(shop, http_server):
	"""`post(role, method, **arguments)` calls as a user of that role: (status, answer).

	No role is a guest.
	"""

	def post(role, method, **arguments):
		url, headers = f"{http_server}/api/method/{method}", shop.sign_in(role) if role else {}
		answer = requests.post(url, json=arguments, headers=headers, timeout=300)
		return answer.status_code, answer.json() if "json" in answer.headers["Content-Type"] else {}

	return post


@pytest.fixture
def failed(shop):
	"""A Website Item whose product Medusa has refused."""
	item = shop.website_item(item_group=shop.exported_group().name)
	shop.medusa.fail("POST", "/admin/products/batch", 400)
	shop.medusa.fail("POST", "/admin/products/batch", 400)
	shop.drain()
	shop.medusa.clear_faults()
	assert shop.task(item).status == "Failed"
	return item


# -- retry, ignore -------------------------------------------------------------------------------------------


def test_retry_over_http(shop, failed, post):
	"""The button *Retry*: due at once, with all attempts; the next round sends it."""
	status, answer = post("Medusa Manager", f"{DESK}.retry_sync_tasks", names=shop.task(failed).name)
	assert (status, answer["message"]) == (200, 1)
	task = shop.task(failed)
	assert (task.status, task.attempts, task.last_error) == ("Pending", 0, None)
	shop.drain()
	assert shop.task(failed).status == "Synced"
	assert shop.product(failed)


def test_ignore_over_http(shop, failed, post):
	"""The button *Ignore*: left alone until the document changes again."""
	status, answer = post("Medusa Manager", f"{DESK}.ignore_sync_tasks", names=[shop.task(failed).name])
	assert (status, answer["message"]) == (200, 1)
	shop.make_due()
	shop.drain()
	assert shop.task(failed).status == "Ignored"
	shop.save(failed, ranking=3)
	shop.drain()
	assert shop.task(failed).status == "Synced"


@pytest.mark.parametrize("method", ["retry", "ignore"])
@pytest.mark.parametrize("role", [None, "Item Manager", "Medusa Storefront"])
def test_others_may_not(shop, failed, post, method, role):
	"""403 for guests, for other roles of Desk, and for the shop's own account."""
	status, _answer = post(role, f"{DESK}.{method}_sync_tasks", names=shop.task(failed).name)
	assert status == 403
	assert shop.task(failed).status == "Failed"


@pytest.mark.parametrize("method", ["retry", "ignore"])
def test_refusals_over_http(shop, failed, post, method):
	"""404 for an unknown task, 409 for one that a worker holds; nothing is changed."""
	assert post("Medusa Manager", f"{DESK}.{method}_sync_tasks", names="nothing")[0] == 404
	name = shop.task(failed).name
	frappe.db.set_value("Medusa Sync Task", name, "status", "In Progress")
	frappe.db.commit()
	assert post("Medusa Manager", f"{DESK}.{method}_sync_tasks", names=[name])[0] == 409
	assert shop.task(failed).status == "In Progress"


# -- sync now ------------------------------------------------------------------------------------------------


def test_sync_now_over_http(shop, failed, post):
	"""Sends this document at once, and answers its task."""
	status, answer = post("Website Manager", f"{DESK}.sync_now", doctype="Website Item", name=failed.name)
	assert status == 200, answer
	assert answer["message"] == {"status": "Synced", "task": shop.task(failed).name}
	assert shop.product(failed)


def test_sync_now_sends_what_medusa_has_already(shop):
	"""A person wants it sent: it is sent, changed or not."""
	item = shop.website_item()
	shop.drain()
	shop.by_hand("POST", f"/admin/products/{shop.product(item)['id']}", title="Changed by hand")
	sync_now("Website Item", item.name)
	assert shop.product(item)["title"] == item.web_item_name


def test_sync_now_needs_write(shop, failed, post):
	"""403 without write permission on the document, 400 for what never goes to Medusa,
	404 for what is not there.
	"""
	arguments = {"doctype": "Website Item", "name": failed.name}
	assert post(None, f"{DESK}.sync_now", **arguments)[0] == 403
	assert post("Medusa Storefront", f"{DESK}.sync_now", **arguments)[0] == 403
	assert post("System Manager", f"{DESK}.sync_now", doctype="ToDo", name="nothing")[0] == 400
	assert post("Website Manager", f"{DESK}.sync_now", doctype="Website Item", name="nothing")[0] == 404
	assert shop.task(failed).status == "Failed"


def test_sync_now_says_why(shop, failed, post):
	"""417 with the task's own sentence."""
	shop.medusa.fail("POST", "/admin/products/batch", 400, times=None)
	status, answer = post("Website Manager", f"{DESK}.sync_now", doctype="Website Item", name=failed.name)
	assert status == 417
	assert shop.task(failed).last_error in answer["_server_messages"].replace('\\\\\\"', '"')


def test_sync_now_while_a_worker_has_it(shop):
	"""Somebody else is sending it: said so, and nothing is sent twice."""
	item = shop.website_item(item_group=shop.exported_group().name)
	raised = []

	def meanwhile():
		try:
			sync_now("Website Item", item.name)
		except SyncFailed as error:
			raised.append(str(error))

	shop.when_creating(lambda: shop.elsewhere(meanwhile))
	shop.drain()
	assert raised == [f"Website Item {item.name} is being sent by another worker."]
	assert len(shop.medusa.products) == 1
	assert shop.task(item).status == "Synced"


# -- health --------------------------------------------------------------------------------------------------


def test_health(shop, failed):
	"""Tasks by status, the age of the oldest that is due, workers."""
	waiting = shop.website_item()
	due = add_to_date(now_datetime(), minutes=-10)
	frappe.db.set_value("Medusa Sync Task", shop.task(waiting).name, "next_attempt_at", due)
	health = sync_health()
	assert health["counts"] == {"Synced": 1, "Failed": 1, "Pending": 1}
	assert 600 <= health["oldest_due_seconds"] <= (now_datetime() - due).total_seconds()
	assert set(health["workers"]) == {"default", "long"}


def test_health_without_work(shop):
	"""Nothing is due: no age."""
	assert sync_health()["oldest_due_seconds"] is None


def test_health_without_redis(shop, redis_stopped):
	"""No queue to be seen: None, and not an error."""
	with redis_stopped():
		assert sync_health()["workers"] is None


def test_health_over_http(shop, post):
	"""Needs read on the tasks."""
	assert post("Medusa Manager", f"{DESK}.sync_health")[0] == 200
	assert post("Item Manager", f"{DESK}.sync_health")[0] == 403
	assert post(None, f"{DESK}.sync_health")[0] == 403
