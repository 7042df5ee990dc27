"""Medusa Order: an order of Medusa that this site knows of; its name is Medusa's id of the order.

Only the app writes the rows. What has become of the order says its Medusa Sync Task.
"""

from __future__ import annotations

from medusa_integration.protection import WrittenByApp


class MedusaOrder(WrittenByApp):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		backfill: DF.Link | None
		content_mark: DF.Data | None
		currency: DF.Link | None
		display_id: DF.Data | None
		fulfillment_status: DF.Data | None
		grand_total: DF.Currency
		is_history: DF.Check
		knows_fulfilled: DF.Check
		medusa_updated_at: DF.Datetime | None
		order_status: DF.Data | None
		payment_status: DF.Data | None
		placed_at: DF.Datetime | None
		sales_order: DF.Link | None
	# end: auto-generated types
