"""The daily job looks at every Website Item."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.api import update_webitem_stock
from medusa_integration.catalogue.stock import daily as job


@pytest.mark.contract(37)
def test_every_item_is_looked_at(shop, stock, monkeypatch):
	"""Five items in chunks of two: all of them get their flag, also those of the last chunks."""
	monkeypatch.setattr(job, "ROWS", 2)
	names = shop.many(5, recorded=False, website_warehouse=stock.group, custom_in_stock=1)
	update_webitem_stock()
	frappe.db.rollback()
	flags = frappe.get_all("Website Item", filters={"name": ("in", names)}, pluck="custom_in_stock")
	assert flags == [0, 0, 0, 0, 0]
