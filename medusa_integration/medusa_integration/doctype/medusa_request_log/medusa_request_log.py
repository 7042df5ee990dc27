"""Medusa Request Log: one row per request to Medusa, written once and never changed."""

from __future__ import annotations

import json

import frappe

from medusa_integration import database
from medusa_integration.constants import REQUEST_LOG
from medusa_integration.protection import WrittenByApp


class MedusaRequestLog(WrittenByApp):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		duration_ms: DF.Int
		error: DF.SmallText | None
		http_method: DF.Data | None
		payload: DF.Code | None
		personal_data: DF.Check
		response: DF.Code | None
		status: DF.Literal["Success", "Failure"]
		status_code: DF.Int
		sync_task: DF.Link | None
		url: DF.Data | None
		voucher_name: DF.DynamicLink | None
		voucher_type: DF.Link | None
	# end: auto-generated types

	# no job reads it
	deletable = True

	def onload(self) -> None:
		"""Show the bodies indented in the form; the rows have them on one line."""
		self.payload, self.response = _indented(self.payload), _indented(self.response)

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		"""Delete successful requests older than `days` days, and failed ones three times as old."""
		database.clear_old_rows(REQUEST_LOG, days, status="Success")


def _indented(body: str | None) -> str | None:
	"""Indent JSON; return other or truncated text unchanged."""
	try:
		return json.dumps(json.loads(body or ""), indent=1, ensure_ascii=False)
	except ValueError:
		return body


def on_doctype_update() -> None:
	"""Add the keys that Frappe does not create from the fields, after each sync of the DocType."""
	frappe.db.add_index(REQUEST_LOG, ["voucher_type", "voucher_name"])
	# Frappe 16 indexes the column that it sorts by, Frappe 15 doesn't
	if not frappe.db.get_column_index(f"tab{REQUEST_LOG}", "creation", unique=False):
		frappe.db.add_index(REQUEST_LOG, ["creation"])
