"""Company and warehouse of an imported order by its sales channel and stock location; the ids of its rows."""

from __future__ import annotations

import frappe
import pytest

from tests.support.imports import charges
from tests.support.stock import Stock


@pytest.fixture
def places(imports, site):
	"""Four warehouses of the company, one for each row of the settings."""
	stock = Stock(imports.shop)
	names = {name: stock.warehouse() for name in ("both", "location", "channel", "any")}
	rows = {
		"any": {},
		"channel": {"sales_channel": "sc_1"},
		"location": {"stock_location": "sloc_1"},
		"both": {"sales_channel": "sc_1", "stock_location": "sloc_1"},
	}
	imports.rows("order_sources", "Medusa Order Source", *({**rows[x], "warehouse": names[x]} for x in rows))
	return names


@pytest.mark.parametrize(
	("channel", "location", "expected"),
	[
		("sc_1", "sloc_1", "both"),
		("sc_2", "sloc_1", "location"),
		("sc_1", "sloc_2", "channel"),
		("sc_1", None, "channel"),
		("sc_2", None, "any"),
		(None, None, "any"),
	],
)
def test_the_row_that_fits_best(imports, places, channel, location, expected):
	doc = imports.make(imports.order(sales_channel_id=channel, location_id=location))
	assert [row.warehouse for row in doc.items] == [places[expected]]


def test_a_warehouse_of_another_company_is_said(imports):
	other = another_company(imports)
	warehouse = imports.site.new("Warehouse", warehouse_name=f"W {imports.shop.mark}", company=other).name
	imports.rows("order_sources", "Medusa Order Source", {"sales_channel": "sc_1", "warehouse": warehouse})
	assert imports.refused(imports.order(sales_channel_id="sc_1")) == (
		f"Warehouse {warehouse} does not belong to company {imports.quotes.company}. Correct the row under Sales "
		"Channels of Medusa Configuration."
	)


def test_another_company_has_its_own_accounts(imports):
	"""Accounts of the settings that are the shop's company's are not booked on."""
	other = another_company(imports)
	freight, vat = account_of(imports, other), account_of(imports, other)
	warehouse = imports.site.new("Warehouse", warehouse_name=f"W {imports.shop.mark}", company=other).name
	imports.rows(
		"order_sources",
		"Medusa Order Source",
		{"sales_channel": "sc_1", "company": other, "warehouse": warehouse},
	)
	sentence = imports.refused(imports.order(sales_channel_id="sc_1"))
	assert sentence.startswith(f"There is no account for the shipping option Courier in company {other}.")
	imports.rows(
		"shipping_charges", "Medusa Shipping Charge", {"shipping_option": "Courier", "account": freight}
	)
	imports.rows("tax_accounts", "Medusa Tax Account", {"tax_code": "VAT", "account": vat})
	doc = imports.make(imports.order(sales_channel_id="sc_1"))
	assert (doc.company, [row.warehouse for row in doc.items]) == (other, [warehouse])
	assert charges(doc) == [(freight, 5), (vat, 1)]
	assert doc.grand_total == 26
	here = imports.make(imports.order(sales_channel_id="sc_2"))
	assert (here.company, charges(here)) == (
		imports.quotes.company,
		[(imports.freight, 5), (imports.vat, 1)],
	)


def another_company(imports) -> str:
	name = f"Other {imports.shop.mark}"
	company = imports.site.new(
		"Company",
		company_name=name,
		abbr=f"O{imports.shop.mark}"[:10],
		default_currency=imports.currency,
		country="Oman",
	)
	frappe.db.commit()
	return company.name


def account_of(imports, company: str) -> str:
	values = {
		"account_name": f"A {frappe.generate_hash(length=6)}",
		"company": company,
		"account_type": "Tax",
	}
	if frappe.get_meta("Account").has_field("root_type"):
		parent = frappe.db.get_value("Account", {"company": company, "root_type": "Liability", "is_group": 1})
		values |= {"parent_account": parent, "root_type": "Liability"}
	return imports.site.new("Account", **values).name


# --- ids of rows --------------------------------------------------------------------------------------------


def lines(name: str) -> list[str | None]:
	frappe.db.rollback()
	return [row.medusa_line_item_id for row in frappe.get_doc("Sales Order", name).items]


def test_rows_keep_medusas_id(imports):
	"""Whatever a form, a caller of the API or an import sends: also for a single row, and for a new one."""
	doc = imports.make(imports.order())
	before = lines(doc.name)
	assert before == ["item_1"]
	doc = frappe.get_doc("Sales Order", doc.name)
	doc.items[0].medusa_line_item_id = "item_forged"
	doc.append(
		"items", {**doc.items[0].as_dict(), "name": None, "idx": None, "medusa_line_item_id": "item_forged"}
	)
	doc.save()
	frappe.db.commit()
	assert lines(doc.name) == ["item_1", None]
	for row in frappe.get_doc("Sales Order", doc.name).items:
		single = frappe.get_doc("Sales Order Item", row.name)
		single.medusa_line_item_id = "item_forged"
		single.save()
	frappe.db.commit()
	assert lines(doc.name) == ["item_1", None]
	frappe.client.set_value("Sales Order Item", row.name, "medusa_line_item_id", "item_forged")
	frappe.db.commit()
	assert lines(doc.name) == ["item_1", None]


def test_rows_of_a_submitted_order_keep_it(imports):
	imports.shop.set(submit_imported_orders=1)
	doc = imports.make(imports.order())
	row = frappe.get_doc("Sales Order Item", doc.items[0].name)
	row.medusa_line_item_id = "item_forged"
	row.flags.ignore_validate_update_after_submit = True
	row.save()
	frappe.db.commit()
	assert lines(doc.name) == ["item_1"]


def test_a_copy_has_none(imports):
	doc = imports.make(imports.order())
	copy = frappe.copy_doc(doc)
	copy.medusa_order_id = None
	copy.insert()
	frappe.db.commit()
	assert (copy.medusa_order_id, lines(copy.name)) == (None, [None])


@pytest.mark.usefixtures("only_on_a_bench")
def test_update_items_keeps_it(imports):
	"""Of a changed row; a row that is added has none."""
	from erpnext.controllers.accounts_controller import update_child_qty_rate

	imports.shop.set(submit_imported_orders=1)
	doc = imports.make(imports.order())
	row = doc.items[0]
	rows = [
		{"docname": row.name, "item_code": row.item_code, "qty": 3, "rate": row.rate, "uom": row.uom},
		{
			"item_code": row.item_code,
			"qty": 1,
			"rate": row.rate,
			"uom": row.uom,
			"medusa_line_item_id": "item_forged",
		},
	]
	update_child_qty_rate("Sales Order", frappe.as_json(rows), doc.name)
	frappe.db.commit()
	assert lines(doc.name) == ["item_1", None]
	assert [row.qty for row in frappe.get_doc("Sales Order", doc.name).items] == [3, 1]
