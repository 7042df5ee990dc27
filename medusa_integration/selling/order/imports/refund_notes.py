"""Credit notes over an amount: what was refunded of an invoiced order, whatever goods come back.

The row has no Item, as ERPNext allows it: it counts no piece as returned, so that a later return of goods is
not refused, and the credit note names no row of the order, so that nothing of it is to be invoiced again.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from medusa_integration import erpnext_seams
from medusa_integration.constants import SALES_INVOICE
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_order_events import ZERO
from medusa_integration.selling.order.imports.bills import Bill, exceeds_outstanding
from medusa_integration.selling.order.imports.entries import Money
from medusa_integration.selling.order.imports.mapping import ACTUAL
from medusa_integration.selling.order.imports.money_problems import InvoiceDiffers
from medusa_integration.selling.order.imports.rounding import unit_of
from medusa_integration.selling.order.imports.settle import shares
from medusa_integration.sync.inbox.orders import site_time

# what ERPNext copies to a credit note itself
HEAD = (
	"company",
	"customer",
	"currency",
	"conversion_rate",
	"selling_price_list",
	"price_list_currency",
	"plc_conversion_rate",
	"debit_to",
	"cost_center",
	"project",
	"customer_address",
	"shipping_address_name",
	"company_address",
	"contact_person",
	"territory",
	"language",
)


def credit(
	order: Document, bills: Sequence[Bill], refund: Money, amount: Decimal, *, keeps: bool
) -> Document:
	"""Make and submit the credit note of a refund, against the invoice of which most is left.

	Items, charges and taxes have each their share of it.

	Args:
		order: The Sales Order.
		bills: Its invoices and credit notes; one of them is an invoice.
		refund: What was paid back.
		amount: What of it is credited, in the order's currency.
		keeps: Whether the credit note is outstanding itself, to be paid; else it lowers what is outstanding
			of the invoice, if that much is.

	Returns:
		The credit note.

	Raises:
		InvoiceDiffers: ERPNext has made it over another amount.
	"""
	bill = _largest(bills)
	invoice = frappe.get_doc(SALES_INVOICE, bill.name)
	moment = max(site_time(refund.at), bill.posted_at)
	note = frappe.new_doc(SALES_INVOICE)
	note.update({field: invoice.get(field) for field in HEAD})
	note.update(
		{
			"is_return": 1,
			"return_against": invoice.name,
			"update_outstanding_for_self": int(keeps or exceeds_outstanding(invoice.name, amount)),
			"set_posting_time": 1,
			"posting_date": moment.date().isoformat(),
			"posting_time": moment.time().isoformat(),
			"disable_rounded_total": 1,
			"ignore_pricing_rule": 1,
			"taxes_and_charges": "",
			"from_ecommerce": 1,
			"medusa_id": refund.id,
			"medusa_order_id": order.medusa_order_id,
		}
	)
	_fill(note, invoice, amount)
	note.flags.update({"ignore_permissions": True, "medusa_id_update": True})
	erpnext_seams.insert_and_submit(note)
	found = -Decimal(cstr(note.grand_total))
	if found != amount:
		raise InvoiceDiffers(order.name, amount, found, order.currency)
	return note


def _largest(bills: Sequence[Bill]) -> Bill:
	"""The invoice of which the most is not credited, the oldest of several."""
	left = {bill.name: bill.amount for bill in bills if not bill.is_return}
	for bill in bills:
		if bill.is_return and bill.against in left:
			left[bill.against] += bill.amount
	return max((bill for bill in bills if bill.name in left), key=lambda bill: left[bill.name])


def _fill(note: Document, invoice: Document, amount: Decimal) -> None:
	"""Set rows and charges: items by income account, each charge, in proportion to the invoice.

	Charges of 0 too: ERPNext would fill in taxes of its own where there are none.
	"""
	places = {(row.get("income_account"), row.get("cost_center")): ZERO for row in invoice.items}
	for row in invoice.items:
		places[row.get("income_account"), row.get("cost_center")] += Decimal(cstr(row.amount))
	charges = [
		Decimal(cstr(row.get("tax_amount_after_discount_amount") or row.tax_amount)) for row in invoice.taxes
	]
	weights = _net(list(places.values()), invoice) + charges
	unit = max(unit_of(decimals(invoice.currency)), unit_of(invoice.precision("grand_total")))
	parts = shares(amount, weights, unit)
	name, uom = _("Refund"), invoice.items[0].uom
	row = {"item_name": name, "description": name, "uom": uom, "conversion_factor": 1, "qty": -1}
	for (account, cost_center), part in zip(places, parts, strict=False):
		if part or len(places) == 1:
			place = {"income_account": account, "cost_center": cost_center}
			note.append("items", {**row, **place, "rate": float(part)})
	for charge, part in zip(invoice.taxes, parts[len(places) :], strict=True):
		values = {field: charge.get(field) for field in ("account_head", "description", "cost_center")}
		note.append("taxes", {**values, "charge_type": ACTUAL, "tax_amount": -float(part)})


def _net(items: Sequence[Decimal], invoice: Document) -> list[Decimal]:
	"""What the items are after the discount of the document, which lowers all in proportion."""
	total, net = sum(items, ZERO), Decimal(cstr(invoice.net_total))
	return [amount * net / total if total else amount for amount in items]
