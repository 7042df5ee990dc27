"""Every page of the app in Desk, for each role that has them: no error of the console, the server or Desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright", reason="needs Playwright: pip install playwright")
from playwright.sync_api import expect

from tests.desk.records import ADDED, ATTACK, CHANGED, LISTED, SINGLES, task, with_attacks
from tests.support.lists import deviation
from tests.support.quotes import Quotes, quotes  # noqa: F401
from tests.support.sales import Sales, sales  # noqa: F401

pytestmark = pytest.mark.desk

MODULE = "Medusa Integration"
# what Medusa Manager does not read
ADMINISTRATIVE = {"Email OTP", "Medusa Configuration", *ADDED}
ROLES = ["System Manager", "Medusa Manager"]
SELLERS = ("Item Manager", "Website Manager", "Sales Manager", "Sales User", "Sales Master Manager")
SOLD = ("Website Item", "Item Group", "Item Price", "Quotation", "Sales Order", "Customer", "Lead")
TABS = ["Connection", "Catalogue", "Customers", "Selling", "Sync"]
SHORTCUTS = {
	"Failed Tasks": "medusa-sync-task/view/list?status=Failed",
	"Delayed Tasks": "medusa-sync-task/view/list?status=",
	"Failed Requests": "medusa-request-log/view/list?status=Failure",
	"All Tasks": "medusa-sync-task",
	"All Requests": "medusa-request-log",
	"Medusa Orders": "medusa-order",
	"Past Orders": "medusa-order-backfill",
	"All Events": "medusa-event",
	"Homepage Landing": "homepage-landing",
	"Product Collection": "product-collection",
	"Expiring Items": "expiring-items",
	"Reconciliation": "query-report/Medusa%20Reconciliation",
	"Reconciliation Runs": "medusa-reconciliation",
}
CARDS = {
	"Failed Medusa Tasks": {"status": "Failed"},
	"Pending Medusa Tasks": {"status": "Pending"},
}


def slug(doctype: str) -> str:
	return doctype.lower().replace(" ", "-")


def readable(role: str, doctypes: tuple[str, ...]) -> list[str]:
	return [doctype for doctype in doctypes if role == "System Manager" or doctype not in ADMINISTRATIVE]


def no_markup_has_run(desk: Any) -> None:
	assert desk.page.locator("img[src=x]").count() == 0, f"an element was made of a text at {desk.page.url}"
	assert desk.page.evaluate("window.attacked") is None


def test_no_page_is_left_out(site: Any) -> None:
	"""A new DocType or report has to be opened here too."""
	import frappe

	of_app = {"module": MODULE}
	doctypes = frappe.get_all("DocType", {**of_app, "istable": 0}, pluck="name")
	wrong = deviation("LISTED or SINGLES in tests/desk/test_every_page.py", (*LISTED, *SINGLES), doctypes)
	assert not wrong, wrong
	assert frappe.get_all("Report", of_app, pluck="name", order_by="name") == [
		"Medusa Order Totals",
		"Medusa Reconciliation",
	]
	assert frappe.get_all("Workspace", of_app, pluck="name") == ["Medusa"]
	assert frappe.get_all("Page", of_app) == frappe.get_all("Dashboard", of_app) == []


@pytest.mark.parametrize("role", ROLES)
def test_lists_and_forms(desk_of: Callable[..., Any], shop: Any, role: str) -> None:
	"""A row that is there is shown; text of others is text in list, report view and form."""
	records = with_attacks(shop)
	desk = desk_of(role)
	for doctype in readable(role, LISTED):
		record = records[doctype]
		# what may be about a person is shown to who reads Leads
		desk.visit(slug(doctype))
		desk.find(f".list-row [data-name='{record.name}']").first.wait_for()
		no_markup_has_run(desk)
		# the others are written by jobs and visitors only
		assert desk.find(".primary-action:visible", has_text="Add").count() == (doctype in ADDED)
		if doctype != "Email OTP":
			desk.visit(f"{slug(doctype)}/view/report")
			desk.find(".dt-row-0").first.wait_for()
			no_markup_has_run(desk)
		desk.visit(f"{slug(doctype)}/{record.name}")
		desk.find(".form-layout").wait_for()
		no_markup_has_run(desk)
		assert desk.find(".primary-action:visible", has_text="Save").count() == (doctype in CHANGED)
	assert desk.trouble == []


@pytest.mark.parametrize("role", ROLES)
def test_text_of_others_is_seen(desk_of: Callable[..., Any], shop: Any, role: str) -> None:
	"""As it was written, in the column and in the field that it stands in."""
	records = with_attacks(shop)
	desk = desk_of(role)
	desk.visit("medusa-sync-task")
	desk.says(f"Lead {ATTACK}")
	desk.visit("medusa-request-log")
	desk.says(f"/store/customers/{ATTACK}")
	desk.visit("query-report/Medusa Reconciliation?state=Open")
	desk.says(ATTACK)
	no_markup_has_run(desk)
	desk.visit(f"medusa-sync-task/{records['Medusa Sync Task'].name}")
	for field in ("reference_name", "last_error"):
		shown = desk.find(f".form-layout [data-fieldname={field}] .control-value").first
		expect(shown).to_have_text(ATTACK)
	assert desk.trouble == []


@pytest.mark.parametrize("role", ROLES)
def test_single_forms(desk_of: Callable[..., Any], shop: Any, site: Any, role: str) -> None:
	"""Each tab is opened, and the form is saved with a change."""
	site.set_single("Medusa Configuration", admin_password="*" * len(shop.medusa.password))
	desk = desk_of(role)
	for doctype in readable(role, SINGLES):
		site.keep_single(doctype)
		desk.visit(slug(doctype))
		for tab in desk.find(".form-tabs .nav-link:visible").all():
			tab.click()
			desk.settle()
		desk.page.evaluate("cur_frm.dirty()")
		desk.find(".primary-action:visible", has_text="Save").click()
		desk.page.wait_for_function("() => !cur_frm.is_dirty()")
		desk.settle()
		desk.alarms()
	assert desk.trouble == []


def test_the_tabs_of_the_settings(desk: Any) -> None:
	desk.visit("medusa-configuration")
	tabs = desk.find(".form-tabs .nav-link:visible")
	assert [text.strip() for text in tabs.all_inner_texts()] == TABS
	for tab in tabs.all():
		tab.click()
		shown = desk.find(".tab-pane.active .frappe-control:visible")
		assert shown.count() > 3, tab.inner_text()


@pytest.mark.parametrize("role", ROLES)
def test_workspace(desk_of: Callable[..., Any], shop: Any, role: str) -> None:
	"""The cards and shortcuts count what is in that state, and each shortcut opens its page."""
	import frappe

	now = frappe.utils.now_datetime()
	today = ["between", [frappe.utils.today(), frappe.utils.today()]]
	synced = {"status": "Synced", "synced_at": today}
	cards = {**CARDS, "Medusa Tasks Synced Today": synced}
	before = {card: frappe.db.count("Medusa Sync Task", filters) for card, filters in cards.items()}
	delayed = frappe.db.count("Medusa Sync Task", {"status": ("in", ["Waiting", "Retrying"])})
	made = {"Failed": 3, "Pending": 5, "Waiting": 2, "Retrying": 2, "In Progress": 1, "Ignored": 1}
	for status, count in {**made, "Not Wanted": 1}.items():
		for _ in range(count):
			task(shop, status)
	for days in (0, 0, -1, -1, -1):
		task(shop, "Synced", synced_at=frappe.utils.add_days(now, days))

	desk = desk_of(role)
	desk.visit("medusa")
	added = {"Failed Medusa Tasks": 3, "Pending Medusa Tasks": 5, "Medusa Tasks Synced Today": 2}
	for card, count in added.items():
		assert number(desk, card) == before[card] + count, card
	assert number(desk, "Medusa Jobs Without a Worker") >= 0
	failed = before["Failed Medusa Tasks"] + 3
	assert f"{failed} Failed" in shortcut(desk, "Failed Tasks").inner_text()
	assert f"{delayed + 4} Delayed" in shortcut(desk, "Delayed Tasks").inner_text()
	for label, path in SHORTCUTS.items():
		desk.visit("medusa")
		shortcut(desk, label).click()
		desk.page.wait_for_url(re.compile(r"/(app|desk)/" + re.escape(path)))
		desk.settle()
		desk.alarms()
	assert desk.trouble == []


def number(desk: Any, card: str) -> int:
	"""What a card of the workspace shows."""
	shown = desk.find(".number-widget-box", has_text=card).locator(".widget-content .number")
	shown.wait_for()
	return int(re.sub(r"\D", "", shown.inner_text()))


def shortcut(desk: Any, label: str) -> Any:
	return desk.find(
		f".shortcut-widget-box[aria-label='{label}'], .shortcut-widget-box:has-text('{label}')"
	).first


@pytest.mark.parametrize("roles", [("System Manager", *SELLERS), ("Medusa Manager", *SELLERS)], ids=ROLES)
def test_documents_of_the_shop(
	desk_of: Callable[..., Any],
	shop: Any,
	quotes: Quotes,  # noqa: F811
	sales: Sales,  # noqa: F811
	roles: tuple[str, ...],
) -> None:
	"""Lists, forms and new forms of ERPNext's DocTypes that have scripts or fields of the app."""
	item = quotes.variant()
	price = quotes.price(item.item_code, 7, quotes.price_list())
	lead = quotes.lead()
	quotation = quotes.create(quotes.customer(), item)
	names = {
		"Website Item": item.name,
		"Item Group": item.item_group,
		"Item Price": price.name,
		"Quotation": quotation.name,
		"Sales Order": sales.order().name,
		"Customer": quotation.party_name,
		"Lead": lead.name,
	}
	desk = desk_of(*roles)
	for doctype in SOLD:
		desk.visit(f"{slug(doctype)}/view/list")
		desk.visit(f"{slug(doctype)}/{names[doctype]}")
		assert desk.page.evaluate("cur_frm.docname") == names[doctype]
		desk.visit(f"{slug(doctype)}/new")
		assert desk.page.evaluate("cur_frm.is_new()")
	assert desk.trouble == []


