"""Reviews over HTTP: what is stored, who may, what is refused, and what they cost."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import shared_cache
from tests.security.conftest import CALLERS, TOKEN, ask, call, headers, is_admitted  # noqa: F401
from tests.storefront.reviewing import ADDED, COUNTED, PATH, REVIEW, UPDATED, overall, reviews, saying, told

UNUSABLE = ([], {}, {"like": "%"}, True, "\0", ["x"])


@pytest.fixture
def say(call, site):  # noqa: F811
	return saying(call, site)


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
