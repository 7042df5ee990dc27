"""Reviews over HTTP and in Desk, and the mean of the ratings on the Website Item, whoever writes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest

from medusa_integration import shared_cache
from tests.security.conftest import CALLERS, TOKEN, ask, call, headers, is_admitted  # noqa: F401

PATH = "medusa_integration.api.add_review_to_website_item"
REVIEW, TASK = "Website Item Review", "Medusa Sync Task"
ADDED, UPDATED = "Review added successfully", "Review updated successfully"
COUNTED = {"status": "success", "message": "Likes and dislikes updated successfully"}
UNUSABLE = ([], {}, {"like": "%"}, True, "\0", ["x"])
TOGETHER = 20


@pytest.fixture
def say(call, site):  # noqa: F811
	"""`say(item, customer, ...)` as the shop's server."""
	site.set_single("Medusa Configuration", public_rate_limit=100_000)
	frappe.db.commit()

	def say(item, customer_id, who=TOKEN, **values):
		return call(who, PATH, item_code=item.medusa_id, customer_id=customer_id, **values)

	return say


@pytest.fixture
def buyer(quotes):
	return quotes.customer().medusa_id


def told(answer):
	assert answer.status_code == 200, answer.text
	return answer.json()["message"]


def reviews(**filters):
	frappe.db.rollback()
	return frappe.get_all(REVIEW, filters, ["*"], order_by="creation, name")


def overall(item):
	frappe.db.rollback()
	return frappe.db.get_value("Website Item", item.name, "custom_overall_rating")


# -- what --------------------------------------------------------------------------------------------------


def test_a_review_and_another_one_of_the_same_customer(say, visible, buyer):
	item = visible()
	values = {
		"customer_name": "Salma <i>A.</i>",
		"review": "<p>Good</p><script>alert(1)</script><p>3 &lt; 4</p>",
		"review_id": "rev_1",
		"rating": "4",
		"date": "2026-11-21T10:00:00.000Z",
	}
	assert told(say(item, buyer, **values)) == ADDED
	(row,) = reviews()
	assert (row.website_item, row.medusa_customer_id) == (item.name, buyer)
	assert (row.customer_name, row.review) == ("Salma A.", "Good\n3 < 4")
	assert (row.review_id, float(row.rating), str(row.date)) == ("rev_1", 0.8, "2026-11-21")
	assert (row.likes, row.dislikes, row.hidden) == (0, 0, 0)
	assert overall(item) == 4

	assert told(say(item, buyer, review_id="rev_1", likes=3, dislikes=1)) == COUNTED
	assert told(say(item, buyer, rating=1, review="Not so good", likes=0)) == UPDATED
	(again,) = reviews()
	assert (again.name, again.review_id, again.customer_name) == (row.name, "rev_1", "Salma A.")
	assert (again.review, float(again.rating), again.likes, again.dislikes) == ("Not so good", 0.2, 3, 1)
	assert again.date == frappe.utils.getdate()
	assert overall(item) == 1


def test_a_review_without_an_id_gets_one(say, visible, buyer, quotes):
	item = visible()
	assert told(say(item, buyer, rating=5)) == ADDED
	assert told(say(item, quotes.customer().medusa_id, rating=5)) == ADDED
	ids = {row.review_id for row in reviews()}
	assert len(ids) == 2 and all(ids)
	assert told(say(item, buyer, rating=5, review_id="rev_9")) == UPDATED
	assert told(say(item, buyer, review_id="rev_9", likes=1)) == COUNTED


def test_the_mean_of_all(say, visible, quotes):
	item, other = visible(), visible()
	for rating in (5, 4, 4):
		say(item, quotes.customer().medusa_id, rating=rating)
	say(other, quotes.customer().medusa_id, rating=2)
	assert overall(item) == pytest.approx(4.333333, abs=1e-6)
	assert overall(other) == 2


