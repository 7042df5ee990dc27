"""The lists of products on the homepage: which, in which order, for whom, at what cost."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import api
from medusa_integration.exceptions import ValidationError
from medusa_integration.storefront import homepage_products
from tests.storefront.catalogue import HOMEPAGE_LISTS, pictured
from tests.support.queries import recorded_queries


@pytest.fixture
def wish(lists):
	def make(item, medusa_id):
		lists.site.new("Medusa Wishlist", website_item=item.name, medusa_customer_id=medusa_id)
		frappe.db.commit()

	return make


def rows(*items):
	return [{"website_item": item.name} for item in items]


def test_the_eight_lists():
	assert sorted(homepage_products.TABLES) == list(HOMEPAGE_LISTS)


def test_each_list_has_its_own_table(homepage, visible):
	items = {name: visible() for name in HOMEPAGE_LISTS}
	assert [getattr(api, f"get_{name}")() for name in HOMEPAGE_LISTS] == [[]] * 8
	homepage(**{name: rows(item) for name, item in items.items()})
	for name, item in items.items():
		assert [row["product_id"] for row in getattr(api, f"get_{name}")()] == [item.medusa_id], name
		assert api.fetch_items_from_homepage(name) == getattr(api, f"get_{name}")()


@pytest.mark.parametrize("field", ["clearance_items", "best_deals", "name", "top_sellers; drop table", ""])
def test_only_these_tables(lists, field):
	with pytest.raises(ValidationError, match="is not a list of products"):
		api.fetch_items_from_homepage(field)


def test_what_a_product_shows(quotes, homepage, visible):
	item = pictured(visible(web_item_name="Scalpel"), "https://cdn.example.com/s.png")
	item.db_set({"medusa_variant_id": f"variant_{item.name}", "custom_overall_rating": 4.5})
	quotes.price(item.item_code, 12.5)
	homepage(top_sellers=rows(item))
	assert api.get_top_sellers() == [
		{
			"product_id": item.medusa_id,
			"variant_id": f"variant_{item.name}",
			"item_name": "Scalpel",
			"item_code": item.item_code,
			"item_group": item.item_group,
			"overall_rating": 4.5,
			"thumbnail": "https://cdn.example.com/s.png",
			"is_wishlisted": 0,
			"has_variants": 0,
			"standard_price": 12.5,
			"rate": 0,
			"negotiated_price": 0,
		}
	]


def test_rows_that_point_to_nothing_are_left_out_before_pages_are_made(homepage, visible):
	shown = [visible() for _ in range(5)]
	unpublished, unsent, gone = visible(), visible(), visible()
	unpublished.db_set("published", 0)
	unsent.db_set("medusa_id", "")
	order = [shown[3], unpublished, shown[0], gone, shown[4], unsent, shown[3], shown[1], shown[2]]
	homepage(trending_items=rows(*order))
	frappe.delete_doc("Website Item", gone.name)
	frappe.db.commit()
	ids = [shown[number].medusa_id for number in (3, 0, 4, 1, 2)]

	def page(**values):
		return [row["product_id"] for row in api.get_trending_items(**values)]

	assert page() == ids
	assert [page(limit=2, start=start) for start in (0, 2, 4, 5, 10**9)] == [
		ids[:2],
		ids[2:4],
		ids[4:],
		[],
		[],
	]


def test_twenty_by_default_a_hundred_at_most(homepage, visible):
	homepage(new_arrivals=rows(*(visible() for _ in range(21))))
	assert len(api.get_new_arrivals()) == 20
	assert len(api.get_new_arrivals(limit=100)) == 21
	for limit in (0, 101, -1, 10**9):
		with pytest.raises(ValidationError, match=r"^limit must be between 1 and 100\.$"):
			api.get_new_arrivals(limit=limit)


def test_a_change_is_seen_at_once(quotes, homepage, visible):
	item, other = visible(web_item_name="Old name"), visible()
	homepage(dental_items=rows(item, other))
	price = quotes.price(item.item_code, 3)

	def first():
		frappe.db.commit()
		return api.get_dental_items()[0]

	assert (first()["item_name"], first()["standard_price"]) == ("Old name", 3)
	item.web_item_name = "New name"
	item.save()
	assert first()["item_name"] == "New name"
	price.price_list_rate = 4
	price.save()
	assert first()["standard_price"] == 4
	homepage(price_visibility_threshold=4)
	assert first()["standard_price"] == 0
	item.reload()
	item.published = 0
	item.save()
	assert first()["product_id"] == other.medusa_id


def test_what_a_customer_sees_of_its_own_is_never_stored(quotes, homepage, visible, wish):
	"""Fill the cache as one, read as another, as nobody, as the first again."""
	item, expensive = visible(), visible()
	first, second = quotes.customer(), quotes.customer()
	quotes.price(item.item_code, 10)
	quotes.price(expensive.item_code, 500)
	quotes.price(item.item_code, 7, customer=first.name)
	quotes.price(item.item_code, 8, customer=second.name)
	quotes.price(expensive.item_code, 400, customer=first.name)
	wish(item, first.medusa_id)
	homepage(medical_items=rows(item, expensive))

	def seen(customer=None):
		found = api.get_medical_items(customer_id=customer and customer.medusa_id)
		return [
			(row["standard_price"], row["rate"], row["negotiated_price"], row["is_wishlisted"])
			for row in found
		]

	of_first = [(10, 7, 7, 1), (0, 0, 0, 0)]
	of_second = [(10, 8, 8, 0), (0, 0, 0, 0)]
	of_nobody = [(10, 0, 0, 0), (0, 0, 0, 0)]
	assert [seen(first), seen(second), seen(), seen(first), seen(), seen(second)] == [
		of_first,
		of_second,
		of_nobody,
		of_first,
		of_nobody,
		of_second,
	]
	with pytest.raises(frappe.DoesNotExistError, match="Customer not found"):
		api.get_medical_items(customer_id="cus_unknown")


def test_a_customers_own_prices_are_always_of_now(quotes, homepage, visible):
	item, buyer = visible(), quotes.customer()
	quotes.price(item.item_code, 10)
	homepage(medical_items=rows(item))
	assert api.get_medical_items(customer_id=buyer.medusa_id)[0]["rate"] == 0
	own = quotes.price_list()
	quotes.price(item.item_code, 6, own)
	frappe.db.set_value("Customer", buyer.name, "default_price_list", own)
	frappe.db.commit()
	assert api.get_medical_items(customer_id=buyer.medusa_id)[0]["rate"] == 6


@pytest.mark.parametrize("known", [False, True])
def test_the_number_of_statements_is_constant(quotes, homepage, visible, wish, known):
	buyer = quotes.customer()
	items = [visible() for _ in range(100)]
	for item in items[:10]:
		quotes.price(item.item_code, 3)
		wish(item, buyer.medusa_id)
	customer_id = buyer.medusa_id if known else None
	counts, warm = [], []
	for size in (1, 10, 100):
		homepage(top_sellers=rows(*items[:size]))
		for found in (counts, warm):
			with recorded_queries() as queries:
				assert len(api.get_top_sellers(customer_id=customer_id, limit=100)) == size
			found.append(len(queries))
	assert counts[0] == counts[1] == counts[2] <= 12, counts
	assert warm == ([4] * 3 if known else [0] * 3), "who it is, two for its prices, its wishes"
