"""Opportunity Contact: what a visitor of the shop asks to be contacted about."""

from __future__ import annotations

from medusa_integration.protection import OwnRecord


class OpportunityContact(OwnRecord):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		city: DF.Data | None
		country: DF.Link | None
		email: DF.Data
		first_name: DF.Data
		mobile_no: DF.Data
		status: DF.Literal["New", "Done"]
		type: DF.Literal["Setting Up", "Inspection", "Service and Spares"]
	# end: auto-generated types
