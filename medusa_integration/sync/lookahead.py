"""Settles the previous batch, and claims and loads the next one, while Medusa processes a batch.

The client calls it while it waits for responses (v1 gets one product in a request, six in parallel), so that
Medusa does not have to wait for the database. An error here is ignored: it occurs again, and is handled, when
the batch is processed as usual.
"""

from __future__ import annotations

from collections.abc import Callable

import frappe
from rq.timeouts import JobTimeoutException

from medusa_integration.sync.batch import Batch


class Lookahead:
	"""The work that is done while one batch is sent.

	Attributes:
		following: the batch that was claimed, loaded or not; None without one.
		interrupted: the time-out of the worker's job that occurred here, to be raised after the batch that is
			being sent is settled.
	"""

	def __init__(self, settle_last: Callable[[], None], claim_next: Callable[[], Batch | None]) -> None:
		"""Create it for the batch that is sent next.

		Args:
			settle_last: settles the previous batch if it is not settled yet.
			claim_next: claims the next batch, and returns None if nothing can be claimed.
		"""
		self._settle_last, self._claim_next = settle_last, claim_next
		self.following: Batch | None = None
		self.interrupted: JobTimeoutException | None = None

	def __call__(self) -> None:
		"""Do the work. Never raises, because the batch that is being sent must be settled in any case."""
		try:
			# nosemgrep: frappe-manual-commit -- stores what the client has detected about the server
			frappe.db.commit()
			self._settle_last()
			self.following = self._claim_next()
			if self.following:
				self.following.load()
		except JobTimeoutException as error:
			frappe.db.rollback()
			self.interrupted = error
		except Exception:
			frappe.db.rollback()
