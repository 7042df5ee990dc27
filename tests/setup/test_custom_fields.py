"""The fields that the app adds to DocTypes of others, with their flags and keys."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.setup.custom_fields import CUSTOM_FIELDS
from tests.support.lists import deviation

PRICE_ID = {"fieldtype": "Data", "read_only": 1, "search_index": 1, "no_copy": 1}
ID = {"fieldtype": "Data", "read_only": 1, "unique": 1, "no_copy": 1, "hidden": 0}
ID_OF_SEVERAL = {**ID, "unique": 0, "search_index": 1}
FROM_ECOMMERCE = {"fieldtype": "Check", "read_only": 1, "search_index": 1, "no_copy": 0}
# data model, section 3
EXPECTED = {
	("Website Item", "medusa_id"): ID,
	("Website Item", "medusa_variant_id"): ID,
	("Website Item", "custom_in_stock"): {
		"fieldtype": "Check",
		"read_only": 1,
		"search_index": 1,
		"no_copy": 1,
	},
	("Website Item", "custom_available_qty"): {
		"fieldtype": "Float",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Website Item", "custom_threshold_qty"): {"fieldtype": "Int", "default": "1", "no_copy": 0},
	("Website Item", "custom_skip_update_hook"): {
		"fieldtype": "Check",
		"hidden": 1,
		"default": "0",
		"no_copy": 1,
	},
	("Website Item", "custom_clearance_item"): {
		"fieldtype": "Check",
		"label": "Clearance stock",
		"default": "0",
		"no_copy": 0,
	},
	("Website Item", "custom_overall_rating"): {"fieldtype": "Float", "read_only": 1, "no_copy": 1},
	("Website Item", "custom_parent_website_item"): {
		"fieldtype": "Link",
		"options": "Website Item",
		"search_index": 1,
		"no_copy": 0,
	},
	("Item Group", "medusa_id"): ID,
	("Item Price", "medusa_id"): PRICE_ID,
	("Item Price", "medusa_price_id"): PRICE_ID,
	("Item Group", "custom_medusa_route"): {
		"fieldtype": "Data",
		"read_only": 1,
		"hidden": 1,
		"search_index": 1,
		"no_copy": 1,
	},
	("Customer", "medusa_id"): ID,
	("Customer", "t_c_acceptance"): {"fieldtype": "Check", "default": "0", "read_only": 0},
	("Sales Order", "from_ecommerce"): FROM_ECOMMERCE,
	("Sales Order", "medusa_order_id"): ID,
	("Sales Order", "medusa_order_number"): {
		"fieldtype": "Data",
		"read_only": 1,
		"search_index": 1,
		"in_standard_filter": 1,
		"no_copy": 1,
	},
	("Sales Order", "medusa_customer_id"): {
		"fieldtype": "Data",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Sales Order", "medusa_short_of_stock"): {
		"fieldtype": "Check",
		"default": "0",
		"read_only": 1,
		"in_standard_filter": 1,
		"no_copy": 1,
	},
	("Quotation", "from_ecommerce"): FROM_ECOMMERCE,
	("Sales Order", "custom_is_courier_required"): {"fieldtype": "Check", "default": "0"},
	("Sales Order", "custom_location_and_contact_no"): {"fieldtype": "Data"},
	("Quotation", "medusa_quotation_id"): ID,
	("Quotation", "medusa_draft_order_id"): ID_OF_SEVERAL,
	("Quotation", "medusa_order_id"): ID_OF_SEVERAL,
	("Quotation", "workflow_state"): {
		"fieldtype": "Link",
		"options": "Workflow State",
		"hidden": 1,
		"no_copy": 1,
		"allow_on_submit": 1,
	},
	("Quotation", "unapproved_items"): {
		"fieldtype": "Table",
		"options": "Unapproved Quotation Item",
		"read_only": 1,
		"no_copy": 1,
	},
	("Quotation", "custom_increased_items"): {
		"fieldtype": "Table",
		"options": "Increased Items",
		"read_only": 1,
		"no_copy": 1,
	},
	("Quotation", "custom_delivery_charges_account"): {
		"fieldtype": "Link",
		"options": "Account",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Quotation", "custom_delivery_charges"): {
		"fieldtype": "Currency",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Sales Order", "custom_returned_items_section"): {"fieldtype": "Section Break"},
	("Sales Order", "custom_returned_items"): {
		"fieldtype": "Table",
		"options": "Returned Sales Order Item",
		"read_only": 1,
		"no_copy": 1,
		"allow_on_submit": 1,
	},
	("Quotation Item", "standard_price"): {"fieldtype": "Currency", "read_only": 1},
	("Sales Invoice", "from_ecommerce"): FROM_ECOMMERCE,
	("Sales Invoice", "medusa_order_id"): ID_OF_SEVERAL,
	("Delivery Note", "from_ecommerce"): FROM_ECOMMERCE,
	("Delivery Note", "medusa_order_id"): ID_OF_SEVERAL,
	("Payment Entry", "medusa_order_id"): ID_OF_SEVERAL,
	("Sales Invoice", "medusa_id"): ID,
	("Delivery Note", "medusa_id"): ID,
	("Payment Entry", "medusa_id"): ID,
	("Delivery Note", "medusa_tracking_number"): {"fieldtype": "Data", "allow_on_submit": 1, "no_copy": 1},
	("Delivery Note", "medusa_carrier"): {"fieldtype": "Data", "allow_on_submit": 1, "no_copy": 1},
	("Sales Order Item", "medusa_line_item_id"): {
		"fieldtype": "Data",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Sales Order Item", "medusa_fulfilled_qty"): {
		"fieldtype": "Float",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Sales Order Item", "medusa_location_id"): {
		"fieldtype": "Data",
		"read_only": 1,
		"hidden": 1,
		"no_copy": 1,
	},
	("Lead", "medusa_id"): ID,
	("Lead", "t_c_acceptance"): {"fieldtype": "Check", "default": "0", "read_only": 1},
	("Lead", "custom_proposed_customer"): {
		"fieldtype": "Link",
		"options": "Customer",
		"read_only": 0,
		"search_index": 1,
		"no_copy": 1,
	},
}


def test_these_fields_and_no_others():
	made = {(doctype, field["fieldname"]) for doctype, fields in CUSTOM_FIELDS.items() for field in fields}
	wrong = deviation("EXPECTED in tests/setup/test_custom_fields.py", EXPECTED, made)
	assert not wrong, wrong


@pytest.mark.contract(52, 59, 97)
@pytest.mark.parametrize(("doctype", "fieldname"), EXPECTED)
def test_custom_field(site, doctype, fieldname):
	custom = frappe.get_doc("Custom Field", f"{doctype}-{fieldname}")
	expected = EXPECTED[doctype, fieldname]
	assert {flag: custom.get(flag) for flag in expected} == expected
	assert custom.module == "Medusa Integration"
	assert custom.description
	assert frappe.get_meta(doctype).has_field(custom.insert_after)


@pytest.mark.parametrize(
	("doctype", "fieldname"), [key for key, flags in EXPECTED.items() if flags.get("unique")]
)
def test_an_id_belongs_to_one_document(site, doctype, fieldname):
	key = frappe.db.get_column_index(f"tab{doctype}", fieldname, unique=True)
	assert key and not key.Non_unique


def test_nothing_of_others_is_changed(site):
	assert not frappe.get_all("Property Setter", {"module": "Medusa Integration"})
	fields = frappe.get_all("Custom Field", {"module": "Medusa Integration"}, pluck="name")
	assert len(fields) == len(EXPECTED)
