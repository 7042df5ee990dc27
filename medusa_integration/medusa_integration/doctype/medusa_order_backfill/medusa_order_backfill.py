"""Medusa Order Backfill: one import of past orders, or a dry run of it.

The rows are written by `medusa_integration.selling.order.backfill`; nobody else changes them.
"""

from __future__ import annotations

from medusa_integration.protection import WrittenByApp


class MedusaOrderBackfill(WrittenByApp):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		cancelled: DF.Int
		customers_known: DF.Int
		customers_new: DF.Int
		dry_run: DF.Check
		ended_at: DF.Datetime | None
		error: DF.SmallText | None
		failed: DF.Int
		from_date: DF.Date | None
		heartbeat: DF.Datetime | None
		history_before: DF.Date | None
		imported: DF.Int
		job: DF.Data | None
		known: DF.Int
		money: DF.SmallText | None
		orders: DF.Int
		read_until: DF.Data | None
		ready: DF.Int
		reasons: DF.SmallText | None
		slot: DF.Data | None
		source: DF.Data | None
		started_at: DF.Datetime | None
		started_by: DF.Link | None
		status: DF.Literal["Queued", "Running", "Completed", "Stopped", "Interrupted", "Failed"]
		to_date: DF.Date | None
		unknown_items: DF.SmallText | None
		waiting: DF.Int
	# end: auto-generated types

	@property
	def deletable(self) -> bool:
		"""Return whether the run has ended; an active one prevents others from starting."""
		return not self.slot
