"""Statements about rows that other transactions write at the same time.

With `innodb_snapshot_isolation`, which MariaDB enables by default since 11.6.2, a statement at REPEATABLE
READ that writes or locks a row which another transaction has changed since this transaction began fails with
error 1020 and rolls back the whole transaction. A user's save would be lost because a worker has finished a
task meanwhile. At READ COMMITTED, which the workers use, and with the setting off, such a statement uses the
row as it is now. The functions here provide that. PostgreSQL has no such setting.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache, lru_cache
from itertools import islice
from typing import Any, TypeVar

import frappe
from frappe.utils import add_days, cint, now_datetime
from pypika.queries import QueryBuilder
from pypika.terms import Criterion, Field

from medusa_integration.settings import get_settings

T = TypeVar("T")
VARIABLE = "innodb_snapshot_isolation"
# key in `frappe.local.flags`: the connection for which `see_latest_rows` has switched the setting off
FLAG = "medusa_sees_latest_rows"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# what Frappe writes into every row that it inserts; `standard_values` returns the values
STANDARD_COLUMNS = ("name", "creation", "modified", "owner", "modified_by")
# what tells of trouble is of use longer than what went well
OTHERS_KEPT = 3


def run(query: QueryBuilder, **options: Any) -> Any:
	"""Run one statement on the rows as they are now.

	Args:
		query: a query of Frappe's query builder.
		**options: options of `frappe.db.sql`.

	Returns:
		What `query.run()` returns.
	"""
	sql, values = query.walk()
	return execute(sql, values, **options)


def execute(sql: str, values: Sequence[Any] | dict[str, Any] = (), **options: Any) -> Any:
	"""Run one SQL statement on the rows as they are now; it remains one statement.

	Args:
		sql: the statement, with placeholders.
		values: the values of the placeholders.
		**options: options of `frappe.db.sql`.

	Returns:
		What `frappe.db.sql` returns.
	"""
	if not _is_hindered():
		# nosemgrep: frappe-using-db-sql -- the callers' statements; their values are passed separately
		return frappe.db.sql(sql, values, **options)
	# Frappe counts writes by a statement's first word; some versions commit no request without writes
	frappe.db.transaction_writes += 1
	# nosemgrep: frappe-using-db-sql -- the query builder has no SET STATEMENT; values are passed separately
	return frappe.db.sql(f"SET STATEMENT {VARIABLE}=OFF FOR {sql}", values, **options)


@contextmanager
def latest_rows() -> Iterator[None]:
	"""Run every statement in the context on the rows as they are now, including Frappe's own statements.

	Two statements at most.
	"""
	if not _is_hindered():
		yield
		return
	see_latest_rows()
	connection = frappe.local.flags[FLAG]
	try:
		yield
	finally:
		if frappe.db and frappe.db._conn is connection:
			frappe.local.flags.pop(FLAG, None)
			with suppress(frappe.db.OperationalError):  # the connection is gone, and the setting with it
				# nosemgrep: frappe-using-db-sql -- the query builder has no session variables
				frappe.db.sql(f"SET SESSION {VARIABLE}=@medusa_before")


@contextmanager
def read_committed() -> Iterator[None]:
	"""Inside, from the next transaction on, a statement locks the rows that it means, and no others.

	MariaDB's default locks whatever a statement has looked at, and the gaps between: two workers with tasks
	of their own would wait for each other, and every save of a document for both. With
	`innodb_snapshot_isolation` it does not pass over what others have locked, and two workers deadlock.
	PostgreSQL never does that.
	"""
	if frappe.db.db_type != "mariadb":
		yield
		return
	# nosemgrep: frappe-using-db-sql -- the query builder has no session variables
	before = frappe.db.sql("SELECT @@SESSION.tx_isolation")[0][0]
	# nosemgrep: frappe-using-db-sql -- the query builder has no session variables
	frappe.db.sql("SET SESSION tx_isolation = 'READ-COMMITTED'")
	try:
		with latest_rows():
			yield
	finally:
		# nosemgrep: frappe-using-db-sql -- the query builder has no session variables
		frappe.db.sql("SET SESSION tx_isolation = %s", before)


def see_latest_rows() -> None:
	"""Run every further statement of this connection on the rows as they are now. One statement at most."""
	if _is_hindered():
		# nosemgrep: frappe-using-db-sql -- the query builder has no session variables
		frappe.db.sql(f"SET @medusa_before=@@SESSION.{VARIABLE}, SESSION {VARIABLE}=OFF")
		frappe.local.flags[FLAG] = frappe.db._conn


def is_set(column: Field) -> Criterion:
	"""Return the condition that a column has a value, as Frappe's `("is", "set")`."""
	return column.isnotnull() & (column != "")


