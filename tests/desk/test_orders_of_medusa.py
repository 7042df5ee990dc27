"""What Desk shows of orders that were placed in Medusa, and the import of past ones, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright", reason="needs Playwright: pip install playwright")
from playwright.sync_api import expect

from tests.desk.records import ATTACK, insert
from tests.support.sales import Sales, sales  # noqa: F401

pytestmark = pytest.mark.desk

BACKFILL = "Medusa Order Backfill"


@pytest.fixture
def order(shop: Any, sales: Sales) -> Any:  # noqa: F811
	"""An imported Sales Order; what Medusa says of it has markup in it."""
	import frappe

	document = sales.order()
	values = {"medusa_order_number": ATTACK, "transaction_date": "2026-05-02"}
	frappe.db.set_value("Sales Order", document.name, values)
	order_id = document.medusa_order_id
	frappe.db.delete("Medusa Order", {"name": order_id})
	insert(
		shop,
		"Medusa Order",
		**{"name": order_id, "display_id": ATTACK, "order_status": "pending", "payment_status": "captured"},
		**{"fulfillment_status": ATTACK, "currency": document.currency, "sales_order": document.name},
		**{"grand_total": 20, "placed_at": "2026-05-02 08:00:00"},
	)
	return document


def test_a_sales_order_shows_its_order_in_medusa(desk: Any, shop: Any, order: Any) -> None:
	shop.set(medusa_version="v2")
	requests = len(shop.medusa.requests)
	desk.visit(f"sales-order/{order.name}")
	shown = desk.find(".form-message:has(.medusa-order)")
	shown.first.wait_for()
	assert shown.count() == 1
	text = shown.inner_text()
	assert f"Medusa order #{ATTACK}" in text and "Payment: captured" in text
	assert desk.page.locator("img[src=x]").count() == 0 and desk.page.evaluate("window.attacked") is None
	link = shown.locator("a.medusa-page")
	assert link.get_attribute("href") == f"{shop.medusa.url}/app/orders/{order.medusa_order_id}"
	desk.page.evaluate("cur_frm.refresh(), cur_frm.refresh()")
	desk.settle()
	assert shown.count() == 1
	assert len(shop.medusa.requests) == requests


def test_a_medusa_order_shows_its_documents(desk: Any, shop: Any, order: Any) -> None:
	shop.set(medusa_version="v2")
	desk.visit(f"medusa-order/{order.medusa_order_id}")
	assert "Open in Medusa" in desk.buttons()
	link = desk.find(".document-link[data-doctype='Sales Order'] .count")
	expect(link.first).to_have_text("1")
	assert desk.page.locator("img[src=x]").count() == 0


def test_orders_are_listed_by_the_day_they_were_placed(desk: Any, shop: Any, order: Any) -> None:
	desk.visit("medusa-order")
	row = desk.find(f".list-row [data-name='{order.medusa_order_id}']").first
	row.wait_for()
	dates = desk.find("[data-fieldname=placed_at] input").first
	expect(dates).to_be_visible()
	set_dates = "cur_list.page.fields_dict.placed_at.set_value(['{}', '{}'])"
	desk.page.evaluate(set_dates.format("2026-05-03", "2026-05-04"))
	desk.settle()
	assert desk.find(f".list-row [data-name='{order.medusa_order_id}']").count() == 0
	desk.page.evaluate(set_dates.format("2026-05-02", "2026-05-02"))
	desk.settle()
	desk.find(f".list-row [data-name='{order.medusa_order_id}']").first.wait_for()


def test_the_report_leads_to_the_lists(desk: Any, shop: Any, order: Any) -> None:
	desk.visit("query-report/Medusa Order Totals?from_date=2026-05-02&to_date=2026-05-02")
	number = desk.find(".dt-row [data-show=sales_orders]").first
	number.wait_for()
	assert number.inner_text().strip() == "1"
	number.click()
	desk.settle()
	desk.find(f".list-row [data-name='{order.name}']").first.wait_for()
	desk.visit("query-report/Medusa Order Totals?from_date=2026-05-02&to_date=2026-05-02")
	desk.find(".dt-row [data-show=orders]").first.click()
	desk.settle()
	desk.find(f".list-row [data-name='{order.medusa_order_id}']").first.wait_for()


@pytest.fixture
def no_runs(site: Any) -> Iterator[None]:
	import frappe

	frappe.db.delete(BACKFILL)
	frappe.db.commit()
	yield
	frappe.db.rollback()
	frappe.db.delete(BACKFILL)
	frappe.db.commit()


def test_past_orders_are_looked_at_and_imported(desk: Any, shop: Any, no_runs: None) -> None:
	import frappe

	from medusa_integration.selling.order.backfill import run

	def work() -> None:
		frappe.db.rollback()
		name, job = frappe.get_all(BACKFILL, fields=["name", "job"], order_by="creation desc", as_list=True)[
			0
		]
		run.run(name, job)

	shop.set(import_orders=1)
	desk.visit("medusa-order-backfill")
	desk.press("Import Past Orders")
	for field, day in (("from_date", "2026-05-01"), ("to_date", "2026-05-31")):
		desk.page.evaluate(f"cur_dialog.set_value('{field}', '{day}')")
	desk.settle()
	desk.answer()
	desk.find(".form-layout").wait_for()
	assert "Stop" in desk.buttons()
	work()
	desk.page.evaluate("cur_frm.reload_doc()")
	desk.settle()
	desk.says("Completed")
	desk.press("Import These Orders")
	desk.answer()
	desk.settle()
	assert {"Show Orders", "Stop"} <= desk.buttons()
	desk.press("Stop")
	assert "Resume" in desk.buttons()
	desk.press("Resume")
	work()
	desk.page.evaluate("cur_frm.reload_doc()")
	desk.settle()
	desk.says("Completed")
	assert desk.buttons() == {"Show Orders"}
