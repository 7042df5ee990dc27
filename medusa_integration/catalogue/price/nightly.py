"""The nightly job for missing prices, which the storefront can start too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Literal

import frappe
from frappe import _
from frappe.utils import create_batch
from typing_extensions import NotRequired, TypedDict

from medusa_integration.catalogue.price.events import LANE, record_orphans
from medusa_integration.catalogue.price.exporter import outdated
from medusa_integration.catalogue.price.item_prices import left_out
from medusa_integration.catalogue.price.reasons import Reason
from medusa_integration.constants import ITEM_PRICE, SETTLED, SYNC_TASK, WEBSITE_ITEM, Status
from medusa_integration.database import is_not_set, is_set
from medusa_integration.exceptions import SyncFailed
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.settings import public_price_list
from medusa_integration.sync import connection, task_departures, task_recording, task_states, worker
from medusa_integration.sync.jobs import leave_details, part_of, scheduled_job
from medusa_integration.sync.request_log import RequestLog

QUEUE = "long"
TIMEOUT = 28800
JOB = "medusa_integration.catalogue.price.nightly.send_missing_prices"
JOB_ID = "medusa_missing_prices"
METHOD = "medusa_integration.api.sync_missing_prices_to_medusa"
ROWS = 500


class Queued(TypedDict):
	"""How many prices Medusa lacks; outside a request also why others are not sent."""

	status: Literal["queued"]
	count: int
	left_out: NotRequired[dict[str, int]]


def sync_missing_prices_to_medusa() -> Queued:
	"""Send the prices that should be in Medusa and are not.

	These are the Item Prices of the shop's Price List without a customer and without `medusa_price_id`, of
	Items that have a variant in Medusa, that are valid now or later. Called over HTTP or by the scheduler,
	the function records them and enqueues one job on the queue `long`; from the console it sends them before
	it returns. Over HTTP only the storefront user may call it.

	Returns:
		{"status": "queued", "count": number of missing prices}; except over HTTP also "left_out": the numbers
		of prices that are not sent, by reason.

	Raises:
		NotConnected: over HTTP, nothing may be sent at the moment (503).
		SyncFailed: from the console, some prices could not be sent.
	"""
	if frappe.request:
		connection.require_sending()
		return {"status": "queued", "count": _queue().count}
	found = _sync_missing_prices_to_medusa()
	return {"status": "queued", "count": found.count, "left_out": found.left_out}


@dataclass(frozen=True, slots=True)
class Missing:
	"""What the job has found.

	Attributes:
		count: number of missing prices.
		left_out: numbers of prices that are not sent, by reason.
		recorded: number of recorded tasks.
	"""

	count: int = 0
	left_out: dict[str, int] = field(default_factory=dict)
	recorded: int = 0


@scheduled_job
def _sync_missing_prices_to_medusa() -> Missing:
	if not connection.may_send():
		return Missing()
	if getattr(frappe.local, "job", None):
		found = _queue()
		if found.left_out:
			leave_details(METHOD, left_out_text(found.left_out))
		return found
	found = record_missing()
	# nosemgrep: frappe-manual-commit -- the round claims what is committed
	frappe.db.commit()
	send_missing_prices()
	return found


def _queue() -> Missing:
	found = record_missing()
	if found.recorded:
		options = {"job_id": JOB_ID, "deduplicate": True, "enqueue_after_commit": True}
		frappe.enqueue(JOB, queue=QUEUE, timeout=TIMEOUT, **options)
	return found


def left_out_text(left_out: dict[str, int]) -> str:
	"""Return a heading and one line for each reason, translated.

	Args:
		left_out: numbers of prices that are not sent, by reason.
	"""
	lines = (f"{reason} ({number})" for reason, number in left_out.items())
	return "\n".join([_("Item Prices that are not sent to Medusa:"), *lines])


def record_missing() -> Missing:
	"""Record missing and outdated prices, and those that no longer belong in Medusa.

	These are the prices that Medusa lacks, those that differ from today's values, and those whose Item Price
	or Website Item was deleted without document events. Tasks that a person ignored stay ignored. A price
	that is not sent gets a task with the reason. Does not commit. A constant number of statements for every
	500 prices.
	"""
	task_departures.delete_orphans(ITEM_PRICE, LANE)
	record_orphans()
	count, recorded = 0, 0
	reasons: Counter[str] = Counter()
	for names in create_batch(_missing(), ROWS):
		found, states = left_out(names), task_states.states(ITEM_PRICE, names, LANE)
		wanted = [name for name in names if name not in found and not _is_ignored(states.get(name))]
		untold = [name for name, reason in found.items() if _lacks_reason(states.get(name), reason)]
		count += len(wanted)
		recorded += task_recording.record_many(ITEM_PRICE, [*wanted, *untold], LANE, wakes=False)
		reasons.update(reason.summary for reason in found.values())
	for names in create_batch(_in_medusa(), ROWS):
		recorded += task_recording.record_many(ITEM_PRICE, outdated(names), LANE, wakes=False)
	return Missing(count, dict(sorted(reasons.items())), recorded)


def _is_ignored(task: frappe._dict | None) -> bool:
	return bool(task and task.status == Status.IGNORED)


def _lacks_reason(task: frappe._dict | None, reason: Reason) -> bool:
	"""Return whether no task of this price shows the reason why it is not sent."""
	return not task or (task.status in SETTLED and task.last_error != reason.sentence)


@part_of(METHOD)
def send_missing_prices() -> dict[str, int]:
	"""Send due tasks batch by batch: the job. If it is started again, it continues where it stopped.

	Returns:
		Numbers of tasks by their status.

	Raises:
		SyncFailed: some prices could not be sent; the message has their number.
	"""
	states = worker.drain(seconds=TIMEOUT - 600)
	filters = {
		"reference_doctype": ITEM_PRICE,
		"lane": LANE,
		"status": ("in", (Status.FAILED, Status.RETRYING)),
	}
	troubled = frappe.get_all(SYNC_TASK, filters=filters, pluck="reference_name")
	failed = len(set(troubled) & set(_missing())) if troubled else 0
	if connection.may_send():
		_delete_empty_price_lists()
	if failed:
		frappe.throw(_("{0} Item Prices could not be sent to Medusa.").format(failed), exc=SyncFailed)
	return dict(states)


def _missing() -> list[str]:
	"""Return the names of the Item Prices that the documented criteria select."""
	price, website_item = frappe.qb.DocType(ITEM_PRICE), frappe.qb.DocType(WEBSITE_ITEM)
	return (
		frappe.qb.from_(price)
		.inner_join(website_item)
		.on(website_item.item_code == price.item_code)
		.select(price.name)
		.where((price.price_list == public_price_list()) & is_not_set(price.customer))
		.where(is_not_set(price.medusa_price_id))
		.where(is_set(website_item.medusa_variant_id))
		.orderby(price.name)
	).run(pluck=True)


def _in_medusa() -> list[str]:
	"""Return the names of all Item Prices with a `medusa_price_id`."""
	price = frappe.qb.DocType(ITEM_PRICE)
	has_id = is_set(price.medusa_price_id)
	return frappe.qb.from_(price).select(price.name).where(has_id).orderby(price.name).run(pluck=True)


def _delete_empty_price_lists() -> None:
	"""Delete Medusa's empty price lists of past dates; errors are only logged."""
	log = RequestLog()
	try:
		with connection.open_medusa(log) as medusa:
			medusa.prices.tidy(public_price_list(), datetime.now(timezone.utc))
	except MedusaError:
		frappe.log_error("Medusa: empty price lists could not be deleted")
	log.write_and_commit()
