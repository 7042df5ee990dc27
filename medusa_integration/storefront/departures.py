"""What becomes of wishes and reviews when their product or their customer goes."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration import database
from medusa_integration.constants import REVIEW, WISHLIST
from medusa_integration.customers.parties import find_party
from medusa_integration.storefront.reviews import lock_item, update_rating


def website_item_deleted(doc: Document, method: str | None = None) -> None:
	"""Delete the wishes and reviews of a Website Item that was deleted (`after_delete`). Two statements.

	Not before: Frappe may still refuse the deletion. Until then `ignore_links_on_delete` keeps them out of
	its way.
	"""
	with database.latest_rows():
		for doctype in (WISHLIST, REVIEW):
			frappe.db.delete(doctype, {"website_item": doc.name})


def website_item_before_rename(
	doc: Document, method: str | None, old: str, new: str, merge: bool = False
) -> None:
	"""Before a merge, let go what a customer has left on both Website Items (`before_rename`).

	Frappe moves the rest to the remaining one, where each customer has one wish and one review: that of the
	remaining one stays. Four statements at most.
	"""
	if not merge:
		return
	with database.latest_rows():
		for name in sorted((old, new)):
			lock_item(name)
		for doctype in (WISHLIST, REVIEW):
			mine, other = frappe.qb.DocType(doctype), frappe.qb.DocType(doctype).as_("other")
			twice = (
				frappe.qb.from_(mine)
				.inner_join(other)
				.on((other.medusa_customer_id == mine.medusa_customer_id) & (other.website_item == new))
				.select(mine.name)
				.where(mine.website_item == old)
			).run(pluck=True)
			if twice:
				frappe.db.delete(doctype, {"name": ("in", twice)})


def website_item_after_rename(
	doc: Document, method: str | None, old: str, new: str, merge: bool = False
) -> None:
	"""After a merge, write the mean of all ratings to the remaining Website Item (`after_rename`)."""
	if merge:
		update_rating(new)


def customer_deleted(doc: Document, method: str | None = None) -> None:
	"""Delete the wishes and reviews of a Customer or Lead that was deleted (`after_delete`).

	Not while another one has the same id of Medusa: a Customer and the Lead that it was made of. They name a
	person by that id, by which nothing else on the site finds them any more. Three statements, and five for
	each review.
	"""
	medusa_id = doc.get("medusa_id")
	if not medusa_id or find_party(medusa_id):
		return
	with database.latest_rows():
		frappe.db.delete(WISHLIST, {"medusa_customer_id": medusa_id})
		reviewed = frappe.get_all(REVIEW, {"medusa_customer_id": medusa_id}, pluck="website_item")
		for website_item in sorted(reviewed):
			lock_item(website_item)
			frappe.db.delete(REVIEW, {"website_item": website_item, "medusa_customer_id": medusa_id})
			update_rating(website_item)
