"""A network that fails, a Medusa that refuses, settings that are wrong: what is tried again,
what is given up, what pauses.
"""

from __future__ import annotations

import json
from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime
from frappe.utils.password import set_encrypted_password

from devbench.medusa.simulator import faults
from medusa_integration.api import export_website_item
from medusa_integration.exceptions import SyncFailed
from medusa_integration.medusa.errors import ServerError
from medusa_integration.medusa_integration.doctype.medusa_configuration import buttons
from medusa_integration.sync import connection, worker
from tests.support.shop import SETTINGS

both_generations = pytest.mark.parametrize("generation", ["v1", "v2"])
BATCH = "/admin/products/batch"
PRODUCTS = "/admin/products*"


@pytest.fixture
def item(shop):
	"""A Website Item whose group Medusa has already."""
	return shop.website_item(item_group=shop.exported_group().name)


def creates(request):
	return b'"website_item"' in request.raw


def minutes_from_now(moment):
	return round((moment - now_datetime()) / timedelta(minutes=1))


def assert_arrived_once(shop, item):
	assert len(shop.medusa.products) == 1
	assert shop.value(item, "medusa_id") == shop.medusa.products[0]["id"]
	assert shop.value(item, "medusa_variant_id") == shop.medusa.products[0]["variants"][0]["id"]
	assert len(shop.medusa.products[0]["variants"]) == 1
	task = shop.task(item)
	assert (task.status, task.attempts, task.last_error) == ("Synced", 0, None)


# -- unknown outcomes ----------------------------------------------------------------------------------------


@both_generations
@pytest.mark.parametrize(
	"fault",
	[
		faults.lost_answer(),
		faults.broken_off(),
		faults.truncated(),
		faults.empty(),
		faults.html(200, applied=True),
		faults.html(502, applied=True),
		faults.late_answer(3600),
	],
	ids=["lost", "broken off", "truncated", "empty", "HTML 200", "HTML 502", "time-out"],
)
def test_an_answer_that_never_came(shop, item, fault, give_up):
	"""Medusa has written, but nobody could know: one product, whoever asks again."""
	if fault.hold:
		shop.medusa.on("POST", PRODUCTS, lambda request: creates(request) and give_up(request), "applied")
	shop.medusa.fail("POST", PRODUCTS, fault, only=creates)

	shop.drain()

	assert_arrived_once(shop, item)


@both_generations
def test_answers_that_never_come(shop, item):
	"""Not in the call itself and not in the next round: the task stays, is due again,
	and makes no second product.
	"""
	plan = shop.medusa.fail("POST", PRODUCTS, faults.lost_answer(), times=None, only=creates)
	shop.medusa.fail("GET", PRODUCTS, faults.hang_up(), times=None)

	shop.drain()

	assert len(shop.medusa.products) == 1
	task = shop.task(item)
	assert (task.status, task.attempts) == ("Retrying", 1)
	assert minutes_from_now(task.next_attempt_at) == 1
	assert "may have done it all the same" in task.last_error

	plan.cancel()
	shop.medusa.clear_faults()
	shop.make_due()
	shop.drain()
	assert_arrived_once(shop, item)


@both_generations
@pytest.mark.parametrize(
	"fault", [faults.html(200), faults.html(502), faults.hang_up()], ids=["HTML 200", "HTML 502", "hang-up"]
)
def test_nothing_was_done(shop, item, fault):
	"""Once, an answer that is none, and nothing was written: it is sent again within the call."""
	shop.medusa.fail("POST", PRODUCTS, fault, only=creates)

	shop.drain()

	assert_arrived_once(shop, item)


# -- tried again later ---------------------------------------------------------------------------------------


@both_generations
def test_server_errors_and_then_fine(shop, item):
	"""500 three times burns one attempt at the most, the task waits a minute, and is then sent."""
	shop.medusa.fail("POST", PRODUCTS, 500, times=3, only=creates)

	shop.drain()

	task = shop.task(item)
	assert (task.status, task.attempts) == ("Retrying", 1)
	assert minutes_from_now(task.next_attempt_at) == 1
	assert task.last_error.startswith(f"Error while exporting Website Item {item.name} to Medusa")
	shop.make_due()
	shop.drain()
	assert_arrived_once(shop, item)


