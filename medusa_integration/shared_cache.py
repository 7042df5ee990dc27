"""A cache in Redis of what the shop shows to everybody.

Stored values are the same for every caller, never those of one customer. All of them are forgotten when a
document that the shop shows is changed: `forget` is a document event, and code that writes such values with
SQL calls it. Other changes are visible after `LIFETIME` at the latest. Without Redis everything is computed.

Keys contain a token, the generation. `forget` replaces it, so that values stored before are not found again.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import frappe
from frappe.utils import get_url, today
from redis.exceptions import RedisError

from medusa_integration import __version__, product_journal
from medusa_integration.constants import BRAND, HOMEPAGE, ITEM_GROUP, WEBSITE_ITEM

T = TypeVar("T")
GENERATION = "medusa_shared_generation"
SETTLING = "medusa_shared_settling"
PREFIX = "medusa_shared:"
SPENT = "medusa_shared_spent:"
# seconds
LIFETIME = 600
# seconds after a change for which values are stored for no longer than this: they may be computed with
# documents that Frappe drops from its own caches shortly after the commit, in other processes later
SETTLING_TIME = 2
# bytes of one value, and of all values of one function that are stored within LIFETIME: callers choose pages
# and filters, and must not fill Redis with them
LARGEST = 2**20
MOST = 2**24
# seconds that the others wait for the caller that computes a value, and between two looks for the value
LONGEST_TURN = 20
PAUSE = 0.02
# stored instead of a value that is not stored: nobody waits for it
NOT_STORED = b"-"
# DocTypes whose images the shop shows
WITH_IMAGES = (WEBSITE_ITEM, ITEM_GROUP, BRAND, HOMEPAGE, "Website Slideshow")
# keys in `frappe.local.flags`: the connection whose transaction forgets when it ends,
FLAG = "medusa_forgets_shared"
# whether all that this request does is to read, and the generation that it uses
READS = "medusa_only_reads"
SEEN = "medusa_shared_seen"


@dataclass(frozen=True, slots=True)
class _Generation:
	token: str
	is_settling: bool


def shared(key: tuple[Any, ...], compute: Callable[[], T]) -> T:
	"""Return what is stored for a key, else compute and store it.

	Nothing is read from or stored in the cache by a transaction that has written: it may see what nobody else
	does. Before it computes, a transaction is begun anew, so that it sees everything that was committed
	before the generation was read. Where that could lose something, the value is computed and not stored:
	when something waits for the commit, and in requests that do not only read.

	Args:
		key: what the value depends on besides the catalogue, the settings, the day, the language and the
			address of the site: first a name for the function, then every parameter. Values that JSON has.
		compute: computes the value, of plain types, without looking at who calls. It writes nothing.

	Returns:
		The value, which is the caller's own.

	Raises:
		TypeError: the key has another value, such as a viewer.
	"""
	text = _text(key)
	if frappe.db.transaction_writes or not (generation := _generation()):
		return compute()
	name = _name(generation, text)
	stored = _stored(name)
	if stored:
		return stored[0]
	if not _may_begin_anew():
		return compute()
	with _turn(name) if stored is None else nullcontext():
		if stored := _stored(name):
			return stored[0]
		# nosemgrep: frappe-manual-commit -- nothing was written: this only begins a new snapshot
		frappe.db.rollback()
		try:
			value = compute()
		except Exception:
			_set(name, NOT_STORED, LONGEST_TURN)
			raise
		if not frappe.db.transaction_writes:
			_store(name, str(key[0]), value, is_settling=generation.is_settling)
		return value


@contextmanager
def _turn(name: bytes) -> Iterator[None]:
	"""Let one caller at a time compute a value, the others wait for it.

	After a change everybody would compute the same at once. Nobody waits longer than `LONGEST_TURN`, or
	without Redis.
	"""
	lock = None
	with suppress(RedisError, OSError):
		lock = frappe.cache.lock(name + b":turn", timeout=LONGEST_TURN)
		end = time.monotonic() + LONGEST_TURN
		while not lock.acquire(blocking=False):
			time.sleep(PAUSE)
			if _stored(name) is not None or time.monotonic() > end:
				lock = None
				break
	try:
		yield
	finally:
		# it may have taken longer than its turn
		with suppress(RedisError, OSError):
			if lock:
				lock.release()


def forget(
	doc: Any = None, method: str | None = None, *rename: Any, products: Iterable[str] | None = None
) -> None:
	"""Forget everything that is stored, when the transaction is committed.

	Also a doc event of whatever the shop shows. After a rollback everything is forgotten too: a document of
	the transaction may have been in Frappe's cache, and others have computed with it. No statement.

	Args:
		doc: the document, of an event; Files of other documents are not shown.
		method: the event.
		*rename: what an `after_rename` tells besides.
		products: without a document, the names of the Website Items that have changed in what lists filter,
			count and sort by; by default it may be any.
	"""
	if doc and doc.doctype == "File" and not _is_shown(doc):
		return
	product_journal.note(doc, rename, products)
	if frappe.local.flags.get(FLAG) is not frappe.local.db:
		frappe.local.flags[FLAG] = frappe.local.db
		frappe.db.after_commit.add(_forget)
		frappe.db.after_rollback.add(_forget)


def _is_shown(file: Any) -> bool:
	before = file.get_doc_before_save()
	return any(one.attached_to_doctype in WITH_IMAGES for one in (file, before) if one)


def _forget() -> None:
	frappe.local.flags.pop(FLAG, None)
	frappe.local.flags.pop(SEEN, None)
	token = frappe.generate_hash(length=16)
	try:
		pipe = frappe.cache.pipeline()
		# not by Frappe's set_value: it remembers a value in this process, where nobody else could change it
		pipe.set(_redis_key(GENERATION), token)
		pipe.set(_redis_key(SETTLING), 1, ex=SETTLING_TIME)
		product_journal.write(pipe)
		pipe.execute()
	except (RedisError, OSError):
		pass  # the change is seen after LIFETIME, if this process alone has no Redis


def _may_begin_anew() -> bool:
	"""Return whether nothing is lost when the transaction, which has not written, is begun anew."""
	waiting = (frappe.db.before_commit, frappe.db.after_commit)
	# Frappe has no other way to see them
	if any(callbacks._functions for callbacks in waiting):
		return False
	# a save of a document holds its lock before it writes; an endpoint that reads holds none
	return not getattr(frappe.local, "request", None) or bool(frappe.local.flags.get(READS))


def _generation() -> _Generation | None:
	"""Return the generation of now, None without Redis; for a request, that of its first value.

	What a request computes with values of before a change, such as the tree of Item Groups, must not be found
	by requests after it.
	"""
	if not getattr(frappe.local, "request", None):
		return _current()
	if not frappe.local.flags.get(SEEN):
		frappe.local.flags[SEEN] = _current()
	return frappe.local.flags[SEEN]


def _current() -> _Generation | None:
	with suppress(RedisError, OSError):
		for _try in range(2):
			token, settling = frappe.cache.mget(_redis_key(GENERATION), _redis_key(SETTLING))
			if token:
				return _Generation(token.decode(), bool(settling))
			# Redis is new, or has dropped it; of two processes that see that, one decides
			# nosemgrep: frappe-cache-breaks-multitenancy -- `_redis_key` makes the key of this site
			frappe.cache.set(_redis_key(GENERATION), frappe.generate_hash(length=16), nx=True)
	return None


def _stored(name: bytes) -> tuple[Any, ...] | None:
	"""Return the value, as a tuple; an empty one where it is not stored however often it is computed."""
	try:
		# nosemgrep: frappe-cache-breaks-multitenancy -- `_redis_key` has made the key of this site
		found = frappe.cache.get(name)
		if found == NOT_STORED:
			return ()
		return (pickle.loads(found),) if found else None
	except Exception:
		# no Redis, or something that another version of the app has stored
		return None


def _store(name: bytes, function: str, value: Any, *, is_settling: bool) -> None:
	data = pickle.dumps(value)
	if len(data) <= LARGEST and (is_settling or _spend(function, len(data))):
		_set(name, data, SETTLING_TIME if is_settling else LIFETIME)
	else:
		# nobody waits for a turn after which there is no value: callers would compute it one by one
		_set(name, NOT_STORED, LONGEST_TURN)


def _spend(function: str, size: int) -> bool:
	"""Count the bytes of a value, and return whether its function may store them."""
	spent = _redis_key(SPENT + function)
	with suppress(RedisError, OSError):
		pipe = frappe.cache.pipeline()
		pipe.set(spent, 0, ex=LIFETIME, nx=True)
		pipe.incrby(spent, size)
		return bool(pipe.execute()[-1] <= MOST)
	return False


def _set(name: bytes, data: bytes, seconds: int) -> None:
	with suppress(RedisError, OSError):
		# nosemgrep: frappe-cache-breaks-multitenancy -- `_redis_key` has made the key of this site
		frappe.cache.set(name, data, ex=seconds)


def _text(key: tuple[Any, ...]) -> str:
	# images have the address at which the site was called; titles may be translated
	around = (__version__, today(), frappe.local.lang, get_url())
	return json.dumps([around, key])


def _name(generation: _Generation, text: str) -> bytes:
	digest = hashlib.sha256(f"{generation.token} {text}".encode()).hexdigest()
	return _redis_key(PREFIX + digest)


def _redis_key(name: str) -> bytes:
	"""Return the key of this site: several use one Redis."""
	return frappe.cache.make_key(name)
