"""The nightly catch-up of prices, which may also be asked for (contract 32-35, 119-125)."""

from __future__ import annotations

from datetime import datetime, timezone

import frappe
from frappe import _

from medusa_integration.catalogue.item_price import LANE, record_orphans
from medusa_integration.catalogue.prices import ITEM_PRICE, WEBSITE_ITEM, wanted
from medusa_integration.doorkeeper import Storefront, endpoint
from medusa_integration.exceptions import SyncFailed
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.settings import public_price_list
from medusa_integration.sync import connection, departed, drain, outbox
from medusa_integration.sync.jobs import part_of, scheduled_job
from medusa_integration.sync.request_log import RequestLog

QUEUE = "long"
TIMEOUT = 28800
JOB = "medusa_integration.catalogue.price_jobs.send_missing_prices"
JOB_ID = "medusa_missing_prices"


@endpoint(Storefront(reopens=True))
def sync_missing_prices_to_medusa() -> dict[str, str | int]:
	"""Create the prices that Medusa should have and does not (32-35, 119-125).

	These are the Item Prices of the shop's Price List without a customer and without `medusa_price_id`, of
	items that have a variant in Medusa, that count now or later. Called over HTTP or by the scheduler it
	records them, asks for one job on the queue `long`, and answers at once; from the console it sends them
	before it answers. Answers {"status": "queued", "count": int}. Over HTTP only the shop's server may call
	it. Raises NotConnected when it is called over HTTP and nothing may be sent, SyncFailed from the console
	when some failed.
	"""
	if frappe.request:
		connection.require_sending()
		return {"status": "queued", "count": _queue()}
	return {"status": "queued", "count": _run()}


@scheduled_job
def _run() -> int:
	if not connection.may_send():
		return 0
	if getattr(frappe.local, "job", None):
		return _queue()
	count = record_missing()
	frappe.db.commit()  # the round claims what is committed
	send_missing_prices()
	return count


def _queue() -> int:
	count = record_missing()
	if count:
		options = {"job_id": JOB_ID, "deduplicate": True, "enqueue_after_commit": True}
		frappe.enqueue(JOB, queue=QUEUE, timeout=TIMEOUT, **options)
	return count


def record_missing() -> int:
	"""Record the missing prices, and what has to go because it was deleted beside its events;
	how many are missing.

	What a person has put aside stays so. Commits nothing.
	"""
	departed.delete_orphans(ITEM_PRICE, LANE)
	record_orphans()
	missing = wanted(_missing())
	if not missing:
		return 0
	aside = {"reference_doctype": ITEM_PRICE, "lane": LANE, "status": "Ignored"}
	ignored = set(frappe.get_all(outbox.TASK, filters=aside, pluck="reference_name"))
	return outbox.record_many(
		ITEM_PRICE, [name for name in missing if name not in ignored], LANE, wakes=False
	)


@part_of("medusa_integration.api.sync_missing_prices_to_medusa")
def send_missing_prices() -> dict[str, int]:
	"""The job: sends what is due, chunk by chunk; started again, it goes on where it stopped.

	Answers how many tasks ended in which state.
	Raises SyncFailed with the count when prices could not be sent.
	"""
	states = drain.drain(seconds=TIMEOUT - 600)
	filters = {"reference_doctype": ITEM_PRICE, "lane": LANE, "status": ("in", ("Failed", "Retrying"))}
	troubled = frappe.get_all(outbox.TASK, filters=filters, pluck="reference_name")
	failed = len(set(troubled) & set(_missing())) if troubled else 0
	if connection.may_send():
		_tidy()
	if failed:
		frappe.throw(_("{0} Item Prices could not be sent to Medusa.").format(failed), exc=SyncFailed)
	return dict(states)


def _missing() -> list[str]:
	price, website_item = frappe.qb.DocType(ITEM_PRICE), frappe.qb.DocType(WEBSITE_ITEM)

	def is_empty(field: object) -> object:
		return field.isnull() | (field == "")

	return (
		frappe.qb.from_(price)
		.inner_join(website_item)
		.on(website_item.item_code == price.item_code)
		.select(price.name)
		.where((price.price_list == public_price_list()) & is_empty(price.customer))
		.where(is_empty(price.medusa_price_id))
		.where(website_item.medusa_variant_id.isnotnull() & (website_item.medusa_variant_id != ""))
		.orderby(price.name)
	).run(pluck=True)


def _tidy() -> None:
	"""Have Medusa's empty lists of past dates deleted; what goes wrong is only worth a log."""
	log = RequestLog()
	try:
		with connection.open_medusa(log) as medusa:
			medusa.tidy_price_lists(public_price_list(), datetime.now(timezone.utc))
	except MedusaError:
		frappe.log_error("Medusa: empty price lists could not be deleted")
	log.write_and_commit()
