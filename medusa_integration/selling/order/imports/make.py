"""Making the Sales Order of a Medusa order, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cstr

from medusa_integration import database, erpnext_seams
from medusa_integration.constants import CUSTOMER, SALES_ORDER
from medusa_integration.customers.address import order_address
from medusa_integration.customers.buyers import Buyer, Found, customer_of
from medusa_integration.customers.parties import Party
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_orders import OrderAddress, ShopOrder
from medusa_integration.selling.order.imports.accounts import accounts_of, no_charges
from medusa_integration.selling.order.imports.amounts import Amounts, amounts_of
from medusa_integration.selling.order.imports.mapping import (
	charges_of,
	discount_of,
	items_of,
	shipped_as_items,
)
from medusa_integration.selling.order.imports.problems import BeingPaid, OfQuotation, Refused, TotalDiffers
from medusa_integration.selling.order.imports.shortages import mark_shortages
from medusa_integration.selling.order.imports.sold import known_variants, quotations_of, sold_of
from medusa_integration.selling.order.imports.sources import Source, source_of, unnamed_locations
from medusa_integration.selling.quotation.terms import not_again
from medusa_integration.selling.rates import own_price_list
from medusa_integration.settings import number, public_price_list
from medusa_integration.sync.connection import known_location
from medusa_integration.sync.inbox.orders import site_time

SAVEPOINT = "medusa_import"
# longer than any payment takes
CHECKOUT = timedelta(minutes=10)


def import_order(order: ShopOrder) -> str:
	"""Return the Sales Order of a Medusa order: the one that is there, else a new one.

	In the caller's transaction, which has to be rolled back after an error: Customer, Addresses and Sales
	Order are made together or not at all. Of several callers with the same order one makes it; at READ
	COMMITTED, as in a worker, the others return its name.

	Args:
		order: As Medusa has it.

	Returns:
		The name of the Sales Order.

	Raises:
		CannotImport: Something is in the way; its sentence says what.
		frappe.ValidationError: ERPNext refuses it, such as for a credit limit or a closed period.
	"""
	return _once(order, is_history=False)


def import_history(order: ShopOrder) -> str:
	"""Return the Sales Order of an order of the past, as `import_order`; a new one is submitted and closed.

	So it reserves nothing, and nothing of it is to be delivered or billed.
	"""
	return _once(order, is_history=True)


def _once(order: ShopOrder, *, is_history: bool) -> str:
	with database.latest_rows():
		if name := _existing(order):
			return name
		require_placed(order)
		_require_no_quotation(order)
		frappe.db.savepoint(SAVEPOINT)
		try:
			return _make(order, is_history)
		except frappe.UniqueValidationError:
			# the same was imported at the same time, and the unique key has decided
			frappe.db.rollback(save_point=SAVEPOINT)
			name = _existing(order, for_update=True)
			if not name:
				raise
			frappe.clear_last_message()
			return name


def _existing(order: ShopOrder, *, for_update: bool = False) -> str | None:
	return frappe.db.get_value(SALES_ORDER, {"medusa_order_id": order.id}, for_update=for_update)


def require_placed(order: ShopOrder) -> None:
	"""Raise BeingPaid for an order that Medusa may still delete, Refused for one that nobody has bought."""
	# Medusa 2 makes the order, reserves, and authorizes the payment last
	is_new = datetime.now(timezone.utc) - order.created_at < CHECKOUT
	if is_new and (order.is_unauthorized or order.is_refused):
		raise BeingPaid
	if order.is_refused:
		raise Refused


def _require_no_quotation(order: ShopOrder) -> None:
	"""Refuse an order that the shop's server makes of a Quotation. One statement."""
	for name in quotations_of([order]).values():
		raise OfQuotation(name)


def _make(order: ShopOrder, is_history: bool) -> str:
	source = source_of(order)
	# decimals may be those of the currency
	doc = frappe.new_doc(SALES_ORDER, company=source.company, currency=order.currency)
	ordered = ordered_of(order, source, doc)
	_fill(doc, order, customer_of(buyer_of(order)))
	if is_history and doc.meta.has_field("reserve_stock"):
		doc.reserve_stock = 0
	fill_rows(doc, ordered)
	not_again(doc)
	doc.insert()
	require_total(doc, ordered)
	_say_where(doc, order)
	if is_history or number("submit_imported_orders"):
		submit(doc, ordered)
	if not is_history:
		mark_shortages(doc)
	else:
		# ERPNext's own end of an order: it takes back what the submission has reserved
		doc.update_status("Closed")
	return doc.name


def _say_where(doc: Document, order: ShopOrder) -> None:
	"""Comment on a Sales Order that Medusa has reserved where the settings name no warehouse.

	One statement, none where quantities are not sent to another stock location.
	"""
	kept_at = known_location()
	unnamed = [place for place in unnamed_locations(order) if place != kept_at] if kept_at else []
	if unnamed:
		text = _(
			"Medusa has reserved items of this order at the stock location {0}, which no row under Sales Channels "
			"of Medusa Configuration names. They have the warehouse of their Website Item."
		)
		doc.add_comment("Comment", frappe.utils.escape_html(text.format(", ".join(unnamed))))


@dataclass(frozen=True, slots=True)
class Ordered:
	"""What a Sales Order has of the goods and the money of an order: rows of its tables, and the amounts."""

	items: list[dict]
	charges: list[dict]
	amounts: Amounts


