"""What a customer's approval makes of a submitted Quotation: the Sales Order, and its Payment Request.

Also the Sales Invoice of an order that the customer pays; its Payment Request replaces that of the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, flt, getdate, today

from medusa_integration import erpnext_seams
from medusa_integration.constants import CUSTOMER, SALES_INVOICE, SALES_ORDER
from medusa_integration.selling.order.billed import leave_out_billed
from medusa_integration.selling.quotation.lookup import require_rates
from medusa_integration.settings import get_settings, number

PAYMENT_REQUEST = "Payment Request"
# nothing was paid of it yet
UNPAID = ("Requested", "Initiated")
OPEN = (*UNPAID, "Partially Paid")
LOCATION = "custom_location_and_contact_no"


class Delivery(NamedTuple):
	"""How the customer wants to have it."""

	is_courier_required: bool = False
	location_and_contact_no: str | None = None


def find_order(quotation: Document, order_id: str) -> Document | None:
	"""Find the Sales Order of this id in Medusa, as others have committed it by now.

	As long as the Quotation is a draft nobody has ordered it, and nothing is locked: a lock on what is not
	there yet would keep others from inserting theirs.

	Args:
		quotation: What it should have been made of; locked.
		order_id: Medusa's.

	Returns:
		The Sales Order, None if there is none.

	Raises:
		frappe.DuplicateEntryError: It was made of another Quotation (409).
	"""
	is_draft = quotation.docstatus == 0
	name = frappe.db.get_value(SALES_ORDER, {"medusa_order_id": order_id}, for_update=not is_draft)
	if not name:
		return None
	order = frappe.get_doc(SALES_ORDER, name, for_update=not is_draft)
	if quotation.name not in {row.prevdoc_docname for row in order.items}:
		frappe.throw(_other_quotation(order_id), exc=frappe.DuplicateEntryError)
	return order


def check_orderable(quotation: Document) -> None:
	"""Raise `frappe.ValidationError` (417) for a Quotation with a row without a rate, or no longer valid."""
	require_rates(quotation)
	is_late = quotation.valid_till and getdate(quotation.valid_till) < getdate(today())
	if is_late and not cint(
		frappe.db.get_single_value("Selling Settings", "allow_sales_order_creation_for_expired_quotation")
	):
		frappe.throw(_("Validity period of this quotation has ended."))


def make_order(quotation: Document, order_id: str, delivery: Delivery) -> Document:
	"""Insert and submit the Sales Order of a submitted Quotation to a Customer, by ERPNext's own mapping."""
	order = erpnext_seams.make_sales_order(quotation.name)
	day = add_days(today(), number("delivery_days"))
	order.update(
		{
			"from_ecommerce": 1,
			"medusa_order_id": order_id,
			"delivery_date": day,
			"custom_is_courier_required": cint(delivery.is_courier_required),
			LOCATION: (delivery.location_and_contact_no or "")[: _longest_location()] or None,
		}
	)
	offered = {row.name: row for row in quotation.items}
	for row in order.items:
		row.delivery_date = day
		# none is a choice as well: ERPNext's mapping leaves it open, and fills in the Item's own
		row.item_tax_template = offered[row.quotation_item].item_tax_template or ""
	order.flags.update({"ignore_permissions": True, "medusa_id_update": True})
	try:
		order.insert()
	except frappe.UniqueValidationError as error:
		# another quotation was ordered under the same id at the same time
		frappe.clear_last_message()
		raise frappe.DuplicateEntryError(_other_quotation(order_id)) from error
	order.submit()
	if len(delivery.location_and_contact_no or "") > _longest_location():
		order.add_comment("Comment", frappe.utils.escape_html(delivery.location_and_contact_no))
	return order


def _longest_location() -> int:
	"""How many characters the field has room for; what is longer is kept in a comment."""
	return cint(frappe.get_meta(SALES_ORDER).get_field(LOCATION).length) or frappe.db.VARCHAR_LEN


def require_not_ordered(quotation: Document) -> None:
	"""Raise `frappe.DuplicateEntryError` (409) when something was ordered of a Quotation, here or at Desk.

	To be called with the Quotation locked: whoever orders it at the same time has finished by then.
	One statement.
	"""
	rows = {"prevdoc_docname": quotation.name, "docstatus": ("<", 2)}
	if frappe.db.exists("Sales Order Item", rows):
		message = _("Quotation {0} is already ordered.").format(quotation.medusa_quotation_id)
		frappe.throw(message, exc=frappe.DuplicateEntryError)


def payment_request_of(order: Document) -> Document | None:
	"""Return the Payment Request of an order that was there before, as committed by now, else a new one.

	ERPNext takes no payment for an order that is billed: then it is that of its invoice.
	"""
	payable = _invoiced(order) or order
	filters = {"reference_doctype": payable.doctype, "reference_name": payable.name, "docstatus": ("<", 2)}
	name = frappe.db.get_value(PAYMENT_REQUEST, filters, for_update=True)
	if name:
		return frappe.get_doc(PAYMENT_REQUEST, name)
	return new_payment_request(payable)


