"""A process on the site that can be killed between two of its steps, without starting one.

A step is what others can see: a commit, and a request to Medusa. Between two of them a killed process leaves
nothing, because the database rolls back what was not committed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import frappe
import pytest
from requests.adapters import HTTPAdapter

T = TypeVar("T")


class Killed(BaseException):
	"""The process is dead: not an Exception, which it would take for an error of its own."""


class Mortal:
	"""Runs work as a process of its own, which may be killed before or after each commit and request.

	Attributes:
		steps: how many steps the last work took.
	"""

	def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
		self.steps = 0
		self._last: int | None = None
		self._is_dead = False
		database = type(frappe.local.db)
		commit, sql, send = database.commit, database.sql, HTTPAdapter.send

		def guarded(work: Callable[..., Any]) -> Callable[..., Any]:
			def run(*arguments: Any, **options: Any) -> Any:
				self._step()
				answer = work(*arguments, **options)
				self._step()
				return answer

			return run

		def run_sql(*arguments: Any, **options: Any) -> Any:
			self._require_alive()
			return sql(*arguments, **options)

		monkeypatch.setattr(database, "commit", guarded(commit))
		monkeypatch.setattr(database, "sql", run_sql)
		monkeypatch.setattr(HTTPAdapter, "send", guarded(send))

	def run(self, work: Callable[[], T], last: int | None = None) -> T | None:
		"""Do the work, whose process is killed in place of its step number `last`, from 1.

		Returns:
			What the work returns; None if it was killed.
		"""
		self.steps, self._last = 0, last
		try:
			return work()
		except Killed:
			return None
		finally:
			was_killed, self._last, self._is_dead = self._is_dead, None, False
			if was_killed:
				_bury()

	def step(self) -> None:
		"""A step of another kind, such as asking Redis."""
		self._step()

	def _step(self) -> None:
		self._require_alive()
		self.steps += 1
		if self.steps == self._last:
			self._is_dead = True
			raise Killed

	def _require_alive(self) -> None:
		"""What is done on the way out, a process that is killed does not do."""
		if self._is_dead:
			raise Killed


def _bury() -> None:
	"""Roll back as the database does it, and begin as a new process: nothing is remembered."""
	# whoever is killed at once has no connection yet
	if frappe.db._conn:
		frappe.db._conn.rollback()
		frappe.db.close()
	site, sites_path = frappe.local.site, frappe.local.sites_path
	frappe.destroy()
	frappe.init(site, sites_path=sites_path, force=True)
	frappe.connect()
