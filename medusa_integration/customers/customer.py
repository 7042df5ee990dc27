"""Customers: where their ids come from, and the list of those that have none."""

from __future__ import annotations

from typing import Annotated

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Lower
from typing_extensions import TypedDict

from medusa_integration.database import is_not_set
from medusa_integration.endpoints.parameters import LARGEST_WHOLE, AnyWhole, Text, contains_pattern, within
from medusa_integration.exceptions import ValidationError

MOST_WORDS = 10


class Unlinked(TypedDict):
	"""A Customer without an account in Medusa."""

	name: str
	customer_name: str
	email_id: str | None
	mobile_no: str | None


def customer_before_insert(doc: Document, method: str | None = None) -> None:
	"""Doc event: a Customer made from a Lead, in whatever way, takes the Lead's `medusa_id`.

	Unless another Customer has it already. Two statements, none without a Lead.
	"""
	if doc.get("medusa_id") or not doc.get("lead_name"):
		return
	medusa_id = frappe.db.get_value("Lead", doc.lead_name, "medusa_id")
	if medusa_id and not frappe.db.get_value("Customer", {"medusa_id": medusa_id}):
		doc.medusa_id = medusa_id
		doc.flags.medusa_id_update = True


def lead_before_validate(doc: Document, method: str | None = None) -> None:
	"""Doc event `before_validate`: a Customer names a Lead with an account only if who saves it may read it.

	With the name goes the account, now or when the shop's customer orders. One statement when it names
	another Lead than before, none otherwise. Raises `frappe.PermissionError`.
	"""
	before = doc.get_doc_before_save()
	name = doc.get("lead_name")
	if not name or doc.flags.ignore_permissions or (before and before.get("lead_name") == name):
		return
	if frappe.db.get_value("Lead", name, "medusa_id") and not frappe.has_permission("Lead", "read", doc=name):
		frappe.throw(_("Not permitted to link this Lead."), exc=frappe.PermissionError)


def fetch_all_customers(
	name: Text | None = None,
	limit: Annotated[AnyWhole, within(1, 500)] | None = None,
	start: Annotated[AnyWhole, within(0)] = 0,
) -> list[Unlinked]:
	"""List the enabled Customers without an account in Medusa, by name.

	Args:
		name: Words, ten at most, all of which `customer_name` has.
		limit: How many at most, 1 to 500; None for all.
		start: How many to pass over.

	Returns:
		`name`, `customer_name`, `email_id` and `mobile_no` of each.

	Raises:
		ValidationError: More than ten words (400).
	"""
	words = (name or "").split()
	if len(words) > MOST_WORDS:
		raise ValidationError(_("Too many search words."))
	customer = frappe.qb.DocType("Customer")
	query = (
		frappe.qb.from_(customer)
		.select(customer.name, customer.customer_name, customer.email_id, customer.mobile_no)
		.where(is_not_set(customer.medusa_id) & (customer.disabled == 0))
		.orderby(customer.customer_name)
		.orderby(customer.name)
	)
	if limit or start:
		# MariaDB knows no offset without a limit
		query = query.limit(limit or LARGEST_WHOLE).offset(start)
	for word in words:
		query = query.where(Lower(customer.customer_name).like(contains_pattern(word.lower())))
	return query.run(as_dict=True)
