"""The fields that the app adds to DocTypes of others.

This dict, with `sales_fields.py`, is the only place that names them.
"""

from __future__ import annotations

from typing import Any

from medusa_integration.setup.sales_fields import SALES_FIELDS

MODULE = "Medusa Integration"

CUSTOM_FIELDS: dict[str, list[dict[str, Any]]] = {
	"Website Item": [
		{
			"fieldname": "medusa_id",
			"fieldtype": "Data",
			"label": "Medusa Product ID",
			"description": "ID of this item's product in Medusa. Set after the first export.",
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
			"description": "ID of the only variant of that product. Prices, stock and orders refer to it.",
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
			"description": "Whether the website warehouse had stock at the last update. The shop filters by this field.",
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
			"description": "Quantity that the shop may sell: the stock in the website warehouse at the last update, less the quantity reserved by other Sales Orders.",
			"insert_after": "custom_in_stock",
			"read_only": 1,
			"hidden": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "custom_threshold_qty",
			"fieldtype": "Int",
			"label": "Threshold Quantity",
			"description": "If Respect Threshold Quantity is on in Medusa Configuration, the item is in stock only above this quantity.",
			"insert_after": "custom_available_qty",
			"default": "1",
		},
		{
			"fieldname": "custom_skip_update_hook",
			"fieldtype": "Check",
			"label": "Skip Next Medusa Update",
			"description": "Set by a program before a save that is not sent to Medusa. The save resets it.",
			"insert_after": "custom_threshold_qty",
			"default": "0",
			"hidden": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "custom_overall_rating",
			"fieldtype": "Float",
			"label": "Overall Rating",
			"description": "Mean of the ratings in the shop, 0 to 5, without hidden reviews.",
			"insert_after": "ranking",
			"default": "0",
			"read_only": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "custom_parent_website_item",
			"fieldtype": "Link",
			"options": "Website Item",
			"label": "Parent Website Item",
			"description": "The Website Item of which the shop shows this one as a variant.",
			"depends_on": "eval:!doc.has_variants",
			"insert_after": "custom_overall_rating",
			"search_index": 1,
		},
		{
			"fieldname": "custom_clearance_item",
			"fieldtype": "Check",
			"label": "Clearance stock",
			"description": "From the next night on, the shop shows the item as clearance, whether or not it expires.",
			"insert_after": "ranking",
			"default": "0",
		},
	],
	"Item Price": [
		{
			"fieldname": "medusa_id",
			"fieldtype": "Data",
			"label": "Medusa Price List ID",
			"description": "ID of the price list in Medusa that contains this price. Set after the first export.",
			"insert_after": "reference",
			"read_only": 1,
			"search_index": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		{
			"fieldname": "medusa_price_id",
			"fieldtype": "Data",
			"label": "Medusa Price ID",
			"description": "ID of this price in Medusa.",
			"insert_after": "medusa_id",
			"read_only": 1,
			"search_index": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
	],
	"Item Group": [
		{
			"fieldname": "medusa_id",
			"fieldtype": "Data",
			"label": "Medusa Collection ID",
			"description": "ID of this group's collection in Medusa. Set after the first export.",
			"insert_after": "image",
			"read_only": 1,
			"unique": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		{
			"fieldname": "custom_medusa_route",
			"fieldtype": "Data",
			"label": "Medusa Route",
			"description": "Path of this group in the shop. It follows the tree of Item Groups.",
			"insert_after": "medusa_id",
			"read_only": 1,
			"hidden": 1,
			"search_index": 1,
			"no_copy": 1,
		},
	],
	"Customer": [
		{
			"fieldname": "medusa_id",
			"fieldtype": "Data",
			"label": "Medusa Customer ID",
			"description": "ID of this customer's account in Medusa. Orders of customers without an ID wait.",
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
			"description": "Whether this person accepted the terms and conditions of the shop when registering.",
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
			"description": "Whether this person accepted the terms and conditions of the shop when registering.",
			"insert_after": "medusa_id",
			"default": "0",
			"read_only": 1,
		},
		{
			"fieldname": "custom_proposed_customer",
			"fieldtype": "Link",
			"label": "Proposed Customer",
			"description": "Customer with the same email address, or one that the shop has named. Link the two, or clear this field.",
			"options": "Customer",
			"insert_after": "t_c_acceptance",
			"search_index": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
	],
	**SALES_FIELDS,
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
	"""Return the properties that an existing Custom Field has to share with `field`."""
	return {
		"fieldname": field["fieldname"],
		"fieldtype": field["fieldtype"],
		"module": MODULE,
		**{flag: field.get(flag, value) for flag, value in FLAGS.items()},
	}
