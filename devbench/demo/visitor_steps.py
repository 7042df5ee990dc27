"""A visitor looks around in the shop: menu, listing, product, wish, review, clearance, coupon, return.

The shop's server calls the site; devbench's page (`devbench/storefront`) shows what it gets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from devbench import ROOT, STATE
from devbench.demo.articles import GLOVES, Article
from devbench.demo.context import Context, reporting_progress, write
from devbench.demo.customer_steps import ORDER, SEND_FOR_REVIEW, TAKEN, CustomerSteps
from devbench.demo.product_steps import CURRENCY, SOLD, STOCKED, UNPUBLISHED
from devbench.demo.site_client import SETTINGS, wait_for
from devbench.demo.site_documents import WEBSITE_ITEM
from devbench.storefront.picture import take_picture

BRAND, COLOUR = "Tasquin", "Blue"
CLEARED = "HI-2003"
HOMEPAGE, ARRIVALS = "Homepage Landing", (SOLD, STOCKED, "IC-4003")
STANDARD_PRICE = 17.25
STARS = 5
COUPON, DISCOUNT, FROM = "WELCOME-5", 5, 50
SECOND = {"quotation_id": "quot_second", "draft_order_id": "dorder_second"}
ASKED_FOR = 3
CLEARANCE_JOB = "medusa_integration.api.fetch_clearance_items"
PICTURES = STATE / "pictures"


class VisitorSteps:
	"""What the customer of the other steps sees and leaves in the shop."""

	def __init__(self, context: Context, customer: CustomerSteps) -> None:
		self.context, self.site, self.customer = context, context.site, customer
		self.articles = context.articles

	def look_around(self) -> None:
		"""Do all of it, as one step."""
		self.context.step("A visitor looks around in the shop:")
		self._home_page()
		self._menu()
		self._listing()
		self._product()
		self._wish_and_review()
		self._clearance()
		self._coupon()
		self._return()
		self._pictures()

	def _call(self, function: str, **values: Any) -> Any:
		return self.customer.shop.call(function, **values)

	def _as_customer(self, function: str, **values: Any) -> Any:
		return self._call(function, customer_id=self.customer.customer_id, **values)

	def _on_sale(self) -> Iterator[Article]:
		"""The articles that are published."""
		return (one for one in self.articles.values() if one.code != UNPUBLISHED)

	def _home_page(self) -> None:
		"""Fill in the home page as a Desk user, and read it as the shop does."""
		self.site.save(
			HOMEPAGE,
			HOMEPAGE,
			top_section=[{"link_doctype": "Item Group", "name1": GLOVES}],
			new_arrivals=[{"website_item": self._website_item(code)["name"]} for code in ARRIVALS],
			testimonials=[{"review": "Delivered the next morning.", "review_by": "A dentist in Sohar"}],
		)
		found = [one["item_code"] for one in self._as_customer("get_new_arrivals")]
		self.context.expect("The new arrivals on the home page", found, list(ARRIVALS))
		write(f"     the home page: new are {', '.join(found)}")

	def _menu(self) -> None:
		menu = self._call("get_menu")
		groups = {one["title"] for one in menu["children"]}
		self.context.expect("The groups of the menu", groups, {one.group for one in self._on_sale()})
		write(f"     the menu: {', '.join(sorted(groups))}")

	def _listing(self) -> None:
		filters = {"url": f"products/{slug(GLOVES)}", "brand": [BRAND], "colour": [COLOUR]}
		found = self._as_customer("get_website_items", **filters)
		listed = [one["item_code"] for one in found["paginatedProducts"]]
		expected = [
			one.code
			for one in sorted(self._on_sale(), key=lambda one: one.name)
			if one.group == GLOVES and one.brand == BRAND and ("Colour", COLOUR) in one.specifications
		]
		self.context.expect("The listing with two filters", listed, expected)
		brands = {one["name"]: one["count"] for one in found["distinct_brands"]}
		blue = [
			one for one in self._on_sale() if one.group == GLOVES and ("Colour", COLOUR) in one.specifications
		]
		self.context.expect("The brands beside it", brands, Counter(one.brand for one in blue))
		write(f"     {GLOVES}, brand {BRAND}, colour {COLOUR}: {', '.join(listed)}")

	def _product(self) -> None:
		shown = self._as_customer("get_website_image", medusa_id=self._id(SOLD))
		self.context.expect(f"The price of {SOLD} in the shop", shown["price"], STANDARD_PRICE)
		write(f"     “{self.articles[SOLD].name}”: {shown['price']} {CURRENCY}, {len(shown['image'])} images")

	def _wish_and_review(self) -> None:
		product = self._id(SOLD)
		modified = self._website_item(SOLD)["modified"]
		self._as_customer("handle_wishlist", item_codes=[product], is_add=1)
		said = self._as_customer(
			"add_review_to_website_item",
			item_code=product,
			customer_name="Practice",
			review="Sets in the time that the label says.",
			rating=STARS,
		)
		self.context.expect("The answer to the review", said, "Review added successfully")
		cards = {one["item_code"]: one for one in self._all(self._as_customer)}
		seen = (cards[SOLD]["is_wishlisted"], cards[SOLD]["rating"])
		self.context.expect("Wish and rating as the customer sees them", seen, (1, STARS))
		others = {one["item_code"]: one["is_wishlisted"] for one in self._all(self._call)}
		self.context.expect("The wish as others see it", others[SOLD], 0)
		same = self._website_item(SOLD)["modified"] == modified
		self.context.expect("Whether the Website Item stayed unsaved", same, True)
		write(
			f"     wished for, and rated {cards[SOLD]['rating']:g} of 5; the Website Item was not saved for that"
		)

	def _clearance(self) -> None:
		name = self._website_item(CLEARED)["name"]
		self.site.save(WEBSITE_ITEM, name, custom_clearance_item=1)
		self.context.wait_until_sent()
		self.site.execute_job(CLEARANCE_JOB)
		found = wait_for("The clearance list", lambda: self._call("get_clearance_items")["paginatedProducts"])
		self.context.expect("The clearance", [one["product_id"] for one in found], [self._id(CLEARED)])
		write(f"     clearance, after its nightly job: “{found[0]['item_name']}”")

	def _coupon(self) -> None:
		values = {"allow_coupon_discounts": 1, "cart_value": FROM, "discount_amount": DISCOUNT}
		self.site.save(SETTINGS, SETTINGS, **values)
		self.site.insert("Website Coupon Code", code=COUPON)
		order = self._second_order()
		check = {"order_id": order, "coupon_code": COUPON}
		self.context.expect("Whether the coupon is valid", self._as_customer("verify_coupon", **check), True)
		paid = self._as_customer("pay_now", **check)
		invoice = self.site.read("Sales Invoice", paid["sales_invoice"])
		total = ASKED_FOR * STANDARD_PRICE
		self.context.expect(
			"The invoice", (invoice["docstatus"], invoice["grand_total"]), (1, total - DISCOUNT)
		)
		again = self._as_customer("verify_coupon", **check)
		self.context.expect("Whether the coupon is still valid", again, False)
		write(
			f"     a second order for {total:g} {CURRENCY}, paid with the coupon {COUPON}: {invoice['name']} for "
			f"{invoice['grand_total']:g} {CURRENCY}; the coupon is used up"
		)

	def _second_order(self) -> str:
		"""Request, review and order a quotation; Medusa's id of the order."""
		variant = self.customer.offered[0].variant
		items = [{"variant_id": variant, "quantity": ASKED_FOR}]
		quotation = self._as_customer("create_quotation", items=items, **SECOND)["quotationId"]
		self.site.press(SEND_FOR_REVIEW, quotation=quotation)
		order = self.context.medusa.add_order()
		self._as_customer(
			"update_quotation",
			quotation_id=SECOND["quotation_id"],
			approval="Approved",
			order_id=order,
			create_so=True,
		)
		return order

	def _return(self) -> None:
		order = {"medusa_order_id": self.customer.order_id}
		before = self._as_customer("get_returnable_items", **order)["unreturned_items"]
		(sent_back,) = ({"item_code": one["item_code"], "quantity": 1} for one in before)
		self._as_customer("update_returned_items", items=[sent_back], request_id="return_1", **order)
		after = self._as_customer("get_returnable_items", **order)["unreturned_items"]
		left = [[(one["item_code"], one["qty"]) for one in rows] for rows in (before, after)]
		self.context.expect("What can be returned", left, [[(SOLD, TAKEN)], [(SOLD, TAKEN - 1)]])
		rows = self.site.read(ORDER, self.customer.sales_order)["custom_returned_items"]
		self.context.expect("The requested returns", [row["item_code"] for row in rows], [SOLD])
		write(f"     1 of {TAKEN} of the first order is to be returned; {left[1][0][1]:g} more can be")

	def _pictures(self) -> None:
		"""Open the shop's page as the customer, and leave pictures of it."""
		shop = self.context.open_storefront(self.customer.shop.token)
		pages = {
			"home": "",
			"listing": f"#/list/products%2F{slug(GLOVES)}?brand={BRAND}&colour={COLOUR}",
			"product": f"#/product/{self._id(SOLD)}",
			"wishlist": "#/wishlist",
		}
		sold, stocked = self.articles[SOLD].name, self.articles[STOCKED].name
		shown = {"home": stocked, "listing": stocked, "product": sold, "wishlist": sold}
		with reporting_progress():
			for name, page in pages.items():
				link = shop.sign_in_link(self.customer.customer_id, page)
				html = take_picture(link, PICTURES / f"{name}.png")
				if html is None:
					write("     there is no Chromium here, so there are no pictures of the page")
					return
				right = "data-ready" in html and 'role="alert"' not in html
				self.context.expect(f"Whether the page of {name} is there", right, True)
				if name in shown:
					self.context.expect(f"Whether the page of {name} has it", shown[name] in html, True)
		write(f"     pictures of the shop's page: {(PICTURES / '*.png').relative_to(ROOT)}")

	def _all(self, call: Any) -> Sequence[dict[str, Any]]:
		"""All cards of the shop, as whoever calls."""
		first = call("get_website_items", url="all")
		rest = range(2, first["total_pages"] + 1)
		pages = [first, *(call("get_website_items", url="all", page=page) for page in rest)]
		return [one for page in pages for one in page["paginatedProducts"]]

	def _website_item(self, code: str) -> dict[str, Any]:
		fields = ("name", "medusa_id", "modified")
		(found,) = self.site.list(WEBSITE_ITEM, [("item_code", "=", code)], fields)
		return found

	def _id(self, code: str) -> str:
		return self._website_item(code)["medusa_id"]


def slug(text: str) -> str:
	"""Return a name as it stands in a route."""
	return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
