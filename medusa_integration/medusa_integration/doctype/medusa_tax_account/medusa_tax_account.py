"""Medusa Tax Account: a row of Medusa Configuration, the account of one tax."""

from __future__ import annotations

from medusa_integration.protection import OwnRow


class MedusaTaxAccount(OwnRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		account: DF.Link
		rate: DF.Float
		tax_code: DF.Data | None
	# end: auto-generated types
