"""The fields that the app adds to DocTypes of others (data model 3). This dict is the only place that names them."""

from __future__ import annotations

from typing import Any

MODULE = "Medusa Integration"

FROM_ECOMMERCE: dict[str, Any] = {
	"fieldname": "from_ecommerce",
	"fieldtype": "Check",
	"label": "From E-Commerce",
	"description": "Whether it comes from the Medusa shop.",
	"insert_after": "customer_name",
	"default": "0",
	"read_only": 1,
	"search_index": 1,
}
MEDUSA_ORDER_ID: dict[str, Any] = {
	"fieldname": "medusa_order_id",
	"fieldtype": "Data",
	"label": "Medusa Order ID",
	"description": "ID in Medusa of the order that this belongs to.",
	"insert_after": "from_ecommerce",
	"read_only": 1,
	"search_index": 1,
	"no_copy": 1,
	"print_hide": 1,
}

CUSTOM_FIELDS: dict[str, list[dict[str, Any]]] = {
	"Website Item": [
		{
			"fieldname": "medusa_id",
			"fieldtype": "Data",
			"label": "Medusa Product ID",
			"description": "ID of this item's product in Medusa. Set once Medusa has it.",
			"insert_after": "brand",
			"read_only": 1,
			"unique": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		{
			"fieldname": "medusa_variant_id",
			"fieldtype": "Data",
			"label": "Medusa Variant ID",
			"description": "ID of the one variant of that product. Prices, stock and orders refer to it.",
			"insert_after": "medusa_id",
			"read_only": 1,
			"unique": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		{
			"fieldname": "custom_in_stock",
			"fieldtype": "Check",
			"label": "In Stock",
			"description": "Whether the website warehouse had stock when it was last looked at. The shop filters by it.",
			"insert_after": "on_backorder",
			"default": "0",
			"read_only": 1,
			"search_index": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "custom_available_qty",
			"fieldtype": "Float",
			"label": "Available Quantity",
			"description": "Quantity in the website warehouse when it was last looked at.",
			"insert_after": "custom_in_stock",
			"read_only": 1,
			"hidden": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "custom_threshold_qty",
			"fieldtype": "Int",
			"label": "Threshold Quantity",
			"description": "With Respect Threshold Quantity in Medusa Configuration, the item is in stock above this quantity.",
			"insert_after": "custom_available_qty",
			"default": "1",
		},
		{
			"fieldname": "custom_skip_update_hook",
			"fieldtype": "Check",
			"label": "Skip Next Medusa Update",
			"description": "Set by a program before a save that Medusa need not hear about, and reset by that save.",
			"insert_after": "custom_threshold_qty",
			"default": "0",
			"hidden": 1,
			"no_copy": 1,
		},
	],
	"Item Group": [
		{
			"fieldname": "medusa_id",
			"fieldtype": "Data",
			"label": "Medusa Collection ID",
			"description": "ID of this group's collection in Medusa. Set once Medusa has it.",
			"insert_after": "image",
			"read_only": 1,
			"unique": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
	],
	"Customer": [
		{
			"fieldname": "medusa_id",
			"fieldtype": "Data",
			"label": "Medusa Customer ID",
			"description": "ID of this customer's account in Medusa. Orders of customers without one wait.",
			"insert_after": "lead_name",
			"read_only": 1,
			"unique": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		{
			"fieldname": "t_c_acceptance",
			"fieldtype": "Check",
			"label": "Terms and Conditions Accepted",
			"insert_after": "medusa_id",
			"default": "0",
		},
	],
	"Lead": [
		{
			"fieldname": "medusa_id",
			"fieldtype": "Data",
			"label": "Medusa Customer ID",
			"description": "ID of this person's account in Medusa.",
			"insert_after": "company_name",
			"read_only": 1,
			"unique": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		{
			"fieldname": "t_c_acceptance",
			"fieldtype": "Check",
			"label": "Terms and Conditions Accepted",
			"insert_after": "medusa_id",
			"default": "0",
			"read_only": 1,
		},
	],
	"Sales Order": [
		FROM_ECOMMERCE,
		{
			"fieldname": "medusa_order_id",
			"fieldtype": "Data",
			"label": "Medusa Order ID",
			"description": "ID of this order in Medusa, which is told where it stands.",
			"insert_after": "from_ecommerce",
			"read_only": 1,
			"unique": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
	],
	# several documents may belong to one order
	"Quotation": [FROM_ECOMMERCE, MEDUSA_ORDER_ID],
	"Sales Invoice": [FROM_ECOMMERCE, MEDUSA_ORDER_ID],
	"Delivery Note": [FROM_ECOMMERCE, MEDUSA_ORDER_ID],
}

# what a field of that name that was there already is brought to; its label, place and data stay
FLAGS: dict[str, Any] = {
	"default": None,
	"hidden": 0,
	"no_copy": 0,
	"read_only": 0,
	"reqd": 0,
	"search_index": 0,
	"unique": 0,
}


def flags_of(field: dict[str, Any]) -> dict[str, Any]:
	"""Return what an existing Custom Field is to have in common with `field`."""
	return {
		"fieldname": field["fieldname"],
		"fieldtype": field["fieldtype"],
		"module": MODULE,
		**{flag: field.get(flag, value) for flag, value in FLAGS.items()},
	}
