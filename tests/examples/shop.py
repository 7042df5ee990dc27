"""The shop that the examples of docs/endpoints.md are about, under fixed names and ids."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

from tests.examples import records
from tests.support.visitors import ACCOUNT

if TYPE_CHECKING:
	from tests.support.quotes import Quotes
	from tests.support.visitors import Visitors

# what the examples call who asks
WHO = {
	"storefront user": ("Medusa Storefront",),
	"Desk user": (
		*("System Manager", "Medusa Manager", "Item Manager", "Stock Manager"),
		*("Sales User", "Sales Manager", "Sales Master Manager", "Accounts User", "Accounts Manager"),
	),
}
ADDRESS = {"address_type": "Billing", "address_line1": "12 Al Khuwair", "city": "Muscat", "country": "Oman"}


class ExampleShop:
	"""Documents with the names that the page uses; all are gone after the test."""

	def __init__(self, quotes: Quotes, visitors: Visitors) -> None:
		self.quotes, self.visitors = quotes, visitors
		self.shop, self.site, self.medusa = quotes.shop, quotes.site, quotes.medusa
		# values of the words in angle brackets that requests may use from the beginning
		self.known: dict[str, str] = {}
		self.headers: dict[str | None, dict[str, str]] = {None: {}}

	def make(self) -> None:
		"""Insert the shop, and the data for each group of endpoints; commits."""
		import frappe

		frappe.db.set_value("Email Account", ACCOUNT, "default_outgoing", 1)
		for who, roles in WHO.items():
			self._sign_in(who, roles)
		self._groups()
		self._items()
		self._customer()
		frappe.db.commit()
		for found in sorted(module.name for module in pkgutil.iter_modules(records.__path__)):
			self.known |= importlib.import_module(f"{records.__name__}.{found}").make(self)
		frappe.db.commit()

	def website_item(self, code: str, title: str, group: str, rate: float, ids: str, **values: Any) -> Any:
		"""A published Website Item that Medusa has as `prod_<ids>` and `variant_<ids>`, with its price."""
		import frappe

		item = self.shop.item(code, item_group=group, is_stock_item=0, brand="Acme")
		document = self.shop.website_item(item, web_item_name=title, brand="Acme", **values)
		known = {"medusa_id": f"prod_{ids}", "medusa_variant_id": f"variant_{ids}"}
		frappe.db.set_value("Website Item", document.name, known, update_modified=False)
		self.quotes.price(code, rate)
		return document.reload()

	def _sign_in(self, who: str, roles: tuple[str, ...]) -> None:
		import frappe

		user = self.site.new(
			"User",
			email=f"{who.lower().replace(' ', '-')}@example.com",
			first_name=who,
			send_welcome_email=0,
		)
		user.add_roles(*(role for role in roles if frappe.db.exists("Role", role)))
		secret = frappe.generate_hash(length=15)
		user.api_key, user.api_secret = frappe.generate_hash(length=15), secret
		user.save()
		self.headers[who] = {"Authorization": f"token {user.api_key}:{secret}"}

	def _groups(self) -> None:
		import frappe
		from frappe.utils.nestedset import get_root_of

		if not frappe.db.exists("Item Group", "Products"):
			root = get_root_of("Item Group")
			self.shop.item_group("Products", parent_item_group=root, is_group=1)
		self.shop.set(root_item_group="Products")
		self.shop.item_group("Gloves", parent_item_group="Products", show_in_website=1)
		self.shop.item_group("Masks", parent_item_group="Products", show_in_website=1)
		if not frappe.db.exists("Brand", "Acme"):
			self.site.new("Brand", brand="Acme")

	def _items(self) -> None:
		import frappe

		self.website_item("GLOVES-M", "Nitrile Gloves", "Gloves", 12.5, "gloves")
		self.website_item("MASKS-50", "Surgical Mask", "Masks", 4.0, "masks")
		# they would be made there under other ids
		frappe.db.delete("Medusa Sync Task")

	def _customer(self) -> None:
		import frappe

		values = {"customer_type": "Company", "medusa_id": "cus_clinic", "email_id": "clinic@example.com"}
		customer = self.site.new("Customer", customer_name="Smile Clinic", **values)
		link = {"link_doctype": "Customer", "link_name": customer.name}
		self.site.new("Address", address_title="Smile Clinic", is_primary_address=1, links=[link], **ADDRESS)
		self.quotes.price("GLOVES-M", 11.0, customer=customer.name)
		frappe.db.delete("Medusa Sync Task")
