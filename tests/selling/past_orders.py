"""Past orders of a simulated Medusa, and runs that look at them or import them, as their job does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe

from devbench.medusa.simulator.baskets import Basket
from medusa_integration.constants import BACKFILL, MEDUSA_ORDER
from medusa_integration.selling.order.backfill import desk, run
from medusa_integration.selling.order.backfill.row import JOB
from tests.selling.lanes import Lane

MAY = ("2026-05-01", "2026-05-31")


class Past(Lane):
	"""Orders that were placed in Medusa before anybody imported orders."""

	def __init__(self, quotes, monkeypatch) -> None:
		super().__init__(quotes)
		self.jobs: list[dict[str, Any]] = []
		self.monkeypatch = monkeypatch
		self.others: list[str] = []
		monkeypatch.setattr(frappe, "enqueue", self._enqueue)

	def _enqueue(self, method: Any, **options: Any) -> None:
		if method == JOB:
			self.jobs.append(options)
		else:
			self.others.append(str(method))

	def placed(self, at: str, basket: Basket | None = None, **columns: Any) -> str:
		"""Let there be an order that was placed at that moment; nobody records it."""
		order_id = self.medusa.place_order(basket or self.basket())
		row = self.medusa.app.placed.rows[order_id]
		row.update({"created_at": at, "updated_at": at, **columns})
		return order_id

	def many(self, count: int) -> list[str]:
		"""Orders of as many minutes of the first of May, of one guest."""
		return [self.placed(f"2026-05-01T{8 + i // 60:02d}:{i % 60:02d}:00.000Z") for i in range(count)]

	def start(self, *days: str, **options: Any) -> str:
		"""Press Start; the job waits in the queue."""
		frappe.db.rollback()
		days = days or MAY
		first, last = (frappe.utils.getdate(day) for day in days)
		return desk.start(first, last, **options)["run"]

	def work(self) -> None:
		"""Do the job that was enqueued last."""
		job = self.jobs[-1]
		frappe.db.rollback()
		run.run(job["name"], job["job"])

	def dry(self, *days: str) -> Any:
		"""A whole dry run."""
		name = self.start(*days)
		self.work()
		return self.row(name)

	def imports(self, *days: str, **options: Any) -> Any:
		"""A whole import."""
		name = self.start(*days, dry_run=False, **options)
		self.work()
		return self.row(name)

	def row(self, name: str) -> Any:
		frappe.db.rollback()
		return frappe.get_doc(BACKFILL, name)

	def order(self, order_id: str) -> Any:
		frappe.db.rollback()
		return frappe.get_doc(MEDUSA_ORDER, order_id)

	def sales_orders(self, ids: list[str]) -> list[str]:
		"""Medusa's ids of the Sales Orders that there are of these orders, each as often as there is one."""
		frappe.db.rollback()
		return frappe.get_all("Sales Order", {"medusa_order_id": ("in", ids)}, pluck="medusa_order_id")

	def dies(self, where: Any, name: str, after: int) -> Callable[[], None]:
		"""Let the process be killed the next time that this function is called, after so many times."""
		work, calls = getattr(where, name), []

		def call(*arguments: Any, **options: Any) -> Any:
			calls.append(name)
			if len(calls) > after:
				raise Killed
			return work(*arguments, **options)

		self.monkeypatch.setattr(where, name, call)
		return lambda: self.monkeypatch.setattr(where, name, work)

	def forget_runs(self) -> None:
		"""Delete the runs of the test, with what was not committed."""
		frappe.db.rollback()
		frappe.db.delete(BACKFILL)
		frappe.db.commit()


class Killed(BaseException):
	"""Ends a process as a signal does: nothing catches it, and the connection to the database is gone."""
