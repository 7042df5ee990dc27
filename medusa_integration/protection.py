"""Protects values and documents that only the app may write.

The app's own documents are of three kinds: those that jobs rely on (`WrittenByApp`), those that users fill in
(`OwnSingle`, `OwnRecord`), and rows, which are only written with their document (`OwnRow`). Permissions alone
are not enough: Administrator has all of them, a share grants some, and a user who may write a document may
also write its rows through the API, without the document's validation.
"""

from __future__ import annotations

from typing import Any, TypeVar

import frappe
from frappe import _
from frappe.model.document import Document

from medusa_integration import field_values as values
from medusa_integration.constants import APP_FIELDS, ID_FIELDS


def protect_ids(doc: Document, method: str | None = None) -> None:
	"""Keep the values that only the app writes when a document or a row of one is saved or cancelled.

	Doc event `before_validate`, `before_cancel`, and where rows may be written after the submission also
	`before_update_after_submit`. The app writes many of these values directly to the
	database, without changing `modified`: a form or job that loaded the document before would overwrite them
	with the old values. Values that are sent with a new document are ignored. Only a System Manager may enter
	another id; only the app (`doc.flags.medusa_id_update`) may clear one or set the other fields, those of
	rows as well. An empty id becomes None, as the unique key requires. No statement.
	"""
	before = doc.get_doc_before_save()
	from_app = doc.flags.medusa_id_update
	for fieldname in ID_FIELDS.get(doc.doctype, ()):
		new = doc.get(fieldname) or None
		old = (before.get(fieldname) or None) if before else None
		# a form carries over what the amended document has; its key is unique, and it was made of it once
		is_carried = fieldname == "medusa_id" and not before and doc.get("amended_from")
		if new != old and not (from_app or (new and _is_manager() and not is_carried)):
			new = old
		doc.set(fieldname, new)
	if from_app:
		return
	for fieldname in APP_FIELDS.get(doc.doctype, ()):
		_keep(doc, fieldname, before)
	for table in doc.meta.get_table_fields():
		if table.options in APP_FIELDS:
			_keep_in_rows(doc, table.fieldname, before)


def _keep_in_rows(doc: Document, table: str, before: Document | None) -> None:
	"""Set the app's fields of all rows of a table as `_keep` does; a row is known by its name."""
	stored = {row.name: row for row in before.get(table)} if before else {}
	for row in doc.get(table):
		for fieldname in APP_FIELDS[row.doctype]:
			_keep(row, fieldname, stored.get(row.name))


def _keep(doc: Document, fieldname: str, before: Document | None) -> None:
	"""Set a field to its previous value, or to the default of an empty field in a new document."""
	field = doc.meta.get_field(fieldname)
	if field and field.fieldtype == "Table":
		doc.set(fieldname, before.get(fieldname) if before else [])
	elif before:
		doc.set(fieldname, before.get(fieldname))
	else:
		doc.set(fieldname, 0 if field and field.fieldtype in ("Check", "Currency", "Float") else None)


def _is_manager() -> bool:
	return "System Manager" in frappe.get_roles()


D = TypeVar("D", bound=Document)


def by_app(doc: D) -> D:
	"""Allow the app's own code to write this document; a request over HTTP cannot set a flag.

	Args:
		doc: the document; its flag is set in place.

	Returns:
		The same document.
	"""
	doc.flags.written_by_app = True
	return doc


class OwnDocument(Document):
	"""A document of the app; refuses values that do not fit their field before Frappe processes them."""

	def __init__(self, *args: Any, **kwargs: Any) -> None:
		if args and isinstance(args[0], dict):
			values.check_shape(args[0].get("doctype") or "", args[0])
		super().__init__(*args, **kwargs)

	def update(self, d: Any) -> Document:
		"""Update the document as Frappe does.

		Raises:
			frappe.ValidationError: a value does not have the shape of its field.
		"""
		if isinstance(d, dict):
			values.check_shape(self.doctype, d)
		return super().update(d)

	def get_password(self, *args: Any, **kwargs: Any) -> None:
		"""Refuse to return a password.

		Frappe would show it to System Managers, including passwords of customers. The app reads passwords
		with `frappe.utils.password`.
		"""
		_refuse(_("Stored passwords are not shown."))


