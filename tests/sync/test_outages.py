"""A network or a Medusa that fails: what is tried again, when, and when it is given up."""

from __future__ import annotations

import pytest

from devbench.medusa.simulator import faults
from medusa_integration.api import export_website_item
from medusa_integration.exceptions import SyncFailed
from tests.support.medusa import both_generations
from tests.sync.support import BATCH, PRODUCTS, assert_arrived_once, creates, minutes_from_now


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
def test_an_answer_that_never_came(shop, new_item, fault, give_up):
	"""Medusa has written, but nobody could know: one product, whoever asks again."""
	if fault.hold:
		shop.medusa.on("POST", PRODUCTS, lambda request: creates(request) and give_up(request), "applied")
	shop.medusa.fail("POST", PRODUCTS, fault, only=creates)

	shop.drain()

	assert_arrived_once(shop, new_item)


@both_generations
def test_answers_that_never_come(shop, new_item):
	"""Not in the call itself and not in the next round: the task stays, is due again,
	and makes no second product.
	"""
	plan = shop.medusa.fail("POST", PRODUCTS, faults.lost_answer(), times=None, only=creates)
	shop.medusa.fail("GET", PRODUCTS, faults.hang_up(), times=None)

	shop.drain()

	assert len(shop.medusa.products) == 1
	task = shop.task(new_item)
	assert (task.status, task.attempts) == ("Retrying", 1)
	assert minutes_from_now(task.next_attempt_at) == 1
	assert "may have done it all the same" in task.last_error

	plan.cancel()
	shop.medusa.clear_faults()
	shop.make_due()
	shop.drain()
	assert_arrived_once(shop, new_item)


@both_generations
@pytest.mark.parametrize(
	"fault", [faults.html(200), faults.html(502), faults.hang_up()], ids=["HTML 200", "HTML 502", "hang-up"]
)
def test_nothing_was_done(shop, new_item, fault):
	"""Once, an answer that is none, and nothing was written: it is sent again within the call."""
	shop.medusa.fail("POST", PRODUCTS, fault, only=creates)

	shop.drain()

	assert_arrived_once(shop, new_item)


@both_generations
def test_server_errors_and_then_fine(shop, new_item):
	"""500 three times burns one attempt at the most, the task waits a minute, and is then sent."""
	shop.medusa.fail("POST", PRODUCTS, 500, times=3, only=creates)

	shop.drain()

	task = shop.task(new_item)
	assert (task.status, task.attempts) == ("Retrying", 1)
	assert minutes_from_now(task.next_attempt_at) == 1
	assert task.last_error.startswith(f"Error while exporting Website Item {new_item.name} to Medusa")
	shop.make_due()
	shop.drain()
	assert_arrived_once(shop, new_item)


def test_back_off_until_it_fails_for_good(shop, new_item):
	"""After 1, 5, 30 minutes, 2, 6 and 12 hours, then Failed; Retry gives it all its attempts again."""
	from medusa_integration.api import retry_sync_tasks as retry

	shop.medusa.fail("POST", PRODUCTS, 500, times=None, only=creates)
	waits = []
	for _ in range(6):
		shop.drain()
		waits.append(minutes_from_now(shop.task(new_item).next_attempt_at))
		shop.make_due()
	shop.drain()

	assert waits == [1, 5, 30, 120, 360, 720]
	task = shop.task(new_item)
	assert (task.status, task.attempts, task.next_attempt_at) == ("Failed", 7, None)
	shop.drain()
	assert shop.task(new_item).attempts == 7

	shop.medusa.clear_faults()
	retry(task.name)
	shop.drain()
	assert_arrived_once(shop, new_item)


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


def test_a_short_retry_after_is_waited_for(shop, new_item):
	"""A few seconds are waited for within the call."""
	shop.medusa.fail("POST", BATCH, faults.too_many_requests(2), only=creates)

	shop.drain()

	assert shop.waits == [2.0]
	assert_arrived_once(shop, new_item)


def test_the_host_cannot_be_reached(shop, new_item):
	"""Nothing listens: the task waits, says so in words, and the first round after that sends it."""
	shop.medusa.stop()

	shop.drain()

	task = shop.task(new_item)
	assert (task.status, task.attempts) == ("Retrying", 1)
	assert "connection is refused. Is Medusa running?" in task.last_error
	assert not shop.setting("paused")
	shop.medusa.start()
	shop.make_due()
	shop.drain()
	assert_arrived_once(shop, new_item)


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


def test_the_documented_function_says_why(shop, new_item):
	"""`export_website_item` raises what the task says, and the task stays to be tried again."""
	shop.medusa.fail("POST", PRODUCTS, 500, times=None, only=creates)
	with pytest.raises(SyncFailed, match=f"Error while exporting Website Item {new_item.name} to Medusa"):
		export_website_item(new_item)
	assert shop.task(new_item).status == "Retrying"
