"""Every function of the app that can be called over HTTP, by everybody.

The table is written by hand and not made of the decorators: whom each lets in is decided twice.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import frappe
import pytest

import medusa_integration
from medusa_integration import api

from .conftest import CALLERS, TOKEN

EVERYBODY = frozenset(CALLERS)
ADMINS = frozenset({"system manager", "administrator"})
SHOP = ADMINS | {TOKEN}
MANAGERS = ADMINS | {"medusa manager"}
# who may write Quotations and Customers, and Item Groups, as ERPNext ships them
SELLERS = frozenset({"seller", "sales manager", "administrator"})
OF_GROUPS = frozenset({"item manager", "administrator"})

# path by which it is called: who may call it, and the status without parameters
TABLE = {
	"medusa_integration.api.get_clearance_items": (EVERYBODY, 200),
	"medusa_integration.api.get_distinct_specs": (EVERYBODY, 400),
	"medusa_integration.api.get_website_items": (EVERYBODY, 400),
	"medusa_integration.api.login": (EVERYBODY, 400),
	"medusa_integration.api.send_otp": (EVERYBODY, 400),
	"medusa_integration.api.sign_up": (EVERYBODY, 400),
	"medusa_integration.api.verify_otp": (EVERYBODY, 400),
	"medusa_integration.api.create_opportunity_contact": (EVERYBODY, 400),
	"medusa_integration.api.create_product_suggestion": (EVERYBODY, 400),
	"medusa_integration.api.add_review_to_website_item": (SHOP, 400),
	"medusa_integration.api.fetch_relevant_collection_products": (EVERYBODY, 400),
	"medusa_integration.api.fetch_relevant_items": (EVERYBODY, 400),
	"medusa_integration.api.get_all_brands": (EVERYBODY, 200),
	"medusa_integration.api.get_menu": (EVERYBODY, 200),
	"medusa_integration.api.get_product_details_banner": (EVERYBODY, 400),
	"medusa_integration.api.get_product_details_banner_item_group": (EVERYBODY, 400),
	"medusa_integration.api.get_product_has_variants": (EVERYBODY, 400),
	"medusa_integration.api.get_website_image": (EVERYBODY, 400),
	"medusa_integration.api.get_website_variants": (EVERYBODY, 400),
	"medusa_integration.api.get_best_deals": (EVERYBODY, 200),
	"medusa_integration.api.get_dental_items": (EVERYBODY, 200),
	"medusa_integration.api.get_homepage_banners": (EVERYBODY, 200),
	"medusa_integration.api.get_homepage_menu_section": (EVERYBODY, 200),
	"medusa_integration.api.get_homepage_order_list": (EVERYBODY, 200),
	"medusa_integration.api.get_homepage_top_section": (EVERYBODY, 200),
	"medusa_integration.api.get_infection_control_items": (EVERYBODY, 200),
	"medusa_integration.api.get_medical_items": (EVERYBODY, 200),
	"medusa_integration.api.get_medical_laboratory_items": (EVERYBODY, 200),
	"medusa_integration.api.get_new_arrivals": (EVERYBODY, 200),
	"medusa_integration.api.get_recommended_items": (EVERYBODY, 200),
	"medusa_integration.api.get_testimonials": (EVERYBODY, 200),
	"medusa_integration.api.get_top_sellers": (EVERYBODY, 200),
	"medusa_integration.api.get_trending_items": (EVERYBODY, 200),
	"medusa_integration.api.get_yt_videos_list": (EVERYBODY, 200),
	# nobody has a user for it: who calls has to sign, and not to send JSON
	"medusa_integration.api.receive_medusa_event": (EVERYBODY, 415),
	"medusa_integration.api.create_quotation": (SHOP, 400),
	"medusa_integration.api.export_sales_order": (SHOP, 400),
	"medusa_integration.api.fetch_all_customers": (SHOP, 200),
	"medusa_integration.api.fetch_quotation_pdf_url": (SHOP, 400),
	"medusa_integration.api.get_medusa_prices": (SHOP, 400),
	"medusa_integration.api.handle_wishlist": (SHOP, 400),
	"medusa_integration.api.get_returnable_items": (SHOP, 400),
	"medusa_integration.api.get_sales_order_name": (SHOP, 400),
	"medusa_integration.api.pay_now": (SHOP, 400),
	"medusa_integration.api.send_password_reset_email": (SHOP, 400),
	"medusa_integration.api.sync_missing_prices_to_medusa": (SHOP, 503),
	"medusa_integration.api.update_address": (SHOP, 400),
	"medusa_integration.api.update_returned_items": (SHOP, 400),
	"medusa_integration.api.verify_coupon": (SHOP, 400),
	"medusa_integration.api.update_quotation": (SHOP, 400),
	"medusa_integration.api.update_quotation_new": (SHOP, 400),
	"medusa_integration.api.add_top_selling_items_to_collection": (MANAGERS, None),
	"medusa_integration.api.fetch_standard_price": (SELLERS, 400),
	"medusa_integration.api.retry_sync_task": (MANAGERS, 400),
	"medusa_integration.api.send_quotation_for_review": (SELLERS, 404),
	"medusa_integration.api.sync_health": (MANAGERS, 200),
	"medusa_integration.api.sync_now": (OF_GROUPS, 404),
	"medusa_integration.api.test_connection": (ADMINS, 200),
	"medusa_integration.api.update_all_item_groups": (OF_GROUPS, None),
	"medusa_integration.utils.link_medusa_lead": (SELLERS, 404),
	"medusa_integration.api.export_everything": (ADMINS, 503),
	"medusa_integration.api.create_storefront_user": (ADMINS, None),
	"medusa_integration.api.start_reconciliation": (MANAGERS, 503),
	"medusa_integration.api.queue_findings": (MANAGERS, 404),
	"medusa_integration.api.adopt_findings": (MANAGERS, 404),
	"medusa_integration.api.ignore_findings": (MANAGERS, 404),
	"medusa_integration.api.reopen_findings": (MANAGERS, 404),
	"medusa_integration.api.delete_findings": (ADMINS, 404),
	"medusa_integration.api.start_backfill": (MANAGERS, 503),
	"medusa_integration.api.stop_backfill": (MANAGERS, 404),
	"medusa_integration.api.resume_backfill": (MANAGERS, 404),
	"medusa_integration.api.retry_sync_tasks": (MANAGERS, 404),
	"medusa_integration.api.ignore_sync_tasks": (MANAGERS, 404),
	"medusa_integration.api.get_status": (ADMINS, 200),
	"medusa_integration.api.get_stuck_jobs": (MANAGERS, 200),
	"medusa_integration.api.create_stock_location": (ADMINS, 200),
	"medusa_integration.api.resume": (ADMINS, 200),
}
# names of documents that are not there: who may not is told nothing about that
SENT = {
	"medusa_integration.api.send_quotation_for_review": {"quotation": "No Such Quotation"},
	"medusa_integration.api.sync_now": {"doctype": "Item Group", "name": "No Such Group"},
	"medusa_integration.utils.link_medusa_lead": {"customer": "No Such Customer", "lead": "No Such Lead"},
	"medusa_integration.api.queue_findings": {"names": ["no such finding"]},
	"medusa_integration.api.adopt_findings": {"names": ["no such finding"]},
	"medusa_integration.api.ignore_findings": {"names": ["no such finding"]},
	"medusa_integration.api.reopen_findings": {"names": ["no such finding"]},
	"medusa_integration.api.delete_findings": {"names": ["no such finding"]},
	"medusa_integration.api.start_backfill": {"from_date": "2026-05-01", "to_date": "2026-05-31"},
	"medusa_integration.api.stop_backfill": {"run": "no such run"},
	"medusa_integration.api.resume_backfill": {"run": "no such run"},
	"medusa_integration.api.retry_sync_tasks": {"names": ["no such task"]},
	"medusa_integration.api.ignore_sync_tasks": {"names": ["no such task"]},
}


def made_at(called: str) -> Any:
	"""What is called by this path."""
	module, _, name = called.rpartition(".")
	return getattr(importlib.import_module(module), name, None)


def test_the_table_has_them_all():
	"""Whoever makes another one writes here who may call it."""
	for module in pkgutil.walk_packages(medusa_integration.__path__, "medusa_integration."):
		importlib.import_module(module.name)
	ours = {fn for fn in frappe.whitelisted if fn.__module__.partition(".")[0] == "medusa_integration"}
	unknown = [path for path in TABLE if made_at(path) not in ours]
	assert not unknown, f"remove from TABLE, nothing can be called by: {', '.join(unknown)}"
	paths = {
		fn: f"medusa_integration.api.{name}" for name, fn in vars(api).items() if hasattr(fn, "endpoint")
	}
	missing = sorted(paths.get(fn) or fn.__qualname__ for fn in ours - set(map(made_at, TABLE)))
	assert not missing, (
		"add to TABLE in tests/security/test_functions.py, with who may call it and the status without "
		f"parameters: {', '.join(missing)}"
	)


@pytest.fixture
def disconnected(site):
	"""Nothing can be sent, so that who is let in changes nothing; and nobody calls too often."""
	values = {"enable": 0, "url": None, "allow_guest_storefront_calls": 0, "public_rate_limit": 100_000}
	site.set_single("Medusa Configuration", **values)
	frappe.db.commit()


@pytest.mark.parametrize("who", CALLERS)
def test_who_is_let_in(call, disconnected, who):
	wrong = []
	for path, (allowed, answer) in TABLE.items():
		expected = answer if who in allowed else 403
		if expected is None:
			continue  # writes at once: shown by the tests of that function
		got = call(who, path, **SENT.get(path, {}))
		if got.status_code != expected:
			wrong.append(f"{path}: {got.status_code}, not {expected}: {got.text[:200]}")
		assert "Traceback" not in got.text
	assert wrong == []


@pytest.mark.parametrize("who", [who for who in CALLERS if who not in SHOP])
def test_guests_that_are_let_in_get_nothing_more(site, call, disconnected, who):
	"""The setting is for guests, and for what the shop calls."""
	site.set_single("Medusa Configuration", allow_guest_storefront_calls=1)
	frappe.db.commit()
	for path in ("fetch_all_customers", "sync_missing_prices_to_medusa"):
		status = call(who, f"medusa_integration.api.{path}").status_code
		assert (status != 403) is (who == "guest"), path
	assert call(who, "medusa_integration.api.send_password_reset_email", email="a@b.co").status_code == 403


def test_by_other_names(call, disconnected):
	"""Frappe calls a function by whatever module has it: the class goes with the function."""
	ways = (
		# the plain functions of endpoints
		"medusa_integration.selling.quotation.create.create_quotation",
		"medusa_integration.customers.customer.fetch_all_customers",
		"medusa_integration.storefront.user.create_storefront_user",
		"medusa_integration.sync.desk_api.sync_now",
		"medusa_integration.api.create.create_quotation",
		"medusa_integration.sync.tasks.retry",
		"medusa_integration.sync.task_recording.record",
		"medusa_integration.protection.by_app",
		"medusa_integration.customers.lead.insert_lead",
		"medusa_integration.api.insert_lead",
		"medusa_integration.api.export_website_item",
		"medusa_integration.api.get_otp",
	)
	for path in ways:
		for who in ("guest", "website user", "medusa manager", "system manager"):
			assert call(who, path, names=["x"], data={"id": "x"}, name="x").status_code in (403, 404), path
	# the same function where another module has imported it
	assert call("seller", "medusa_integration.api.retry_sync_task", name="x").status_code == 403
	assert call("seller", "frappe.client.get_list", doctype="Medusa Sync Task").status_code == 403
