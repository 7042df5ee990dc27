"""What customers of the shop say about products, and the mean of their ratings on the Website Item.

Whoever changes the reviews of a Website Item holds a lock on its row until the transaction ends, so that the
mean is always that of all of them. Nothing else of the Website Item is written: it is not saved, not
recorded for Medusa, and its `modified` stays.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import frappe
from frappe import _
from frappe.query_builder.functions import Count, IfNull, Sum
from frappe.utils import flt, getdate
from pypika.terms import Star
from typing_extensions import TypedDict

from medusa_integration import database, shared_cache
from medusa_integration.constants import REVIEW, WEBSITE_ITEM
from medusa_integration.endpoints.parameters import AnyWhole, Date, Id, at_most, within
from medusa_integration.exceptions import ValidationError
from medusa_integration.protection import by_app
from medusa_integration.storefront.texts import Line, Paragraph
from medusa_integration.storefront.viewers import known_customer

OVERALL_RATING = "custom_overall_rating"
# a Rating of Frappe is a part of 1
STARS = 5
ReviewText = Annotated[Paragraph, at_most(2000)]
Rating = Annotated[AnyWhole, within(1, STARS)]
Counter = Annotated[AnyWhole, within(0)]


class Counted(TypedDict):
	"""Likes or dislikes were stored."""

	status: Literal["success"]
	message: str


def add_review_to_website_item(
	item_code: Id,
	customer_id: Id,
	customer_name: Line | None = None,
	review: ReviewText | None = None,
	review_id: Id | None = None,
	rating: Rating | None = None,
	date: Date | None = None,
	likes: Counter | None = None,
	dislikes: Counter | None = None,
) -> str | Counted:
	"""Store a customer's review of a product, or the likes and dislikes of a review.

	With `rating` it is a review: one per customer and product; a second one changes the first, which keeps
	its likes, and stays hidden if it was. Without `rating` it is about the likes or dislikes of `review_id`.

	Args:
		item_code: Medusa's id of the product.
		customer_id: Medusa's id of the customer.
		customer_name: as the shop shows it, 140 characters.
		review: 2000 characters. HTML is removed, here and from the name.
		review_id: the shop's own id of the review; one is made if the review has none.
		rating: 1 to 5.
		date: of the review; today by default.
		likes: how many there are now.
		dislikes: how many there are now.

	Returns:
		A sentence; of likes and dislikes an object with `status` and `message`.

	Raises:
		ValidationError: A value is missing or not valid (400).
		frappe.DoesNotExistError: There is no such product in the shop, customer or review (404).
		frappe.DuplicateEntryError: Another review has this `review_id` (409).
	"""
	counters = {
		field: value for field, value in (("likes", likes), ("dislikes", dislikes)) if value is not None
	}
	if rating is None and not (counters and review_id):
		raise ValidationError(_("{0} is required.").format("review_id" if counters else "rating"))
	known_customer(customer_id)
	if rating is None:
		_count(_visible_item(item_code), str(review_id), counters)
		return {"status": "success", "message": _("Likes and dislikes updated successfully")}
	values = {
		"customer_name": customer_name,
		"review": review,
		"review_id": review_id,
		"rating": rating / STARS,
		"date": date or getdate(),
	}
	sent = {field: value for field, value in values.items() if value is not None}
	return _store(_visible_item(item_code, lock=True), customer_id, sent)


def lock_item(website_item: str) -> None:
	"""Wait for whoever is changing the reviews of a Website Item. To be called before a review is locked."""
	frappe.db.get_value(WEBSITE_ITEM, website_item, for_update=True)


def update_rating(website_item: str) -> None:
	"""Write the mean of the visible ratings to the Website Item, 0 without any. Three statements."""
	item, review = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(REVIEW)
	mean = (
		frappe.qb.from_(review)
		.select(Sum(review.rating) * STARS / Count(Star()))
		.where((review.website_item == website_item) & (review.hidden == 0))
	)
	with database.latest_rows():
		before = frappe.db.get_value(WEBSITE_ITEM, website_item, OVERALL_RATING, for_update=True)
		database.run(
			frappe.qb.update(item).set(item[OVERALL_RATING], IfNull(mean, 0)).where(item.name == website_item)
		)
		after = frappe.db.get_value(WEBSITE_ITEM, website_item, OVERALL_RATING)
	if flt(after) != flt(before):
		frappe.clear_document_cache(WEBSITE_ITEM, website_item)
		shared_cache.forget(products=())


def _visible_item(product_id: str, *, lock: bool = False) -> str:
	"""Return the Website Item; of several with one id, which an old site may have, the oldest."""
	name = frappe.db.get_value(
		WEBSITE_ITEM, {"medusa_id": product_id, "published": 1}, order_by="creation asc", for_update=lock
	)
	if not name:
		raise frappe.DoesNotExistError(_("Item not found"))
	return name


def _count(website_item: str, review_id: str, counters: dict[str, int]) -> None:
	"""Write these counters and no other column, so that nobody's click is lost to another's."""
	name = frappe.db.get_value(REVIEW, {"review_id": review_id, "website_item": website_item})
	if not name:
		raise frappe.DoesNotExistError(_("Review not found"))
	frappe.db.set_value(REVIEW, name, counters, update_modified=False)


def _store(website_item: str, medusa_id: str, sent: dict[str, Any]) -> str:
	"""Insert the customer's review of the locked Website Item, or change the one that is there."""
	key = {"website_item": website_item, "medusa_customer_id": medusa_id}
	name = frappe.db.get_value(REVIEW, key)
	try:
		if name:
			document = frappe.get_doc(REVIEW, name, for_update=True)
			by_app(document.update(sent)).save(ignore_permissions=True)
			return _("Review updated successfully")
		made = {"review_id": frappe.generate_hash(length=20), **sent}
		by_app(frappe.get_doc({"doctype": REVIEW, **key, **made})).insert(ignore_permissions=True)
	except frappe.UniqueValidationError:
		raise frappe.DuplicateEntryError(
			_("Another review has the review_id {0}.").format(sent.get("review_id"))
		) from None
	return _("Review added successfully")
