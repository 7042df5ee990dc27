"""Medusa Event: an event that the plugin in Medusa has sent; its name is the id that Medusa gave it.

Only `medusa_integration.sync.inbox` writes the rows.
"""

from __future__ import annotations

import frappe

from medusa_integration import database
from medusa_integration.constants import EVENT
from medusa_integration.protection import WrittenByApp


class MedusaEvent(WrittenByApp):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		aggregate: DF.Data
		aggregate_id: DF.Data
		event_type: DF.Data
		occurred_at: DF.Datetime | None
		source: DF.Data | None
		status: DF.Literal["Received", "Processed"]
	# end: auto-generated types

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		"""Delete processed events older than `days` days, and all others three times as old."""
		database.clear_old_rows(EVENT, days, status="Processed")


def on_doctype_update() -> None:
	"""Add the key of more than one column, after each sync of the DocType."""
	frappe.db.add_index(EVENT, ["status", "creation"])
