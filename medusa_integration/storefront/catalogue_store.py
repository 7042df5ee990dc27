"""Keeps the catalogue of `catalogue.py` in Redis: made by a job, and brought up to date by what has changed.

What is stored belongs to a journal (`shared_cache.py`) in which every change is noted with the commit. Who
reads it computes the products that are named there since, and takes them in the place of those of before. If
anything is missing, there is no catalogue: the lists ask the database, and a job makes the catalogue anew.
"""

from __future__ import annotations

import pickle
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import frappe
from frappe.utils import today
from redis.exceptions import RedisError

from medusa_integration import __version__, database, product_journal, shared_cache
from medusa_integration.settings import SETTINGS
from medusa_integration.storefront.catalogue import Catalogue
from medusa_integration.storefront.catalogue_segments import Segment, products, read
from medusa_integration.storefront.filters import Filters, website_items
from medusa_integration.sync.wake import ask_queue, enqueue_first

REBUILD = "medusa_integration.storefront.catalogue_store.rebuild"
# counts up when what is stored is made in another way: sites are updated to commits between two versions
FORM = 2
PREFIX = f"medusa_shared_catalogue:{__version__}:{FORM}:"
STORED, TOKEN, ASKED = PREFIX + "stored", PREFIX + "token", PREFIX + "asked"
# products of a segment, and the most bytes that Redis and each process are to keep
SIZE = 5000
LARGEST = 2**26
# seconds: changes that nobody has noted are seen after this time, like all others that the cache keeps
LIFETIME = shared_cache.LIFETIME
# it is made anew when this many seconds are left, or so many products have changed
RENEWED = 120
MANY = 1000
# between two requests for a job
PAUSE = 60
# and after a catalogue was larger than that
LONG_PAUSE = 24 * 60 * 60
TIMEOUT = 20 * 60


@dataclass(frozen=True, slots=True)
class _Stored:
	"""All products as they were on a day, and the place in the journal from which on changes are missing."""

	token: str
	day: str
	journal: bytes
	place: int
	segments: list[Segment]


# what this process has read last: by site, as it is never changed
_known: dict[str, _Stored] = {}


def token() -> str | None:
	"""Return what tells one stored catalogue from another, None without one; for keys of the cache.

	What is computed with a catalogue must not be found for longer than the catalogue itself.
	"""
	with suppress(RedisError, OSError):
		# nosemgrep: frappe-cache-breaks-multitenancy -- `make_key` makes the key of this site
		found = frappe.cache.get(frappe.cache.make_key(TOKEN))
		return found.decode() if found else None
	return None


def token_for(filters: Filters) -> str | None:
	"""Return `token` for a key of a list, None for one that is never computed with a catalogue.

	Args:
		filters: what the list shows.
	"""
	return None if filters.clearance else token()


def catalogue() -> Catalogue | None:
	"""Return all products as they are now, None if the database has to be asked.

	Three statements if products have changed since it was stored, and nobody has read them since; else none.
	A transaction that has written sees what nobody else does, so that there is none for it.
	"""
	if frappe.db.transaction_writes or frappe.db.db_type != "mariadb":
		return None
	with suppress(RedisError, OSError):
		pipe = frappe.cache.pipeline()
		pipe.get(frappe.cache.make_key(TOKEN))
		pipe.ttl(frappe.cache.make_key(TOKEN))
		pipe.lrange(product_journal.redis_key(), 0, -1)
		of_now, seconds, journal = pipe.execute()
		stored = _stored(of_now.decode()) if of_now else None
		if not stored or stored.day != today() or not _continues(journal, stored):
			_ask()
			return None
		if seconds < RENEWED or len(journal) - stored.place > MANY:
			_ask()
		return _as_of_now(stored, journal[stored.place :])
	return None


def _continues(journal: list[bytes], stored: _Stored) -> bool:
	return product_journal.has_all(journal) and journal[0] == stored.journal


def _stored(of_now: str) -> _Stored | None:
	known = _known.get(frappe.local.site)
	if known and known.token == of_now:
		return known
	_known.pop(frappe.local.site, None)
	try:
		# nosemgrep: frappe-cache-breaks-multitenancy -- `make_key` makes the key of this site
		stored: _Stored = pickle.loads(frappe.cache.get(frappe.cache.make_key(STORED)))
	except Exception:
		# no Redis, it has dropped it, or another version of the app has stored it
		return None
	_known[frappe.local.site] = stored
	return stored


def _as_of_now(stored: _Stored, changes: list[bytes]) -> Catalogue | None:
	if not changes:
		return Catalogue(stored.segments, read([]), frozenset())
	# the journal is read again, after the generation for which this is kept
	found = shared_cache.shared(("changes", stored.token), lambda: _changed(stored))
	return found and Catalogue(stored.segments, *found)


def _changed(stored: _Stored) -> tuple[Segment, set[str]] | None:
	"""Return the products that have changed, and the names of those that are to be left out."""
	journal = product_journal.read()
	if not _continues(journal, stored):
		return None
	names, codes = product_journal.products_in(journal[stored.place :])
	item = website_items()
	condition = item.name.isin(sorted(names)) if names else item.item_code.isin(sorted(codes))
	if names and codes:
		condition |= item.item_code.isin(sorted(codes))
	rows = products().where(condition).run(as_dict=True)
	return read(rows), {*names, *(row.name for row in rows)}


def _ask() -> None:
	"""Ask for a job, unless somebody has done so a moment ago."""
	# nosemgrep: frappe-cache-breaks-multitenancy -- `make_key` makes the key of this site
	if frappe.cache.set(frappe.cache.make_key(ASKED), 1, nx=True, ex=PAUSE):
		ask_queue(partial(enqueue_first, REBUILD, timeout=TIMEOUT, job_id=REBUILD, deduplicate=True))


def rebuild() -> None:
	"""Read all products and store them. A job; five statements for 5,000 products."""
	# the settings as they are now: a cached document may be that of before a change
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	with suppress(RedisError, OSError):
		day, journal = today(), product_journal.begin()
		# nosemgrep: frappe-manual-commit -- nothing was written: the products as they are after that
		frappe.db.rollback()
		if not journal:
			return  # it has ended already, or others end all the time
		segments = [read(rows) for rows in database.pages(products(), website_items().name, SIZE)]
		stored = _Stored(frappe.generate_hash(length=16), day, journal[0], len(journal), segments)
		data = pickle.dumps(stored)
		pipe = frappe.cache.pipeline()
		if len(data) <= LARGEST:
			pipe.set(frappe.cache.make_key(STORED), data, ex=LIFETIME)
			pipe.set(frappe.cache.make_key(TOKEN), stored.token, ex=LIFETIME)
		else:
			pipe.set(frappe.cache.make_key(ASKED), 1, ex=LONG_PAUSE)
		pipe.execute()
