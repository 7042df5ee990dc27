"""The simulated database: rows by id, soft deletion, columns that are unique among the rows that live.

Every change can be undone: `Database.transaction` undoes all of them when its block fails, which is what
makes each request, and above all each batch, happen as a whole or not at all.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone

Row = dict
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def now() -> str:
	"""The moment as Medusa writes it."""
	return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def new_id(prefix: str) -> str:
	"""A new id in the form of Medusa's: prefix_ and 26 characters, the first ten of which are the time.

	Ids of the same millisecond are in no order, so that rows sorted by id are not in the order of creation.
	"""
	number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
	return f"{prefix}_{''.join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))}"


class Table:
	"""Rows of one kind, with indexes on `indexed` columns, and unique indexes on `unique` columns."""

	def __init__(
		self,
		prefix: str,
		duplicate: Callable[[str, object], Exception],
		unique: Iterable[str] = (),
		indexed: Iterable[str] = (),
	) -> None:
		self.prefix, self.unique = prefix, tuple(unique)
		self.rows: dict[str, Row] = {}
		self.undo: list[Callable[[], object]] = []
		self._duplicate = duplicate
		self._index: dict[str, dict[object, dict[str, Row]]] = {c: {} for c in (*self.unique, *indexed)}

	def __iter__(self) -> Iterator[Row]:
		"""The rows that live, oldest first."""
		return iter([row for row in self.rows.values() if row["deleted_at"] is None])

	def get(self, row_id: object) -> Row | None:
		"""The living row with this id."""
		row = self.rows.get(row_id) if isinstance(row_id, str) else None
		return row if row and row["deleted_at"] is None else None

	def where(self, column: str, value: object) -> list[Row]:
		"""The living rows with this value in an indexed column, oldest first."""
		return list(self._index[column].get(value, {}).values())

	def first(self, column: str, value: object) -> Row | None:
		"""The first living row with this value in an indexed column."""
		return next(iter(self._index[column].get(value, {}).values()), None)

	def insert(self, values: Row) -> Row:
		"""Add a row; its id is made unless it has one."""
		row = {"id": values.get("id") or new_id(self.prefix), **values}
		row |= {"created_at": now(), "updated_at": now(), "deleted_at": None}
		self._refuse_duplicates(row, row)
		self._add(row)
		self.rows[row["id"]] = row
		self.undo.append(lambda: (self._remove(row), self.rows.pop(row["id"], None)))
		return row

	def update(self, row: Row, values: Row) -> Row:
		"""Change a row in place."""
		self._refuse_duplicates(row, values)
		self._set(row, {**values, "updated_at": now()})
		return row

	def delete(self, row: Row) -> None:
		"""Mark a row deleted; its unique values are free again."""
		if row["deleted_at"] is None:
			self._set(row, {"deleted_at": now()})

	def _set(self, row: Row, values: Row) -> None:
		before = dict(row)
		self._replace(row, {**row, **values})
		self.undo.append(lambda: self._replace(row, before))

	def _replace(self, row: Row, values: Row) -> None:
		# a row keeps its place among the others unless what it is found by changes
		moved = any(row.get(column) != values.get(column) for column in ("deleted_at", *self._index))
		if moved:
			self._remove(row)
		row.clear()
		row.update(values)
		if moved:
			self._add(row)

	def _refuse_duplicates(self, row: Row, values: Row) -> None:
		for column in self.unique:
			value = values.get(column)
			if value is not None and any(other is not row for other in self.where(column, value)):
				raise self._duplicate(column, value)

	def _add(self, row: Row) -> None:
		if row["deleted_at"] is None:
			for column, entries in self._index.items():
				entries.setdefault(row.get(column), {})[row["id"]] = row

	def _remove(self, row: Row) -> None:
		for column, entries in self._index.items():
			entries.get(row.get(column), {}).pop(row["id"], None)


class Database:
	"""All tables of one simulated Medusa."""

	def __init__(self) -> None:
		self._tables: list[Table] = []
		self._undo: list[Callable[[], object]] = []

	def add(self, table: Table) -> Table:
		table.undo = self._undo
		self._tables.append(table)
		return table

	@contextlib.contextmanager
	def transaction(self) -> Iterator[None]:
		"""Undo every change of the block if it fails."""
		self._undo.clear()
		try:
			yield
		except BaseException:
			while self._undo:
				self._undo.pop()()
			raise
		self._undo.clear()
