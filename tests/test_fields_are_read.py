"""No DocType, field or setting of the app that nothing reads."""

from __future__ import annotations

import json

import pytest

from medusa_integration.setup.custom_fields import CUSTOM_FIELDS
from tests.support.readers import APP, modules, read_by, read_by_scripts, read_in, texts_of

LAYOUT = ("Section Break", "Column Break", "Tab Break", "HTML", "Heading", "Button")
# who reads settings asks for these
OF_SETTINGS = ("medusa_integration.settings.get_settings", "medusa_integration.settings.number")
# who reads tables of Homepage Landing asks this module
OF_HOMEPAGE = ("medusa_integration.storefront.homepage_links",)

# what nothing reads by its name, and why nothing has to
OF_A_RUN = "the form of a run shows it"
OF_PAST_ORDERS = "the form of an import of past orders shows it"
OF_A_CATEGORY = "the top categories name their tables, and its rows are read by that name"
OF_A_SUGGESTION = "people read what a visitor suggests"
FOR_PEOPLE = {
	("Email OTP", "purpose"): "tells in the list what the one-time password is for",
	("Medusa Order Backfill", "customers_known"): OF_PAST_ORDERS,
	("Medusa Order Backfill", "customers_new"): OF_PAST_ORDERS,
	("Medusa Order Backfill", "ended_at"): OF_PAST_ORDERS,
	("Medusa Order Backfill", "error"): OF_PAST_ORDERS,
	("Medusa Order Backfill", "money"): OF_PAST_ORDERS,
	("Medusa Order Backfill", "ready"): OF_PAST_ORDERS,
	("Medusa Order Backfill", "started_by"): OF_PAST_ORDERS,
	("Medusa Order Backfill", "unknown_items"): OF_PAST_ORDERS,
	("Medusa Reconciliation", "ended_at"): OF_A_RUN,
	("Medusa Reconciliation", "error"): OF_A_RUN,
	("Medusa Reconciliation", "found"): OF_A_RUN,
	("Medusa Reconciliation", "queued"): OF_A_RUN,
	("Medusa Reconciliation", "read_in_medusa"): OF_A_RUN,
	("Product Collection", "dental_items"): OF_A_CATEGORY,
	("Product Collection", "infection_control_items"): OF_A_CATEGORY,
	("Product Collection", "medical_items"): OF_A_CATEGORY,
	("Product Collection", "medical_laboratory_ivd_items"): OF_A_CATEGORY,
	("Product Collection", "other_items"): OF_A_CATEGORY,
	("Product Collection", "updated_on"): "tells when the nightly job has changed something",
	("Product Suggestions", "contact_number"): OF_A_SUGGESTION,
	("Product Suggestions", "product_link"): OF_A_SUGGESTION,
	("Product Suggestions", "product_name"): OF_A_SUGGESTION,
	("Product Suggestions", "product_short_description"): OF_A_SUGGESTION,
	("Product Suggestions", "product_supplier"): OF_A_SUGGESTION,
	("Product Suggestions", "suggested_by"): OF_A_SUGGESTION,
	("Product Suggestions", "supplier_details"): OF_A_SUGGESTION,
	("Quotation Item", "standard_price"): "the seller compares the offered rate with it",
	("Sales Order", "custom_is_courier_required"): "whoever sends the goods reads it",
	("Unapproved Quotation Item", "item_name"): "tells the seller what the item code is",
	("Website Coupon Code", "claimed_by"): "tells who has used it",
	("Website Coupon Code", "code"): "it is the document's name, by which it is found",
	("Website Item Review", "customer_name"): "whoever hides reviews reads it",
	("Website Item Review", "date"): "whoever hides reviews reads it",
}


def doctypes() -> dict[str, dict]:
	found = [json.loads(path.read_text()) for path in APP.glob("medusa_integration/doctype/*/*.json")]
	return {one["name"]: one for one in found}


ALL = doctypes()
TABLES = [
	(field["options"], parent, field["fieldname"])
	for parent, fields in [*((name, one["fields"]) for name, one in ALL.items()), *CUSTOM_FIELDS.items()]
	for field in fields
	if field["fieldtype"] in ("Table", "Table MultiSelect")
]