def test_back_off_until_it_fails_for_good(shop, item):
	"""After 1, 5, 30 minutes, 2, 6 and 12 hours, then Failed; Retry gives it all its attempts again."""
	from medusa_integration.api import retry_sync_tasks as retry

	shop.medusa.fail("POST", PRODUCTS, 500, times=None, only=creates)
	waits = []
	for _ in range(6):
		shop.drain()
		waits.append(minutes_from_now(shop.task(item).next_attempt_at))
		shop.make_due()
	shop.drain()

	assert waits == [1, 5, 30, 120, 360, 720]
	task = shop.task(item)
	assert (task.status, task.attempts, task.next_attempt_at) == ("Failed", 7, None)
	shop.drain()
	assert shop.task(item).attempts == 7

	shop.medusa.clear_faults()
	retry(task.name)
	shop.drain()
	assert_arrived_once(shop, item)


@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
def test_too_many_requests(shop, as_date):
	"""429 with a long Retry-After ends the round; nothing is tried before that time,
	what was not tried loses nothing.
	"""
	names = shop.many(150)
	fault = faults.too_many_requests(20 * 60, as_date=as_date)
	shop.medusa.fail("POST", BATCH, fault, times=None, only=creates)

	shop.drain()

	assert len([request for request in shop.medusa.sent("POST", BATCH) if creates(request)]) == 1
	tasks = [shop.task(name) for name in names]
	tried = [task for task in tasks if task.attempts]
	assert len(tried) == 100
	assert {task.status for task in tried} == {"Retrying"}
	assert {minutes_from_now(task.next_attempt_at) for task in tried} <= {19, 20}
	assert {task.status for task in tasks if not task.attempts} == {"Pending"}

	shop.medusa.clear_faults()
	shop.make_due()
	shop.drain()
	assert shop.tasks() == {"Synced": 151}
	assert len(shop.medusa.products) == 150


def test_a_short_retry_after_is_waited_for(shop, item):
	"""A few seconds are waited for within the call."""
	shop.medusa.fail("POST", BATCH, faults.too_many_requests(2), only=creates)

	shop.drain()

	assert shop.waits == [2.0]
	assert_arrived_once(shop, item)


def test_the_host_cannot_be_reached(shop, item):
	"""Nothing listens: the task waits, says so in words, and the first round after that sends it."""
	shop.medusa.stop()

	shop.drain()

	task = shop.task(item)
	assert (task.status, task.attempts) == ("Retrying", 1)
	assert "connection is refused. Is Medusa running?" in task.last_error
	assert not shop.setting("paused")
	shop.medusa.start()
	shop.make_due()
	shop.drain()
	assert_arrived_once(shop, item)


def test_the_host_cannot_be_reached_before_anything_is_known_of_it(shop):
	"""The same at the very first contact, when not even the generation is known."""
	item = shop.website_item()
	shop.medusa.stop()
	shop.drain()
	group = shop.task(item.item_group, "Item Group")
	assert (shop.task(item).status, group.status) == ("Waiting", "Retrying")
	shop.medusa.start()
	shop.make_due()

	shop.drain()

	assert_arrived_once(shop, item)


# -- one spoils, the others arrive ---------------------------------------------------------------------------


@both_generations
def test_one_bad_row_in_fifty(shop):
	"""49 arrive, the one that Medusa refuses is Failed at once, with Medusa's own words."""
	names = shop.many(50)
	bad = names[17]
	refusal = json.dumps({"type": "invalid_data", "message": "The ranking is out of this world"}).encode()
	shop.medusa.fail(
		"POST",
		PRODUCTS,
		faults.status(400, body=refusal),
		times=None,
		only=lambda request: creates(request) and bad.encode() in request.raw,
	)

	shop.drain()

	assert len(shop.medusa.products) == 49
	assert shop.tasks() == {"Synced": 50, "Failed": 1}
	task = shop.task(bad)
	assert (task.status, task.attempts, task.next_attempt_at) == ("Failed", 1, None)
	assert task.last_error == (
		f"Error while exporting Website Item {bad} to Medusa: "
		"Medusa refuses it (400): The ranking is out of this world"
	)