def ordered_of(order: ShopOrder, source: Source, doc: Document) -> Ordered:
	"""Return the rows and amounts of an order, in the decimals of this Sales Order. Raises CannotImport."""
	accounts = accounts_of(source.company)
	amounts = amounts_of(order, places_of(doc), shipped_as_items(order, accounts))
	items = items_of(order, amounts, sold_of(order, source, known_variants([order])), accounts)
	places = {line.id: order.place_of(line) for line in order.lines}
	for row in items:
		line = row["medusa_line_item_id"]
		row["warehouse"] = source.warehouses.get(line) or row["warehouse"]
		row["medusa_location_id"] = places.get(line)
	return Ordered(items, charges_of(amounts, accounts) or no_charges(accounts), amounts)


def fill_rows(doc: Document, ordered: Ordered) -> None:
	"""Set rows, charges and discount of a Sales Order, which only the app saves from now on."""
	doc.flags.update({"ignore_permissions": True, "medusa_id_update": True, "medusa_import": True})
	_complete(doc, ordered.items, ordered.charges)
	doc.update(discount_of(ordered.amounts))


def submit(doc: Document, ordered: Ordered) -> None:
	"""Submit a Sales Order with these amounts. Raises TotalDiffers, and what ERPNext refuses."""
	not_again(doc)
	doc.submit()
	require_total(doc, ordered)


def _complete(doc: Document, items: list[dict], charges: list[dict]) -> None:
	"""Have ERPNext fill in what follows from customer and items, then set what was paid.

	Not the other way round: with a setting of ERPNext, a rate that is there becomes the Item's price.
	"""
	for row in items:
		given = {field: row[field] for field in ("item_code", "uom", "qty", "warehouse")}
		# no tax template is a choice as well: what Medusa has taxed is in the charges
		doc.append("items", {**given, "delivery_date": doc.delivery_date, "item_tax_template": ""})
	doc.set("taxes", charges)
	doc.set_missing_values()
	doc.set("taxes", charges)
	doc.taxes_and_charges = ""
	for row, values in zip(doc.items, items, strict=True):
		row.update({**values, "pricing_rules": ""})


def places_of(doc: Document) -> int:
	"""Return how many decimals the site keeps of all amounts of a Sales Order."""
	erpnext_seams.forget_currencies()
	fields = (("grand_total", None), ("discount_amount", None), ("rate", "items"), ("tax_amount", "taxes"))
	return min(doc.precision(*field) for field in fields)


def _fill(doc: Document, order: ShopOrder, found: Found) -> None:
	"""Set all but the money. ERPNext finds the rate of the currency for the day of the order."""
	day = site_time(order.created_at).date().isoformat()
	billing, shipping = _addresses(order, found)
	doc.update(
		{
			"customer": found.name,
			"order_type": "Sales",
			"transaction_date": day,
			"delivery_date": add_days(day, number("delivery_days")),
			"from_ecommerce": 1,
			"medusa_order_id": order.id,
			"medusa_order_number": order.display_id,
			"medusa_customer_id": order.customer.id,
			"selling_price_list": own_price_list(found.name) or public_price_list(),
			"customer_address": billing,
			"shipping_address_name": shipping,
			"ignore_pricing_rule": 1,
			"disable_rounded_total": 1,
			"taxes_and_charges": "",
			"shipping_rule": "",
			"coupon_code": "",
		}
	)


def buyer_of(order: ShopOrder) -> Buyer:
	"""Return who has placed an order."""
	person = order.customer
	address = order.billing_address or order.shipping_address or OrderAddress()
	return Buyer(
		medusa_id=person.id if person.has_account else None,
		email=person.email,
		first_name=person.first_name or address.first_name,
		last_name=person.last_name or address.last_name,
		company=person.company or address.company,
		phone=person.phone or address.phone,
	)


def _addresses(order: ShopOrder, found: Found) -> tuple[str | None, str | None]:
	"""The names of the Addresses for billing and shipping."""
	title = frappe.db.get_value(CUSTOMER, found.name, "customer_name")
	party = Party(CUSTOMER, found.name, title)
	billing = _address(party, order.billing_address or order.shipping_address, "Billing", found)
	shipping = _address(party, order.shipping_address, "Shipping", found)
	return billing, shipping


def _address(party: Party, given: OrderAddress | None, address_type: str, found: Found) -> str | None:
	"""The Address; None where the order does not say where it is."""
	if not given or not given.address_1:
		return None
	name = given.company or f"{given.first_name} {given.last_name}".strip()
	data = {
		"address_line1": given.address_1,
		"address_line2": given.address_2,
		# there are countries that are one town
		"city": given.city or given.province or given.country,
		"state": given.province,
		"pincode": given.postal_code,
		"country_code": given.country or None,
		"phone": given.phone,
		"address_title": name or None,
	}
	return order_address(party, data, address_type, updates=found.is_certain)


def require_total(doc: Document, ordered: Ordered) -> None:
	"""Refuse a Sales Order of which ERPNext has made other money than Medusa has."""
	places = decimals(doc.currency)
	found = Decimal(cstr(doc.grand_total)).quantize(
		Decimal(1).scaleb(-max(places, doc.precision("grand_total")))
	)
	if found != ordered.amounts.total:
		raise TotalDiffers(ordered.amounts.total, found, doc.currency)