def test_each_counter_by_itself(say, visible, buyer, quotes):
	"""Whose review it is does not matter; what is not sent stays."""
	item, other = visible(), visible()
	say(item, buyer, rating=3, review_id="rev_1")
	modified = reviews()[0].modified
	visitor = quotes.lead().medusa_id
	assert told(say(item, visitor, review_id="rev_1", likes=7)) == COUNTED
	assert told(say(item, visitor, review_id="rev_1", dislikes="2")) == COUNTED
	assert told(say(item, visitor, review_id="rev_1", likes=0, dislikes=None)) == COUNTED
	(row,) = reviews()
	assert (row.likes, row.dislikes, float(row.rating), row.modified) == (0, 2, 0.6, modified)
	for product, review_id in ((item, "rev_2"), (other, "rev_1"), (item, "%")):
		answer = say(product, visitor, review_id=review_id, likes=1)
		assert (answer.status_code, answer.json()["error"]) == (404, "Review not found")


def test_an_id_of_another_review_is_not_taken_over(say, visible, buyer, quotes):
	item, other = visible(), visible()
	say(item, buyer, rating=3, review_id="rev_1", review="mine")
	say(other, buyer, rating=4, review_id="rev_2")
	before = reviews()
	conflict = (409, "Another review has the review_id rev_1.")
	answer = say(item, quotes.customer().medusa_id, rating=5, review_id="rev_1")
	assert (answer.status_code, answer.json()["error"]) == conflict
	answer = say(other, buyer, rating=5, review_id="rev_1")
	assert (answer.status_code, answer.json()["error"]) == conflict
	assert reviews() == before
	assert (overall(item), overall(other)) == (3, 4)


@pytest.mark.parametrize(
	("values", "sentence"),
	[
		({}, "rating is required."),
		({"review": "Good"}, "rating is required."),
		({"review_id": "rev_1"}, "rating is required."),
		({"likes": 1}, "review_id is required."),
		({"rating": 0}, "rating must be between 1 and 5."),
		({"rating": 6}, "rating must be between 1 and 5."),
		({"rating": -1}, "rating must be between 1 and 5."),
		({"rating": 4.5}, "rating must be a whole number."),
		({"rating": "five"}, "rating must be a whole number."),
		({"rating": 10**30}, "rating must be between 1 and 5."),
		({"review_id": "rev_1", "likes": -1}, "likes must be 0 or more."),
		({"review_id": "rev_1", "dislikes": -1}, "dislikes must be 0 or more."),
		({"review_id": "rev_1", "likes": 2**31}, "likes is out of range."),
		({"rating": 5, "date": "yesterday"}, "date is not valid."),
		({"rating": 5, "date": "2026-13-01"}, "date is not valid."),
		({"rating": 5, "customer_name": "x" * 141}, "customer_name is too long."),
		({"rating": 5, "review": "x" * 2001}, "review is too long."),
		({"rating": 5, "review_id": "x" * 141}, "review_id is too long."),
	],
)
def test_what_is_no_review(say, visible, buyer, values, sentence):
	item = visible()
	before = frappe.db.count("Error Log")
	answer = say(item, buyer, **values)
	assert (answer.status_code, answer.json()["error"]) == (400, sentence)
	assert reviews() == []
	assert overall(item) == 0
	assert frappe.db.count("Error Log") == before


def test_odd_values_leave_nothing(call, say, visible, buyer):  # noqa: F811
	item = visible()
	values = {"item_code": item.medusa_id, "customer_id": buyer, "review_id": "rev_1", "rating": 5}
	values |= {"customer_name": "S", "review": "R", "date": "2026-11-21", "likes": 1, "dislikes": 1}
	before = frappe.db.count("Error Log")
	for field in values:
		for value in UNUSABLE:
			answer = call(TOKEN, PATH, **{**values, field: value})
			assert answer.status_code == 400, (field, value, answer.text)
			assert answer.json()["error"].startswith(f"{field} "), (field, value, answer.text)
	assert reviews() == []
	assert frappe.db.count("Error Log") == before


def test_what_is_not_there(call, say, visible, buyer):  # noqa: F811
	item, unpublished = visible(), visible()
	unpublished.db_set("published", 0)
	frappe.db.commit()
	answer = say(item, "cus_unknown", rating=5)
	assert (answer.status_code, answer.json()["error"]) == (404, "Customer not found.")
	answer = say(unpublished, buyer, rating=5)
	assert (answer.status_code, answer.json()["error"]) == (404, "Item not found")
	for code in ("%", item.name, "prod' or 1=1 -- "):
		answer = call(TOKEN, PATH, item_code=code, customer_id=buyer, rating=5)
		assert (answer.status_code, answer.json()["error"]) == (404, "Item not found")
	assert reviews() == []


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("is_open", [0, 1])
def test_who_may(say, visible, buyer, site, who, is_open):
	site.set_single("Medusa Configuration", allow_guest_storefront_calls=is_open)
	frappe.db.commit()
	item = visible()
	admitted = is_admitted(say(item, buyer, who, rating=5), who, is_open=is_open)
	assert len(reviews()) == int(admitted)


