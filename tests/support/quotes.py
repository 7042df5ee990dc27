"""Quotations of the shop: what is sold, for how much, with which taxes; who asks; what they decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.support.asking import called
from tests.support.shop import Shop

if TYPE_CHECKING:
	from frappe.model.document import Document

UPDATE = "/store/quotation-update"
# children first; what the endpoints make
MADE = (
	"Payment Entry",
	"Payment Request",
	"Sales Invoice",
	"Delivery Note",
	"Sales Order",
	"Quotation",
	"Customer",
	"Lead",
	"Address",
	"Contact",
)
SETTINGS = {
	"quotation_validity_days": 30,
	"delivery_days": 1,
	"pdf_link_days": 7,
	"use_standard_rate_in_quotation": 1,
	"convert_lead_on_create_quotation": 1,
	"create_payment_request": 1,
	# as on a site that had the app before there was this setting; tests/selling/test_reviews.py has it on
	"orders_only_of_reviewed": 0,
	"skip_selling_price_validation": 0,
	"unapproved_lead_title": "Unapproved Lead",
	"free_delivery_city": "Muscat",
	"review_state": "Ready for Customer Review",
	"approved_state": "Approved",
	"rejected_state": "Rejected",
	"price_list": "Standard Selling",
	"currency": None,
	"company": None,
	"payment_gateway_account": None,
	"mode_of_payment": None,
	"quotation_print_format": None,
	"print_language": None,
	"quotation_template": None,
	"frontend_url": "https://shop.example.com",
}
ADDRESS = {"country_code": "om", "address_line1": "12 Al Khuwair", "city": "Muscat", "postal_code": "112"}


class InGroup(NamedTuple):
	"""A Customer, and the Price List of its Customer Group."""

	customer: Document
	group_list: str


class Quotes:
	"""What one test offers. Calls go straight to the endpoints' functions."""

	def __init__(self, shop: Shop) -> None:
		import frappe

		self.shop, self.site, self.medusa = shop, shop.site, shop.medusa
		self.company = frappe.db.get_default("company")
		names = frappe.get_meta("Medusa Configuration").get_valid_columns()
		shop.set(**{key: value for key, value in SETTINGS.items() if key in names})
		shop.set(publishable_api_key=self.medusa.publishable_key)

	# -- what there is ---------------------------------------------------------------------------------------

	def variant(self, price: float | None = 12.5, *, tax: str | None = None, **values: Any) -> Document:
		"""A published Website Item that Medusa has, which costs so much; committed."""
		import frappe

		item = self.shop.item(is_stock_item=0, taxes=[{"item_tax_template": tax}] if tax else [], **values)
		document = self.shop.website_item(item)
		ids = {"medusa_id": self.id("prod"), "medusa_variant_id": self.id("variant")}
		frappe.db.set_value("Website Item", document.name, ids, update_modified=False)
		# it would be made there under other ids
		frappe.db.delete("Medusa Sync Task", {"reference_name": ("in", [document.name, item.item_group])})
		if price is not None:
			self.price(item.name, price)
		frappe.db.commit()
		return document.reload()

	def price(
		self, item_code: str, rate: float, price_list: str = "Standard Selling", **values: Any
	) -> Document:
		"""An Item Price; committed."""
		import frappe

		names = {"item_code": item_code, "price_list": price_list, "uom": "Nos"}
		price = self.site.new("Item Price", price_list_rate=rate, **{**names, **values})
		frappe.db.commit()
		return price

	def price_list(self) -> str:
		"""Another selling price list in the same currency."""
		import frappe

		currency = frappe.db.get_value("Price List", "Standard Selling", "currency")
		return self.site.new(
			"Price List", price_list_name=self.shop.name("Clinics"), currency=currency, selling=1, enabled=1
		).name

	def tax_template(self, rate: float = 5, account: str | None = None, **values: Any) -> tuple[str, str]:
		"""(Item Tax Template, Account) of the company."""
		account = account or self.account()
		template = self.site.new(
			"Item Tax Template",
			title=self.shop.name("VAT"),
			company=self.company,
			taxes=[{"tax_type": account, "tax_rate": rate}],
			**values,
		)
		return template.name, account

	def account(self) -> str:
		"""An Account for taxes."""
		import frappe

		values: dict[str, Any] = {"account_type": "Tax"}
		if not self.site.is_ours:
			filters = {"company": self.company, "is_group": 1, "root_type": "Liability"}
			values |= {"parent_account": frappe.db.get_value("Account", filters), "root_type": "Liability"}
		return self.site.new(
			"Account", account_name=self.shop.name("VAT"), company=self.company, **values
		).name

	def exchange(self, currency: str, rate: float, date: str = "2026-01-01") -> None:
		"""Let there be a rate of this day for another currency, where the site has such rates; committed."""
		import frappe

		own = frappe.get_cached_value("Company", self.company, "default_currency")
		if own != currency and frappe.db.table_exists("Currency Exchange"):
			values = {"from_currency": currency, "to_currency": own, "exchange_rate": rate}
			self.site.new("Currency Exchange", date=date, for_selling=1, for_buying=1, **values)
			frappe.db.commit()

	def customer(self, **values: Any) -> Document:
		"""A Customer that Medusa knows; committed."""
		import frappe

		name = self.shop.name("Smile Clinic")
		customer = self.site.new(
			"Customer", customer_name=name, customer_type="Company", medusa_id=self.id("cus"), **values
		)
		frappe.db.commit()
		return customer

	def in_group(self, price_list: str, **values: Any) -> InGroup:
		"""A Customer in a Customer Group with this Price List; committed."""
		from frappe.utils.nestedset import get_root_of

		group = self.site.new(
			"Customer Group",
			customer_group_name=self.shop.name("Trade"),
			parent_customer_group=get_root_of("Customer Group"),
			default_price_list=price_list,
		)
		return InGroup(self.customer(customer_group=group.name, **values), price_list)

	def lead(self, **values: Any) -> Document:
		"""A Lead that has registered in the shop; committed."""
		import frappe

		number = self.shop._next()
		defaults = {
			"first_name": "Shop",
			"last_name": "Visitor",
			"company_name": self.shop.name("Pearl Dental"),
			"email_id": f"visitor-{self.shop.mark}-{number}@example.com",
			"medusa_id": self.id("cus"),
		}
		lead = self.site.new("Lead", **{**defaults, **values})
		frappe.db.commit()
		return lead

	def id(self, kind: str) -> str:
		"""An id of Medusa that nothing else has."""
		return f"{kind}_{self.shop.mark}{self.shop._next()}"

	# -- what the shop calls ---------------------------------------------------------------------------------

	def request(self, party: Document, *lines: Any, **values: Any) -> dict[str, Any]:
		"""The parameters of create_quotation; a line is a Website Item, or it and a quantity."""
		lines = [line if isinstance(line, tuple) else (line, 1) for line in lines or (self.variant(),)]
		defaults = {
			"customer_id": party.medusa_id,
			"draft_order_id": self.id("dorder"),
			"quotation_id": self.id("quot"),
			"items": [{"variant_id": item.medusa_variant_id, "quantity": qty} for item, qty in lines],
		}
		return {**defaults, **values}

	def create(self, party: Document, *lines: Any, **values: Any) -> Document:
		"""Ask for a quotation; committed."""
		import frappe

		from medusa_integration.api import create_quotation

		name = create_quotation(**self.request(party, *lines, **values))["quotationId"]
		frappe.db.commit()
		return frappe.get_doc("Quotation", name)

	def order(self, quotation: Document) -> Document:
		"""Approve a Quotation as its customer does, with an order; the Sales Order, committed."""
		import frappe

		answer = self.call(
			"update_quotation",
			quotation_id=quotation.medusa_quotation_id,
			approval="Approved",
			order_id=self.medusa.add_order(),
			create_so=True,
		)
		return frappe.get_doc("Sales Order", answer["sales_order_id"])

	def call(self, name: str, **values: Any) -> Any:
		"""Call an endpoint's function and commit; what it raises is rolled back, as over HTTP."""
		return called(name, **values)

	# -- what came of it -------------------------------------------------------------------------------------

	def made(self, doctype: str, **filters: Any) -> list[str]:
		"""Names of what there is since the test began."""
		import frappe

		frappe.db.rollback()
		filters = {"creation": (">=", self.site.started_at), **filters}
		return frappe.get_all(doctype, filters=filters, pluck="name", order_by="creation asc")

	def state(self) -> dict[str, Any]:
		"""Everything that the endpoints write, as it is now."""
		import frappe

		frappe.db.rollback()
		return {
			doctype: frappe.get_all(
				doctype, {"creation": (">=", self.site.started_at)}, ["*"], order_by="name"
			)
			for doctype in (*MADE, "Quotation Item", "Sales Order Item", "Medusa Sync Task", "Email Queue")
		}

	def told(self, quotation: Document) -> dict[str, Any] | None:
		"""What Medusa was last told of a quotation."""
		return self.medusa.quotation_update(quotation.medusa_quotation_id)

	def clean_up(self) -> None:
		"""Delete what the endpoints have made."""
		import frappe

		frappe.db.rollback()
		frappe.set_user("Administrator")
		since = {"creation": (">=", self.site.started_at)}
		for name in frappe.get_all("Workflow", since, pluck="name"):
			# Frappe forgets a Workflow when it is saved, not when it is deleted
			workflow = frappe.get_doc("Workflow", name)
			workflow.is_active = 0
			workflow.save()
		frappe.db.commit()
		if self.site.restores_tables:
			return
		for doctype in MADE:
			for name in frappe.get_all(doctype, since, pluck="name"):
				if frappe.get_meta(doctype).is_submittable:
					frappe.db.set_value(doctype, name, "docstatus", 2, update_modified=False)
				frappe.delete_doc(doctype, name, force=True, ignore_permissions=True, delete_permanently=True)
		for ledger in ("GL Entry", "Payment Ledger Entry", "Stock Ledger Entry", "Document Share Key"):
			if frappe.db.table_exists(ledger):
				frappe.db.delete(ledger, since)
		frappe.db.commit()


@pytest.fixture
def quotes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Quotes]:
	"""The shop's quotations."""
	monkeypatch.chdir(shop.sites_path)
	quotes = Quotes(shop)
	try:
		yield quotes
	finally:
		quotes.clean_up()
