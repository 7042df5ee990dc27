"""Document events of Website Item, and the documented functions that send one now."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from medusa_integration.catalogue.product import exporter as products
from medusa_integration.catalogue.product import mapping
from medusa_integration.catalogue.stock import recording as stock_queue
from medusa_integration.constants import WEBSITE_ITEM
from medusa_integration.exceptions import SyncFailed
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.mirror.values import Variant
from medusa_integration.sync import connection, send_now, task_departures, task_recording, task_states
from medusa_integration.sync.request_log import RequestLog

LANE = products.ProductExporter.name
SKIP = "custom_skip_update_hook"


# -- events --------------------------------------------------------------------------------------------------


def website_item_validate(doc: Document, method: str | None = None) -> None:
	"""Record a Website Item that has changed (Website Item `validate`).

	It is recorded if a mapped field has changed; after any change if Medusa does not have it, or if its task
	has failed, was set aside by the app, or has a change that was held back. A save with
	`doc.flags.medusa_skip_sync` or `custom_skip_update_hook` (which the save resets) sends nothing: its
	change is held back until the next save or the nightly export. A new document is exported in any case.
	Never fails a save and never calls Medusa. Two statements at most.
	"""
	skips = bool(doc.get(SKIP) or doc.flags.medusa_skip_sync)
	if doc.get(SKIP):
		doc.set(SKIP, 0)
	is_new, has_changed = doc.is_new(), _changed(doc)
	if skips and not is_new:
		if has_changed:
			task_states.hold_back(WEBSITE_ITEM, doc.name, LANE)
		return
	if not task_recording.is_configured():
		return
	operations = {}
	if has_changed or _needs_another_look(doc):
		operations[LANE] = "Upsert"
	if stock_queue.is_kept_up() and _stock_changed(doc):
		operations[stock_queue.LANE] = stock_queue.OPERATION
	if is_new and not doc.get("medusa_id"):
		task_departures.detach_deletion(WEBSITE_ITEM, doc.name, LANE)
	task_recording.record_lanes(WEBSITE_ITEM, doc.name, operations)


def delete_medusa_item(doc: Document | dict[str, Any] | str, method: str | None = None) -> None:
	"""Record that the product has to be deleted after the commit (Website Item `on_trash`).

	Without a `medusa_id`, the product is searched for if its creation may be in progress; otherwise nothing
	is sent.

	Args:
		doc: the Website Item, a dict with its values, or its name.
		method: name of the document event.
	"""
	if isinstance(doc, str):
		doc = frappe.get_doc(WEBSITE_ITEM, doc)
	name: str = doc["name"] if isinstance(doc, dict) else doc.name
	if doc.get("medusa_id"):
		task_recording.record(WEBSITE_ITEM, name, LANE, "Delete", medusa_id=doc.get("medusa_id"))
		task_departures.forget(WEBSITE_ITEM, name, stock_queue.LANE)
	else:
		task_departures.delete_if_sent(WEBSITE_ITEM, name, LANE, products.deletion_payload(doc))


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Record the deletion of a merged Website Item; detach the task of a deleted one with the new name.

	Website Item `before_rename`.
	"""
	if not merge and task_departures.is_same_name(WEBSITE_ITEM, old, new):
		return
	# a name has one task of each kind: that of the stock of the merged or deleted item is of no use
	task_departures.forget(WEBSITE_ITEM, old if merge else new, stock_queue.LANE)
	if merge:
		task_departures.merge(WEBSITE_ITEM, old, LANE, doc.get("medusa_id"), products.deletion_payload(doc))
	else:
		task_departures.detach_deletion(WEBSITE_ITEM, new, LANE)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Record the renamed Website Item, because Medusa stores its name; its task is renamed too.

	Website Item `after_rename`.
	"""
	if not merge:
		task_departures.rename(WEBSITE_ITEM, old, new)
	task_recording.record(WEBSITE_ITEM, new, LANE)


def record_where(filters: dict[str, Any]) -> None:
	"""Record all Website Items that match, after a document that they depend on has changed.

	Two statements per 500 items.

	Args:
		filters: filters of `frappe.get_all` for Website Item.
	"""
	if task_recording.is_configured():
		task_recording.record_many(
			WEBSITE_ITEM, frappe.get_all(WEBSITE_ITEM, filters=filters, pluck="name"), LANE
		)


def _needs_another_look(doc: Document) -> bool:
	in_medusa = bool(doc.get("medusa_id"))
	return task_states.needs_another_look(WEBSITE_ITEM, doc.name, LANE, in_medusa=in_medusa)


def _stock_changed(doc: Document) -> bool:
	"""Return whether a change affects the quantity of the item, or whether the quantity is shown."""
	before = doc.get_doc_before_save()
	return bool(before) and stock_queue.decisive_values(doc) != stock_queue.decisive_values(before)


def _changed(doc: Document) -> bool:
	before = doc.get_doc_before_save()
	if not before:
		return True
	return any(
		_comparable(doc, field) != _comparable(before, field)
		for field in (*mapping.WEBSITE_ITEM_FIELDS, "website_specifications")
	)


def _comparable(doc: Document, field: str) -> Any:
	"""Return a field's value as it will be stored: forms send "1" and "" for 1 and NULL."""
	value = doc.get(field)
	if field == "website_specifications":
		return [(row.label or "", row.description or "") for row in value or ()]
	df = doc.meta.get_field(field)
	return frappe.utils.cint(value) if df and df.fieldtype in ("Check", "Int") else frappe.utils.cstr(value)


