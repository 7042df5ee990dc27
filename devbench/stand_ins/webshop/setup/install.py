"""The custom fields that webshop adds to ERPNext's DocTypes."""

from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

CUSTOM_FIELDS = {
	"Item": [
		{
			"fieldname": "published_in_website",
			"fieldtype": "Check",
			"label": "Published in Website",
			"read_only": 1,
			"no_copy": 1,
		}
	],
	"Item Group": [
		{"fieldname": "show_in_website", "fieldtype": "Check", "label": "Show in Website"},
		{"fieldname": "route", "fieldtype": "Data", "label": "Route", "unique": 1, "no_copy": 1},
		{"fieldname": "website_title", "fieldtype": "Data", "label": "Title"},
		{"fieldname": "description", "fieldtype": "Text Editor", "label": "Description"},
		{"fieldname": "include_descendants", "fieldtype": "Check", "label": "Include Descendants"},
		{"fieldname": "weightage", "fieldtype": "Int", "label": "Weightage"},
		{"fieldname": "slideshow", "fieldtype": "Link", "label": "Slideshow", "options": "Website Slideshow"},
		{
			"fieldname": "website_specifications",
			"fieldtype": "Table",
			"label": "Website Specifications",
			"options": "Item Website Specification",
		},
	],
}


def after_install() -> None:
	"""Add the custom fields."""
	create_custom_fields(CUSTOM_FIELDS)