def fields() -> list[tuple[str, str]]:
	"""(DocType, field) of all that the app makes."""
	own = [
		(name, field["fieldname"])
		for name, doctype in ALL.items()
		for field in doctype["fields"]
		if field["fieldtype"] not in LAYOUT
	]
	added = [
		(name, field["fieldname"])
		for name, fields in CUSTOM_FIELDS.items()
		for field in fields
		if field["fieldtype"] not in LAYOUT
	]
	return [*own, *added]


def names_of(doctype: str) -> set[str]:
	"""By what a module can speak of documents of that DocType, or of the rows of one."""
	names = {doctype}
	for child, parent, table in TABLES:
		if child == doctype:
			names |= {table, *names_of(parent)}
	if doctype == "Medusa Configuration":
		names |= set(OF_SETTINGS)
	if doctype == "Homepage Landing":
		names |= set(OF_HOMEPAGE)
	return names


def readers(doctype: str, field: str) -> list[str]:
	"""The modules that speak of the DocType and read a field of that name."""
	names = names_of(doctype)
	found = [name for name in modules() if _reads(name, field) and names & texts_of(name)]
	return [*found, *(["a script"] if field in read_by_scripts() else [])]


def _reads(name: str, field: str) -> bool:
	read = read_in(name)
	return field in read or any(one[:1] == "*" and field.endswith(one[1:]) for one in read)


@pytest.mark.parametrize(("doctype", "field"), fields(), ids=lambda value: value)
def test_something_reads_it(doctype, field):
	found = readers(doctype, field)
	if (doctype, field) in FOR_PEOPLE:
		assert found == [], "remove it from FOR_PEOPLE in tests/test_fields_are_read.py: something reads it"
	else:
		assert found, (
			f"nothing reads {field} of {doctype}: use it or remove it, or say in FOR_PEOPLE why only people read it"
		)


@pytest.mark.parametrize("doctype", sorted(ALL))
def test_something_speaks_of_it(doctype):
	names = names_of(doctype)
	speaking = [name for name in modules() if names & texts_of(name) and "/doctype/" not in name]
	assert speaking, f"nothing reads documents of {doctype}"


def test_what_only_people_read_is_there():
	gone = sorted(set(FOR_PEOPLE) - set(fields()))
	assert not gone, f"remove from FOR_PEOPLE in tests/test_fields_are_read.py, no such field: {gone}"


@pytest.mark.parametrize(
	"source",
	[
		"print(doc.qty)",
		'doc.get("qty")',
		'frappe.get_all("Bin", fields=["name", "qty"])',
		'frappe.get_all("Bin", {"qty": (">", 0)})',
		'frappe.db.get_value("Bin", {"qty": 1})',
		'frappe.get_all("Bin", filters={"item": "x", "qty": 1})',
		'filters = {"qty": 1}',
		'known = {"qty": 1}\nfrappe.db.exists("Bin", known)',
		'row["qty"]',
		"query.where(bin.qty > 0)",
		'frappe.db.sql("select qty from tabBin where name = %s", name)',
		'frappe.get_all("Bin", order_by="qty desc")',
	],
)
def test_reads(source):
	assert "qty" in read_by(source)


@pytest.mark.parametrize(
	"source",
	[
		"doc.qty = 1",
		'doc.update({"qty": 1})',
		'doc.set("qty", 1)',
		'doc.db_set("qty", 1)',
		'doc.append("qty", {})',
		'row["qty"] = 1',
		'frappe.db.set_value("Bin", name, "qty", 1)',
		'frappe.db.set_value("Bin", name, {"qty": 1})',
		'frappe.db.set_single_value("Bin", "qty", 1)',
		'frappe.get_doc(doctype="Bin", qty=1)',
		'_("The qty of all")',
	],
)
def test_only_writes_or_speaks_of(source):
	assert "qty" not in read_by(source)


def test_reads_a_name_made_of_parts():
	assert "*_label" in read_by('settings.get(f"{kind}_label")')
	assert "*_label" not in read_by('settings.update({kind + "_label": 1})')
