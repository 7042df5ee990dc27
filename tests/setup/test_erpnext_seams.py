"""What of ERPNext the app calls or replaces is there, and takes what it is given."""

from __future__ import annotations

import inspect

import frappe
import pytest

# function: the parameters that the app passes
CALLED = {
	"erpnext.selling.doctype.quotation.quotation._make_sales_order": {"source_name", "ignore_permissions"},
	"erpnext.selling.doctype.sales_order.sales_order.make_sales_invoice": {
		"source_name",
		"ignore_permissions",
	},
	"erpnext.selling.doctype.sales_order.sales_order.make_delivery_note": {"source_name"},
	"erpnext.stock.doctype.delivery_note.delivery_note.make_sales_return": {"source_name"},
	"erpnext.accounts.doctype.sales_invoice.sales_invoice.make_sales_return": {"source_name"},
	"erpnext.crm.doctype.lead.lead._make_customer": {"source_name", "ignore_permissions"},
	"erpnext.accounts.doctype.payment_request.payment_request.make_payment_request": {"args"},
	"erpnext.accounts.party.set_address_details": {
		"party_details",
		"party",
		"party_type",
		"doctype",
		"company",
		"party_address",
		"ignore_permissions",
	},
	"erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry": {"dt", "dn", "bank_account"},
	"erpnext.accounts.party.get_party_account": {"party_type", "party", "company"},
	"erpnext.setup.utils.get_exchange_rate": {"from_currency", "to_currency", "transaction_date"},
	"erpnext.accounts.utils.update_reference_in_payment_entry": {"d", "payment_entry", "do_not_save"},
	"erpnext.accounts.utils.update_voucher_outstanding": {
		"voucher_type",
		"voucher_no",
		"account",
		"party_type",
		"party",
	},
	"erpnext.accounts.doctype.repost_payment_ledger.repost_payment_ledger.repost_ple_for_voucher": {
		"voucher_type",
		"voucher_no",
		"gle_map",
	},
	"erpnext.accounts.party.set_taxes": {
		"party",
		"party_type",
		"posting_date",
		"company",
	},
}
# DocType: methods that the app replaces on one document, or calls, with their parameters
METHODS = {
	"Quotation": {
		"set_missing_values": {"for_validate"},
		"set_missing_lead_customer_details": {"for_validate"},
		"validate_selling_price": set(),
	},
	"Sales Order": {"validate_selling_price": set(), "set_total_advance_paid": set()},
	"Payment Entry": {"build_gl_map": set()},
	"Sales Invoice": {"validate_selling_price": set()},
	"Delivery Note": {"validate_selling_price": set()},
	"Payment Request": {"set_payment_request_url": set(), "get_payment_url": set()},
}


@pytest.mark.parametrize("path", CALLED)
def test_a_function_takes_what_it_is_given(site, path):
	parameters = inspect.signature(inspect.unwrap(frappe.get_attr(path))).parameters
	assert set(parameters) >= CALLED[path]


@pytest.mark.parametrize("doctype", METHODS)
def test_a_method_is_there(site, doctype):
	controller = frappe.model.base_document.get_controller(doctype)
	for name, expected in METHODS[doctype].items():
		parameters = inspect.signature(getattr(controller, name)).parameters
		assert set(parameters) >= expected, name


def test_private_functions_are_named_in_two_modules():
	"""Nothing else of the app imports what ERPNext calls its own."""
	from pathlib import Path

	import medusa_integration

	root = Path(medusa_integration.__file__).parent
	for path in root.rglob("*.py"):
		if path.name not in ("erpnext_seams.py", "erpnext_payments.py"):
			assert "from erpnext" not in path.read_text(), path