def test_one_deletion_that_breaks_medusa(shop, monkeypatch):
	"""A server error names nobody: fewer share a call each time,
	and the one that breaks it takes no other with it.
	"""
	from medusa_integration.catalogue.product.exporter import ProductExporter

	names = shop.many(6)
	shop.drain()
	for name in names:
		frappe.delete_doc("Website Item", name)
	frappe.db.commit()
	delete = ProductExporter.delete

	def breaks(lane, medusa, tasks):
		if any(task.docname == names[2] for task in tasks):
			raise ServerError("Something went wrong in Medusa", status=500, body={"message": "poison"})
		return delete(lane, medusa, tasks)

	monkeypatch.setattr(ProductExporter, "delete", breaks)
	for _ in range(8):
		shop.drain()
		shop.make_due()

	assert shop.task(names[2]).status == "Failed"
	assert {shop.task(name).status for name in names if name != names[2]} == {"Synced"}
	assert [one["metadata"]["website_item"] for one in shop.medusa.products] == [names[2]]


def test_a_body_that_is_too_large(shop):
	"""413 halves the batch until it goes through; all arrive."""
	names = shop.many(40)
	shop.medusa.fail(
		"POST",
		BATCH,
		faults.too_large(),
		times=None,
		only=lambda request: len((request.body or {}).get("create") or ()) > 12,
	)

	shop.drain()

	assert shop.tasks() == {"Synced": 41}
	assert len(shop.medusa.products) == len(names)


def test_a_document_that_cannot_be_mapped(shop, monkeypatch):
	"""One row makes our own mapping raise: it fails alone, and names the Error Log row; the others arrive."""
	from medusa_integration.catalogue.product import mapping

	names = shop.many(5)
	product = mapping.product

	def raises(row, **details):
		if row["name"] == names[2]:
			raise ZeroDivisionError("poison")
		return product(row, **details)

	monkeypatch.setattr(mapping, "product", raises)
	shop.drain()

	assert shop.tasks() == {"Synced": 5, "Failed": 1}
	task = shop.task(names[2])
	reference = frappe.get_last_doc("Error Log")
	assert reference.name in task.last_error
	assert "ZeroDivisionError: poison" in reference.error


def test_a_document_that_breaks_the_sending(shop, monkeypatch):
	"""A fault of ours while sending fails only the document that it is about,
	however many shared its chunk.
	"""
	from medusa_integration.catalogue.product.exporter import ProductExporter

	names = shop.many(5)
	save = ProductExporter.save

	def raises(exporter, medusa, works, found, *, look_up):
		if any(work.task.docname == names[2] for work in works):
			raise ZeroDivisionError("poison")
		return save(exporter, medusa, works, found, look_up=look_up)

	monkeypatch.setattr(ProductExporter, "save", raises)
	for _ in range(8):
		shop.drain()
		shop.make_due()

	assert shop.tasks() == {"Synced": 5, "Failed": 1}
	task = shop.task(names[2])
	assert frappe.db.exists("Error Log", task.last_error.split()[-1].strip("."))


def test_an_answer_that_cannot_be_stored(shop, monkeypatch):
	"""Medusa's ids cannot be stored for one: it fails alone and is found again on Retry;
	the others keep their ids.
	"""
	from medusa_integration.catalogue.product.exporter import ProductExporter
	from medusa_integration.sync import task_states

	names = shop.many(3)
	store = ProductExporter.store

	def raises(lane, sent):
		if any(one.work.task.docname == names[1] for one in sent):
			raise frappe.UniqueValidationError("somebody has this id")
		store(lane, sent)

	monkeypatch.setattr(ProductExporter, "store", raises)
	shop.drain()

	assert shop.tasks() == {"Synced": 3, "Failed": 1}
	assert frappe.db.get_value("Website Item", names[2], "medusa_id") == shop.product(names[2])["id"]
	task = shop.task(names[1])
	error_log = task.last_error.removeprefix("Internal error. Reference: ")
	assert "somebody has this id" in frappe.db.get_value("Error Log", error_log, "error")

	monkeypatch.setattr(ProductExporter, "store", store)
	task_states.retry([task.name])
	shop.drain()
	assert shop.tasks() == {"Synced": 4}
	assert len(shop.medusa.products) == 3


@pytest.fixture
def clients(monkeypatch):
	"""Every client that was opened for the site."""
	opened, open_medusa = [], connection.open_medusa

	def noted(log):
		opened.append(open_medusa(log))
		return opened[-1]

	monkeypatch.setattr(connection, "open_medusa", noted)
	return opened


