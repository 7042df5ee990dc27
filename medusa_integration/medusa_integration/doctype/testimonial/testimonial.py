"""Testimonial: a row of Homepage Landing, what a customer says about the shop."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class Testimonial(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		designation: DF.Data | None
		image_url: DF.Data | None
		review: DF.SmallText | None
		review_by: DF.Data | None
	# end: auto-generated types
