"""What differs between the versions of ERPNext is asked for in one place, in either form."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import erpnext_seams
from tests.support.erpnext import item_price

ARGS = {"price_list": "Standard Selling", "uom": "Nos"}


@pytest.mark.parametrize(
	"rows",
	[
		(("IP-2", 8.0, "Nos"), ("IP-1", 5.0, None)),
		[frappe._dict(name="IP-2", price_list_rate=8.0, uom="Nos")],
	],
	ids=["15", "16"],
)
def test_the_price_that_erpnext_takes(site, monkeypatch, rows):
	from erpnext.stock import get_item_details

	monkeypatch.setattr(get_item_details, "get_item_price", lambda args, item_code: rows)
	assert item_price(ARGS, "GLOVE") == ("IP-2", 8.0)
	monkeypatch.setattr(get_item_details, "get_item_price", lambda args, item_code: type(rows)())
	assert item_price(ARGS, "GLOVE") is None


def test_the_fields_that_reserve(site, monkeypatch):
	"""Four in ERPNext 15 and 16; what a version does not have is left out."""
	assert erpnext_seams.reserving_fields() == [
		"reserved_qty",
		"reserved_qty_for_production",
		"reserved_qty_for_sub_contract",
		"reserved_qty_for_production_plan",
	]
	meta = frappe._dict(has_field=lambda field: field == "reserved_qty")
	monkeypatch.setattr(frappe, "get_meta", lambda doctype: meta)
	assert erpnext_seams.reserving_fields() == ["reserved_qty"]
	assert erpnext_seams.has_field("Bin", "reserved_qty")
	assert not erpnext_seams.has_field("Bin", "reserved_stock")