@pytest.mark.parametrize("what", ["a round", "a broken round", "a look at the server"])
def test_no_connection_is_left_open(shop, item, clients, monkeypatch, what):
	"""A web server's process lives for months: whoever opened connections to Medusa closes them,
	also after an error.
	"""
	if what == "a look at the server":
		assert buttons.test_connection()["ok"]
	elif what == "a round":
		shop.drain()
	else:
		monkeypatch.setattr(worker.Worker, "_settle", lambda *_: 1 / 0)
		with pytest.raises(ZeroDivisionError):
			shop.drain()

	assert len(clients) == 1
	assert shop.medusa.requests
	assert [
		len(kept.poolmanager.pools)
		for kept in clients[0].medusa.session._transport._session.adapters.values()
	] == [
		0,
		0,
	]


def test_what_is_learned_locks_nothing_while_medusa_works(shop, item):
	"""With a key there is no signing in that commits:
	another worker that learns the same need not wait for an answer.
	"""
	set_encrypted_password(SETTINGS, SETTINGS, shop.medusa.secret_key, "secret_api_key")
	shop.set(learned_version=None, learned_extras=None)

	def learn():
		frappe.db.sql("SET SESSION innodb_lock_wait_timeout = 60")
		for field, value in (("learned_version", "v2"), ("learned_extras", "properties")):
			frappe.db.set_single_value(SETTINGS, field, value, update_modified=False)
		frappe.db.commit()
		learned.append(True)

	learned = []
	shop.when_creating(lambda: shop.elsewhere(learn))
	shop.drain()

	assert learned
	assert_arrived_once(shop, item)


# -- signing in ----------------------------------------------------------------------------------------------


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


def test_resume(shop, item):
	"""The button Resume ends a pause."""
	shop.set(paused=1, pause_reason="The password is wrong.")
	shop.drain()
	assert shop.medusa.products == []
	with pytest.raises(frappe.ValidationError, match="paused: The password is wrong"):
		export_website_item_now(item)

	buttons.resume()
	frappe.db.commit()
	shop.drain()

	assert_arrived_once(shop, item)


def export_website_item_now(item):
	from medusa_integration.sync.desk_api import sync_now

	sync_now("Website Item", item.name)


def test_an_address_where_no_medusa_is(shop, item):
	"""Somebody else answers there: paused with the reason, no attempt lost."""
	shop.set(learned_version=None, url=f"{shop.medusa.url}/shop")

	shop.drain()

	assert "not as Medusa's API does" in shop.setting("pause_reason")
	task = shop.task(item)
	assert (task.status, task.attempts) == ("Pending", 0)


# -- whose answer it is --------------------------------------------------------------------------------------


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


def test_a_firewall_is_named_in_the_task_and_its_page_is_not_kept(shop, item):
	shop.medusa.fail("*", "/admin/products*", faults.firewall(), times=None)
	shop.drain()
	assert shop.task(item).last_error.endswith(
		f"It was not Medusa at {shop.medusa.url} that answered (403). "
		'It seems to be the page "Attention Required! | Cloudflare" of the server cloudflare.'
	)
	refused = [row for row in shop.log() if row.status_code == 403]
	assert refused and all("blocked" not in f"{row.response} {row.error}" for row in refused)


def test_a_firewall_before_anything_is_known_of_the_server(shop, item):
	"""The probe meets it: that pauses nothing either."""
	shop.set(learned_version=None)
	plan = shop.medusa.fail("*", "*", faults.firewall(), times=None)
	shop.drain()
	assert not shop.setting("paused") and shop.task(item).status == "Retrying"
	plan.cancel()
	shop.make_due()
	shop.drain()
	assert_arrived_once(shop, item)


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


# -- switched off --------------------------------------------------------------------------------------------


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


def test_the_documented_function_says_why(shop, item):
	"""`export_website_item` raises what the task says, and the task stays to be tried again."""
	shop.medusa.fail("POST", PRODUCTS, 500, times=None, only=creates)
	with pytest.raises(SyncFailed, match=f"Error while exporting Website Item {item.name} to Medusa"):
		export_website_item(item)
	assert shop.task(item).status == "Retrying"
