"""The mean of the ratings on the Website Item, whoever writes reviews at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest

from tests.security.conftest import ask, call, headers  # noqa: F401
from tests.storefront.reviewing import ADDED, PATH, REVIEW, UPDATED, overall, reviews, saying, told

TOGETHER = 20


@pytest.fixture
def say(call, site):  # noqa: F811
	return saying(call, site)


def test_twenty_customers_in_two_processes(visible, quotes, together):
	"""The mean is that of all of them: none has written over another's."""
	item = visible()
	ratings = [1 + number % 5 for number in range(TOGETHER)]
	calls = [
		{"item_code": item.medusa_id, "customer_id": quotes.customer().medusa_id, "rating": rating}
		for rating in ratings
	]
	rounds = together(PATH, *zip(calls[::2], calls[1::2], strict=True))
	assert {outcome.get("answer") for pair in rounds for outcome in pair} == {ADDED}, rounds
	assert len(reviews()) == TOGETHER
	assert overall(item) == 3


def test_one_customer_twenty_times_in_two_processes(visible, buyer, together):
	item = visible()
	wanted = {"item_code": item.medusa_id, "customer_id": buyer, "rating": 4}
	rounds = together(PATH, *[wanted] * (TOGETHER // 2))
	said = [outcome.get("answer") for pair in rounds for outcome in pair]
	assert sorted(said) == [ADDED] + [UPDATED] * (TOGETHER - 1), rounds
	assert len(reviews()) == 1
	assert overall(item) == 4


def test_twenty_over_http(say, visible, quotes):
	item = visible()
	buyers = [quotes.customer().medusa_id for _ in range(TOGETHER)]
	say(item, "cus_unknown", rating=1)  # signs the shop in
	with ThreadPoolExecutor(TOGETHER) as pool:
		said = list(pool.map(lambda at: told(say(item, buyers[at], rating=1 + at % 5)), range(TOGETHER)))
	assert said == [ADDED] * TOGETHER
	assert len(reviews()) == TOGETHER
	assert overall(item) == 3


def test_likes_dislikes_and_the_review_itself_at_once(visible, buyer, together, say):
	"""None of them writes what another has just written."""
	item = visible()
	say(item, buyer, rating=1, review_id="rev_1")
	base = {"item_code": item.medusa_id, "customer_id": buyer, "review_id": "rev_1"}
	likes = [{**base, "likes": number} for number in range(1, 11)]
	dislikes = [{**base, "dislikes": number} for number in range(1, 11)]
	together(PATH, *zip(likes, dislikes, strict=True))
	(row,) = reviews()
	assert (row.likes, row.dislikes) == (10, 10)
	again = [{**base, "rating": 1 + number % 5} for number in range(10)]
	more = [{**base, "likes": number} for number in range(11, 21)]
	together(PATH, *zip(again, more, strict=True))
	(row,) = reviews()
	assert (row.likes, row.dislikes, float(row.rating)) == (20, 10, 1.0)
	assert overall(item) == 5


def test_a_like_waits_for_the_review_that_is_being_changed(visible, buyer, shop, monkeypatch):
	"""Else the change would store the likes that it has read before."""
	from medusa_integration.storefront import reviews as module

	item = visible()
	module.add_review_to_website_item(item.medusa_id, buyer, rating=1, review_id="rev_1")
	frappe.db.commit()
	name, make = reviews()[0].name, module.by_app

	def like():
		frappe.db.sql("set session innodb_lock_wait_timeout = 1")
		with pytest.raises(frappe.QueryTimeoutError):
			frappe.db.set_value(REVIEW, name, "likes", 7, update_modified=False)

	monkeypatch.setattr(module, "by_app", lambda document: shop.elsewhere(like) or make(document))
	assert module.add_review_to_website_item(item.medusa_id, buyer, rating=2) == UPDATED
	frappe.db.commit()


def test_a_moderator_and_customers_at_once(visible, quotes, together, say):
	"""A moderator's transaction began before the customers'; the mean is that of what is left."""
	item = visible()
	for number in range(5):
		say(item, quotes.customer().medusa_id, rating=1, review_id=f"rev_{number}")
	hidden = [{"item_code": None, "hide": row.name} for row in reviews()]
	added = [
		{"item_code": item.medusa_id, "customer_id": quotes.customer().medusa_id, "rating": 5}
		for _ in range(5)
	]
	rounds = together("tests.storefront.test_reviews_at_once.hide_or_say", *zip(hidden, added, strict=True))
	assert all("answer" in outcome for pair in rounds for outcome in pair), rounds
	assert len(reviews(hidden=1)) == len(reviews(hidden=0)) == 5
	assert overall(item) == 5


def hide_or_say(item_code, hide=None, **values):
	"""In a process of its own: what Desk does, or what the shop calls."""
	from medusa_integration import api

	if hide:
		review = frappe.get_doc(REVIEW, hide)
		review.hidden = 1
		review.save()
		return "hidden"
	made = api.add_review_to_website_item.endpoint
	return made.perform(made.read((), {"item_code": item_code, **values}))
