"""Reviews in Desk: a moderator hides, shows and deletes them, and nobody writes them."""

from __future__ import annotations

import frappe
import pytest

from tests.security.conftest import CALLERS, ask, call, headers  # noqa: F401
from tests.storefront.reviewing import ADDED, COUNTED, REVIEW, TASK, UPDATED, overall, reviews, saying, told


@pytest.fixture
def say(call, site):  # noqa: F811
	return saying(call, site)


@pytest.mark.contract(97)
def test_nothing_of_the_website_item_but_its_rating(say, visible, buyer, shop):
	"""Not sent to Medusa, no version, `modified` as it was."""
	item = visible()
	with shop.keeps(item, custom_overall_rating=2):
		assert told(say(item, buyer, rating=4, review_id="rev_1")) == ADDED
		assert told(say(item, buyer, review_id="rev_1", likes=1)) == COUNTED
		assert told(say(item, buyer, rating=2)) == UPDATED


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
