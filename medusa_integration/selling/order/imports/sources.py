"""The company and the warehouse of an order, by its sales channel and stock location in Medusa."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe.model.document import Document

from medusa_integration.catalogue.stock.quantities import default_company
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.problems import NoWarehouse
from medusa_integration.settings import get_settings


@dataclass(frozen=True, slots=True)
class Source:
	"""Whose order it is; `warehouse` is that of all rows, None leaves it to each item."""

	company: str
	warehouse: str | None = None


def source_of(order: ShopOrder) -> Source:
	"""Return the company and warehouse of the row of *Sales Channels* in the settings that fits best.

	A row with sales channel and stock location comes before one with a stock location, that before one with a
	sales channel. Without a row it is the company of the settings. No statement: Frappe has a cache.

	Raises:
		NoWarehouse: The warehouse is not one of the company.
	"""
	company = default_company() or ""
	fitting = [row for row in get_settings().get("order_sources") or () if _fits(row, order)]
	if not fitting:
		return Source(company)
	row = min(fitting, key=lambda row: (not _text(row, "stock_location"), not _text(row, "sales_channel")))
	company, warehouse = row.company or company, row.warehouse or None
	if warehouse and frappe.get_cached_value("Warehouse", warehouse, "company") != company:
		raise NoWarehouse(warehouse, company)
	return Source(company, warehouse)


def _fits(row: Document, order: ShopOrder) -> bool:
	channel, location = _text(row, "sales_channel"), _text(row, "stock_location")
	return channel in ("", order.sales_channel_id) and location in ("", order.location_id)


def _text(row: Document, field: str) -> str:
	return (row.get(field) or "").strip()
