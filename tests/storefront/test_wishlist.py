"""Wishlists over HTTP: who, what, and many clicks at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest

from medusa_integration.sync import task_recording
from tests.security.conftest import CALLERS, TOKEN, ask, call, headers, is_admitted  # noqa: F401

PATH = "medusa_integration.api.handle_wishlist"
WISH, TASK = "Medusa Wishlist", "Medusa Sync Task"
ADDED, REMOVED = "Customer added to wishlist", "Customer removed from wishlist"
ALREADY, NOT_IN, NO_ITEM = "Customer already in wishlist", "Customer not in wishlist", "Item not found"
NEITHER = "Either is_add or is_remove must be 1, not both or none"
UNUSABLE = ([], {}, {"like": "%"}, 7, True, None, "", "  ", "\0", "x" * 141)
CLICKS = 20


@pytest.fixture
def buyer(quotes):
	return quotes.customer().medusa_id


@pytest.fixture
def click(call, site):  # noqa: F811
	"""`click(ids, customer, add=1)` as the shop's server."""
	site.set_single("Medusa Configuration", public_rate_limit=100_000)
	frappe.db.commit()

	def click(item_codes, customer_id, who=TOKEN, **values):
		return call(who, PATH, item_codes=item_codes, customer_id=customer_id, **values)

	return click


def wishes():
	frappe.db.rollback()
	return sorted(frappe.get_all(WISH, fields=["website_item", "medusa_customer_id"], as_list=True))


def answers(answer):
	assert answer.status_code == 200, answer.text
	return [(one["item_code"], one["status"], one["message"]) for one in answer.json()["message"]]


def test_add_and_remove(click, visible, buyer, quotes):
	first, second = visible(), visible()
	other = quotes.customer().medusa_id
	one, two = first.medusa_id, second.medusa_id
	assert answers(click([one, "prod_unknown", two], buyer, is_add=1)) == [
		(one, "success", ADDED),
		("prod_unknown", "error", NO_ITEM),
		(two, "success", ADDED),
	]
	assert wishes() == sorted([(first.name, buyer), (second.name, buyer)])
	assert answers(click(one, buyer, is_add="yes")) == [(one, "skipped", ALREADY)]
	assert answers(click(frappe.as_json([one]), other, is_add=True, is_remove=0)) == [(one, "success", ADDED)]
	assert answers(click([one, "prod_unknown"], buyer, is_remove=1)) == [
		(one, "success", REMOVED),
		("prod_unknown", "error", NO_ITEM),
	]
	assert answers(click(one, buyer, is_remove="1", is_add="0")) == [(one, "skipped", NOT_IN)]
	assert wishes() == sorted([(first.name, other), (second.name, buyer)])


def test_an_id_that_is_sent_twice_is_done_once(click, visible, buyer):
	item = visible()
	code = item.medusa_id
	assert answers(click([code, code], buyer, is_add=1)) == [
		(code, "success", ADDED),
		(code, "skipped", ALREADY),
	]
	assert answers(click([code, code], buyer, is_remove=1)) == [
		(code, "success", REMOVED),
		(code, "skipped", NOT_IN),
	]
	assert wishes() == []


def test_what_the_shop_does_not_show_can_only_be_taken_off(click, visible, buyer):
	item = visible()
	code = item.medusa_id
	click(code, buyer, is_add=1)
	item.db_set("published", 0)
	frappe.db.commit()
	assert answers(click(code, buyer, is_add=1)) == [(code, "error", NO_ITEM)]
	assert answers(click(code, buyer, is_remove=1)) == [(code, "success", REMOVED)]


def test_whom_the_shop_knows(click, visible, quotes, site):
	"""A Customer, a Lead, and a registration whose Lead is still to be made: which a click does not make."""
	item = visible()
	task_recording.record(
		"Lead", "cus_waiting", "lead", "Insert Lead", medusa_id="cus_waiting", payload='{"id": "cus_waiting"}'
	)
	frappe.db.commit()
	for customer in (quotes.customer().medusa_id, quotes.lead().medusa_id, "cus_waiting"):
		assert answers(click(item.medusa_id, customer, is_add=1)) == [(item.medusa_id, "success", ADDED)]
	assert not frappe.db.exists("Lead", {"medusa_id": "cus_waiting"})
	answer = click(item.medusa_id, "cus_unknown", is_add=1)
	assert (answer.status_code, answer.json()["error"]) == (404, "Customer not found.")
	assert len(wishes()) == 3


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("is_open", [0, 1])
def test_who_may(click, visible, buyer, site, who, is_open):
	site.set_single("Medusa Configuration", allow_guest_storefront_calls=is_open)
	frappe.db.commit()
	item = visible()
	admitted = is_admitted(click(item.medusa_id, buyer, who, is_add=1), who, is_open=is_open)
	assert len(wishes()) == int(admitted)


def test_get_is_refused(ask, visible, buyer):  # noqa: F811
	item = visible()
	query = f"item_codes={item.medusa_id}&customer_id={buyer}&is_add=1"
	assert ask(TOKEN, "GET", f"method/{PATH}?{query}").status_code == 403
	assert wishes() == []


