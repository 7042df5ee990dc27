"""What becomes of wishes and reviews when a product, a Customer or a Lead is renamed, merged or deleted."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.protection import by_app
from medusa_integration.storefront.reviews import update_rating

WISH, REVIEW, FACET = "Medusa Wishlist", "Website Item Review", "Medusa Product Facet"


def wish(item, customer):
	made = {"doctype": WISH, "website_item": item.name, "medusa_customer_id": customer}
	by_app(frappe.get_doc(made)).insert()


def review(item, customer, stars, text=""):
	made = {"doctype": REVIEW, "website_item": item.name, "medusa_customer_id": customer}
	made |= {"rating": stars / 5, "review": text, "customer_name": "Salma Albalushi", "date": "2026-11-21"}
	return by_app(frappe.get_doc(made)).insert()


def left(doctype):
	frappe.db.rollback()
	return sorted(frappe.get_all(doctype, fields=["website_item", "medusa_customer_id"], as_list=True))


def overall(name):
	frappe.db.rollback()
	return frappe.db.get_value("Website Item", name, "custom_overall_rating")


@pytest.fixture
def two(visible):
	"""Two products; both have a wish and a review of one customer, and each those of another one."""
	first, second = visible(), visible()
	for item, customer, stars in (
		(first, "cus_both", 1),
		(first, "cus_first", 5),
		(second, "cus_both", 3),
		(second, "cus_second", 4),
	):
		wish(item, customer)
		review(item, customer, stars)
	frappe.db.commit()
	return first, second


def test_a_renamed_product_keeps_them(two, shop):
	first, second = two
	new = shop.rename(first, f"Renamed {shop.mark}")
	expected = sorted(
		[
			(new, "cus_both"),
			(new, "cus_first"),
			(second.name, "cus_both"),
			(second.name, "cus_second"),
		]
	)
	assert left(WISH) == left(REVIEW) == expected
	assert (overall(new), overall(second.name)) == (3, 3.5)
	update_rating(new)
	assert overall(new) == 3


def test_a_merged_product_gives_them_to_the_other(two, shop):
	"""Each customer has one wish and one review of what remains, and the rating is that of all."""
	first, second = two
	shop.rename(first, second.name, merge=True)
	expected = [(second.name, "cus_both"), (second.name, "cus_first"), (second.name, "cus_second")]
	assert left(WISH) == left(REVIEW) == expected
	frappe.db.rollback()
	assert frappe.db.get_value(REVIEW, {"medusa_customer_id": "cus_both"}, "rating") == 0.6
	# (3 + 4 + 5) / 3
	assert overall(second.name) == 4


def test_a_deleted_product_takes_them_with_it(two):
	first, second = two
	frappe.delete_doc("Website Item", first.name)
	frappe.db.commit()
	assert left(WISH) == left(REVIEW) == [(second.name, "cus_both"), (second.name, "cus_second")]
	assert overall(second.name) == 3.5


def test_a_refused_deletion_takes_nothing(two, visible):
	"""Whoever catches the refusal may go on and commit."""
	first, _second = two
	frappe.db.set_value("Website Item", first.name, "has_variants", 1)
	variant = visible(custom_parent_website_item=first.name)
	facet = {"website_item": first.name, "kind": "colour", "value": "Blue", "value_key": "blue"}
	by_app(frappe.get_doc({"doctype": FACET, **facet})).insert()
	frappe.db.commit()
	before = left(WISH), left(REVIEW)
	with pytest.raises(frappe.LinkExistsError, match=variant.name):
		frappe.delete_doc("Website Item", first.name)
	frappe.db.commit()
	assert (left(WISH), left(REVIEW)) == before
	assert frappe.db.exists(FACET, facet)


@pytest.fixture
def known(quotes, visible):
	"""A Customer and the Lead that it was made of, with a wish and a review, next to another one's."""
	item = visible()
	lead = quotes.lead()
	customer = quotes.customer()
	frappe.db.set_value("Customer", customer.name, "medusa_id", lead.medusa_id)
	for who, stars in ((lead.medusa_id, 1), ("cus_other", 5)):
		wish(item, who)
		review(item, who, stars, "Mine")
	frappe.db.commit()
	return item, lead, customer


@pytest.mark.parametrize("first", ["Lead", "Customer"])
def test_a_deleted_customer_takes_them_with_it(known, first):
	"""As soon as nobody has this id any more: neither the Customer, nor the Lead."""
	item, lead, customer = known
	order = [("Lead", lead.name), ("Customer", customer.name)]
	for doctype, name in sorted(order, key=lambda one: one[0] != first):
		assert len(left(WISH)) == len(left(REVIEW)) == 2
		assert overall(item.name) == 3
		frappe.delete_doc(doctype, name)
		frappe.db.commit()
	assert left(WISH) == left(REVIEW) == [(item.name, "cus_other")]
	assert overall(item.name) == 5
	mine = frappe.db.sql(
		"select data from `tabDeleted Document` where deleted_doctype in %s", [(WISH, REVIEW)]
	)
	assert not mine


def test_a_customer_without_an_account_takes_nothing(known, quotes, site):
	item, _lead, _customer = known
	other = site.new("Customer", customer_name="No Account", customer_type="Company")
	frappe.db.commit()
	frappe.delete_doc("Customer", other.name)
	frappe.db.commit()
	assert len(left(WISH)) == len(left(REVIEW)) == 2
	assert overall(item.name) == 3


def test_frappes_own_deletion_finds_what_is_left(site, visible):
	"""Of a person whose Customer is still there: what was written, and by whom."""
	item = visible()
	review(item, "cus_mine", 4, "Write to salma@example.com. Salma Albalushi")
	site.new(
		"User", email="salma@example.com", first_name="Salma", last_name="Albalushi", send_welcome_email=0
	)
	request = frappe.get_doc({"doctype": "Personal Data Deletion Request", "email": "salma@example.com"})
	request.name = "deleted-user-0001@example.com"
	request.db_insert()
	site.added(request)
	request._anonymize_data()
	site.renamed("User", "salma@example.com", request.name)
	(found,) = frappe.get_all(REVIEW, fields=["customer_name", "review", "rating"])
	assert found.customer_name == "REDACTED"
	assert found.review == f"Write to {request.name}. REDACTED"
	assert float(found.rating) == 0.8
