"""Records of other DocTypes that registrations in the shop need.

Existing ones are never changed.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.utils.nestedset import get_root_of

from medusa_integration.settings import SETTINGS, get_settings

# DocType: the setting that names the record, and the record's name
LEAVES = {
	"Customer Group": ("customer_group", "Ecommerce Customer"),
	"Sales Person": ("sales_person", "Website Sales"),
}
LEAD_SOURCE = "Alfarsi Website"


def ensure_records() -> None:
	"""Create the missing Lead Source, Customer Group and Sales Person.

	On a site before the setup wizard, the next migration or the next save of the settings creates them. It
	never fails.
	"""
	ensure_lead_source(frappe.db.get_single_value(SETTINGS, "lead_source") or LEAD_SOURCE)
	for doctype in LEAVES:
		_ensure_leaf(doctype)


def settings_of_made_records(
	stored: dict[str, str], made: Iterable[tuple[str, tuple[str, str]]]
) -> dict[str, str]:
	"""Return the empty settings whose default is a record that the setup creates, if the record exists.

	Args:
		made: DocType of the record -> (setting, name of the record).
	"""
	return {
		setting: name
		for doctype, (setting, name) in made
		if not stored.get(setting) and frappe.db.exists(doctype, name)
	}


def record_of(doctype: str) -> str | None:
	"""Return the Customer Group or Sales Person of the shop's customers: as set, or the one created here."""
	setting, name = LEAVES[doctype]
	chosen = get_settings().get(setting)
	return next((one for one in (chosen, name) if one and frappe.db.exists(doctype, one)), None)


def lead_source_field() -> tuple[str, str]:
	"""Return the field of a Lead for its source, and the DocType it links to, by version of ERPNext."""
	meta = frappe.get_meta("Lead")
	fieldname = "utm_source" if meta.has_field("utm_source") else "source"
	return fieldname, meta.get_field(fieldname).options


def ensure_lead_source(name: str) -> None:
	"""Create the Lead Source (UTM Source in ERPNext 16) of this name if it is missing."""
	doctype = lead_source_field()[1]
	if frappe.db.exists(doctype, name):
		return
	source = frappe.get_doc({"doctype": doctype, "source_name": name})
	# a UTM Source is named by hand
	source.insert(ignore_permissions=True, set_name=None if doctype == "Lead Source" else name)


def _ensure_leaf(doctype: str) -> None:
	"""Create a leaf below the tree's root, unless another record is set or there is no root yet."""
	setting, name = LEAVES[doctype]
	if frappe.db.exists(doctype, name) or frappe.db.get_single_value(SETTINGS, setting) not in (
		None,
		"",
		name,
	):
		return
	field, root = frappe.scrub(doctype), get_root_of(doctype)
	if not root:
		return
	values = {f"{field}_name": name, f"parent_{field}": root, "is_group": 0}
	frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
