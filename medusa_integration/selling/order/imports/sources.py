"""The company and the warehouses of an order, by its sales channel and stock locations in Medusa."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import frappe
from frappe.model.document import Document

from medusa_integration.catalogue.stock.quantities import default_company
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.problems import NoWarehouse
from medusa_integration.settings import get_settings


@dataclass(frozen=True, slots=True)
class Source:
	"""Whose order it is, and where it is sent from.

	Attributes:
		company: The Company.
		warehouse: That of all rows that `warehouses` does not name; None leaves it to each item.
		warehouses: Those of single rows, by Medusa's id of the row.
	"""

	company: str
	warehouse: str | None = None
	warehouses: Mapping[str, str] = field(default_factory=dict)


def source_of(order: ShopOrder) -> Source:
	"""Return the company and warehouses of the rows of *Sales Channels* in the settings that fit best.

	A row with sales channel and stock location comes before one with a stock location, that before one with a
	sales channel. Without a row it is the company of the settings. Of an order in several stock locations
	each row has the warehouse of its own one, and the order has their company; if they are of several
	companies, that of the sales channel, and only its locations count. No statement: Frappe has a cache.

	Raises:
		NoWarehouse: The warehouse is not one of the company.
	"""
	row = _best(order.sales_channel_id, order.location_id)
	placed = {} if order.location_id else _rows_by_line(order)
	companies = {_company(one) for one in placed.values()}
	company = companies.pop() if len(companies) == 1 else _company(row)
	return Source(
		company,
		_warehouse(row, company) if _company(row) == company else None,
		{
			line: warehouse
			for line, one in placed.items()
			if _company(one) == company and (warehouse := _warehouse(one, company))
		},
	)


def warehouse_at(order: ShopOrder, location_id: str | None, company: str) -> str | None:
	"""Return the warehouse of a company that the settings name for a stock location, or None. No statement.

	Raises:
		NoWarehouse: The warehouse is not one of the company.
	"""
	row = _best(order.sales_channel_id, location_id)
	is_meant = location_id and _names(row, location_id) and _company(row) == company
	return _warehouse(row, company) if is_meant else None


def locations_of(warehouse: str) -> set[str]:
	"""Return Medusa's ids of the stock locations that the settings name this warehouse for. No statement."""
	places = {_text(row, "stock_location") for row in _rows() if row.warehouse == warehouse}
	return places - {""}


def unnamed_locations(order: ShopOrder) -> list[str]:
	"""Return the stock locations that an order is in, and that no row of the settings names. No statement."""
	places = {place for line in order.lines if (place := order.place_of(line))}
	return sorted(place for place in places if not _names(_best(order.sales_channel_id, place), place))


def _rows_by_line(order: ShopOrder) -> dict[str, Document]:
	"""The row of the settings for each row of an order whose stock location is named there."""
	found = {}
	for line in order.lines:
		row = _best(order.sales_channel_id, line.location_id)
		if line.location_id and _names(row, line.location_id):
			found[line.id] = row
	return found


def _rows() -> list[Document]:
	return list(get_settings().get("order_sources") or ())


def _best(channel_id: str | None, location_id: str | None) -> Document | None:
	fitting = [
		row
		for row in _rows()
		if _text(row, "sales_channel") in ("", channel_id)
		and _text(row, "stock_location") in ("", location_id)
	]
	fitting.sort(key=lambda row: (not _text(row, "stock_location"), not _text(row, "sales_channel")))
	return fitting[0] if fitting else None


def _names(row: Document | None, location_id: str) -> bool:
	return bool(row and _text(row, "stock_location") == location_id)


def _company(row: Document | None) -> str:
	return (row and row.company) or default_company() or ""


def _warehouse(row: Document | None, company: str) -> str | None:
	warehouse = (row and row.warehouse) or None
	if warehouse and frappe.get_cached_value("Warehouse", warehouse, "company") != company:
		raise NoWarehouse(warehouse, company)
	return warehouse


def _text(row: Document, field: str) -> str:
	return (row.get(field) or "").strip()
