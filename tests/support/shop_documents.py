"""A small shop on the site, connected to a simulated Medusa: its settings and documents.

Documents are made through ERPNext's and webshop's own DocTypes, so the same tests run on a real bench.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from devbench.medusa.generations import SECRETS
from tests.support.documents import TestSite
from tests.support.medusa import Simulator
from tests.support.users import token_of

if TYPE_CHECKING:
	from frappe.model.document import Document

SETTINGS = "Medusa Configuration"
LANES = {
	"Website Item": "product",
	"Item Group": "collection",
	"Item Price": "price",
	"Lead": "lead",
	"Quotation": "quotation",
	"Sales Order": "order",
}
# what the app finds out and remembers, beside what a person enters
RUNTIME = ("learned_version", "learned_extras", "token_expires_at", "paused", "pause_reason", "paused_at")


class ShopDocuments:
	"""Settings, items and groups of one test."""

	def __init__(self, site: TestSite, medusa: Simulator) -> None:
		import frappe

		self.site, self.medusa = site, medusa
		self.mark = frappe.generate_hash(length=6).lower()
		self._bulk: list[tuple[str, list[str]]] = []
		self._number = 0
		self._headers: dict[str, dict[str, str]] = {}

	# -- settings --------------------------------------------------------------------------------------------

	def configure(self, **values: Any) -> None:
		"""Enter the address and account of the simulated Medusa, and these settings;
		put back after the test.
		"""
		import frappe
		from frappe.utils.password import remove_encrypted_password, set_encrypted_password

		settings = {
			"enable": 1,
			"url": self.medusa.url,
			"admin_email": self.medusa.email,
			"medusa_version": "Auto",
			"product_extras": "Auto",
			"sync_mode": "Background",
			"request_timeout": 120,
			"max_attempts": 7,
			"propagate_backorder_changes": 1,
			"sales_channel": None,
			"stock_location": None,
			# tests of stock turn them on
			"push_stock_quantities": 0,
			"refresh_stock_on_movement": 0,
			**dict.fromkeys(RUNTIME),
		}
		self.set(**{**settings, **values})
		remove_encrypted_password(SETTINGS, SETTINGS, "access_token")
		remove_encrypted_password(SETTINGS, SETTINGS, "secret_api_key")
		set_encrypted_password(SETTINGS, SETTINGS, self.medusa.password, "admin_password")
		# the plugin in it demands a signature
		set_encrypted_password(SETTINGS, SETTINGS, SECRETS[0], "shared_secret")
		frappe.db.commit()

	def set(self, **values: Any) -> None:
		"""Change settings, as somebody else would: beside the form."""
		import frappe

		self.site.set_single(SETTINGS, **values)
		frappe.db.commit()

	def setting(self, field: str) -> Any:
		import frappe

		frappe.db.rollback()
		return frappe.db.get_single_value(SETTINGS, field, cache=False)

	# -- documents -------------------------------------------------------------------------------------------

	def name(self, label: str) -> str:
		"""A name that nothing else on the site has."""
		self._number += 1
		return f"{label} {self.mark} {self._number}"

	def item_group(self, name: str | None = None, **values: Any) -> Document:
		"""A group that is sold; not committed."""
		from frappe.utils.nestedset import get_root_of

		values = {"parent_item_group": get_root_of("Item Group"), **values}
		return self.site.new("Item Group", item_group_name=name or self.name("Gloves"), **values)

	def item(self, code: str | None = None, **values: Any) -> Document:
		"""An Item; not committed."""
		group = values.pop("item_group", None) or self.item_group().name
		code = code or self.name("NITRILE")
		defaults = {"item_name": code, "item_group": group, "stock_uom": "Nos", "is_stock_item": 1}
		return self.site.new("Item", item_code=code, **{**defaults, **values})

	def website_item(
		self, item: Document | None = None, commit: bool = True, name: str | None = None, **values: Any
	) -> Document:
		"""A published Website Item, with its Item and group where they are not given; committed."""
		import frappe

		of_item = {key: values.pop(key) for key in ("item_group", "code") if key in values}
		item = item or self.item(**of_item)
		defaults = {
			"item_code": item.name,
			"item_name": item.item_name,
			"web_item_name": item.item_name,
			"item_group": item.item_group,
			"stock_uom": item.stock_uom,
			"published": 1,
		}
		document = frappe.get_doc({"doctype": "Website Item", **defaults, **values})
		self.site.added(document.insert(ignore_permissions=True, set_name=name))
		if commit:
			frappe.db.commit()
		return document

	def save(self, document: Document, **values: Any) -> Document:
		"""Load the document anew, change it, save it, commit."""
		import frappe

		document = frappe.get_doc(document.doctype, document.name)
		document.update(values)
		document.save(ignore_permissions=True)
		frappe.db.commit()
		return document

	def as_template(self, document: Document) -> Document:
		"""The same Website Item with variants; written beside ERPNext, which wants attributes. Commits."""
		import frappe

		for doctype, name in (("Item", document.item_code), ("Website Item", document.name)):
			frappe.db.set_value(doctype, name, "has_variants", 1, update_modified=False)
		frappe.db.commit()
		return document.reload()

	def rename(self, document: Document, new: str, merge: bool = False) -> str:
		"""Rename the document, or merge it into another; commit."""
		import frappe

		new = frappe.rename_doc(document.doctype, document.name, new, merge=merge, force=True)
		self.site.renamed(document.doctype, document.name, new)
		frappe.db.commit()
		return new

	def value(self, document: Document, field: str) -> Any:
		"""What the database has in this field now."""
		import frappe

		frappe.db.rollback()
		return frappe.db.get_value(document.doctype, document.name, field)

	def many(self, count: int, *, recorded: bool = True, in_medusa: bool = False, **values: Any) -> list[str]:
		"""So many Website Items in one group that Medusa has, written without events; their names.

		With their tasks if they are `recorded`; with the id "prod_<name>" if they are `in_medusa`.
		"""
		import frappe

		group = values.pop("item_group", None) or self.exported_group().name
		names = [f"WEB-{self.mark}-{self._next():05}" for _ in range(count)]
		ids = {"medusa_id": [f"prod_{name}" for name in names]} if in_medusa else {}
		self._insert("Item", names, item_code=names, item_name=names, item_group=group, stock_uom="Nos")
		self._insert(
			"Website Item",
			names,
			item_code=names,
			item_name=names,
			web_item_name=names,
			route=[f"gloves/{name.lower()}" for name in names],
			item_group=group,
			stock_uom="Nos",
			**{"published": 1, **ids, **values},
		)
		if recorded:
			self.record(names)
		frappe.db.commit()
		return names

	def exported_group(self) -> Document:
		"""A group that Medusa has already, as a collection."""
		import frappe

		from medusa_integration.api import export_item_group

		group = self.item_group()
		frappe.db.commit()
		export_item_group(group)
		return group

	def record(self, names: Iterable[str], doctype: str = "Website Item") -> None:
		"""Record these documents as changed, and commit."""
		import frappe

		from medusa_integration.sync import task_recording

		task_recording.record_many(doctype, names, LANES[doctype])
		frappe.db.commit()

	def record_stock(self, names: Iterable[str]) -> None:
		"""Record the stock of these Website Items as changed, and commit."""
		import frappe

		from medusa_integration.catalogue.stock import recording as stock_queue

		stock_queue.record(names)
		frappe.db.commit()

	def _next(self) -> int:
		self._number += 1
		return self._number

	def _insert(self, doctype: str, names: Sequence[str], **columns: Any) -> None:
		import frappe

		now = frappe.utils.now_datetime()
		columns = {"creation": now, "modified": now, "owner": "Administrator", **columns}
		rows = [
			(name, *(value[i] if isinstance(value, list) else value for value in columns.values()))
			for i, name in enumerate(names)
		]
		frappe.db.bulk_insert(doctype, ["name", *columns], rows, chunk_size=500)
		self._bulk.append((doctype, list(names)))

	def sign_in(self, role: str) -> dict[str, str]:
		"""The headers of a user with this role, for the site's REST API."""
		if role not in self._headers:
			self._headers[role] = token_of(self.site, role, [role])
		return self._headers[role]

	def forget_bulk(self) -> None:
		"""Delete what was written without events; not committed."""
		import frappe

		for doctype, names in self._bulk:
			frappe.db.delete(doctype, {"name": ("in", names)})
