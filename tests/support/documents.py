"""Documents that a test makes and that are gone afterwards, even if they were committed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
	from frappe.model.document import Document

# what the app and Frappe write besides the documents of a test
TRACES = ("Medusa Sync Task", "Medusa Request Log", "Error Log", "Email Queue", "Deleted Document", "Version")


class TestSite:
	"""A site within one test: connected as Administrator, and left as it was found."""

	__test__ = False

	def __init__(self, name: str) -> None:
		import frappe

		self.name = name
		self._made: list[tuple[str, str]] = []
		self._singles: dict[tuple[str, str], Any] = {}
		self.started_at = frappe.utils.now_datetime()
		frappe.set_user("Administrator")

	def new(self, doctype: str, **values: Any) -> Document:
		"""Insert a document with these values; it is deleted after the test."""
		import frappe

		document = frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
		return self.added(document)

	def added(self, document: Document) -> Document:
		"""Delete this document, which the test has made by itself, after the test."""
		self._made.append((document.doctype, str(document.name)))
		return document

	def set_single(self, doctype: str, **values: Any) -> None:
		"""Write these values into a Single, without its validations; they are put back after the test."""
		import frappe

		for field, value in values.items():
			key = (doctype, field)
			self._singles.setdefault(key, frappe.db.get_single_value(doctype, field, cache=False))
			frappe.db.set_single_value(doctype, field, value)
		frappe.clear_document_cache(doctype, doctype)

	def clean_up(self) -> None:
		"""Roll back, put the Singles back, and delete what was made."""
		import frappe

		frappe.set_user("Administrator")
		frappe.db.rollback()
		for (doctype, field), value in self._singles.items():
			frappe.db.set_single_value(doctype, field, value)
		for doctype, name in reversed(self._made):
			frappe.delete_doc(doctype, name, force=True, ignore_permissions=True, delete_permanently=True)
		for doctype in TRACES:
			if frappe.db.table_exists(doctype):
				frappe.db.delete(doctype, {"creation": [">=", self.started_at]})
		frappe.db.commit()
		forget_caches()


def forget_caches() -> None:
	"""Drop documents that were cached within a transaction that was rolled back."""
	import frappe

	frappe.local.cache.clear()
	frappe.local.message_log = []
	(getattr(frappe, "client_cache", None) or frappe.cache).delete_keys("document_cache::")
