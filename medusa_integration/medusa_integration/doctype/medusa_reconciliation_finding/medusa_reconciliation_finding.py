"""Medusa Reconciliation Finding: one difference between Medusa and this site.

There is one row per difference, whatever the number of runs that find it: `identity` is unique. Only
`medusa_integration.sync.reconcile` writes the rows; users choose an action.
"""

from __future__ import annotations

import frappe
from frappe.utils import add_days, cint, now_datetime

from medusa_integration.constants import RECONCILIATION_FINDING
from medusa_integration.protection import WrittenByApp


class MedusaReconciliationFinding(WrittenByApp):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		digest: DF.Data | None
		further_id: DF.Data | None
		held_up: DF.SmallText | None
		identity: DF.Data | None
		kind: DF.Literal["Missing", "Drifted", "Orphaned", "Duplicated", "Adoptable"]
		lane: DF.Data | None
		medusa_id: DF.Data | None
		queued_at: DF.Datetime | None
		reference_doctype: DF.Link | None
		reference_name: DF.DynamicLink | None
		run: DF.Link | None
		seen_at: DF.Datetime | None
		state: DF.Literal["Open", "Queued", "Adopted", "Ignored", "Deleted", "Gone"]
		subject: DF.Literal["Product", "Variant", "Collection", "Price", "Quantity"]
		title: DF.Data | None
		words: DF.SmallText | None
	# end: auto-generated types

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		"""Delete findings that no run has seen for `days` days, except open ones."""
		finding = frappe.qb.DocType(RECONCILIATION_FINDING)
		is_old = finding.seen_at < add_days(now_datetime(), -cint(days))
		frappe.qb.from_(finding).delete().where(is_old & (finding.state != "Open")).run()