@pytest.mark.parametrize("doctype", ["Quotation", "Sales Order"])
def test_state_at_the_top_once(
	desk: Any,
	shop: Any,
	quotes: Quotes,  # noqa: F811
	sales: Sales,  # noqa: F811
	doctype: str,
) -> None:
	"""What Medusa has heard stands above the fields, once, however often the form is refreshed."""
	document = sales.order() if doctype == "Sales Order" else quotes.create(quotes.customer())
	if not shop.task(document):
		task(shop, "Pending", reference_doctype=doctype, reference_name=document.name, lane="quotation")
	desk.visit(f"{slug(doctype)}/{document.name}")
	state = desk.find(".form-message", has_text="Medusa: pending")
	state.first.wait_for()
	assert state.count() == 1
	assert (
		state.bounding_box()["y"]
		< desk.find(".form-layout .frappe-control:visible").first.bounding_box()["y"]
	)

	desk.page.evaluate("cur_frm.refresh(), cur_frm.refresh()")
	# Frappe 16 cannot load a document anew while its form is still being refreshed
	desk.settle()
	desk.page.evaluate("cur_frm.reload_doc()")
	desk.settle()
	assert state.count() == 1
	if doctype == "Quotation":
		desk.page.evaluate("cur_frm.set_value('order_type', 'Sales').then(() => cur_frm.dirty())")
		desk.find(".primary-action:visible", has_text="Save").click()
		desk.page.wait_for_function("() => !cur_frm.is_dirty()")
		desk.settle()
		assert state.count() == 1
	assert {"Medusa > Sync Now", "Medusa > Open Medusa Task"} <= desk.buttons()
