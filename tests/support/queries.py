"""Counting what goes to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps

TRANSACTION_CONTROL = (
	"commit",
	"rollback",
	"start transaction",
	"savepoint",
	"release savepoint",
	"set session",
	"set @",
	"set transaction",
	"set autocommit",
)


@contextmanager
def recorded_queries() -> Iterator[list[str]]:
	"""The statements, with their values, that go through `frappe.db` inside;
	none that only control transactions.
	"""
	import frappe

	db = frappe.local.db
	queries: list[str] = []
	# every way to the database ends in it, in Frappe 15 as in 16
	sql = db.sql

	@wraps(sql)
	def record(query, *args, **kwargs):
		try:
			return sql(query, *args, **kwargs)
		finally:
			text = getattr(db._cursor, "_executed", None) or str(query)
			text = text.decode(errors="replace") if isinstance(text, bytes) else text
			is_run = kwargs.get("run", True)
			if is_run and not text.lstrip().lower().startswith(TRANSACTION_CONTROL):
				queries.append(text)

	db.sql = record
	try:
		yield queries
	finally:
		del db.sql
