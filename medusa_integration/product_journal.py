"""Which products have changed in what lists of the shop filter, count and sort by: a journal in Redis.

Whoever keeps something of each product reads here which of them to read anew. The journal is a list: a token
of its own, then the entries in the order of the commits. If Redis loses it, or any product may have changed,
it ends: the next one has another token, so that nobody takes the one for the other.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import frappe
from redis.client import Pipeline

from medusa_integration.constants import ITEM, ITEM_PRICE, WEBSITE_ITEM

JOURNAL = "medusa_shared_journal"
ENDED = "medusa_shared_journal_ended"
# entries; a longer one does not have all
LONGEST = 3000
# seconds: without anybody who reads it, it ends; and how long documents may be in caches that are out of date
LIFETIME = 1200
SETTLING_TIME = 2
# seconds that a job waits for that
LONGEST_WAIT = 10
# what entries begin with, before the name of a Website Item or the code of an Item; and any product
NAME, CODE, ANY = "name ", "code ", "any"
# DocTypes on which all products may depend
OF_ALL = ("Medusa Configuration", "Price List")
# key in `frappe.local.flags`: the entries of this transaction
CHANGED = "medusa_changed_products"


def note(doc: Any = None, rename: Sequence[Any] = (), products: Iterable[str] | None = None) -> None:
	"""Note what this transaction changes, for `write`.

	Args:
		doc: a document that is saved or deleted, or None.
		rename: what an `after_rename` tells besides it.
		products: without a document, names of Website Items; None if it may be any.
	"""
	if doc and not rename:
		changed = _changed_with(doc)
	else:
		changed = {ANY} if products is None else {NAME + name for name in products}
	if frappe.local.flags.get(CHANGED):
		# in place: a transaction may save thousands of documents
		frappe.local.flags[CHANGED] |= changed
	else:
		frappe.local.flags[CHANGED] = changed


def write(pipe: Pipeline) -> None:
	"""Write the entries of this transaction, which has ended.

	Args:
		pipe: what Redis does at once.
	"""
	changed = frappe.local.flags.pop(CHANGED, None) or set()
	if ANY in changed:
		pipe.delete(redis_key())
		pipe.set(frappe.cache.make_key(ENDED), 1, ex=SETTLING_TIME)
	elif changed:
		# nothing without a journal; `rpushx` of the client of Frappe 15 takes one value only
		pipe.execute_command("RPUSHX", redis_key(), *sorted(changed))
		pipe.ltrim(redis_key(), 0, LONGEST + 1)


def redis_key() -> bytes:
	"""Return the key of this site: several use one Redis."""
	return frappe.cache.make_key(JOURNAL)


def has_all(journal: Sequence[bytes]) -> bool:
	"""Return whether this is a journal, with an entry for each change since it was begun."""
	return 0 < len(journal) <= LONGEST


def read() -> list[bytes]:
	"""Return the token of the journal and its entries; nothing without a journal.

	Raises:
		RedisError: Redis is not available; also OSError.
	"""
	return list(frappe.cache.lrange(JOURNAL, 0, -1))


def begin() -> list[bytes]:
	"""Return the journal, which is begun if there is none that has all; it lives on from now.

	Waits if one has ended a moment ago: what is read now may be read with settings of before. While one ends
	after another, as when a thousand documents are renamed, there is none: a worker has other things to do.

	Returns:
		The journal, empty if there is none.

	Raises:
		RedisError: Redis is not available; also OSError.
	"""
	end = time.monotonic() + LONGEST_WAIT
	# nosemgrep: frappe-cache-breaks-multitenancy -- `make_key` makes the key of this site
	while frappe.cache.get(frappe.cache.make_key(ENDED)):
		if time.monotonic() > end:
			return []
		time.sleep(SETTLING_TIME / 4)
	pipe = frappe.cache.pipeline()
	if not has_all(read()):
		pipe.delete(redis_key())
		pipe.rpush(redis_key(), frappe.generate_hash(length=16))
	pipe.expire(redis_key(), LIFETIME)
	pipe.execute()
	return read()


def products_in(entries: Iterable[bytes]) -> tuple[set[str], set[str]]:
	"""Return the names of the Website Items, and the codes of the Items, that entries tell of."""
	texts = [entry.decode() for entry in entries]
	names, codes = (
		{text.removeprefix(kind) for text in texts if text.startswith(kind)} for kind in (NAME, CODE)
	)
	return names, codes


def _changed_with(doc: Any) -> set[str]:
	if doc.doctype in OF_ALL:
		return {ANY}
	if doc.doctype == WEBSITE_ITEM:
		return {NAME + doc.name}
	if doc.doctype in (ITEM, ITEM_PRICE):
		return {CODE + one.item_code for one in (doc, doc.get_doc_before_save()) if one and one.item_code}
	# of others, such as brands, only the names are of importance, and those change when one is renamed
	return set()
