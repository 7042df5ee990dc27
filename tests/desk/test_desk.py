"""The pages and buttons of the app in Desk, in a browser. Needs a real bench: see README."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.desk

CONFIGURATION = "medusa-configuration"
FINDING = "Medusa Reconciliation Finding"
REPORT = "query-report/Medusa Reconciliation"
TASK = "Medusa Sync Task"
STOREFRONT_USER = "medusa-storefront@medusa-integration.invalid"


def count_in(desk: Any, label: str) -> int:
	"""The number in a row of the dialog's table."""
	row = desk.dialog.locator("tr", has_text=label)
	return int(row.locator("td").last.inner_text())


@pytest.mark.parametrize(
	("path", "text"),
	[
		("medusa", "Medusa Jobs Without a Worker"),
		("medusa-sync-task", "Medusa Sync Task"),
		("medusa-request-log", "Medusa Request Log"),
		("medusa-event", "Medusa Event"),
		("medusa-order", "Medusa Order"),
		("medusa-order-backfill", "Medusa Order Backfill"),
		("medusa-reconciliation", "Medusa Reconciliation"),
		("medusa-reconciliation-finding", "Medusa Reconciliation Finding"),
		("homepage-landing", "Homepage Landing"),
		("product-collection", "Product Collection"),
		("expiring-items", "Expiring Items"),
	],
)
def test_pages_open(desk: Any, path: str, text: str) -> None:
	desk.open(path)
	desk.says(text)


def test_connection_is_tested_and_its_choices_saved(desk: Any, shop: Any) -> None:
	desk.open(CONFIGURATION)
	title, actions = desk.find(".page-title").bounding_box(), desk.find(".page-actions").bounding_box()
	assert abs(title["y"] - actions["y"]) < title["height"], "the buttons do not fit beside the title"
	desk.press("Test Connection")
	assert "Connected to Medusa v2. The credentials are valid." in desk.dialog.inner_text()
	channel = desk.dialog.locator("[data-fieldname=sales_channel] select")
	chosen = channel.locator("option").nth(1).get_attribute("value")
	channel.select_option(chosen)
	desk.answer()
	assert shop.setting("sales_channel") == chosen


@pytest.mark.parametrize("generation", ["v1"])
def test_nothing_is_offered_that_v1_would_not_take(desk: Any, shop: Any) -> None:
	"""It chooses sales channel and stock location by itself, so they are told and no more."""
	desk.open(CONFIGURATION)
	desk.press("Test Connection")
	assert "Connected to Medusa v1. The credentials are valid." in desk.dialog.inner_text()
	assert "Default Sales Channel" in desk.dialog.inner_text()
	assert desk.dialog.locator("select").count() == 0
	desk.answer()


def test_connection_that_fails_says_why(desk: Any, shop: Any) -> None:
	shop.medusa.stop()
	desk.open(CONFIGURATION)
	desk.press("Test Connection")
	assert "No Connection" in desk.dialog.inner_text()


def test_key_of_the_shop_is_shown_once(desk: Any, site: Any) -> None:
	import frappe

	if frappe.db.exists("User", STOREFRONT_USER):
		pytest.skip("the shop of this site has its key already")
	desk.open(CONFIGURATION)
	desk.press("Create Storefront User", "Set Up")
	frappe.db.rollback()
	site.added(frappe.get_doc("User", STOREFRONT_USER))
	secret = desk.dialog.locator("[data-fieldname=api_secret] .control-value").text_content().strip()
	assert len(secret) == 15 and "is not shown again" in desk.dialog.inner_text()
	desk.answer()
	desk.press("Create Storefront User", "Set Up")
	assert "Generate a new secret?" in desk.dialog.inner_text()
	assert secret not in desk.dialog.inner_text()


def test_export_tells_first_what_it_would_do(desk: Any, shop: Any) -> None:
	shop.website_item(item_group=shop.exported_group().name)
	shop.medusa.requests.clear()
	desk.open(CONFIGURATION)
	desk.press("Export Everything", "Catalogue")
	assert count_in(desk, "Products to create") >= 1
	assert shop.medusa.requests == []


def test_pause_is_shown_and_resumed(desk: Any, shop: Any) -> None:
	shop.set(paused=1, pause_reason="Medusa refused the <b>sign-in</b>.")
	desk.open(CONFIGURATION)
	assert "Medusa refused the <b>sign-in</b>." in desk.find(".form-message").first.inner_text()
	desk.press("Resume")
	desk.is_told("Changes are sent again.")
	assert not shop.setting("paused")


@pytest.mark.parametrize("doctype", ["Website Item", "Item Group", "Item Price"])
def test_documents_are_synced_from_their_forms(desk: Any, shop: Any, doctype: str) -> None:
	import frappe

	document = item = shop.website_item()
	if doctype == "Item Group":
		document = frappe.get_doc(doctype, item.item_group)
	if doctype == "Item Price":
		values = {"item_code": item.item_code, "price_list": "Standard Selling", "uom": "Nos"}
		document = shop.site.new(doctype, price_list_rate=12.5, **values)
	shop.drain()
	desk.open(f"{doctype.lower().replace(' ', '-')}/{document.name}")
	desk.press("Sync Now", "Medusa")
	desk.is_told("Medusa: up to date")
	assert desk.find(".form-dashboard .indicator", has_text="Medusa: up to date").count() >= 1
	assert "Medusa > Open Medusa Task" in desk.buttons()


