"""Keeping every exchange with Medusa as a row of Medusa Request Log, whatever becomes of the transaction."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

import frappe
from frappe.utils import now_datetime
from rq.timeouts import JobTimeoutException

from medusa_integration.constants import REQUEST_LOG
from medusa_integration.medusa.batching import portions
from medusa_integration.medusa.values import Exchange

Voucher = tuple[str | None, str | None, str | None]

MAX_BODY = 64 * 1024
ROWS_PER_STATEMENT = 100
# four bytes each at the most: well below the 16 MB that MariaDB takes by itself
CHARACTERS_PER_STATEMENT = 2_000_000
FIELDS = (
	"name",
	"creation",
	"modified",
	"owner",
	"modified_by",
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
	"""Collects exchanges while they happen and writes them in a short transaction of their own.

	`personal` says that they are about somebody who signs up or in: who may not read Leads is not shown them.
	`voucher` is the (DocType, name or None, task or None) that the next exchanges are about, `tasks` has the
	task of each document that one of them alone may be about. Adding is safe from any thread; writing is for
	the thread that owns the database connection.
	"""

	def __init__(self, *, personal: bool = False) -> None:
		self.personal = personal
		self.voucher: Voucher = (None, None, None)
		self.tasks: Mapping[str, str] = {}
		self._exchanges: deque[tuple[float, tuple]] = deque()

	def add(self, exchange: Exchange) -> None:
		"""Take note of one exchange; its secrets are masked already."""
		voucher = self.voucher
		if exchange.about:
			voucher = (voucher[0], exchange.about, self.tasks.get(exchange.about))
		# made into text at once: while one request is waited for, there is time to write up another
		self._exchanges.append((time.monotonic(), (*_columns(exchange), *voucher, int(self.personal))))

	def write(self) -> None:
		"""Insert what was collected, in the current transaction.

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
		"""Write at once. What cannot be written is told in the Error Log, and stops nobody."""
		try:
			self.write()
		except JobTimeoutException:
			raise
		except Exception:
			# what Medusa has answered is worth more than the log of it
			frappe.db.rollback()
			frappe.log_error("Medusa: requests could not be logged")
		frappe.db.commit()  # the requests happened, whatever becomes of what follows

	def write_after(self) -> None:
		"""Write once the caller's transaction has ended: its rollback must not take the rows away."""

		frappe.db.after_commit.add(self.write_and_commit)
		frappe.db.after_rollback.add(self.write_and_commit)


def _characters(row: tuple) -> int:
	return sum(len(value) for value in row if isinstance(value, str))


def _fits(rows: int, characters: int) -> bool:
	return rows <= ROWS_PER_STATEMENT and characters <= CHARACTERS_PER_STATEMENT


def _row(at: datetime, columns: tuple) -> tuple:
	return (frappe.generate_hash(length=20), at, at, "Administrator", "Administrator", *columns)


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
	"""A body as JSON, cut at 64 KB; indented when somebody looks at it, as that takes ten times as long."""
	if body is None or body == "":
		return None
	text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, default=str)
	text = text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be stored
	return text if len(text) <= MAX_BODY else text[:MAX_BODY] + "\n..."