def test_get_is_refused(ask, visible, buyer):  # noqa: F811
	item = visible()
	query = f"item_code={item.medusa_id}&customer_id={buyer}&rating=5"
	assert ask(TOKEN, "GET", f"method/{PATH}?{query}").status_code == 403
	assert reviews() == []


# -- what else is written ----------------------------------------------------------------------------------


@pytest.mark.contract(97)
def test_nothing_of_the_website_item_but_its_rating(say, visible, buyer, shop):
	"""Not sent to Medusa, no version, `modified` as it was."""
	item = visible()
	shop.drain()
	frappe.db.rollback()
	item.reload()
	before = frappe.db.get_value("Website Item", item.name, "*", as_dict=True)
	tasks = frappe.get_all(TASK, fields=["*"], order_by="name")
	requests = len(shop.medusa.requests)
	assert told(say(item, buyer, rating=4, review_id="rev_1")) == ADDED
	assert told(say(item, buyer, review_id="rev_1", likes=1)) == COUNTED
	assert told(say(item, buyer, rating=2)) == UPDATED
	shop.drain()
	frappe.db.rollback()
	after = frappe.db.get_value("Website Item", item.name, "*", as_dict=True)
	assert after == {**before, "custom_overall_rating": 2}
	assert frappe.get_all(TASK, fields=["*"], order_by="name") == tasks
	assert frappe.get_all("Version", {"ref_doctype": "Website Item", "docname": item.name}) == []
	assert len(shop.medusa.requests) == requests


def test_a_form_that_was_open_keeps_the_rating(say, visible, buyer):
	"""Whoever saves the Website Item then has loaded it before."""
	item = visible()
	loaded = frappe.get_doc("Website Item", item.name)
	say(item, buyer, rating=4)
	frappe.db.rollback()
	loaded.ranking = 5
	loaded.save()
	frappe.db.commit()
	assert overall(item) == 4


def test_lists_of_the_shop_are_made_anew_when_the_rating_has_changed(say, visible, buyer):
	item = visible()
	computed = []

	def ask_for_it():
		frappe.db.rollback()
		# as in a request of its own
		frappe.local.cache.clear()
		shared_cache.shared(("a list", item.name), lambda: computed.append(overall(item)))

	ask_for_it()
	assert told(say(item, buyer, rating=4, review_id="rev_1")) == ADDED
	ask_for_it()
	assert told(say(item, buyer, review_id="rev_1", likes=9)) == COUNTED
	assert told(say(item, buyer, rating=4, review="still good")) == UPDATED
	ask_for_it()
	assert computed == [0, 4]


def test_number_of_statements(visible, quotes, query_counter):
	"""The same, however many reviews the product has."""
	from medusa_integration.storefront.reviews import add_review_to_website_item as say

	item, counts = visible(), []
	# what Frappe looks up once in a process
	say(item.medusa_id, quotes.customer().medusa_id, rating=3)
	for size in (1, 10, 100):
		for number in range(size):
			row = {"website_item": item.name, "medusa_customer_id": f"cus_{size}_{number}", "rating": 0.6}
			frappe.get_doc({"doctype": REVIEW, "name": f"r {size} {number}", **row}).db_insert()
		buyer = quotes.customer().medusa_id
		with query_counter() as first:
			assert say(item.medusa_id, buyer, rating=3, review_id=f"rev_{size}") == ADDED
		with query_counter() as again:
			assert say(item.medusa_id, buyer, rating=3) == UPDATED
		with query_counter() as counters:
			assert say(item.medusa_id, buyer, review_id=f"rev_{size}", likes=3) == COUNTED
		counts.append((len(first), len(again), len(counters)))
	assert counts[0] == counts[1] == counts[2], counts
	assert counts[0][2] == 4


# -- Desk --------------------------------------------------------------------------------------------------


