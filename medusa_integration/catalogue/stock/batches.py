"""Computes how much stock is in expired batches, and when the next batch expires, for many Items at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

import frappe
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import flt, getdate
from pypika.queries import QueryBuilder

# item code and warehouse
Place = tuple[str, str]
PRECISION = 6


@dataclass(slots=True)
class Expiry:
	"""The expiry of one Item's batches in one warehouse.

	Attributes:
		expired: quantity in expired batches, in the stock UOM.
		next_on: day on which the next batch with stock expires, None without one.
	"""

	expired: float = 0.0
	next_on: date | None = None


def expiries(item_codes: Iterable[str], today: date) -> dict[Place, Expiry]:
	"""Return the expiry of each Item in each warehouse.

	A batch has expired on its *Expiry Date*, as in webshop's listing. The quantities are those of the ledger:
	of the entries of Serial and Batch Bundles, and of the batch that older entries name themselves. One
	statement; three if one of the Items has a batch with an *Expiry Date*.

	Args:
		item_codes: names of the Items.
		today: the date in the time zone of the site.

	Returns:
		Expiry by item code and warehouse; none for an Item without batches that expire.
	"""
	codes = sorted(set(item_codes))
	found: dict[Place, Expiry] = defaultdict(Expiry)
	for code, warehouse, quantity, expires_on in _batches(codes):
		if flt(quantity, PRECISION) <= 0:
			continue  # a batch with a negative quantity does not reduce the others
		place, day = found[code, warehouse], getdate(expires_on)
		if day <= today:
			place.expired += quantity
		else:
			place.next_on = min(place.next_on or day, day)
	return dict(found)


def _batches(codes: list[str]) -> Iterator[tuple[str, str, float, date]]:
	"""Yield (item code, warehouse, quantity, expiry date) of each batch with an expiry date."""
	filters = {"item": ("in", codes), "expiry_date": ("is", "set")}
	if not codes or not frappe.get_all("Batch", filters=filters, limit=1):
		return
	quantities: dict[tuple[str, str, str, date], float] = defaultdict(float)
	for code, warehouse, batch, expires_on, quantity in chain(
		_in_bundles(codes).run(), _named_by_the_entry(codes).run()
	):
		quantities[code, warehouse, batch, expires_on] += flt(quantity)
	for (code, warehouse, _batch, expires_on), quantity in quantities.items():
		yield code, warehouse, quantity, expires_on


def _in_bundles(codes: list[str]) -> QueryBuilder:
	ledger, entry, batch = (
		frappe.qb.DocType(name) for name in ("Stock Ledger Entry", "Serial and Batch Entry", "Batch")
	)
	return (
		frappe.qb.from_(batch)
		.inner_join(entry)
		.on(entry.batch_no == batch.name)
		.inner_join(ledger)
		.on(ledger.serial_and_batch_bundle == entry.parent)
		.select(ledger.item_code, ledger.warehouse, batch.name, batch.expiry_date, Sum(entry.qty))
		.where(batch.item.isin(codes) & batch.expiry_date.isnotnull() & (ledger.is_cancelled == 0))
		.groupby(ledger.item_code, ledger.warehouse, batch.name, batch.expiry_date)
	)


def _named_by_the_entry(codes: list[str]) -> QueryBuilder:
	ledger, batch = (frappe.qb.DocType(name) for name in ("Stock Ledger Entry", "Batch"))
	return (
		frappe.qb.from_(batch)
		.inner_join(ledger)
		.on(ledger.batch_no == batch.name)
		.select(ledger.item_code, ledger.warehouse, batch.name, batch.expiry_date, Sum(ledger.actual_qty))
		.where(batch.item.isin(codes) & batch.expiry_date.isnotnull() & (ledger.is_cancelled == 0))
		.where(Coalesce(ledger.serial_and_batch_bundle, "") == "")
		.groupby(ledger.item_code, ledger.warehouse, batch.name, batch.expiry_date)
	)