def test_tasks_are_ignored_and_retried(desk: Any, shop: Any) -> None:
	import frappe

	document = shop.website_item()
	name = shop.task(document).name
	words = f"Website Item {document.name}: " + "the price <b>must</b> not be negative, and so on. " * 3
	frappe.db.set_value(TASK, name, {"status": "Failed", "last_error": words})
	frappe.db.commit()
	desk.open(f"medusa-sync-task?reference_name={document.name}&lane=product")
	reason = desk.find(".list-row .medusa-reason")
	assert reason.inner_text().startswith("the price <b>must</b> not be negative")
	subject = desk.find(".list-row .list-subject").bounding_box()["width"]
	column = desk.find(".list-row .list-row-col:has(.medusa-reason)").bounding_box()["width"]
	assert column > 0.7 * subject, "the reason has no room"

	desk.find(".list-row-head .list-check-all:visible").check()
	desk.press("Actions")
	desk.find(".actions-btn-group .dropdown-item:visible", has_text="Ignore").click()
	desk.is_told("The tasks are ignored.")
	assert shop.task(document).status == "Ignored"

	desk.open(f"medusa-sync-task/{name}")
	assert desk.buttons() == {"Open Document", "Retry"}
	desk.press("Retry")
	desk.is_told("The task is sent again.")
	assert shop.task(document).status != "Ignored"


def test_findings_are_decided_upon_in_the_report(desk: Any, shop: Any) -> None:
	import frappe

	title = f"Nobody's <b>gloves</b> {shop.mark}"
	values = {"kind": "Orphaned", "subject": "Product", "state": "Open", "title": title, "words": title}
	gone = f"WEB-{shop.mark}"
	values |= {
		"reference_doctype": "Website Item",
		"reference_name": gone,
		"identity": gone,
		"lane": "product",
	}
	finding = frappe.get_doc({"doctype": FINDING, "name": gone, **values})
	# its Website Item is gone, which Frappe's own way of saving would refuse
	finding.db_insert()
	shop.site.added(finding)
	frappe.db.commit()
	desk.open(f"{REPORT}?state=Open&reference_name={gone}")
	row = desk.find(".dt-row", has_text=gone)
	assert title in row.inner_text()
	ignore = row.locator("[data-reconcile=ignore]").bounding_box()
	assert ignore["x"] + ignore["width"] < desk.page.viewport_size["width"], "the buttons are out of sight"
	row.locator("[data-reconcile=delete]").click()
	assert "This cannot be undone." in desk.dialog.inner_text()
	desk.dialog.get_by_role("button", name="No").click()
	row.locator("[data-reconcile=ignore]").click()
	desk.is_told("1 done.")
	frappe.db.rollback()
	assert frappe.db.get_value(FINDING, finding.name, "state") == "Ignored"


def test_customer_is_linked_to_a_lead(desk: Any, shop: Any) -> None:
	import frappe

	name = shop.name("Smile Clinic")
	customer = shop.site.new("Customer", customer_name=name, customer_type="Company")
	lead = shop.site.new("Lead", first_name=shop.mark, email_id=f"{shop.mark}@example.com", company_name=name)
	frappe.db.set_value("Lead", lead.name, "medusa_id", f"cus_{shop.mark}")
	frappe.db.commit()
	desk.open(f"customer/{customer.name}")
	desk.press("Link Medusa Lead")
	desk.dialog.locator("input").fill(lead.name)
	desk.dialog.locator("[role=option]", has_text=lead.name).first.click()
	desk.settle()
	desk.answer()
	desk.answer()
	desk.is_told("The customer is linked.")
	assert shop.value(customer, "medusa_id") == f"cus_{shop.mark}"


def test_who_may_not_is_not_offered_it(desk_of: Callable[..., Any], shop: Any) -> None:
	document = shop.website_item()
	keeper = desk_of("Item Manager", "Website Manager")
	keeper.open(f"website-item/{document.name}")
	assert {button for button in keeper.buttons() if "Medusa" in button} == {"Medusa > Sync Now"}
	assert keeper.trouble == []
	for page in (CONFIGURATION, "medusa-sync-task"):
		keeper.open(page)
		assert "Not permitted" in keeper.dialog.inner_text()

	manager = desk_of("Medusa Manager")
	manager.open("medusa")
	manager.says("All Tasks")
	assert manager.find(".shortcut-widget-box", has_text="Medusa Configuration").count() == 0
	manager.open(REPORT)
	assert {"Selected > Adopt", "Selected > Ignore"} <= manager.buttons()
	assert "Selected > Delete in Medusa" not in manager.buttons()
	assert manager.trouble == []
