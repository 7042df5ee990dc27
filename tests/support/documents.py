"""Documents that a test makes and that are gone afterwards, even if they were committed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.support.baseline import PLAIN, Baseline

if TYPE_CHECKING:
	from datetime import datetime

	from frappe.model.document import Document

# what the app and Frappe write besides the documents of a test
TRACES = (
	"Medusa Sync Task",
	"Medusa Event",
	"Medusa Order",
	"Medusa Order Backfill",
	"Medusa Request Log",
	"Medusa Reconciliation",
	"Medusa Reconciliation Finding",
	"Error Log",
	"Email Queue",
	"Deleted Document",
	"Version",
)

# of a deletion that meets a write of the server's process
TRIES = 20


class TestSite:
	"""A site within one test: connected as Administrator, and left as it was found.

	With a `baseline` all of its tables are put back: devbench's site has one, and one of a real bench with
	`--restore-tables`. Without it, what the test has made is deleted, one document after the other.
	"""

	__test__ = False

	def __init__(self, name: str, baseline: Baseline | None, *, is_ours: bool) -> None:
		import frappe

		self.name, self._baseline = name, baseline
		# devbench's
		self.is_ours = is_ours
		self._made: list[tuple[str, str]] = []
		self._singles: dict[str, SingleBackup] = {}
		frappe.set_user("Administrator")
		self.started_at = frappe.utils.now_datetime()

	@property
	def restores_tables(self) -> bool:
		"""Whether all tables are put back after the test, so that nothing has to be deleted."""
		return self._baseline is not None

	def new(self, doctype: str, **values: Any) -> Document:
		"""Insert a document with these values; it is deleted after the test."""
		import frappe

		document = frappe.get_doc({"doctype": doctype, **values})
		# what nobody but the app may make, a test makes in its place
		document.flags.written_by_app = True
		document.insert(ignore_permissions=True)
		document.flags.written_by_app = False
		return self.added(document)

	def added(self, document: Document) -> Document:
		"""Delete this document, which the test has made by itself, after the test."""
		self._made.append((document.doctype, str(document.name)))
		return document

	def errors(self) -> list[str]:
		"""Titles in the Error Log since the test began, oldest first."""
		import frappe

		frappe.db.rollback()
		since = {"creation": [">=", self.started_at]}
		return frappe.get_all("Error Log", filters=since, pluck="method", order_by="creation asc")

	def renamed(self, doctype: str, old: str, new: str) -> None:
		"""What the test has made under this name has another one now."""
		self._made = [(doctype, new) if made == (doctype, old) else made for made in self._made]

	def keep_single(self, doctype: str) -> None:
		"""Put the Single back after the test, as it is now: values, passwords and rows."""
		if not self._baseline and doctype not in self._singles:
			self._singles[doctype] = SingleBackup(doctype)

	def set_single(self, doctype: str, **values: Any) -> None:
		"""Write these values into a Single, without its validations; they are put back after the test."""
		import frappe

		self.keep_single(doctype)
		if values:
			frappe.db.set_single_value(doctype, values)

	def clean_up(self) -> None:
		"""Roll back, put the Singles back, and delete what was made; raise the first error at the end."""
		import frappe

		frappe.set_user("Administrator")
		frappe.db.rollback()
		for single in self._singles.values():
			single.restore()
		frappe.db.commit()
		made = [one for one in reversed(self._made) if not (self._baseline and one[0] in PLAIN)]
		errors = [error for error in map(delete, made) if error]
		if self._baseline:
			self._baseline.put_back()
		else:
			delete_traces(self.started_at)
		forget_caches()
		if self._baseline:
			forget_jobs()
		if errors:
			raise errors[0]


def delete_traces(since: datetime) -> None:
	"""Delete what the app and Frappe have written since then, and commit."""
	import frappe

	for doctype in TRACES:
		if frappe.db.table_exists(doctype):
			frappe.db.delete(doctype, {"creation": [">=", since]})
	frappe.db.commit()


class SingleBackup:
	"""All rows of a Single, in whatever table they are."""

	def __init__(self, doctype: str) -> None:
		import frappe

		self.doctype = doctype
		children = {field.options for field in frappe.get_meta(doctype).get_table_fields()}
		self._filters = {f"tab{child}": {"parenttype": doctype} for child in sorted(children)}
		self._filters |= {"tabSingles": {"doctype": doctype}, "__Auth": {"doctype": doctype}}
		self._rows = {table: self._select(table) for table in self._filters}

	def _select(self, table: str) -> list[dict]:
		import frappe

		(field, value), *_ = self._filters[table].items()
		return frappe.db.sql(f"select * from `{table}` where `{field}` = %s", value, as_dict=True)

	def restore(self) -> None:
		"""Put the rows back."""
		import frappe

		for table, filters in self._filters.items():
			(field, value), *_ = filters.items()
			frappe.db.sql(f"delete from `{table}` where `{field}` = %s", value)
			if rows := self._rows[table]:
				columns = ", ".join(f"`{column}`" for column in rows[0])
				places = ", ".join(["(" + ", ".join(["%s"] * len(rows[0])) + ")"] * len(rows))
				values = [value for row in rows for value in row.values()]
				frappe.db.sql(f"insert into `{table}` ({columns}) values {places}", values)
		frappe.clear_document_cache(self.doctype, self.doctype)


def delete(made: tuple[str, str]) -> Exception | None:
	"""Delete one document for good; return what stood in the way."""
	import frappe

	for left in reversed(range(TRIES)):
		try:
			frappe.delete_doc(
				*made,
				force=True,
				ignore_permissions=True,
				delete_permanently=True,
				flags={"written_by_app": True},
			)
			frappe.db.commit()
			return None
		except Exception as error:
			frappe.db.rollback()
			# the server's process still writes when somebody was last active
			if not (left and isinstance(error, (frappe.QueryDeadlockError, frappe.QueryTimeoutError))):
				return error
	return None


def forget_caches() -> None:
	"""Drop documents that were cached within a transaction that was rolled back, and counted calls."""
	import frappe
	from frappe.realtime import clear_realtime_log

	frappe.local.cache.clear()
	frappe.local.message_log = []
	frappe.db.value_cache.clear()
	(getattr(frappe, "client_cache", None) or frappe.cache).delete_keys("document_cache::")
	# kept beside the cache for as long as the site is connected, which is for all tests
	frappe.local.system_settings = None
	frappe.cache.delete_keys("rl:")
	# tests write by SQL, which no document event tells the shop's cache of
	frappe.cache.delete_keys("medusa_shared")
	# lists that Frappe searches at each save: they end with a request, but for tests there is none that ends
	frappe.flags.currently_saving = []
	clear_realtime_log()


def forget_jobs() -> None:
	"""Empty the queues: a job that is still waiting would keep the next test's from being queued."""
	from frappe.utils.background_jobs import get_queues

	for queue in get_queues():
		queue.empty()


def keep_redis_stopped(*, for_long: bool) -> None:
	"""Let Frappe's in-process cache think that Redis is away for long, or for a moment, until `forget_redis`.

	After 11 seconds it would know better, and a save during which it does so fails in Frappe: it has kept
	as a value that Redis has answered nothing.
	"""
	import frappe

	frappe.client_cache.healthy = not for_long
	frappe.client_cache.connection_retries = -math.inf


def forget_redis() -> None:
	"""Connect this process anew: after a restart,
	nobody tells Frappe's in-process cache what others change.
	"""
	import frappe

	frappe.cache = frappe.client_cache = None
	frappe.setup_redis_cache_connection()
	forget_caches()
