"""A cache in Redis of what the shop shows to everybody.

What is stored is the same for every caller; values of one customer never are. All of it is forgotten when a
document that the shop shows has changed: `forget` is a document event, and is called by the code that writes
such values by SQL. Changes beside both are seen after `LIFETIME` at the latest. Without Redis everything is
computed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

import frappe
from frappe.utils import get_url, today

T = TypeVar("T")
# the token of what is stored now: a new one makes all keys new ones
GENERATION = "medusa_shared_generation"
PREFIX = "medusa_shared:"
# seconds
LIFETIME = 600
# DocTypes whose images the shop shows
WITH_IMAGES = ("Website Item", "Item Group", "Brand", "Homepage Landing", "Website Slideshow")
# key in `frappe.local.flags`: the transaction forgets when it is committed
FLAG = "medusa_forgets_shared"


def shared(key: tuple[Any, ...], compute: Callable[[], T]) -> T:
	"""Return what is stored for a key, else compute and store it.

	Nothing is read from or stored in the cache by a transaction that has written: it may see what nobody else
	does. A transaction that has not is begun anew before it computes, so that it sees everything that was
	committed before the generation was read.

	Args:
		key: what the value depends on besides the catalogue, the settings, the day and the address by which
			the site is called: the function, the language, every parameter. Values that JSON has.
		compute: computes the value, of plain types, without looking at who calls. It writes nothing.

	Returns:
		The value. Do not change it.
	"""
	if frappe.db.transaction_writes:
		return compute()
	name = _name(key)
	stored = frappe.cache.get_value(name, expires=True)
	if stored is not None:
		return stored[0]
	# nosemgrep: frappe-manual-commit -- nothing was written: this only begins a new snapshot
	frappe.db.rollback()
	name = _name(key)
	value = compute()
	# in a list: None is a value too
	frappe.cache.set_value(name, [value], expires_in_sec=LIFETIME)
	return value


def forget(doc: Any = None, method: str | None = None, *rename: Any) -> None:
	"""Forget everything that is stored, when the transaction is committed.

	Also a doc event of whatever the shop shows. No statement.

	Args:
		doc: the document, of an event; Files of other documents are not shown.
		method: the event.
		*rename: what an `after_rename` tells besides.
	"""
	if doc and doc.doctype == "File" and doc.attached_to_doctype not in WITH_IMAGES:
		return
	if not frappe.local.flags.get(FLAG):
		frappe.local.flags[FLAG] = True
		frappe.db.after_commit.add(_forget)
		frappe.db.after_rollback.add(_forget)


def _forget() -> None:
	frappe.local.flags.pop(FLAG, None)
	_renew()


def _renew() -> str:
	generation = frappe.generate_hash(length=16)
	frappe.cache.set_value(GENERATION, generation)
	return generation


def _name(key: tuple[Any, ...]) -> str:
	generation = frappe.cache.get_value(GENERATION, expires=True) or _renew()
	# addresses of images begin with the host that a caller names, where the site has no `host_name`
	text = json.dumps([generation, today(), get_url(), key], ensure_ascii=False, default=str)
	return PREFIX + hashlib.sha256(text.encode()).hexdigest()