class WrittenByApp(OwnDocument):
	"""A document that only the app's own code inserts, saves, renames and deletes.

	Users change it only with the app's buttons, which write directly to the database.
	"""

	@property
	def deletable(self) -> bool:
		"""Return whether users with the permission may delete it."""
		return False

	def insert(self, *args: Any, **kwargs: Any) -> Document:
		"""Insert the document as Frappe does; only for the app, whatever the permissions."""
		self._require_app()
		return super().insert(*args, **kwargs)

	def save(self, *args: Any, **kwargs: Any) -> Document:
		"""Save the document as Frappe does; only for the app."""
		self._require_app()
		return super().save(*args, **kwargs)

	def before_insert(self) -> None:
		"""Refuse an insert by a form, the API, an import, a copy, or a restored deleted document."""
		self._require_app()

	def before_validate(self) -> None:
		"""Refuse a save or submission."""
		self._require_app()

	def before_cancel(self) -> None:
		"""Refuse a cancellation, which Frappe does not validate."""
		self._require_app()

	def before_update_after_submit(self) -> None:
		"""Refuse a change after submission."""
		self._require_app()

	def before_discard(self) -> None:
		"""Refuse to discard a draft, which Frappe 16 allows for every DocType."""
		self._require_app()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse another name, because the app finds the document by its name."""
		self._require_app()

	def on_trash(self) -> None:
		"""Refuse a deletion; the app deletes old documents with SQL."""
		if not self.deletable:
			self._require_app()

	def _require_app(self) -> None:
		if not self.flags.written_by_app:
			_refuse(_("Only the app changes {0}. Use the buttons of the form.").format(_(self.doctype)))


class OwnRow(OwnDocument):
	"""A row of one of the app's tables; it is only saved with its document, which validates it."""

	def insert(self, *args: Any, **kwargs: Any) -> Document:
		"""Refuse an insert except by the app, because the document would not validate the row."""
		self._require_document()
		return super().insert(*args, **kwargs)

	def save(self, *args: Any, **kwargs: Any) -> Document:
		"""Refuse a save except by the app."""
		self._require_document()
		return super().save(*args, **kwargs)

	def before_insert(self) -> None:
		"""Refuse a row that is inserted without its document."""
		self._require_document()

	def before_validate(self) -> None:
		"""Refuse a row that is changed without its document."""
		self._require_document()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse another name."""
		self._require_document()

	def on_trash(self) -> None:
		"""Refuse a row that is deleted without its document."""
		self._require_document()

	def _require_document(self) -> None:
		if self.flags.written_by_app:
			return
		_refuse(_("Rows of {0} are saved with the document that they belong to.").format(_(self.doctype)))


class OwnRecord(OwnDocument):
	"""A document of the app that users write in Desk.

	All values are checked by the type of their field before Frappe processes them. Read-only fields keep what
	the app wrote, whoever saves, and are empty in a new document.
	"""

	def insert(self, *args: Any, **kwargs: Any) -> Document:
		"""Check all values, then insert the document as Frappe does.

		Raises:
			frappe.ValidationError: a value does not fit its field.
		"""
		self._check_values()
		return super().insert(*args, **kwargs)

	def save(self, *args: Any, **kwargs: Any) -> Document:
		"""Check all values, then save the document as Frappe does.

		Raises:
			frappe.ValidationError: a value does not fit its field.
		"""
		self._check_values()
		return super().save(*args, **kwargs)

	def before_validate(self) -> None:
		"""Keep the values that only the app writes, and ignore those that are sent with a new document."""
		if not self.flags.written_by_app:
			keep_read_only(self, self.get_doc_before_save())

	def _check_values(self) -> None:
		if not (self.flags.written_by_app or frappe.flags.in_install):
			values.check(self)


class OwnSingle(OwnRecord):
	"""A Single of the app that users fill in."""

	def insert(self, *args: Any, **kwargs: Any) -> Document:
		"""Refuse an insert: the document exists since the installation and would lose its values."""
		if not (frappe.flags.in_install or frappe.flags.in_migrate or self.flags.written_by_app):
			_refuse(_("{0} already exists.").format(_(self.doctype)))
		return super().insert(*args, **kwargs)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse another name."""
		_refuse(_("{0} cannot be renamed.").format(_(self.doctype)))

	def on_trash(self) -> None:
		"""Refuse a deletion, because the app needs its settings."""
		_refuse(_("{0} cannot be deleted.").format(_(self.doctype)))


def keep_read_only(doc: Document, before: Document | None) -> None:
	"""Set the read-only fields of a document and its rows to their previous values; clear them in new ones.

	Fields that Frappe fetches from another document and passwords are not changed.

	Args:
		doc: the document that is saved; changed in place.
		before: the same document as it is stored, None for a new one.
	"""
	for field in doc.meta.fields:
		if field.fieldtype == "Table" and not field.read_only:
			rows = {row.name: row for row in before.get(field.fieldname)} if before else {}
			for row in doc.get(field.fieldname):
				_keep_values(row, rows.get(row.name))
		elif _is_kept(field):
			doc.set(field.fieldname, before.get(field.fieldname) if before else field.default)


def _keep_values(row: Document, before: Document | None) -> None:
	for field in row.meta.fields:
		if _is_kept(field):
			row.set(field.fieldname, before.get(field.fieldname) if before else field.default)


def _is_kept(field: Any) -> bool:
	return bool(field.read_only) and not field.fetch_from and field.fieldtype != "Password"


def _refuse(sentence: str) -> None:
	frappe.throw(sentence, frappe.PermissionError, title=_("Not Permitted"))
