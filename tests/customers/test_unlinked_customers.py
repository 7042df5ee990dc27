"""The list of Customers without a registration (contract 158-162)."""

from __future__ import annotations

import frappe
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medusa_integration.api import fetch_all_customers
from medusa_integration.exceptions import ValidationError

LIST_LENGTH = 120


def names(mark, **values):
	return [row.customer_name for row in fetch_all_customers(**{"name": mark, **values})]


@pytest.mark.contract(159, 160, 161)
def test_the_unlinked(make_customer, shop):
	"""NULL and empty, not the disabled ones; every word occurs, in any order and case."""
	plain, empty = make_customer("Smile Dental"), make_customer("Dental Care")
	make_customer("Linked Dental", medusa_id=f"cus_{shop.mark}")
	make_customer("Closed Dental", disabled=1)
	frappe.db.sql("UPDATE `tabCustomer` SET medusa_id = '' WHERE name = %s", empty.name)
	(row,) = fetch_all_customers(name=f"SMILE {shop.mark}")
	assert row == {
		"name": plain.name,
		"customer_name": plain.customer_name,
		"email_id": None,
		"mobile_no": None,
	}
	assert names(shop.mark) == [empty.customer_name, plain.customer_name]
	assert names(f" {shop.mark}  dental smile ") == [plain.customer_name]
	assert names(f"{shop.mark} nothing") == []
	assert names(shop.mark, limit=1) == [empty.customer_name]
	assert names(shop.mark, start=1) == [plain.customer_name]
	assert plain.name in [row.name for row in fetch_all_customers(limit=500)]


@pytest.mark.contract(162)
@pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 -- ", '" OR ""="', "%%'"])
def test_wildcards_and_sql_are_words(make_customer, shop, text):
	"""Ruling A4: nothing is put together from input."""
	plain, strange = make_customer("Plain"), make_customer(f"Odd {text.split()[0]}x")
	assert names(f"{shop.mark} {text.split()[0]}") == [strange.customer_name]
	assert plain.customer_name not in names(f"{shop.mark} {text}")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=30), mark=st.just("no customer is called so"))
def test_whatever_is_looked_for(site, text, mark):
	"""A word that nobody's name has finds nobody, whatever comes with it."""
	try:
		assert fetch_all_customers(name=f"zzqqxx9 {text}") == []
	except ValidationError as error:
		assert str(error) in ("Too many search words.", "name must be a text value.")


@pytest.mark.parametrize(
	("values", "sentence"),
	[
		({"name": " ".join("abcdefghijk")}, "Too many search words."),
		({"name": ["like", "%"]}, "name must be a text value."),
		({"name": {"a": 1}}, "name must be a text value."),
		({"limit": 501}, "limit must be between 1 and 500."),
		({"limit": 0}, "limit must be between 1 and 500."),
		({"start": -1}, "start must be 0 or more."),
	],
)
def test_what_is_refused(site, values, sentence):
	with pytest.raises(ValidationError) as error:
		fetch_all_customers(**values)
	assert str(error.value) == sentence


@pytest.mark.contract(159)
def test_all_of_them(shop, site):
	"""Ruling B3: no limit but the one that is asked for."""
	names_ = [f"Row {number:03} {shop.mark}" for number in range(LIST_LENGTH)]
	columns = ("name", "customer_name", "customer_type", "creation", "modified", "owner", "modified_by")
	now = frappe.utils.now_datetime()
	values = [(name, name, "Company", now, now, "Administrator", "Administrator") for name in names_]
	frappe.db.bulk_insert("Customer", columns, values)
	try:
		assert names(shop.mark) == names_
		assert names(shop.mark, start=115) == names_[115:]
		assert names(shop.mark, limit=30, start=100) == names_[100:]
		assert names(shop.mark, limit=30, start=20) == names_[20:50]
	finally:
		frappe.db.rollback()


@pytest.mark.parametrize("count", [1, 10, 30])
def test_the_list_is_one_statement(make_customer, query_counter, shop, count):
	for number in range(count):
		make_customer(f"Many {number}")
	with query_counter() as queries:
		assert len(fetch_all_customers(name=f"many {shop.mark}")) == count
	assert len(queries) == 1


@pytest.mark.contract(158)
def test_the_list_over_http(over_http, shop, make_customer):
	plain = make_customer()
	values = {"name": shop.mark}
	for who in (None, "Medusa Manager", "Sales Manager"):
		answer = over_http.call("fetch_all_customers", headers=shop.sign_in(who) if who else None, **values)
		assert (answer.status_code, answer.json()["error"]) == (403, "Not permitted.")
	answer = over_http.call("fetch_all_customers", headers=shop.sign_in("Medusa Storefront"), **values)
	assert [row["name"] for row in answer.json()["message"]] == [plain.name]
	shop.set(allow_guest_storefront_calls=1)
	assert over_http.call("fetch_all_customers", **values).json()["message"] == answer.json()["message"]
