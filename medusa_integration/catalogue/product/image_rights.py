"""Decides which Files may be sent as images of a product.

A File only says who has added it, and every User can add one. So the permissions of its owner decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.core.doctype.file.file import has_permission as may_open
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from frappe.model.document import Document
from frappe.permissions import get_role_permissions

from medusa_integration.constants import WEBSITE_ITEM


class Rights:
	"""The permissions of the owners of the Files of one batch of Website Items.

	Takes a few statements for each owner, and for owners whose permissions depend on the document (User
	Permissions, shares, *If Owner*) those that read all documents of the batch: one for each of their tables.
	Nothing is read twice.
	"""

	def __init__(self, files: Iterable[frappe._dict], items: Iterable[str]) -> None:
		"""Index the Files by address.

		Args:
			files: all Files of the private addresses, with `FILE_FIELDS` of `images`.
			items: names of the Website Items of the batch.
		"""
		self._by_url: dict[str, list[frappe._dict]] = defaultdict(list)
		for file in files:
			self._by_url[file["file_url"]].append(file)
		for same in self._by_url.values():
			same.sort(key=lambda file: (str(file["creation"]), file["name"]))
		self._writers: dict[str, bool | None] = {}
		self._write: dict[tuple[str, str], bool] = {}
		self._read: dict[tuple[str, str], bool] = {}
		self._names = list(items)
		self._items: dict[str, Document] = {}

	def original(self, url: str) -> frappe._dict | None:
		"""Return the oldest File of an address, whose owner uploaded the file; None without one."""
		same = self._by_url.get(url)
		return same[0] if same else None

	def may_write(self, user: str, item: str) -> bool:
		"""Return whether a User may write a Website Item.

		Args:
			user: name of the User.
			item: name of the Website Item.
		"""
		key = (user, item)
		if key not in self._write:
			if user not in self._writers:
				self._writers[user] = writer(user)
			may = self._writers[user]
			self._write[key] = self._item(item).has_permission("write", user=user) if may is None else may
		return self._write[key]

	def may_read(self, user: str, url: str) -> bool:
		"""Return whether a User may read the oldest File of a private address, by Frappe's own check.

		Args:
			user: name of the User.
			url: path of the private file.
		"""
		key = (user, url)
		if key not in self._read:
			original = self.original(url)
			file = original and frappe.get_doc({"doctype": "File", **original, "is_private": 1})
			self._read[key] = bool(file and may_open(file, "read", user=user))
		return self._read[key]

	def counts_attached(self, file: Mapping[str, Any], item: str, *, private: bool) -> bool:
		"""Return whether a File that is attached to a Website Item may be an image of its product.

		Args:
			file: the File, with `FILE_FIELDS` of `images`.
			item: name of the Website Item.
			private: whether the file is private; its owner then needs the read permission on it too.
		"""
		if not self.may_write(file["owner"], item):
			return False
		return not private or self.may_read(file["owner"], file["file_url"])

	def counts_named(self, url: str, row: Mapping[str, Any]) -> bool:
		"""Return whether a private file that a Website Item or its slideshow names may be an image of it.

		Nobody knows which User entered the address. So the file must be attached to the Website Item, its
		Item or its slideshow, or its owner may write the Website Item, or a User who may write the Website
		Item and read the file has attached it.

		Args:
			url: path of the private file.
			row: `name`, `item_code` and `slideshow` of the Website Item.
		"""
		original = self.original(url)
		if not original:
			return False
		own = {
			(WEBSITE_ITEM, row["name"]),
			("Item", row["item_code"]),
			("Website Slideshow", row["slideshow"]),
		}
		if (original["attached_to_doctype"], original["attached_to_name"]) in own:
			return True
		if self.may_write(original["owner"], row["name"]):
			return True
		attached = (WEBSITE_ITEM, row["name"])
		return any(
			self.counts_attached(file, row["name"], private=True)
			for file in self._by_url[url]
			if (file["attached_to_doctype"], file["attached_to_name"]) == attached
		)

	def _item(self, name: str) -> Document:
		if not self._items:
			self._items = _documents(self._names)
		return self._items[name]


def _documents(names: list[str]) -> dict[str, Document]:
	"""Return Website Items with all their rows, as Frappe's permission checks look at them.

	One statement for each of their tables, for any number of them.
	"""
	items = frappe.get_all(WEBSITE_ITEM, {"name": ("in", names)}, ["*"])
	tables: dict[str, dict[str, list[frappe._dict]]] = {item.name: {} for item in items}
	for field in frappe.get_meta(WEBSITE_ITEM).get_table_fields():
		filters = {"parent": ("in", names), "parenttype": WEBSITE_ITEM, "parentfield": field.fieldname}
		for row in frappe.get_all(field.options, filters, ["*"], order_by="idx asc"):
			tables[row.parent].setdefault(field.fieldname, []).append(row)
	return {
		item.name: frappe.get_doc({"doctype": WEBSITE_ITEM, **item, **tables[item.name]}) for item in items
	}


def writer(user: str) -> bool | None:
	"""Return whether a User may write every Website Item or none; None if it depends on the document."""
	if user == "Administrator":
		return True
	rights = get_role_permissions(frappe.get_meta(WEBSITE_ITEM), user=user)
	if rights.get("has_if_owner_enabled"):
		return None
	if not rights.get("write"):
		return None if frappe.has_permission(WEBSITE_ITEM, "write", user=user) else False  # None: shared
	hooks = frappe.get_hooks("has_permission")
	return None if get_user_permissions(user) or hooks.get(WEBSITE_ITEM) or hooks.get("*") else True