def new_payment_request(document: Document) -> Document | None:
	"""Make and submit the Payment Request of a submitted order, or of its Sales Invoice.

	None when `create_payment_request` is off, or when there is nothing to pay.
	ERPNext's mail about it is left out: the shop shows the address of the payment.
	"""
	is_wanted = number("create_payment_request") and document.docstatus == 1
	due = document.outstanding_amount if document.doctype == SALES_INVOICE else document.grand_total
	return _request_payment(document) if is_wanted and flt(due) else None


def invoices_of(order: str) -> list[frappe._dict]:
	"""Return the submitted Sales Invoices of an order, the oldest first, locked, as committed by now.

	Two statements at most.

	Returns:
		`name`, `grand_total` and `outstanding_amount` of each; without credit notes.
	"""
	names = frappe.get_all("Sales Invoice Item", {"sales_order": order, "docstatus": 1}, pluck="parent")
	if not names:
		return []
	invoice = frappe.qb.DocType(SALES_INVOICE)
	return (
		frappe.qb.from_(invoice)
		.select(invoice.name, invoice.grand_total, invoice.outstanding_amount)
		.where(invoice.name.isin(sorted(set(names))) & (invoice.docstatus == 1) & (invoice.is_return == 0))
		.orderby(invoice.creation)
		.orderby(invoice.name)
		.for_update()
	).run(as_dict=True)


def invoice_order(
	order: Document, discount: float = 0, values: Mapping[str, object] | None = None
) -> Document:
	"""Insert and submit the Sales Invoice of what of a submitted order has none yet.

	What was paid for the order in advance is allocated to it. Charges and discounts of a fixed amount are
	invoiced once, however many invoices the order has.

	Args:
		order: the Sales Order.
		discount: amount that the invoice is lower than the order by, in its currency.
		values: further fields of the invoice; the app's own fields count as well.

	Returns:
		The Sales Invoice.
	"""
	invoice = erpnext_seams.make_sales_invoice(order.name)
	leave_out_billed(invoice, order)
	if discount:
		give_discount(invoice, discount)
	invoice.update({"allocate_advances_automatically": 1, "only_include_allocated_payments": 1})
	invoice.flags.ignore_permissions = True
	if values:
		invoice.update(values)
		invoice.flags.medusa_id_update = True
	erpnext_seams.keep_decimals_of_company(invoice)
	invoice.insert()
	invoice.submit()
	return invoice


def give_discount(document: Document, amount: float) -> None:
	"""Add an amount to the discount of a Sales Order or Sales Invoice; it never exceeds what the items cost.

	Args:
		document: its totals are known; it is not saved.
		amount: in the currency of the document.
	"""
	amount = min(amount, flt(document.net_total))
	document.update(
		{
			"apply_discount_on": document.apply_discount_on or "Grand Total",
			# ERPNext would compute the amount of it again
			"additional_discount_percentage": 0,
			"discount_amount": flt(document.discount_amount) + amount,
		}
	)


def withdraw_payment_requests(order: Document) -> None:
	"""Cancel the unpaid Payment Requests of an order that is billed: ERPNext takes no payment for it."""
	filters = {"reference_doctype": SALES_ORDER, "reference_name": order.name, "docstatus": 1}
	names = frappe.get_all(PAYMENT_REQUEST, {**filters, "status": ("in", UNPAID)}, pluck="name")
	for name in names:
		request = frappe.get_doc(PAYMENT_REQUEST, name, for_update=True)
		if request.status in UNPAID and request.docstatus == 1:
			request.flags.ignore_permissions = True
			request.cancel()


def _invoiced(order: Document) -> Document | None:
	"""Return the invoice of an order that is to be paid, else its last one; None without an invoice."""
	invoices = invoices_of(order.name)
	unpaid = [row.name for row in invoices if flt(row.outstanding_amount) > 0]
	name = unpaid[0] if unpaid else invoices[-1].name if invoices else None
	return frappe.get_doc(SALES_INVOICE, name) if name else None


def _other_quotation(order_id: str) -> str:
	return _("Order {0} already exists for another quotation.").format(order_id)


def _request_payment(document: Document) -> Document:
	settings = get_settings()
	account = settings.payment_gateway_account
	request = erpnext_seams.make_payment_request(
		dt=document.doctype,
		dn=document.name,
		ref_doc=document,
		party_type="Customer",
		party=document.customer,
		recipient_id=_email_of(document),
		mode_of_payment=settings.mode_of_payment,
		mute_email=1,
		# ERPNext takes a given None for no account at all
		**({"payment_gateway_account": account} if account else {}),
	)
	if request.get("payment_gateway") and request.get("payment_channel") != "Phone":
		_ask_gateway(request)
	return request


def _ask_gateway(request: Document) -> None:
	"""Have the gateway say where to pay. What it refuses is raised, before anything is committed.

	ERPNext 16 has asked it while submitting, and passes over a refusal; 15 leaves it to the mail, which is
	muted.
	"""
	if request.payment_url:
		return
	request.set_payment_request_url()
	if not request.payment_url:
		request.payment_url = request.get_payment_url()
	request.db_set("payment_url", request.payment_url)


def _email_of(document: Document) -> str | None:
	return frappe.db.get_value(CUSTOMER, document.customer, "email_id") or document.get("contact_email")
