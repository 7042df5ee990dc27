"""The progress of a bulk export, for the user who started it, and its result for later."""

from __future__ import annotations

from collections import Counter
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Count
from frappe.utils import format_datetime, now_datetime
from redis.exceptions import RedisError

from medusa_integration.catalogue.product.exporter import ProductExporter
from medusa_integration.constants import SYNC_TASK, WEBSITE_ITEM, Status
from medusa_integration.database import is_not_set
from medusa_integration.settings import SETTINGS

# cache key of the current run: {"user", "total", "had", "started"}; without it no progress is shown
RUN = "medusa_export"
EVENT = "medusa_export_progress"
LEFT = (Status.PENDING, Status.IN_PROGRESS)


def begin(total: int, *, user: str | None = None) -> None:
	"""Store that an export has begun.

	Args:
		total: number of Website Items to export.
		user: the User who sees the progress, None for nobody.
	"""
	run = {"user": user, "total": total, "had": _counts()["had"], "started": str(now_datetime())}
	# a run that is still going keeps its user
	before = _run()
	if before and not user:
		run["user"] = before["user"]
	try:
		frappe.cache.set_value(RUN, run)
	except (RedisError, OSError):
		frappe.logger("medusa").warning("The progress of the export cannot be shown without Redis")


def show() -> None:
	"""Send the progress to the user who started the export. One statement, none if a job started it."""
	if (run := _run()) and run["user"]:
		counts = _counts()
		left = counts["left"] + counts["waiting"]
		done = max(run["total"] - left, 0)
		message = {"percent": 100 * done / max(run["total"], 1), "done": done, "total": run["total"]}
		_publish(EVENT, message, run["user"])


def end() -> None:
	"""Store the result of the export so far in the settings, and tell the user when everything is sent.

	Commits. Each batch calls this when it ends, so the last one stores the final result. If a worker was
	killed, the result says how many items are left.
	"""
	run = _run()
	if not run:
		return
	counts = _counts()
	text = _("{0}: {1} exported, {2} failed, {3} skipped, {4} still to be sent.").format(
		format_datetime(run["started"]),
		counts["had"] - run["had"],
		counts["failed"],
		counts["waiting"],
		counts["left"],
	)
	store(text)
	if run["user"]:
		if counts["left"]:
			show()
		else:
			# this export does not send tasks that wait or are ignored
			total = run["total"]
			_publish(EVENT, {"percent": 100, "done": total - counts["waiting"], "total": total}, run["user"])
			indicator = "orange" if counts["failed"] or counts["waiting"] else "green"
			message = {"message": text, "title": _("Export to Medusa"), "indicator": indicator}
			_publish("msgprint", message, run["user"])
	if not counts["left"]:
		frappe.cache.delete_value(RUN)


def store(text: str) -> None:
	"""Store a text in the field *Last Export* of Medusa Configuration. Commits.

	Args:
		text: the translated summary.
	"""
	frappe.db.set_single_value(SETTINGS, "last_export", text, update_modified=False)
	# nosemgrep: frappe-manual-commit -- it tells of what is committed
	frappe.db.commit()


def _counts() -> Counter[str]:
	"""Count Website Items: `had` (in Medusa), and of the other published ones `left`, `failed`, `waiting`."""
	item, task = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(SYNC_TASK)
	is_mine = (
		(task.reference_doctype == WEBSITE_ITEM)
		& (task.reference_name == item.name)
		& (task.lane == ProductExporter.name)
	)
	is_missing = is_not_set(item.medusa_id)
	missing = Case().when(is_missing, 1).else_(0)
	rows = (
		frappe.qb.from_(item)
		.left_join(task)
		.on(is_mine)
		.select(missing, task.status, Count("*"))
		.where((item.published == 1) | ~is_missing)
		.groupby(missing, task.status)
	).run()
	counts: Counter[str] = Counter()
	for missing, status, number in rows:
		counts[_kind(status) if missing else "had"] += number
	return counts


def _kind(status: str | None) -> str:
	if status in LEFT:
		return "left"
	return "failed" if status in (Status.FAILED, Status.RETRYING) else "waiting"


def _run() -> dict | None:
	try:
		return frappe.cache.get_value(RUN)
	except (RedisError, OSError):
		return None


def _publish(event: str, message: dict[str, Any], user: str) -> None:
	try:
		frappe.publish_realtime(event, message, user=user)
	except (RedisError, OSError):
		frappe.logger("medusa").warning("The progress of the export cannot be shown without Redis")
