"""Wrong passwords, addresses, permissions and firewalls: what pauses all sending, and what ends a pause."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration.medusa_integration.doctype.medusa_configuration import buttons
from tests.support.medusa import both_generations
from tests.sync.support import BATCH, assert_arrived_once


def sign_ins(shop):
	paths = ("/auth/user/emailpass", "/admin/auth/token")
	return [
		request
		for request in shop.medusa.requests
		if request.path in paths and (request.body or {}).get("password")
	]


@both_generations
def test_the_token_ends_in_the_middle_of_a_run(shop):
	"""401: signed in anew once, and the run goes on without any document noticing."""
	shop.many(150)
	shop.when_creating(shop.medusa.revoke_tokens, after=1)
	before = len(sign_ins(shop))

	shop.drain()

	assert len(sign_ins(shop)) == before + 1
	assert shop.tasks() == {"Synced": 151}
	assert len(shop.medusa.products) == 150


@both_generations
def test_a_wrong_password(shop):
	"""One attempt to sign in, then everything pauses and says so; no task loses an attempt; put right,
	all is sent.
	"""
	names = shop.many(3)
	shop.medusa.revoke_tokens()
	right = shop.medusa.password
	shop.medusa.change_password()
	before = len(sign_ins(shop))

	shop.drain()

	assert len(sign_ins(shop)) == before + 1
	assert shop.setting("paused")
	assert "does not accept this e-mail address and password" in shop.setting("pause_reason")
	assert {(shop.task(name).status, shop.task(name).attempts) for name in names} == {("Pending", 0)}
	requests = len(shop.medusa.requests)
	shop.drain()
	assert len(shop.medusa.requests) == requests, "while it is paused, nobody is called"
	shop.save(frappe.get_doc("Website Item", names[0]), ranking=3)
	assert shop.task(names[0]).status == "Pending", "recording goes on"

	answer = buttons.test_connection()
	frappe.db.commit()
	assert not answer["ok"]
	assert shop.setting("paused")

	shop.medusa.change_password(right)
	assert buttons.test_connection()["ok"]
	frappe.db.commit()
	shop.drain()

	assert not shop.setting("paused")
	assert shop.tasks() == {"Synced": 4}
	assert len(shop.medusa.products) == 3


def test_resume(shop, new_item):
	"""The button Resume ends a pause."""
	shop.set(paused=1, pause_reason="The password is wrong.")
	shop.drain()
	assert shop.medusa.products == []
	with pytest.raises(frappe.ValidationError, match="paused: The password is wrong"):
		export_website_item_now(new_item)

	buttons.resume()
	frappe.db.commit()
	shop.drain()

	assert_arrived_once(shop, new_item)


def export_website_item_now(new_item):
	from medusa_integration.sync.desk_api import sync_now

	sync_now("Website Item", new_item.name)


def test_an_address_where_no_medusa_is(shop, new_item):
	"""Somebody else answers there: paused with the reason, no attempt lost."""
	shop.set(learned_version=None, url=f"{shop.medusa.url}/shop")

	shop.drain()

	assert "not as Medusa's API does" in shop.setting("pause_reason")
	task = shop.task(new_item)
	assert (task.status, task.attempts) == ("Pending", 0)


@both_generations
@pytest.mark.parametrize(
	"fault",
	[
		faults.firewall(),
		faults.firewall(200),
		faults.firewall(404),
		faults.html(401),
		faults.answer(b'{"message": "Forbidden"}', 403),
		faults.deep(),
		faults.answer(b'{"products": [], "product": {"id": "' + b"x" * 141 + b'"}}'),
		faults.answer(b'["product"]'),
		faults.answer(b'{"product": "gloves", "created": 3}'),
	],
	ids=["403", "200", "404", "401 HTML", "403 JSON", "too deep", "an id", "a list", "another shape"],
)
def test_an_answer_that_is_not_medusas_ends_no_task(shop, fault):
	"""One round of it: nothing is Failed, nothing is paused, and all arrives once it is gone."""
	shop.drain()
	items = [shop.website_item(item_group=shop.exported_group().name) for _ in range(6)]
	plan = shop.medusa.fail("*", "/admin/*", fault, times=None)
	shop.drain()
	assert not shop.setting("paused")
	states = {shop.task(item).status for item in items}
	assert states <= {"Retrying", "Pending"} and "Retrying" in states
	plan.cancel()
	shop.make_due()
	shop.drain()
	assert [shop.task(item).status for item in items] == ["Synced"] * 6
	assert len(shop.medusa.products) == 6


def test_a_firewall_is_named_in_the_task_and_its_page_is_not_kept(shop, new_item):
	shop.medusa.fail("*", "/admin/products*", faults.firewall(), times=None)
	shop.drain()
	assert shop.task(new_item).last_error.endswith(
		f"It was not Medusa at {shop.medusa.url} that answered (403). "
		'It seems to be the page "Attention Required! | Cloudflare" of the server cloudflare.'
	)
	refused = [row for row in shop.log() if row.status_code == 403]
	assert refused and all("blocked" not in f"{row.response} {row.error}" for row in refused)


def test_a_firewall_before_anything_is_known_of_the_server(shop, new_item):
	"""The probe meets it: that pauses nothing either."""
	shop.set(learned_version=None)
	plan = shop.medusa.fail("*", "*", faults.firewall(), times=None)
	shop.drain()
	assert not shop.setting("paused") and shop.task(new_item).status == "Retrying"
	plan.cancel()
	shop.make_due()
	shop.drain()
	assert_arrived_once(shop, new_item)


def test_a_permission_that_is_missing_pauses_and_is_named(shop):
	"""Role-based access of v2: no task fails, and once the role is there a new token brings it."""
	group = shop.exported_group().name
	items = [shop.website_item(item_group=group) for _ in range(3)]
	plan = shop.medusa.fail("POST", BATCH, faults.forbidden("product:create"), times=None)
	shop.drain()
	assert shop.setting("paused")
	assert "Insufficient permissions. Required policies: product:create." in shop.setting("pause_reason")
	assert {(shop.task(item).status, shop.task(item).attempts) for item in items} == {("Pending", 0)}
	plan.cancel()
	sign_ins = len(shop.medusa.sent("POST", "/auth/user/emailpass"))
	buttons.resume()
	frappe.db.commit()
	shop.drain()
	# what a user may do stands in the token, as it was when that was made
	assert len(shop.medusa.sent("POST", "/auth/user/emailpass")) == sign_ins + 1
	assert [shop.task(item).status for item in items] == ["Synced"] * 3


def test_switched_off_in_the_middle_of_a_run(shop):
	"""Whoever turns the integration off need not wait for the running round to end."""
	shop.many(250)

	def turn_off():
		frappe.db.set_single_value("Medusa Configuration", "enable", 0)
		frappe.db.commit()

	shop.when_creating(lambda: shop.elsewhere(turn_off))
	shop.drain()

	assert len(shop.medusa.products) == 100
	assert shop.tasks() == {"Synced": 101, "Pending": 150}


def test_paused_by_another_worker(shop):
	"""A round stops when another one has found the password wrong."""
	from medusa_integration.sync import connection

	shop.many(250)

	def pause():
		connection.pause("The password is wrong.")
		frappe.db.commit()

	shop.when_creating(lambda: shop.elsewhere(pause))
	shop.drain()

	assert len(shop.medusa.products) == 100