def is_not_set(column: Field) -> Criterion:
	"""Return the condition that a column has no value, as Frappe's `("is", "not set")`: NULL or empty."""
	return column.isnull() | (column == "")


def folded(name: str) -> str:
	"""Return a text that is the same for all names which the database considers equal.

	MariaDB compares names without regard to case, accents, and spaces at the end ("WEB-ITM-7" and
	"web-itm-7", "Größe" and "grosse"); PostgreSQL compares them exactly. Only accents of Latin and Greek
	letters are ignored: in other scripts they may make a different letter.

	Args:
		name: a document's name, in any spelling.
	"""
	if frappe.db.db_type != "mariadb":
		return name
	return "".join(_without_accents(letter) for letter in name.rstrip(" ")).casefold()


# a list of the shop folds the names of all Item Groups
@lru_cache(maxsize=4096)
def _without_accents(letter: str) -> str:
	first, *marks = list(unicodedata.normalize("NFKD", letter))
	is_plain = unicodedata.name(first, "").startswith(("LATIN", "GREEK")) and all(
		unicodedata.combining(mark) for mark in marks
	)
	return first if is_plain else letter


def as_asked(names: Iterable[str], found: Iterable[tuple[str, T]]) -> dict[str, T]:
	"""Index what the database has found by the names in the spelling that the caller asked for.

	Args:
		names: the names that the caller asked for.
		found: pairs of a name as it is stored, and any value.

	Returns:
		The values by name; a name that was not asked for keeps its stored spelling.
	"""
	asked: dict[str, str] = {}
	for name in names:
		asked.setdefault(folded(name), name)
	exact = set(asked.values())
	return {name if name in exact else asked.get(folded(name), name): value for name, value in found}


def pages(query: QueryBuilder, key: Field, size: int) -> Iterator[list[frappe._dict]]:
	"""Read a query page by page, in the order of a unique column: each page begins after the one before.

	Args:
		query: selects the column under its own name, and whatever else is wanted.
		key: the column.
		size: the rows of a page, and so of a statement.

	Yields:
		The rows of one page, never an empty list.
	"""
	last = ""
	while rows := query.where(key > last).orderby(key).limit(size).run(as_dict=True):
		yield rows
		last = rows[-1][key.name]


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
	"""Yield values that come one by one, so many at a time; of a list, `frappe.utils.create_batch` does."""
	values = iter(values)
	while some := list(islice(values, size)):
		yield some


def standard_values(name: str, at: datetime, user: str = "Administrator") -> tuple[Any, ...]:
	"""Return the values of STANDARD_COLUMNS for a new row.

	Args:
		name: the name of the row.
		at: when it is created.
		user: who creates it.
	"""
	return (name, at, at, user, user)


def clear_old_rows(doctype: str, days: int, *, status: str) -> None:
	"""Delete the rows of a log by their age. Two statements.

	Args:
		doctype: a DocType with a status.
		days: the age from which rows with this status are deleted; others are deleted at three times the age.
		status: the status of rows that nobody needs to look at.
	"""
	row = frappe.qb.DocType(doctype)
	for is_kind, age in (
		(row.status == status, cint(days)),
		(row.status != status, cint(days) * OTHERS_KEPT),
	):
		frappe.qb.from_(row).delete().where(is_kind & (row.creation < add_days(now_datetime(), -age))).run()


def before_request() -> None:
	"""Prepare a request that writes for changes of the same rows by workers (hook `before_request`).

	Workers write Medusa's ids and the stock to documents that users save at the same time, and Frappe locks
	the document before any of its events. One statement at most; none in a request that only reads, or on a
	site without Medusa.
	"""
	if frappe.request.method not in SAFE_METHODS and get_settings().url:
		see_latest_rows()


def before_job() -> None:
	"""Prepare a job for changes of the same rows by other workers (hook `before_job`).

	One statement at most.
	"""
	if get_settings().url:
		see_latest_rows()


def _is_hindered() -> bool:
	"""Return whether a row that others have changed may roll back this transaction."""
	if frappe.db.db_type != "mariadb":
		return False
	if not frappe.db._conn:
		frappe.db.connect()
	if frappe.local.flags.get(FLAG) is frappe.db._conn:
		return False
	return _knows_setting(frappe.db._conn.get_server_info())


@cache
def _knows_setting(server: str) -> bool:
	"""Return whether the server has the setting; asked once for each version in a process.

	MariaDB has it since 10.6.18, 10.11.8, and the corresponding releases of later series.
	"""
	# nosemgrep: frappe-using-db-sql -- the query builder has no session variables
	return bool(frappe.db.sql(f"SHOW VARIABLES LIKE '{VARIABLE}'"))
