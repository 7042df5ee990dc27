"""Counting what goes to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

TRANSACTION_CONTROL = ("commit", "rollback", "start transaction", "savepoint", "release savepoint", "set ")


@contextmanager
def recorded_queries() -> Iterator[list[str]]:
	"""The statements, with their values, that go through `frappe.db` inside; none that only control transactions."""
	import frappe

	db = frappe.local.db
	queries: list[str] = []
	execute = db.execute_query

	def record(query, values=None):
		result = execute(query, values)
		text = getattr(db._cursor, "_executed", None) or str(query)
		text = text.decode(errors="replace") if isinstance(text, bytes) else text
		if not text.lstrip().lower().startswith(TRANSACTION_CONTROL):
			queries.append(text)
		return result

	db.execute_query = record
	try:
		yield queries
	finally:
		del db.execute_query
