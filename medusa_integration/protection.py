"""What the app writes stays as the app wrote it: on documents of others, and on its own.

Own documents are of three kinds: what a job believes (`WrittenByApp`), what people fill in (`OwnSingle`), and
rows, which are written with their document only (`OwnRow`). Permissions alone do not do: Administrator has
all of them, a share gives some, and a row may be written by whoever may write its document, past the
validation of the document.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

import frappe
from frappe import _
from frappe.model.document import Document

from medusa_integration import field_values as values

ID_FIELDS = {
	"Website Item": ("medusa_id", "medusa_variant_id"),
	"Item Group": ("medusa_id",),
	"Item Price": ("medusa_id", "medusa_price_id"),
	"Customer": ("medusa_id",),
	"Lead": ("medusa_id",),
	"Delivery Note": ("medusa_order_id",),
	"Quotation": ("medusa_quotation_id", "medusa_draft_order_id", "medusa_order_id"),
	"Sales Invoice": ("medusa_order_id",),
	"Sales Order": ("medusa_order_id",),
}
# what else nobody but the app decides: no form, no import, no copy, no System Manager
APP_FIELDS = {
	"Website Item": ("custom_in_stock", "custom_available_qty"),
	"Item Group": ("custom_medusa_route",),
	"Lead": ("t_c_acceptance",),
	"Delivery Note": ("from_ecommerce",),
	"Quotation": ("from_ecommerce", "unapproved_items", "custom_increased_items"),
	"Sales Invoice": ("from_ecommerce",),
	"Sales Order": ("from_ecommerce",),
}


def protect_ids(doc: Document, method: str | None = None) -> None:
	"""Doc event `before_validate` and `before_cancel`: a save keeps what the app wrote, ids and all else.

	Much of it is written beside the document, without touching `modified`: whoever loaded it before, a form
	or a job, would write back what it knew then. Of a new document nothing counts that was sent along. Only
	a System Manager may enter another id, and only the app (`doc.flags.medusa_id_update`) may clear one or
	set the rest. An empty id becomes None, as the unique key needs it. Costs no SQL statement.
	"""
	before = doc.get_doc_before_save()
	from_app = doc.flags.medusa_id_update
	for fieldname in ID_FIELDS[doc.doctype]:
		new = doc.get(fieldname) or None
		old = (before.get(fieldname) or None) if before else None
		if new != old and not (from_app or (new and _is_manager())):
			new = old
		doc.set(fieldname, new)
	for fieldname in () if from_app else APP_FIELDS.get(doc.doctype, ()):
		_keep(doc, fieldname, before)


def _keep(doc: Document, fieldname: str, before: Document | None) -> None:
	"""Give a field the value from before, of a new document the one that it has without anybody's doing."""
	field = doc.meta.get_field(fieldname)
	if field and field.fieldtype == "Table":
		doc.set(fieldname, before.get(fieldname) if before else [])
	elif before:
		doc.set(fieldname, before.get(fieldname))
	else:
		doc.set(fieldname, 0 if field and field.fieldtype in ("Check", "Float") else None)


def _is_manager() -> bool:
	return "System Manager" in frappe.get_roles()


D = TypeVar("D", bound=Document)


def by_app(doc: D) -> D:
	"""Let the app's own code write this document. What comes over HTTP cannot set a flag."""
	doc.flags.written_by_app = True
	return doc


class OwnDocument(Document):
	"""A document of the app: what no field of its type can hold is refused before Frappe takes it."""

	def __init__(self, *args: Any, **kwargs: Any) -> None:
		if args and isinstance(args[0], dict):
			values.check_shape(args[0].get("doctype") or "", args[0])
		super().__init__(*args, **kwargs)

	def update(self, d: Any) -> Document:
		"""As Frappe's. Raises `frappe.ValidationError` for one value where rows belong, and the like."""
		if isinstance(d, dict):
			values.check_shape(self.doctype, d)
		return super().update(d)

	def get_password(self, *args: Any, **kwargs: Any) -> NoReturn:
		"""Refused: Frappe would show System Managers what is stored encrypted, customers' passwords too.

		The app reads them by `frappe.utils.password`.
		"""
		_refuse(_("Stored passwords are not shown."))


