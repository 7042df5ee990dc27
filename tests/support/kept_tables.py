"""A copy of all tables beside the site, from which the next run heals it when tests were killed."""

from __future__ import annotations

import fcntl
import os
import pickle
from pathlib import Path
from typing import Any, TextIO

import pytest

from tests.support.baseline import KEPT, Baseline, replace_rows


class KeptTables:
	"""The copy of a site's tables, and the lock of the run that uses them.

	The kernel takes a lock from whoever is killed. So a copy that is there while nobody has the lock is that
	of a run which was killed.

	Args:
		site: the folder of the site.
		name: the name of the site.
	"""

	def __init__(self, site: Path, name: str) -> None:
		self.name = name
		self._file = site / "medusa_tests_unfinished"
		# Frappe writes it when the site is migrated
		self._migrated = site / "touched_tables.json"
		self._lock_file = site / "medusa_tests_lock"
		self._lock: TextIO | None = None

	def lock(self) -> None:
		"""Let no other run use the tables until `forget`, or until this process ends.

		Raises:
			pytest.UsageError: another run uses them.
		"""
		self._lock = self._lock_file.open("a")
		try:
			fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			raise pytest.UsageError(f"--restore-tables: other tests on {self.name} still run.") from None

	def heal(self) -> str | None:
		"""Put back what the tables held before tests that were killed; committed.

		Returns:
			One line that says so, None if no tests were killed.

		Raises:
			pytest.UsageError: the site was migrated since, or the copy does not fit its tables.
		"""
		import frappe

		if not self._file.exists():
			return None
		tables: dict[str, list[dict[str, Any]]] = self._read()
		changed = [table for table, rows in tables.items() if table not in KEPT and replace_rows(table, rows)]
		frappe.db.commit()
		frappe.clear_cache()
		self._file.unlink()
		return f"--restore-tables: tests on {self.name} were killed; {len(changed)} tables hold again what they held before."

	def keep(self, baseline: Baseline) -> None:
		"""Write what all tables hold; before anything is changed."""
		written = self._file.with_suffix(".new")
		with written.open("wb") as file:
			os.fchmod(file.fileno(), 0o600)
			pickle.dump({table: [dict(row) for row in rows] for table, rows in baseline.rows.items()}, file)
			file.flush()
			os.fsync(file.fileno())
		written.replace(self._file)

	def forget(self) -> None:
		"""Remove the copy and let others use the tables: they hold what they held."""
		self._file.unlink(missing_ok=True)
		if self._lock:
			self._lock.close()

	def _read(self) -> dict[str, list[dict[str, Any]]]:
		import frappe

		tables = pickle.loads(self._file.read_bytes()) if self._file.stat().st_size else {}
		migrated = self._migrated.exists() and self._migrated.stat().st_mtime > self._file.stat().st_mtime
		known = set(frappe.db.get_tables(cached=False))
		fits = tables and set(tables) <= known and all(map(_has_columns, tables, tables.values()))
		if migrated or not fits:
			raise pytest.UsageError(
				f"--restore-tables: tests on {self.name} were killed, and the copy of its tables is of another "
				f"state of the site: restore the site, then delete {self._file}."
			)
		return tables


def _has_columns(table: str, rows: list[dict[str, Any]]) -> bool:
	import frappe

	if not rows:
		return True
	columns = {row[0] for row in frappe.db.sql(f"show columns from `{table}`")}
	return set(rows[0]) == columns
