"""What a worker does while Medusa works on a batch: settle the one before, claim and load the one after.

The client calls it while its requests are under way (v1 takes one product a call, six at a time), so that
Medusa need not wait for the database either. Whatever goes wrong here will do so again in its turn.
"""

from __future__ import annotations

from collections.abc import Callable

import frappe
from rq.timeouts import JobTimeoutException

from medusa_integration.sync.batch import Batch


class Lookahead:
	"""The time in which one batch is sent.

	Attributes:
		following: the batch that was claimed meanwhile, loaded or not; None without.
		interrupted: the end of the worker's job that came meanwhile, to be raised once what is being sent
			is settled.
	"""

	def __init__(self, settle_last: Callable[[], None], claim_next: Callable[[], Batch | None]) -> None:
		"""Make one for the batch that is about to be sent.

		Args:
			settle_last: settles the batch that was sent before, if that is still to be done.
			claim_next: claims the batch after, None when there is nothing to claim ahead.
		"""
		self._settle_last, self._claim_next = settle_last, claim_next
		self.following: Batch | None = None
		self.interrupted: JobTimeoutException | None = None

	def __call__(self) -> None:
		"""Use the time. Never raises: what is being sent has to be settled, whatever happens here."""
		try:
			# nosemgrep: frappe-manual-commit -- what was learned of the server on the way to this
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