def test_odd_values_leave_nothing(click, visible, buyer):
	item = visible()
	code = item.medusa_id
	before = frappe.db.count("Error Log")
	asked = [
		*((value, buyer, {"is_add": 1}, "item_codes ") for value in UNUSABLE),
		*(([code, value], buyer, {"is_add": 1}, "item_codes ") for value in UNUSABLE),
		([code] * 201, buyer, {"is_add": 1}, "item_codes must not have more than 200 entries."),
		*((code, value, {"is_add": 1}, "customer_id ") for value in UNUSABLE),
		*((code, buyer, flags, NEITHER) for flags in ({}, {"is_add": 0}, {"is_add": 1, "is_remove": 1})),
		*(
			(code, buyer, {"is_add": value}, "is_add must be true or false.")
			for value in (2, "maybe", [], {})
		),
	]
	for item_codes, customer, values, sentence in asked:
		answer = click(item_codes, customer, **values)
		where = (item_codes, customer, values, answer.text)
		assert answer.status_code == 400, where
		assert answer.json()["error"].startswith(sentence), where
	for pattern in ("%", "_" * len(code), "' or 1=1 -- "):
		assert answers(click(pattern, buyer, is_add=1)) == [(pattern.strip(), "error", NO_ITEM)]
		assert click(code, pattern, is_add=1).status_code == 404
	assert wishes() == []
	assert frappe.db.count("Error Log") == before


@pytest.mark.contract(97)
def test_a_click_writes_a_row_and_not_the_website_item(click, visible, buyer, shop):
	item = visible()
	with shop.keeps(item):
		for values in ({"is_add": 1}, {"is_remove": 1}, {"is_add": 1}):
			assert answers(click(item.medusa_id, buyer, **values))[0][1] == "success"


def test_number_of_statements(shop, quotes, buyer, query_counter):
	"""The same for 1, 10 and 100 products."""
	from medusa_integration.storefront.wishlist import handle_wishlist

	names = shop.many(100, recorded=False, in_medusa=True)
	# what Frappe looks up once in a process
	for flag in ("is_add", "is_remove"):
		handle_wishlist([f"prod_{names[0]}"], buyer, **{flag: True})
	counts = {}
	for flag in ("is_add", "is_remove"):
		if flag == "is_remove":
			handle_wishlist([f"prod_{name}" for name in names], buyer, is_add=True)
		for size in (1, 10, 100):
			with query_counter() as queries:
				answer = handle_wishlist([f"prod_{name}" for name in names[:size]], buyer, **{flag: True})
			assert len(answer) == size
			counts[flag, size] = len(queries)
			if flag == "is_add":
				frappe.db.delete(WISH)
	assert set(counts.values()) == {4}, counts


# -- at the same moment ------------------------------------------------------------------------------------


def test_clicks_in_two_processes(visible, buyer, together):
	"""Of two clicks one adds it, and one takes it off; there is never more than one row."""
	item = visible()
	clicked = {"item_codes": [item.medusa_id], "customer_id": buyer}
	add, remove = {**clicked, "is_add": 1}, {**clicked, "is_remove": 1}
	rounds = together(PATH, *[add, remove] * (CLICKS // 4), add)
	told = [sorted(outcome["answer"][0]["message"] for outcome in pair) for pair in rounds]
	assert told == [[ADDED, ALREADY], [NOT_IN, REMOVED]] * (CLICKS // 4) + [[ADDED, ALREADY]]
	assert wishes() == [(item.name, buyer)]


def test_add_and_remove_of_several_in_two_processes(visible, buyer, together):
	"""In opposite orders, added here and taken off there: nobody is refused, no product is there twice."""
	codes = [visible().medusa_id for _ in range(4)]
	add = {"item_codes": codes, "customer_id": buyer, "is_add": 1}
	remove = {"item_codes": codes[::-1], "customer_id": buyer, "is_remove": 1}
	rounds = together(PATH, *[(add, remove)] * 5, *[(add, {**add, "item_codes": codes[::-1]})] * 5)
	assert all("answer" in outcome for pair in rounds for outcome in pair), rounds
	assert len(wishes()) == len(codes)


def test_twenty_clicks_over_http(click, visible, buyer):
	item = visible()
	click(item.medusa_id, "cus_unknown", is_add=1)  # signs the shop in
	with ThreadPoolExecutor(CLICKS) as pool:
		told = list(pool.map(lambda _: answers(click(item.medusa_id, buyer, is_add=1))[0][2], range(CLICKS)))
	assert sorted(told) == [ADDED] + [ALREADY] * (CLICKS - 1)
	assert wishes() == [(item.name, buyer)]


# -- Desk ----------------------------------------------------------------------------------------------------


def test_the_form_of_the_product_counts_them(click, visible, quotes, ask):  # noqa: F811
	item = visible()
	for _number in range(2):
		click(item.medusa_id, quotes.customer().medusa_id, is_add=1)
	dashboard = frappe.get_meta("Website Item").get_dashboard_data()
	groups = [group["items"] for group in dashboard["transactions"]]
	assert ["Website Item Review", WISH] in groups
	body = {"doctype": "Website Item", "name": item.name}
	answer = ask("administrator", "POST", "method/frappe.desk.notifications.get_open_count", body)
	found = {
		row["doctype"]: row["count"] for row in answer.json()["message"]["count"]["external_links_found"]
	}
	assert found == {WISH: 2, "Website Item Review": 0}


def test_managers_delete_wishes_and_nobody_writes_them(click, visible, buyer, ask):  # noqa: F811
	item = visible()
	click(item.medusa_id, buyer, is_add=1)
	frappe.db.rollback()
	(name,) = frappe.get_all(WISH, pluck="name")
	for who in CALLERS:
		answer = ask(who, "PUT", f"resource/{WISH}/{name}", {"medusa_customer_id": "cus_2"})
		assert answer.status_code == 403, (who, answer.text)
		new = {"website_item": item.name, "medusa_customer_id": "cus_3"}
		assert ask(who, "POST", f"resource/{WISH}", new).status_code == 403, who
	assert wishes() == [(item.name, buyer)]
	assert ask("medusa manager", "DELETE", f"resource/{WISH}/{name}").status_code == 202
	assert wishes() == []
