"""Medusa Reconciliation: one comparison of everything in Medusa with this site.

The rows are written by `medusa_integration.sync.reconcile`; nobody else changes them.
"""

from __future__ import annotations

import frappe
from frappe.utils import add_days, cint, now_datetime

from medusa_integration.constants import RECONCILIATION
from medusa_integration.protection import WrittenByApp


class MedusaReconciliation(WrittenByApp):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		documents: DF.Int
		ended_at: DF.Datetime | None
		error: DF.SmallText | None
		foreign: DF.Int
		found: DF.Int
		heartbeat: DF.Datetime | None
		queued: DF.Int
		read_in_medusa: DF.Int
		slot: DF.Data | None
		started_at: DF.Datetime | None
		started_by: DF.Link | None
		status: DF.Literal["Queued", "Running", "Completed", "Failed", "Interrupted"]
	# end: auto-generated types

	@property
	def deletable(self) -> bool:
		"""Return whether the run has ended; an active one prevents others from starting."""
		return not self.slot

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		"""Delete ended runs that began more than `days` days ago."""
		run = frappe.qb.DocType(RECONCILIATION)
		is_old = run.creation < add_days(now_datetime(), -cint(days))
		frappe.qb.from_(run).delete().where(is_old & run.slot.isnull()).run()
