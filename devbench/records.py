"""What ERPNext's setup wizard leaves on a site: settings, a company, and the roots of the trees."""

from __future__ import annotations

import frappe

COMPANY = "Bright Smile Trading"
ABBREVIATION = "BST"
COUNTRY = "Oman"
CURRENCY = "OMR"
UOMS = ("Nos", "Unit", "Box", "Pair", "Set", "Kg", "Litre")
ITEM_GROUPS = ("Products", "Raw Material", "Services", "Sub Assemblies", "Consumable")
TREES = {
	"Customer Group": ("All Customer Groups", ("Individual", "Commercial", "Non Profit", "Government")),
	"Territory": ("All Territories", (COUNTRY, "Rest Of The World")),
	"Sales Person": ("Sales Team", ()),
}


def make_records() -> None:
	"""Make the records on the connected site."""
	set_up_system()
	insert("Company", company_name=COMPANY, abbr=ABBREVIATION, default_currency=CURRENCY, country=COUNTRY)
	insert(
		"Account",
		account_name="Debtors",
		company=COMPANY,
		account_type="Receivable",
		account_currency=CURRENCY,
	)
	for name in UOMS:
		insert("UOM", uom_name=name, must_be_whole_number=name not in ("Kg", "Litre"))
	make_item_groups()
	for doctype, (root, names) in TREES.items():
		make_tree(doctype, root, names)
	make_warehouses()
	for name, side in (("Standard Selling", "selling"), ("Standard Buying", "buying")):
		insert("Price List", price_list_name=name, currency=CURRENCY, **{side: 1})
	for key, value in {"company": COMPANY, "currency": CURRENCY, "country": COUNTRY}.items():
		frappe.db.set_default(key, value)


def set_up_system() -> None:
	"""What the wizard writes into the settings; the scheduler is on."""
	settings = frappe.get_doc("System Settings")
	settings.update(
		{
			"country": COUNTRY,
			"currency": CURRENCY,
			"language": "en",
			"time_zone": "Asia/Muscat",
			"date_format": "dd-mm-yyyy",
			"float_precision": "3",
			"enable_scheduler": 1,
			"setup_complete": 1,
		}
	)
	settings.save()
	frappe.db.set_value("Currency", CURRENCY, "enabled", 1)
	frappe.db.set_default("desktop:home_page", "workspace")


def make_item_groups() -> None:
	"""The root and its children; Products is shown in the shop."""
	insert("Item Group", item_group_name="All Item Groups", is_group=1)
	for name in ITEM_GROUPS:
		insert(
			"Item Group",
			item_group_name=name,
			parent_item_group="All Item Groups",
			is_group=name == "Products",
			show_in_website=name == "Products",
		)


def make_tree(doctype: str, root: str, names: tuple[str, ...]) -> None:
	"""A tree of the root and these leaves."""
	field = frappe.scrub(doctype)
	insert(doctype, **{f"{field}_name": root, "is_group": 1})
	for name in names:
		insert(doctype, **{f"{field}_name": name, f"parent_{field}": root})


def make_warehouses() -> None:
	"""The company's root and two stores."""
	insert("Warehouse", warehouse_name="All Warehouses", company=COMPANY, is_group=1)
	for name in ("Stores", "Finished Goods"):
		insert(
			"Warehouse",
			warehouse_name=name,
			company=COMPANY,
			parent_warehouse=f"All Warehouses - {ABBREVIATION}",
		)


def insert(doctype: str, **values: object) -> None:
	"""Insert the document, even a tree's root without a parent."""
	document = frappe.get_doc({"doctype": doctype, **values})
	document.flags.ignore_mandatory = True
	document.insert(ignore_permissions=True)
