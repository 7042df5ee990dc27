"""Product cards, the prices on them, and for whom they are shown."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.storefront import cards, shown_prices, viewers
from tests.support.queries import recorded_queries


@pytest.fixture
def card(visible):
	"""The card of a product as somebody sees it."""

	def of(document, viewer=viewers.NOBODY):
		return cards.cards_of([document.name], viewer)[document.name]

	return of


def test_shows_what_the_item_has(quotes, visible, card):
	item = visible(
		web_item_name="Scalpel &lt;No. 3&gt;",
		website_specifications=[
			{"label": "Blade Colour", "description": "<p>Steel&nbsp;grey</p>"},
			{"label": "Colour", "description": "Blue"},
			{"label": "SHAPE", "description": "<ul><li>Round</li></ul>"},
		],
	)
	quotes.price(item.item_code, 12.5)
	shown = card(item)
	assert (shown.title, shown.product_id) == ("Scalpel <No. 3>", item.medusa_id)
	assert (shown.colour, shown.shape, shown.shade) == ("Steel grey", "Round", None)
	assert (shown.standard_price, shown.negotiated_price) == (12.5, 0)
	assert (shown.rating, shown.is_wishlisted, shown.has_variants, shown.thumbnail) == (0, 0, 0, None)


def test_only_visible_products_have_one_and_in_the_given_order(visible):
	first, second, hidden, unsent = visible(), visible(), visible(), visible()
	hidden.db_set("published", 0)
	unsent.db_set("medusa_id", None)
	names = [second.name, hidden.name, "no such item", first.name, unsent.name]
	assert list(cards.cards_of(names)) == [second.name, first.name]


@pytest.mark.parametrize(
	("rate", "hides_negotiated", "expected"),
	[(49.999, 1, (49.999, 7)), (50, 1, (0, 0)), (50, 0, (0, 7)), (1000, 1, (0, 0))],
)
def test_prices_from_the_threshold_on_are_on_request(
	quotes, visible, card, customer, rate, hides_negotiated, expected
):
	quotes.shop.set(hide_negotiated_with_standard=hides_negotiated)
	buyer, item = customer(), visible()
	quotes.price(item.item_code, rate)
	quotes.price(item.item_code, 7, customer=buyer.customer)
	shown = card(item, buyer)
	assert (shown.standard_price, shown.negotiated_price) == expected
	assert card(item).negotiated_price == 0


def test_the_threshold_is_that_of_the_homepage(quotes, visible, lists):
	homepage = frappe.get_doc("Homepage Landing")
	homepage.price_visibility_threshold = 10
	homepage.save()
	item = visible()
	quotes.price(item.item_code, 10)
	assert shown_prices.shown_prices([item.item_code])[item.item_code].standard == 0


def test_a_wish_is_seen_by_who_has_it(visible, card, customer):
	item, buyer, other = visible(), customer(), customer()
	wish = {"doctype": "Medusa Wishlist", "website_item": item.name, "medusa_customer_id": buyer.medusa_id}
	document = frappe.get_doc(wish)
	document.flags.written_by_app = True
	document.insert(ignore_permissions=True)
	assert [card(item, viewer).is_wishlisted for viewer in (buyer, other, viewers.NOBODY)] == [1, 0, 0]


def test_thumbnail_is_the_oldest_attached_image_that_counts(site, visible, card):
	item = visible()
	item.db_set("website_image", "https://cdn.example.com/main.png", update_modified=False)
	assert card(item).thumbnail == "https://cdn.example.com/main.png"
	for number, url in enumerate(("https://cdn.example.com/first.png", "https://cdn.example.com/second.png")):
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_url": url,
				"attached_to_doctype": "Website Item",
				"attached_to_name": item.name,
			}
		).insert()
		file.db_set("creation", f"2026-01-0{number + 1} 00:00:00", update_modified=False)
	assert card(item).thumbnail == "https://cdn.example.com/first.png"


def test_number_of_statements_does_not_depend_on_the_number_of_cards(quotes, visible, customer):
	buyer = customer()
	items = [visible() for _ in range(12)]
	for item in items:
		quotes.price(item.item_code, 3)
	counts = []
	cards.cards_of([items[0].name], buyer)
	for size in (1, 5, 12):
		with recorded_queries() as queries:
			assert len(cards.cards_of([item.name for item in items[:size]], buyer)) == size
		counts.append(len(queries))
	assert counts[0] == counts[1] == counts[2] <= 6, counts


def test_number_of_statements_does_not_depend_on_whose_images_they_are(shop, visible):
	"""What a User with User Permissions may write depends on each document."""
	items = [visible() for _ in range(12)]
	email = f"{shop.mark}@images.example.com".lower()
	user = shop.site.new("User", email=email, first_name="Images", send_welcome_email=0)
	user.add_roles("Stock Manager")
	groups = {frappe.db.get_value("Website Item", item.name, "item_group") for item in items}
	for group in groups:
		shop.site.new("User Permission", user=user.name, allow="Item Group", for_value=group)
	for item in items:
		values = {"attached_to_doctype": "Website Item", "attached_to_name": item.name}
		file = shop.site.new("File", file_url="https://cdn.example.com/photo.png", **values)
		file.db_set("owner", user.name, update_modified=False)
	frappe.db.commit()
	found = cards.cards_of(item.name for item in items)
	assert {card.thumbnail for card in found.values()} == {"https://cdn.example.com/photo.png"}
	counts = []
	for size in (1, 5, 12):
		with recorded_queries() as queries:
			assert len(cards.cards_of(item.name for item in items[:size])) == size
		counts.append(len(queries))
	assert counts[0] == counts[1] == counts[2], counts


def test_viewer_of_is_only_believed_from_the_shop(customer):
	buyer = customer()
	assert viewers.viewer_of(buyer.medusa_id) == buyer, "System Managers are the shop"
	assert viewers.viewer_of(None) == viewers.NOBODY
	with pytest.raises(frappe.DoesNotExistError, match="Customer not found"):
		viewers.viewer_of("cus_unknown")
	frappe.set_user("Guest")
	try:
		assert viewers.viewer_of(buyer.medusa_id) == viewers.viewer_of("cus_unknown") == viewers.NOBODY
	finally:
		frappe.set_user("Administrator")
