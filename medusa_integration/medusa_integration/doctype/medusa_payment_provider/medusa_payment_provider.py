"""Medusa Payment Provider: a row of Medusa Configuration, the mode of payment of one payment provider."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class MedusaPaymentProvider(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		mode_of_payment: DF.Link
		provider: DF.Data
	# end: auto-generated types
