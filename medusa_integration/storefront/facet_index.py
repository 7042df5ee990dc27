"""Keeps up the index of specifications, Medusa Product Facet.

Specifications are HTML with labels of any wording. Reading them anew for every list would take seconds for
tens of thousands of items: so the values are stored when a Website Item is saved. All of them are stored anew
when the labels in the settings change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from medusa_integration import database, shared_cache
from medusa_integration.constants import FACET, WEBSITE_ITEM
from medusa_integration.settings import SETTINGS
from medusa_integration.storefront.specifications import KINDS, facets_of, labels_of, rows_of
from medusa_integration.sync.wake import ask_queue

# the setting that says by which labels the index was made
MARK = "indexed_labels"
COLUMNS = ("name", "creation", "modified", "owner", "website_item", "kind", "value", "value_key")
# moves on when the values themselves are made in another way
VERSION = "1"
REFILL = "medusa_integration.storefront.facet_index.refill"
# Website Items a transaction
CHUNK = 500
TIMEOUT = 60 * 60

Facets = Mapping[str, Mapping[str, str]]


def on_update(doc: Document, method: str | None = None) -> None:
	"""Store the values of a Website Item whose specifications have changed (Website Item `on_update`).

	Two statements at most, none if they have not changed.
	"""
	before = doc.get_doc_before_save()
	facets = facets_of(doc.get("website_specifications") or ())
	if facets != (facets_of(before.get("website_specifications") or ()) if before else {}):
		_write({doc.name: facets})


def after_delete(doc: Document, method: str | None = None) -> None:
	"""Delete the values of a deleted Website Item (Website Item `after_delete`). One statement."""
	_delete([doc.name])


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Delete the values of a merged Website Item: the other one keeps its own (`before_rename`).

	Frappe renames the others with the Website Item.
	"""
	if merge:
		_delete([old])


def row_changed(doc: Document, method: str | None = None) -> None:
	"""Store the values of an item anew whose row was saved or deleted by itself.

	Item Website Specification, `on_update` and `after_delete`: a save of the Website Item raises neither.
	"""
	if doc.parenttype == WEBSITE_ITEM:
		_write({doc.parent: _read([doc.parent], labels_of(frappe.get_cached_doc(SETTINGS)))[doc.parent]})
		shared_cache.forget(products=[doc.parent])


def labels_changed() -> None:
	"""Ask a worker to make the whole index anew once the new labels are committed."""
	frappe.db.after_commit.add(lambda: ask_queue(_enqueue))


def _enqueue() -> None:
	frappe.enqueue(REFILL, queue="long", timeout=TIMEOUT)


def ensure() -> None:
	"""Make the index if it is missing, or was made by other labels. Commits. One statement if not."""
	if frappe.db.get_single_value(SETTINGS, MARK, cache=False) != _mark(_labels()):
		refill()


def refill() -> None:
	"""Make the whole index anew, in chunks, each of which is committed. A job.

	If the labels change meanwhile, it begins anew.
	"""
	while True:
		labels = _labels()
		with database.read_committed():
			for names in _locked_names():
				_write(_read(names, labels))
				frappe.db.commit()  # nosemgrep: frappe-manual-commit -- no save waits for more than a chunk
			_delete_orphans()
			frappe.db.set_single_value(SETTINGS, MARK, _mark(labels), update_modified=False)
			shared_cache.forget()
			frappe.db.commit()  # nosemgrep: frappe-manual-commit -- before the labels are looked at again
		if _labels() == labels:
			return


def _labels() -> dict[str, str]:
	# as they are stored now: a cached document may be that of the beginning
	return labels_of(frappe.db.get_singles_dict(SETTINGS))


def _mark(labels: Mapping[str, str]) -> str:
	return "|".join([VERSION, *(labels[kind] for kind in KINDS)])


def _locked_names() -> Iterator[list[str]]:
	"""Yield the names of all Website Items in chunks: locked, so that no save changes them meanwhile."""
	item = frappe.qb.DocType(WEBSITE_ITEM)
	query = frappe.qb.from_(item).select(item.name).for_update()
	for rows in database.pages(query, item.name, CHUNK):
		yield [row.name for row in rows]


def _read(names: Sequence[str], labels: Mapping[str, str]) -> dict[str, Facets]:
	specifications: dict[str, list[Any]] = defaultdict(list)
	for row in rows_of(names):
		specifications[row.parent].append(row)
	return {name: facets_of(specifications[name], labels) for name in names}


def _write(facets: Mapping[str, Facets]) -> None:
	"""Replace the values of Website Items. Two statements."""
	if _is_missing():
		return
	_delete(list(facets))
	now, user = now_datetime(), frappe.session.user
	rows = [
		(frappe.generate_hash(length=20), now, now, user, name, kind, value, key)
		for name, kinds in facets.items()
		for kind, values in kinds.items()
		for key, value in values.items()
	]
	if not rows:
		return
	# another transaction may have written the same
	is_mariadb = frappe.db.db_type == "mariadb"
	ignore, do_nothing = ("IGNORE", "") if is_mariadb else ("", "ON CONFLICT DO NOTHING")
	columns = ", ".join(f"`{column}`" for column in COLUMNS)
	places = ", ".join([f"({', '.join(['%s'] * len(COLUMNS))})"] * len(rows))
	# nosemgrep: frappe-using-db-sql -- the query builder takes ten times as long for thousands of values
	frappe.db.sql(
		f"INSERT {ignore} INTO `tab{FACET}` ({columns}) VALUES {places} {do_nothing}",
		[value for row in rows for value in row],
	)


def _delete(names: Sequence[str]) -> None:
	if _is_missing():
		return
	facet = frappe.qb.DocType(FACET)
	database.run(frappe.qb.from_(facet).delete().where(facet.website_item.isin(names)))


def _delete_orphans() -> None:
	"""Delete the values of Website Items that were deleted without their events."""
	facet, item = frappe.qb.DocType(FACET), frappe.qb.DocType(WEBSITE_ITEM)
	there = frappe.qb.from_(item).select(item.name)
	database.run(frappe.qb.from_(facet).delete().where(facet.website_item.notin(there)))


def _is_missing() -> bool:
	"""Return whether a patch saves Website Items before the table is made; `ensure` follows then."""
	return bool(frappe.flags.in_migrate) and not frappe.db.table_exists(FACET)
