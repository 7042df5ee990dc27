"""Website Item Review: what a customer of the shop says about a product, once per product and customer."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from medusa_integration import database
from medusa_integration.constants import REVIEW
from medusa_integration.protection import OwnRecord
from medusa_integration.storefront import reviews

UNIQUE_KEY = "product_and_customer"


class WebsiteItemReview(OwnRecord):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		customer_name: DF.Data | None
		date: DF.Date | None
		dislikes: DF.Int
		hidden: DF.Check
		likes: DF.Int
		medusa_customer_id: DF.Data
		rating: DF.Rating
		review: DF.Text | None
		review_id: DF.Data | None
		website_item: DF.Link
	# end: auto-generated types

	def insert(self, *args: Any, **kwargs: Any) -> Document:
		"""Refuse an insert except by the app: only customers of the shop review."""
		self._require_app()
		return super().insert(*args, **kwargs)

	def save(self, *args: Any, **kwargs: Any) -> Document:
		"""Save the review; whoever moderates it can only hide it or show it again."""
		with database.latest_rows():
			reviews.lock_item(self.website_item)
			return super().save(*args, **kwargs)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse another name."""
		self._require_app()

	def on_update(self) -> None:
		"""Write the mean of the ratings to the Website Item, in the same transaction."""
		reviews.update_rating(self.website_item)

	def on_trash(self) -> None:
		"""Wait for whoever is changing the other reviews of the Website Item."""
		with database.latest_rows():
			reviews.lock_item(self.website_item)

	def after_delete(self) -> None:
		"""Write the mean of the other ratings to the Website Item, in the same transaction."""
		reviews.update_rating(self.website_item)

	def _require_app(self) -> None:
		if not self.flags.written_by_app:
			message = _("Only customers of the shop write reviews.")
			frappe.throw(message, frappe.PermissionError, title=_("Not Permitted"))


def on_doctype_update() -> None:
	"""Create the key that keeps one review per product and customer."""
	frappe.db.add_unique(REVIEW, ["website_item", "medusa_customer_id"], UNIQUE_KEY)
