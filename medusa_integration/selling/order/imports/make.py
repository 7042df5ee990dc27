"""Making the Sales Order of a Medusa order, once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, cstr

from medusa_integration import database
from medusa_integration.catalogue.stock.quantities import default_company
from medusa_integration.constants import CUSTOMER, ITEM, QUOTATION, SALES_ORDER, WEBSITE_ITEM
from medusa_integration.customers.address import order_address
from medusa_integration.customers.buyers import Buyer, Found, customer_of
from medusa_integration.customers.parties import Party
from medusa_integration.medusa.money import decimals
from medusa_integration.mirror.shop_orders import OrderAddress, ShopOrder
from medusa_integration.selling.order.imports.accounts import accounts_of, no_charges
from medusa_integration.selling.order.imports.amounts import Amounts, amounts_of
from medusa_integration.selling.order.imports.mapping import (
	Sold,
	charges_of,
	discount_of,
	items_of,
	shipped_as_items,
)
from medusa_integration.selling.order.imports.moments import day_of
from medusa_integration.selling.order.imports.problems import DisabledItems, OfQuotation, TotalDiffers
from medusa_integration.selling.order.imports.sources import Source, source_of
from medusa_integration.selling.quotation.terms import not_again
from medusa_integration.selling.rates import own_price_list
from medusa_integration.settings import get_settings, number, public_price_list

SAVEPOINT = "medusa_import"
# a draft order of Medusa that a Quotation has is ordered by the shop's server
DECIDED = ("Lost", "Cancelled", "Expired")


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
	with database.latest_rows():
		if name := _existing(order):
			return name
		_require_no_quotation(order)
		frappe.db.savepoint(SAVEPOINT)
		try:
			return _make(order)
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


def _require_no_quotation(order: ShopOrder) -> None:
	"""Refuse an order that the shop's server makes of a Quotation. One statement."""
	drafts = [draft for draft in (order.id, order.draft_order_id) if draft]
	filters = {"medusa_draft_order_id": ("in", drafts), "docstatus": ("<", 2), "status": ("not in", DECIDED)}
	if name := frappe.db.get_value(QUOTATION, filters):
		raise OfQuotation(name)


def _make(order: ShopOrder) -> str:
	source = source_of(order)
	# decimals may be those of the currency
	doc = frappe.new_doc(SALES_ORDER, company=source.company, currency=order.currency)
	ordered = ordered_of(order, source, doc)
	_fill(doc, order, customer_of(_buyer(order)))
	fill_rows(doc, ordered)
	not_again(doc)
	doc.insert()
	require_total(doc, ordered)
	if number("submit_imported_orders"):
		submit(doc, ordered)
	return doc.name


@dataclass(frozen=True, slots=True)
class Ordered:
	"""What a Sales Order has of the goods and the money of an order: rows of its tables, and the amounts."""

	items: list[dict]
	charges: list[dict]
	amounts: Amounts


def ordered_of(order: ShopOrder, source: Source, doc: Document) -> Ordered:
	"""Return the rows and amounts of an order, in the decimals of this Sales Order. Raises CannotImport."""
	accounts = accounts_of(source.company)
	amounts = amounts_of(order, _places(doc), shipped_as_items(order, accounts))
	items = items_of(order, amounts, _sold(order, source), accounts)
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


def _places(doc: Document) -> int:
	"""How many decimals the site keeps of all amounts of a Sales Order."""
	fields = (("grand_total", None), ("discount_amount", None), ("rate", "items"), ("tax_amount", "taxes"))
	return min(doc.precision(*field) for field in fields)


def _fill(doc: Document, order: ShopOrder, found: Found) -> None:
	"""Set all but the money. ERPNext finds the rate of the currency for the day of the order."""
	day = day_of(order.created_at)
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


def _sold(order: ShopOrder, source: Source) -> dict[str, Sold]:
	"""The Item of each variant of the order. One statement.

	Without a warehouse of the source it is the item's own; for another company only one of that company.

	Raises:
		DisabledItems: One of them is disabled.
	"""
	website_item, item = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(ITEM)
	variants = sorted({line.variant_id for line in order.lines if line.variant_id})
	rows = (
		(
			frappe.qb.from_(website_item)
			.inner_join(item)
			.on(item.name == website_item.item_code)
			.select(
				website_item.medusa_variant_id,
				item.name,
				item.stock_uom,
				item.disabled,
				website_item.website_warehouse,
			)
			.where(website_item.medusa_variant_id.isin(variants))
		).run(as_dict=True)
		if variants
		else []
	)
	if disabled := sorted(row.name for row in rows if row.disabled):
		raise DisabledItems(disabled)
	default = get_settings().default_website_warehouse
	return {
		row.medusa_variant_id: Sold(
			row.name, row.stock_uom, source.warehouse or _own(row.website_warehouse or default, source)
		)
		for row in rows
	}


def _own(warehouse: str | None, source: Source) -> str | None:
	if not warehouse or source.company == default_company():
		return warehouse
	# else ERPNext takes the default of the item
	return warehouse if frappe.get_cached_value("Warehouse", warehouse, "company") == source.company else None


def _buyer(order: ShopOrder) -> Buyer:
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
