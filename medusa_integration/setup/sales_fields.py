"""The fields that the app adds to the documents of a sale. For `custom_fields.py`, which has those of all."""

from __future__ import annotations

from typing import Any

FROM_ECOMMERCE: dict[str, Any] = {
	"fieldname": "from_ecommerce",
	"fieldtype": "Check",
	"label": "From E-Commerce",
	"description": "Set if the document comes from the Medusa shop.",
	# on the tab More Info: the rows of a document stay where they were
	"insert_after": "status",
	"default": "0",
	"read_only": 1,
	"search_index": 1,
}
MEDUSA_ORDER_ID: dict[str, Any] = {
	"fieldname": "medusa_order_id",
	"fieldtype": "Data",
	"label": "Medusa Order ID",
	"description": "ID of the order in Medusa that this document belongs to.",
	"insert_after": "from_ecommerce",
	"read_only": 1,
	"search_index": 1,
	"no_copy": 1,
	"print_hide": 1,
}

SALES_FIELDS: dict[str, list[dict[str, Any]]] = {
	"Sales Order": [
		FROM_ECOMMERCE,
		{
			"fieldname": "medusa_order_id",
			"fieldtype": "Data",
			"label": "Medusa Order ID",
			"description": "ID of this order in Medusa. Medusa receives the status of the order.",
			"insert_after": "from_ecommerce",
			"read_only": 1,
			"unique": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		{
			"fieldname": "custom_is_courier_required",
			"fieldtype": "Check",
			"label": "Courier Required",
			"description": "Whether the customer wants delivery by a courier.",
			"insert_after": "shipping_address_name",
			"default": "0",
		},
		{
			"fieldname": "custom_location_and_contact_no",
			"fieldtype": "Data",
			"label": "Location and Contact Number",
			"description": "Address and phone number for the courier.",
			"insert_after": "custom_is_courier_required",
		},
	],
	"Quotation": [
		FROM_ECOMMERCE,
		{
			"fieldname": "medusa_quotation_id",
			"fieldtype": "Data",
			"label": "Medusa Quotation ID",
			"description": "ID of the customer's request in Medusa.",
			"insert_after": "from_ecommerce",
			"read_only": 1,
			"unique": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		{
			"fieldname": "medusa_draft_order_id",
			"fieldtype": "Data",
			"label": "Medusa Draft Order ID",
			"description": "ID of this quotation's draft order in Medusa.",
			"insert_after": "medusa_quotation_id",
			"read_only": 1,
			"search_index": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		{**MEDUSA_ORDER_ID, "insert_after": "medusa_draft_order_id"},
		{
			"fieldname": "workflow_state",
			"fieldtype": "Link",
			"label": "Workflow State",
			"description": "State of the quotation in the review with the customer, or in the site's own Workflow.",
			"options": "Workflow State",
			"insert_after": "medusa_order_id",
			"hidden": 1,
			"no_copy": 1,
			"allow_on_submit": 1,
			# a Workflow of the site has made one of its own
			"only_if_missing": True,
		},
		{
			"fieldname": "unapproved_items",
			"fieldtype": "Table",
			"label": "Unapproved Items",
			"description": "Items of this quotation that the customer does not want.",
			"options": "Unapproved Quotation Item",
			"insert_after": "items",
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		{
			"fieldname": "custom_increased_items",
			"fieldtype": "Table",
			"label": "Increased Items",
			"description": "Items of which the customer wants more than was quoted.",
			"options": "Increased Items",
			"insert_after": "unapproved_items",
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
	],
	"Quotation Item": [
		{
			"fieldname": "standard_price",
			"fieldtype": "Currency",
			"label": "Standard Price",
			"description": "Price of the item in the shop for all customers.",
			"options": "currency",
			"insert_after": "rate",
			"read_only": 1,
			"print_hide": 1,
		},
	],
	# several documents may belong to one order
	"Sales Invoice": [FROM_ECOMMERCE, MEDUSA_ORDER_ID],
	"Delivery Note": [FROM_ECOMMERCE, MEDUSA_ORDER_ID],
}
