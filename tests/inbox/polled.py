"""Orders that Medusa has, for the polling, and what the site has of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import frappe

from devbench.medusa.simulator.baskets import Basket, Bought, Tax
from tests.inbox.conftest import SETTINGS

TASK = "Medusa Sync Task"


def set_values(**values):
	"""Change settings beside the form; committed."""
	frappe.db.rollback()
	frappe.db.set_single_value(SETTINGS, values)
	frappe.db.commit()


def utc(minutes=0):
	"""The moment in so many minutes, in UTC, as Medusa writes it."""
	return (datetime.now(timezone.utc) + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


def place(shop, price="1.250", currency="omr"):
	"""An order of two pieces that a visitor places in Medusa; its id."""
	vat = Tax("VAT", "VAT", Decimal(5))
	return shop.medusa.place_order(
		Basket((Bought("variant_1", Decimal(price), 2, taxes=(vat,)),), currency=currency)
	)


def touch(shop, order_id, at, **columns):
	"""Medusa has changed the order at that moment."""
	shop.medusa.change_order(order_id, **columns)
	shop.medusa.app.placed.rows[order_id]["updated_at"] = at


def tasks():
	"""The orders that are recorded: (state, version of the task) by id."""
	frappe.db.rollback()
	rows = frappe.get_all(
		TASK, {"lane": "order_import"}, ["reference_name", "status", "version"], as_list=True
	)
	return {name: (status, version) for name, status, version in rows}


def watermark():
	"""Until when orders were polled, as it is stored now."""
	frappe.db.rollback()
	return frappe.db.get_single_value(SETTINGS, "orders_polled_until", cache=False)


def details(method):
	"""What the log of the job has, newest first."""
	job = frappe.db.get_value(
		"Scheduled Job Type", {"method": f"medusa_integration.sync.inbox.polling.{method}"}
	)
	return frappe.get_all(
		"Scheduled Job Log",
		{"scheduled_job_type": job},
		["status", "details"],
		order_by="creation desc",
		as_list=True,
	)
