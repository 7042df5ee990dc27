"""What runs in a process on the site to measure prices, the stock job, and a whole night of the scheduler."""

from __future__ import annotations

import time
from collections.abc import Callable

import frappe

from benchmarks.bodies import CURRENCY, PRICE_LIST
from benchmarks.on_site import counted_requests, insert, statements

SIGN_IN = ("/admin/auth/token", "/auth/user/emailpass")
# each evening's jobs, as hooks.py has them
NIGHT = ("0 1 * * *", "daily_long")


# -- prices --------------------------------------------------------------------------------------------------


def variants(offset: int, count: int) -> list[str]:
	"""Medusa's ids of the variants of so many Website Items."""
	return [row.medusa_variant_id for row in _website_items(offset, count)]


def record_prices(offset: int, count: int) -> int:
	"""Make an Item Price for each of so many Website Items and record it; answer how many were recorded."""
	from medusa_integration.sync import task_recording

	sold = _website_items(offset, count)
	names = [f"PRICE-{row.name}" for row in sold]
	insert(
		"Item Price",
		(
			{
				"name": name,
				"item_code": row.item_code,
				"price_list": PRICE_LIST,
				"selling": 1,
				"currency": CURRENCY,
				"uom": row.stock_uom,
				"price_list_rate": round(1.005 + number / 1000, 3),
				"valid_from": "2026-01-01",
			}
			for number, (name, row) in enumerate(zip(names, sold, strict=True))
		),
	)
	recorded = task_recording.record_many("Item Price", names, "price")
	frappe.db.commit()
	return recorded


def _website_items(offset: int, count: int) -> list[frappe._dict]:
	return frappe.get_all(
		"Website Item",
		filters={"medusa_variant_id": ("is", "set")},
		fields=["name", "item_code", "stock_uom", "medusa_variant_id"],
		order_by="name asc",
		limit_start=offset,
		limit_page_length=count,
	)


# -- stock ---------------------------------------------------------------------------------------------------


def fill_shelves(quantity: int) -> int:
	"""Put this quantity of each item into both child warehouses, and return the number of items."""
	company = frappe.get_all("Company", pluck="name")[0]
	website = _warehouse("Website", company, is_group=1)
	shelves = [_warehouse(f"Shelf {number}", company, parent_warehouse=website) for number in (1, 2)]
	sold = frappe.get_all("Website Item", pluck="item_code")
	for doctype, field, value in (
		("Website Item", "website_warehouse", website),
		("Item", "is_stock_item", 1),
	):
		table = frappe.qb.DocType(doctype)
		frappe.qb.update(table).set(table[field], value).run()
	places = ((item, shelf) for item in sold for shelf in shelves)
	insert(
		"Bin",
		(
			{
				"name": frappe.generate_hash(length=10),
				"item_code": item,
				"warehouse": shelf,
				"actual_qty": quantity,
				"stock_uom": "Box",
			}
			for item, shelf in places
		),
	)
	frappe.db.set_single_value("Medusa Configuration", "push_stock_quantities", 1)
	frappe.db.commit()
	return len(sold)


def _warehouse(name: str, company: str, **values: object) -> str:
	values = {"warehouse_name": name, "company": company, **values}
	return frappe.get_doc({"doctype": "Warehouse", **values}).insert().name


def stock_job() -> dict:
	"""The app's own job over all Website Items: seconds, statements, and how many of these were writes."""
	return _measured(frappe.get_attr("medusa_integration.api.update_webitem_stock"))


def plain_stock_job(count: int) -> dict:
	"""As the documentation sketches it: for each item one look at its Bins, and one write of its flag."""
	from erpnext.stock.get_item_details import get_bin_details

	def look_and_write() -> None:
		fields = ["name", "website_warehouse", "item_code", "custom_threshold_qty"]
		for row in frappe.get_all("Website Item", {"published": 1}, fields, limit_page_length=count):
			details = get_bin_details(row.item_code, row.website_warehouse, include_child_warehouses=1)
			in_stock = int(details["actual_qty"] > 0)
			frappe.db.set_value("Website Item", row.name, "custom_in_stock", in_stock)
		frappe.db.commit()

	return _measured(look_and_write)


def _measured(work: Callable[[], object]) -> dict:
	before, writes, started = statements(), _writes(), time.perf_counter()
	work()
	seconds = time.perf_counter() - started
	# the two questions in between are two of them
	return {
		"seconds": seconds,
		"statements": statements() - before - 2,
		"writes": _writes() - writes,
	}


def _writes() -> int:
	"""How many statements that change rows this connection has sent so far."""
	status = dict(frappe.db.sql("show session status like 'Com\\_%%'"))
	return sum(int(status[f"Com_{what}"]) for what in ("insert", "update", "delete", "replace"))


# -- the night -----------------------------------------------------------------------------------------------


def night() -> dict:
	"""Run every nightly job, then send, and return the requests that change something in Medusa."""
	from medusa_integration import hooks
	from medusa_integration.sync import worker

	jobs = [*hooks.scheduler_events["cron"][NIGHT[0]], *hooks.scheduler_events[NIGHT[1]]]
	started = time.perf_counter()
	with counted_requests() as requests:
		for job in jobs:
			frappe.get_attr(job)()
		states = worker.drain()
	writes = [request for request in requests if request[0] != "GET" and not request[1].endswith(SIGN_IN)]
	return {
		"seconds": time.perf_counter() - started,
		"jobs": len(jobs),
		"states": dict(states),
		"requests": len(requests),
		"writes": len(writes),
	}