def desk_answer(answer):
	assert answer.status_code in (200, 202), answer.text


@pytest.mark.parametrize("who", ["medusa manager", "system manager"])
def test_a_moderator_hides_shows_and_deletes(say, visible, quotes, ask, shop, who):  # noqa: F811
	item = visible()
	names = []
	for number, rating in enumerate((5, 1, 3)):
		say(item, quotes.customer().medusa_id, rating=rating, review_id=f"rev_{number}")
	names = [row.name for row in reviews()]
	assert overall(item) == 3
	frappe.db.rollback()
	before = frappe.db.get_value("Website Item", item.name, "*", as_dict=True)
	tasks = frappe.get_all(TASK, fields=["*"], order_by="name")
	at = [f"resource/{REVIEW}/{name}" for name in names]
	desk_answer(ask(who, "PUT", at[1], {"hidden": 1}))
	assert overall(item) == 4
	desk_answer(ask(who, "PUT", at[1], {"hidden": 0}))
	assert overall(item) == 3
	desk_answer(ask(who, "DELETE", at[0]))
	assert overall(item) == 2
	items = frappe.as_json([names[1]])
	desk_answer(
		ask(who, "POST", "method/frappe.desk.reportview.delete_items", {"doctype": REVIEW, "items": items})
	)
	assert overall(item) == 3
	desk_answer(ask(who, "PUT", at[2], {"hidden": 1}))
	assert overall(item) == 0
	frappe.db.rollback()
	after = frappe.db.get_value("Website Item", item.name, "*", as_dict=True)
	assert after == {**before, "custom_overall_rating": 0}
	assert frappe.get_all(TASK, fields=["*"], order_by="name") == tasks


def test_a_hidden_review_stays_hidden(say, visible, buyer, ask):  # noqa: F811
	"""Whatever its customer sends."""
	item = visible()
	say(item, buyer, rating=5, review_id="rev_1")
	(row,) = reviews()
	ask("medusa manager", "PUT", f"resource/{REVIEW}/{row.name}", {"hidden": 1})
	assert told(say(item, buyer, rating=4, hidden=0, review="again")) == UPDATED
	assert told(say(item, buyer, review_id="rev_1", likes=2)) == COUNTED
	(row,) = reviews()
	assert (row.hidden, row.review, row.likes) == (1, "again", 2)
	assert overall(item) == 0


def test_nobody_writes_what_a_customer_has_said(say, visible, buyer, ask, quotes):  # noqa: F811
	"""No form, REST call or list edit; and nobody makes one up."""
	item, other = visible(), visible()
	say(item, buyer, rating=2, review_id="rev_1", review="bad", customer_name="Salma")
	before = reviews()
	at = f"resource/{REVIEW}/{before[0].name}"
	new = {"website_item": other.name, "medusa_customer_id": buyer, "rating": 1, "review_id": "rev_2"}
	changed = {"rating": 1, "review": "good", "customer_name": "X", "likes": 99, "review_id": "rev_3"}
	changed |= {"website_item": other.name, "medusa_customer_id": "cus_9", "date": "2020-01-01"}
	kept = ("modified", "modified_by")
	for who in CALLERS:
		assert ask(who, "POST", f"resource/{REVIEW}", new).status_code == 403, who
		answer = ask(who, "PUT", at, changed)
		admitted = who in ("medusa manager", "system manager", "administrator")
		assert answer.status_code == (200 if admitted else 403), (who, answer.text)
		ask(
			who,
			"POST",
			"method/frappe.client.set_value",
			{"doctype": REVIEW, "name": before[0].name, "fieldname": changed},
		)
		ask(who, "POST", f"resource/{REVIEW}/{before[0].name}", {"run_method": "rename", "name": "other"})
		now = [
			{**row, **{field: old[field] for field in kept}}
			for row, old in zip(reviews(), before, strict=True)
		]
		assert now == before, who
		if who not in ("medusa manager", "system manager", "administrator"):
			assert ask(who, "DELETE", at).status_code == 403, who
			assert ask(who, "GET", at).status_code == 403, who
	assert (overall(item), overall(other)) == (2, 0)


# -- at the same moment ------------------------------------------------------------------------------------


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
	rounds = together("tests.storefront.test_reviews.hide_or_say", *zip(hidden, added, strict=True))
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
