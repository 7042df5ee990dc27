"""Stores every exchange with Medusa in Medusa Request Log, even if the transaction is rolled back."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

import frappe
from frappe.utils import now_datetime
from rq.timeouts import JobTimeoutException

from medusa_integration import database
from medusa_integration.constants import REQUEST_LOG
from medusa_integration.medusa.batching import portions
from medusa_integration.medusa.values import Exchange

Voucher = tuple[str | None, str | None, str | None]

MAX_BODY = 64 * 1024
ROWS_PER_STATEMENT = 100
# at most four bytes each, which is less than the 16 MB that MariaDB accepts by default
CHARACTERS_PER_STATEMENT = 2_000_000
FIELDS = (
	*database.STANDARD_COLUMNS,
	"status",
	"http_method",
	"url",
	"status_code",
	"duration_ms",
	"payload",
	"response",
	"error",
	"voucher_type",
	"voucher_name",
	"sync_task",
	"personal_data",
)


class RequestLog:
	"""Collects exchanges and writes them in a short transaction of their own.

	Any thread may add exchanges; only the thread with the database connection may write them.

	Attributes:
		personal: whether they are about an account of the shop; only users who may read Leads see them.
		voucher: (DocType, name or None, task or None) of the next exchanges.
		tasks: names of tasks by document, for exchanges about a single document.
	"""

	def __init__(self, *, personal: bool = False) -> None:
		self.personal = personal
		self.voucher: Voucher = (None, None, None)
		self.tasks: Mapping[str, str] = {}
		self._exchanges: deque[tuple[float, tuple]] = deque()

	def add(self, exchange: Exchange) -> None:
		"""Add one exchange, whose secrets are already masked."""
		voucher = self.voucher
		if exchange.about:
			voucher = (voucher[0], exchange.about, self.tasks.get(exchange.about))
		# converted to text now, while other requests are waiting for a response
		self._exchanges.append((time.monotonic(), (*_columns(exchange), *voucher, int(self.personal))))

	def write(self) -> None:
		"""Insert the collected exchanges in the current transaction.

		One statement for 100 rows, fewer if they are long.
		"""
		now, clock = now_datetime(), time.monotonic()
		rows = []
		for _ in range(len(self._exchanges)):
			at, columns = self._exchanges.popleft()
			rows.append(_row(now - timedelta(seconds=clock - at), columns))
		for some in portions(rows, _characters, _fits):
			frappe.db.bulk_insert(REQUEST_LOG, FIELDS, some, chunk_size=len(some))

	def write_and_commit(self) -> None:
		"""Write the exchanges and commit. An error is written to the Error Log and not raised."""
		try:
			self.write()
		except JobTimeoutException:
			raise
		except Exception:
			# the results of the requests must still be settled
			frappe.db.rollback()
			frappe.log_error("Medusa: requests could not be logged")
		# nosemgrep: frappe-manual-commit -- a later rollback must not remove rows of requests that were sent
		frappe.db.commit()

	def write_after(self) -> None:
		"""Write after the caller's transaction has ended, so that its rollback does not remove the rows."""

		frappe.db.after_commit.add(self.write_and_commit)
		frappe.db.after_rollback.add(self.write_and_commit)


def _characters(row: tuple) -> int:
	return sum(len(value) for value in row if isinstance(value, str))


def _fits(rows: int, characters: int) -> bool:
	return rows <= ROWS_PER_STATEMENT and characters <= CHARACTERS_PER_STATEMENT


def _row(at: datetime, columns: tuple) -> tuple:
	return (*database.standard_values(frappe.generate_hash(length=20), at), *columns)


def _columns(exchange: Exchange) -> tuple:
	success = exchange.error is None and 200 <= exchange.status < 400
	return (
		"Success" if success else "Failure",
		exchange.method,
		exchange.url[:500],
		exchange.status,
		exchange.milliseconds,
		_text(exchange.request_body),
		_text(exchange.response_body),
		exchange.error,
	)


def _text(body: object) -> str | None:
	"""Return a body as JSON, cut at 64 KB. The form indents it, because this takes ten times as long."""
	if body is None or body == "":
		return None
	text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, default=str)
	text = text.encode("utf-8", "replace").decode()  # a single surrogate cannot be stored
	return text if len(text) <= MAX_BODY else text[:MAX_BODY] + "\n..."
