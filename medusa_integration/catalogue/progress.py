"""How a bulk export is going: for the person who started it, and for whoever looks afterwards."""

from __future__ import annotations

from collections import Counter

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Count
from frappe.utils import format_datetime, now_datetime
from redis.exceptions import RedisError

from medusa_integration.catalogue.product.exporter import ProductExporter
from medusa_integration.constants import SYNC_TASK, WEBSITE_ITEM, Status
from medusa_integration.settings import SETTINGS

# the run that is going: {"user", "total", "had", "started"}; without it nobody is told,
# and nothing else changes
RUN = "medusa_export"
EVENT = "medusa_export_progress"
LEFT = (Status.PENDING, Status.IN_PROGRESS)


def begin(total: int, *, user: str | None = None) -> None:
	"""Remember that an export of `total` Website Items has begun, and which user (if any) wants to see it."""
	run = {"user": user, "total": total, "had": _counts()["had"], "started": str(now_datetime())}
	# one that is still going keeps whoever wants to see it
	before = _run()
	if before and not user:
		run["user"] = before["user"]
	try:
		frappe.cache.set_value(RUN, run)
	except (RedisError, OSError):
		frappe.logger("medusa").warning("The progress of the export cannot be shown without Redis")


def show() -> None:
	"""Tell the person who started the export how far it is. One statement, none when a person did not."""
	if (run := _run()) and run["user"]:
		counts = _counts()
		left = counts["left"] + counts["waiting"]
		done = max(run["total"] - left, 0)
		message = {"percent": 100 * done / max(run["total"], 1), "done": done, "total": run["total"]}
		_publish(EVENT, message, run["user"])


def end() -> None:
	"""Write what has become of the export so far into the settings, and tell the person once all is done.

	Each batch does so when it ends: the last one has the last word,
	and if a worker was killed the text says what is left. Commits.
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
			# what waits or was put aside is not for this export to finish
			total = run["total"]
			_publish(EVENT, {"percent": 100, "done": total - counts["waiting"], "total": total}, run["user"])
			indicator = "orange" if counts["failed"] or counts["waiting"] else "green"
			message = {"message": text, "title": _("Export to Medusa"), "indicator": indicator}
			_publish("msgprint", message, run["user"])
	if not counts["left"]:
		frappe.cache.delete_value(RUN)


def store(text: str) -> None:
	"""Put the summary where the person sees it: *Last Export* in Medusa Configuration. Commits."""
	frappe.db.set_single_value(SETTINGS, "last_export", text, update_modified=False)
	# nosemgrep: frappe-manual-commit -- it tells of what is committed
	frappe.db.commit()


def _counts() -> Counter[str]:
	"""`had`: in Medusa; of the published ones that are not: `left`, `failed`,
	and `waiting` for something else.
	"""
	item, task = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(SYNC_TASK)
	is_mine = (
		(task.reference_doctype == WEBSITE_ITEM)
		& (task.reference_name == item.name)
		& (task.lane == ProductExporter.name)
	)
	is_missing = item.medusa_id.isnull() | (item.medusa_id == "")
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


def _publish(event: str, message: dict, user: str) -> None:
	try:
		frappe.publish_realtime(event, message, user=user)
	except (RedisError, OSError):
		frappe.logger("medusa").warning("The progress of the export cannot be shown without Redis")
