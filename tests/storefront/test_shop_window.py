"""The public reads of the catalogue by each kind of caller, and what one customer sees of another."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import api
from tests.storefront.catalogue import PARENT
from tests.support.asking import CALLERS, DESK, GUEST, STOREFRONT, WEBSITE


@pytest.fixture
def window(shop, lists, categories, quotes, visible, template, customer, sold):
	"""Products with a negotiated price of one customer and a wish, and what is asked about them."""
	group = shop.item_group()
	categories(Dental=group.name)
	parent = template(item_group=group.name)
	item = visible(item_group=group.name, **{PARENT: parent.name})
	buyer, other = customer(), customer()
	quotes.price(item.item_code, 20)
	quotes.price(item.item_code, 7, customer=buyer.customer)
	wish = {"website_item": item.name, "medusa_customer_id": buyer.medusa_id}
	shop.site.new("Medusa Wishlist", **wish)
	sold(item, 3)
	api.add_top_selling_items_to_collection()
	frappe.db.commit()
	asked = {
		"get_website_variants": ({"medusa_id": parent.medusa_id}, "customer_id"),
		"get_website_image": ({"medusa_id": item.medusa_id}, "customer_id"),
		"fetch_relevant_items": ({"product_id": parent.medusa_id}, "cus_id"),
		"fetch_relevant_collection_products": ({"item_group": group.name}, "cus_id"),
	}
	return frappe._dict(asked=asked, buyer=buyer, other=other, item=item, parent=parent, group=group.name)


def of_item(window, answer):
	"""Standard and negotiated price, and whether it is wished for, as an answer shows the item."""
	if isinstance(answer, dict) and "price" in answer:
		return answer["price"], answer["negotiated_price"], None
	rows = answer if isinstance(answer, list) else answer.get("related_items") or answer["products"]
	[row] = [one for one in rows if one["item_code"] == window.item.item_code]
	return row["standard_price"], row["negotiated_price"], row["is_wishlisted"]


def test_nothing_of_one_customer_reaches_another(window, told):
	"""The caches are filled as one customer, read as another, as strangers, and as the first again."""
	for name, (values, parameter) in window.asked.items():
		wished = name != "get_website_image"

		def shown(who, viewer=None, name=name, values=values, parameter=parameter):
			viewer = {parameter: viewer.medusa_id} if viewer else {}
			return of_item(window, told(who, name, **values, **viewer))

		mine, plain = (20, 7, 1 if wished else None), (20, 0, 0 if wished else None)
		assert shown(STOREFRONT, window.buyer) == mine, name
		assert shown(STOREFRONT, window.other) == plain, name
		assert shown(STOREFRONT) == plain, name
		for who in (GUEST, WEBSITE, DESK):
			assert shown(who) == plain, (name, who)
			assert shown(who, window.buyer) == plain, (name, who)
		assert shown(STOREFRONT, window.buyer) == mine, name


@pytest.mark.parametrize("who", CALLERS)
def test_an_unknown_customer_is_told_to_the_shop_only(window, ask, who):
	for name, (values, parameter) in window.asked.items():
		answer = ask(who, name, **values, **{parameter: "cus_unknown"})
		if who == STOREFRONT:
			assert (answer.status_code, answer.json()["error"]) == (404, "Customer not found."), name
		else:
			assert answer.status_code == 200, (name, answer.text)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("who", CALLERS)
def test_everybody_may_read(window, ask, who, method):
	asked = {name: values for name, (values, _parameter) in window.asked.items()}
	asked |= {
		"get_product_has_variants": {"medusa_id": window.parent.medusa_id},
		"get_all_brands": {"item_group": window.group},
		"get_menu": {"parent": window.group, "mobile_view": 1},
		"get_product_details_banner": {"item_group": window.group},
		"get_product_details_banner_item_group": {"item_group": window.group},
	}
	for name, values in asked.items():
		answer = ask(who, name, method=method, **values)
		assert answer.status_code == 200, (name, answer.text)
		assert "error" not in answer.json()


BAD = ([], {}, 0, 1, True, ["like", "%"], {"a": "b"}, "", "   ", "x" * 141, "\0")
ODD = ("%", "_", "' OR '1'='1", "<script>alert(1)</script>", "\u202e\U0001f9a0", "../../etc/passwd")


@pytest.mark.parametrize(
	("name", "parameter"),
	[
		("get_website_variants", "medusa_id"),
		("get_product_has_variants", "medusa_id"),
		("get_website_image", "medusa_id"),
		("fetch_relevant_items", "product_id"),
		("fetch_relevant_collection_products", "item_group"),
		("get_product_details_banner", "item_group"),
		("get_product_details_banner_item_group", "item_group"),
	],
)
def test_bad_values_are_refused_with_a_sentence(lists, ask, name, parameter):
	"""No error is logged, nothing is written."""
	before = frappe.db.count("Error Log")
	for value in BAD:
		answer = ask(GUEST, name, **{parameter: value})
		assert answer.status_code == 400, (value, answer.text)
		assert answer.json()["error"].startswith(f"{parameter} "), (value, answer.text)
	for value in ODD:
		answer = ask(GUEST, name, **{parameter: value})
		found = {"get_product_details_banner": 200, "get_product_details_banner_item_group": 200}.get(
			name, 404
		)
		assert answer.status_code == found, (value, answer.text)
	frappe.db.rollback()
	assert frappe.db.count("Error Log") == before


@pytest.mark.parametrize(
	("name", "parameter"),
	[("get_all_brands", "item_group"), ("get_menu", "parent")],
)
def test_bad_values_that_may_be_left_out(lists, ask, name, parameter):
	for value in BAD:
		answer = ask(GUEST, name, **{parameter: value})
		left_out = isinstance(value, str) and not value.strip()
		assert answer.status_code == (200 if left_out else 400), (value, answer.text)
	for value in ODD:
		assert ask(GUEST, name, **{parameter: value}).status_code == 404, value
	assert (
		ask(GUEST, "get_menu", mobile_view="perhaps").json()["error"] == "mobile_view must be true or false."
	)