class WrittenByApp(OwnDocument):
	"""A document that only the app's own code inserts, saves, renames and deletes.

	People change it by the app's buttons alone, which write beside the document. `deletable` says whether
	those who have the permission may delete it.
	"""

	deletable = False

	def insert(self, *args: Any, **kwargs: Any) -> Document:
		"""As Frappe's, for the app alone; whatever the permissions are, and whatever was sent."""
		self._require_app()
		return super().insert(*args, **kwargs)

	def save(self, *args: Any, **kwargs: Any) -> Document:
		"""As Frappe's, for the app alone."""
		self._require_app()
		return super().save(*args, **kwargs)

	def before_insert(self) -> None:
		"""Refuse a form, REST, an import, a copy, and a deleted document that is restored."""
		self._require_app()

	def before_validate(self) -> None:
		"""Refuse whatever saves or submits it."""
		self._require_app()

	def before_cancel(self) -> None:
		"""Refuse it too: Frappe does not validate what it cancels."""
		self._require_app()

	def before_update_after_submit(self) -> None:
		"""The same for what would count as submitted."""
		self._require_app()

	def before_discard(self) -> None:
		"""Frappe 16 discards drafts of any DocType."""
		self._require_app()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse another name: it is how the app finds the document again."""
		self._require_app()

	def on_trash(self) -> None:
		"""Refuse a deletion; the app deletes with SQL what is old."""
		if not self.deletable:
			self._require_app()

	def _require_app(self) -> None:
		if not self.flags.written_by_app:
			_refuse(_("Only the app changes {0}. Use the buttons of the form.").format(_(self.doctype)))


class OwnRow(OwnDocument):
	"""A row of one of the app's tables. It is saved with its document, which checks it, never by itself."""

	def insert(self, *args: Any, **kwargs: Any) -> Document:
		"""Refused but to the app: the validation of the document would not see it."""
		self._require_document()
		return super().insert(*args, **kwargs)

	def save(self, *args: Any, **kwargs: Any) -> Document:
		"""Refused as well."""
		self._require_document()
		return super().save(*args, **kwargs)

	def before_insert(self) -> None:
		"""Refuse a row that is put in past its document."""
		self._require_document()

	def before_validate(self) -> None:
		"""Refuse one that is changed past it."""
		self._require_document()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse another name."""
		self._require_document()

	def on_trash(self) -> None:
		"""Refuse one that is taken out past it."""
		self._require_document()

	def _require_document(self) -> None:
		if self.flags.written_by_app:
			return
		_refuse(_("Rows of {0} are saved with the document that they belong to.").format(_(self.doctype)))


class OwnSingle(OwnDocument):
	"""A Single of the app that people fill in.

	Whatever is sent is checked by the type of its field before Frappe makes anything of it. Fields that are
	read-only keep what the app wrote there, whoever saves.
	"""

	def save(self, *args: Any, **kwargs: Any) -> Document:
		"""As Frappe's, after a check of all values. Raises `frappe.ValidationError`."""
		if not (self.flags.written_by_app or frappe.flags.in_install):
			values.check(self)
		return super().save(*args, **kwargs)

	def insert(self, *args: Any, **kwargs: Any) -> Document:
		"""Refused: it is there from the installation on, and would lose what it holds."""
		if not (frappe.flags.in_install or frappe.flags.in_migrate or self.flags.written_by_app):
			_refuse(_("{0} already exists.").format(_(self.doctype)))
		return super().insert(*args, **kwargs)

	def before_validate(self) -> None:
		"""Keep what only the app writes."""
		if not self.flags.written_by_app and (before := self.get_doc_before_save()):
			keep_read_only(self, before)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse another name."""
		_refuse(_("{0} cannot be renamed.").format(_(self.doctype)))

	def on_trash(self) -> None:
		"""Refuse a deletion: without it the app has no settings."""
		_refuse(_("{0} cannot be deleted.").format(_(self.doctype)))


def keep_read_only(doc: Document, before: Document) -> None:
	"""Give the read-only fields of a document and its rows the values of `before`, or none for a new row.

	What Frappe fetches from another document is left to Frappe, and passwords to whoever keeps them.
	"""
	for field in doc.meta.fields:
		if field.fieldtype == "Table" and not field.read_only:
			rows = {row.name: row for row in before.get(field.fieldname)}
			for row in doc.get(field.fieldname):
				_keep_values(row, rows.get(row.name))
		elif _is_kept(field):
			doc.set(field.fieldname, before.get(field.fieldname))


def _keep_values(row: Document, before: Document | None) -> None:
	for field in row.meta.fields:
		if _is_kept(field):
			row.set(field.fieldname, before.get(field.fieldname) if before else field.default)


def _is_kept(field: Any) -> bool:
	return bool(field.read_only) and not field.fetch_from and field.fieldtype != "Password"


def _refuse(sentence: str) -> NoReturn:
	frappe.throw(sentence, frappe.PermissionError, title=_("Not Permitted"))
