"""Document events of Item Group, and the documented function that sends one now."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from medusa_integration.catalogue.collection import routes
from medusa_integration.catalogue.collection.exporter import CollectionExporter, deletion_payload
from medusa_integration.catalogue.product import events as website_item
from medusa_integration.constants import ITEM_GROUP
from medusa_integration.sync import connection, send_now, task_departures, task_recording, task_states

LANE = CollectionExporter.name
MAPPED = ("item_group_name", "parent_item_group", "is_group")


def item_group_on_update(doc: Document, method: str | None = None) -> None:
	"""Record a changed Item Group whose collection Medusa has (Item Group `on_update`).

	A collection that Medusa does not have is created with its first product. If the group is new or a mapped
	field has changed, the routes of the group and of the groups below it are written in one update.
	"""
	before = doc.get_doc_before_save()
	if not before:
		_update_routes(doc)
	elif any(frappe.utils.cstr(doc.get(field)) != frappe.utils.cstr(before.get(field)) for field in MAPPED):
		_changed(doc, doc.name)
		_update_routes(doc)


def item_group_on_trash(doc: Document, method: str | None = None) -> None:
	"""Record that the collection has to be deleted after the commit (Item Group `on_trash`).

	Without a `medusa_id`, the collection is searched for if its creation may be in progress; otherwise
	nothing is sent.
	"""
	if doc.get("medusa_id"):
		task_recording.record(ITEM_GROUP, doc.name, LANE, "Delete", medusa_id=doc.medusa_id)
	else:
		task_departures.delete_if_sent(ITEM_GROUP, doc.name, LANE, deletion_payload(doc.name))


def after_insert(doc: Document, method: str | None = None) -> None:
	"""Start a new task if the group has the name of a deleted one (Item Group `after_insert`)."""
	task_departures.detach_deletion(ITEM_GROUP, doc.name, LANE)


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Record the deletion of a group that is merged; detach the task of a deleted group with the new name.

	Item Group `before_rename`.
	"""
	if merge:
		task_departures.merge(ITEM_GROUP, old, LANE, doc.get("medusa_id"), deletion_payload(old))
	elif not task_departures.is_same_name(ITEM_GROUP, old, new):
		task_departures.detach_deletion(ITEM_GROUP, new, LANE)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Record the renamed group, whose name is its collection's title, and its child groups.

	Item Group `after_rename`. After a merge, the products of the merged group are recorded too, because their
	collection has changed.
	"""
	if not merge:
		task_departures.rename(ITEM_GROUP, old, new)
	_changed(doc, new)
	routes.update_quietly()
	if not task_recording.is_configured():
		return
	children = {"parent_item_group": new, "medusa_id": ("is", "set")}
	task_recording.record_many(ITEM_GROUP, frappe.get_all(ITEM_GROUP, filters=children, pluck="name"), LANE)
	if merge:
		website_item.record_where({"item_group": new})


def _update_routes(doc: Document) -> None:
	changed = routes.update_quietly()
	if doc.name in changed:
		doc.set(routes.FIELD, changed[doc.name])


def _changed(doc: Document, name: str) -> None:
	if doc.get("medusa_id"):
		task_recording.record(ITEM_GROUP, name, LANE)
	elif task_recording.is_configured():
		task_states.try_anew(ITEM_GROUP, name, LANE)


def export_item_group(self: Document | str) -> str | None:
	"""Create or update the collection of one Item Group now. Commits.

	Args:
		self: the Item Group or its name.

	Returns:
		The id of the collection, None when nothing may be sent.

	Raises:
		SyncFailed: the collection could not be sent.
	"""
	name = self if isinstance(self, str) else self.name
	if not connection.may_send():
		return None
	send_now.send_now(ITEM_GROUP, name, LANE)
	medusa_id = frappe.db.get_value(ITEM_GROUP, name, "medusa_id")
	if isinstance(self, Document):
		self.medusa_id = medusa_id
	return medusa_id