# -- documented functions ------------------------------------------------------------------------------------


def export_website_item(self: Document | str, method: str | None = None) -> dict[str, str] | None:
	"""Create the product and the variant of one Website Item now. Commits.

	An unpublished item becomes a draft. Its Item Group is sent first if Medusa does not have it. An item with
	both ids is not sent.

	Args:
		self: the Website Item or its name.
		method: not used.

	Returns:
		{"medusa_id", "medusa_variant_id"}, None when nothing may be sent.

	Raises:
		SyncFailed: the item could not be sent; the message has the reason.
	"""
	return _send(self, skip_exported=True)


def update_website_item(self: Document | str, method: str | None = None) -> dict[str, str] | None:
	"""Send the changes of one Website Item now. Commits.

	If Medusa no longer has the product, it is created again. With `custom_skip_update_hook`, that field is
	reset and nothing is sent.

	Args:
		self: the Website Item or its name.
		method: not used.

	Returns:
		{"medusa_id", "medusa_variant_id"}, None when nothing was sent.

	Raises:
		SyncFailed: the item could not be sent; the message has the reason.
	"""
	name = self if isinstance(self, str) else self.name
	skipped = frappe.db.get_value(WEBSITE_ITEM, name, SKIP)
	if skipped:
		frappe.db.set_value(WEBSITE_ITEM, name, SKIP, 0, update_modified=False)
	if isinstance(self, Document):
		skipped = self.get(SKIP) or skipped
		self.set(SKIP, 0)
	if skipped:
		return None
	return _send(self, skip_exported=False)


def _send(self: Document | str, *, skip_exported: bool) -> dict[str, str] | None:
	name = self if isinstance(self, str) else self.name
	if not connection.may_send():
		return None
	ids = _ids(name)
	if not (skip_exported and ids["medusa_id"] and ids["medusa_variant_id"]):
		send_now.send_now(WEBSITE_ITEM, name, LANE)
		ids = _ids(name)
	if isinstance(self, Document):
		self.update(ids)
	return ids


def _ids(name: str) -> dict[str, str]:
	ids = frappe.db.get_value(WEBSITE_ITEM, name, ["medusa_id", "medusa_variant_id"], as_dict=True)
	if not ids:
		frappe.throw(_("Website Item {0} does not exist.").format(name), exc=frappe.DoesNotExistError)
	return ids


def create_medusa_variant(product_id: str, backorder: bool = False, country_code: str | None = None) -> str:
	"""Create the variant "Default" of a product in Medusa now, or adopt an existing one.

	Barcode, weight and customs tariff number come from the Item of the Website Item with this `medusa_id`.

	Args:
		product_id: id of the product in Medusa.
		backorder: whether the variant may be ordered without stock.
		country_code: ISO 3166-1 alpha-2 code of the country of origin; by default that of the Item.

	Returns:
		The id of the variant.

	Raises:
		SyncFailed: the variant could not be created.
	"""
	variant = _variant(product_id, bool(backorder), country_code)
	message = _("Error while creating Item Variant for {0} in Medusa").format(product_id)
	return _call(product_id, message, lambda medusa: medusa.products.ensure_variant(product_id, variant))


def create_medusa_option(product_id: str) -> str:
	"""Create the option "Default" of a product in Medusa now, unless it exists.

	Args:
		product_id: id of the product in Medusa.

	Returns:
		The id of the option.

	Raises:
		SyncFailed: the option could not be created.
	"""
	message = _("Error while creating Item Option for {0} in Medusa").format(product_id)
	return _call(product_id, message, lambda medusa: medusa.products.ensure_option(product_id))


def _variant(product_id: str, backorder: bool, country_code: str | None) -> Variant:
	country = mapping.country(country_code)
	name = _item_of(product_id)
	if not name:
		return Variant(sku="", allow_backorder=backorder, origin_country=country)
	return products.variant_of(name, backorder=backorder, country_code=country_code)


def _item_of(product_id: str) -> str | None:
	return frappe.db.get_value(WEBSITE_ITEM, {"medusa_id": product_id})


def _call(product_id: str, message: str, operation: Any) -> Any:
	connection.require_sending()
	log = RequestLog()
	log.voucher = (WEBSITE_ITEM, _item_of(product_id), None)
	try:
		with connection.open_medusa(log) as medusa:
			return operation(medusa)
	except MedusaError as error:
		frappe.throw(f"{message}: {error}", exc=SyncFailed)
	finally:
		log.write_after()
