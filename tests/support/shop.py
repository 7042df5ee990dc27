"""A small shop on the site and the way of its documents to a simulated Medusa; and what came of it there."""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.support.documents import TestSite
from tests.support.medusa import Simulator
from tests.support.shop_documents import LANES, ShopDocuments

if TYPE_CHECKING:
	import pytest
	from frappe.model.document import Document

TASK = "Medusa Sync Task"
LOG = "Medusa Request Log"
# seconds: only a round that hangs takes so long, however slow the machine is
LONGEST_RUN = 60 * 60
# chunks that a round may settle beside one for each task, and for each of its tries
SPARE_CHUNKS = 100
TURNS = 10


class Endless(BaseException):
	"""A round goes on and on: not an Exception, which it would take for a broken document."""


class Turns:
	"""Counts the chunks of a round; raises Endless at more than any round needs for the tasks there are."""

	def __init__(self, tasks: int) -> None:
		self.left = SPARE_CHUNKS + TURNS * tasks

	def take(self) -> None:
		self.left -= 1
		if self.left < 0:
			raise Endless("the round did not end by itself")


class Shop(ShopDocuments):
	"""Items and groups of one test, and the way that they take to Medusa."""

	def __init__(self, site: TestSite, medusa: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
		import frappe

		from medusa_integration.mirror import connect
		from medusa_integration.sync import connection, wake

		super().__init__(site, medusa)
		self.sites_path = frappe.local.sites_path
		self.woken = 0
		self.waits: list[float] = []
		# a worker of the bench must not drain what a test is about to drain
		monkeypatch.setattr(wake, "enqueue", self._wake)
		without_waiting = functools.partial(connect, sleep=self.waits.append, random=lambda: 0.0)
		monkeypatch.setattr(connection, "connect", without_waiting)

	def _wake(self) -> None:
		self.woken += 1

	# -- sending ---------------------------------------------------------------------------------------------

	def drain(self, **options: Any) -> Counter[str]:
		"""One round of the drain, as the scheduler would start it; it has to end by itself."""
		import frappe

		from medusa_integration.sync import worker

		frappe.db.commit()
		turns = Turns(frappe.db.count(TASK))
		return worker.drain(seconds=LONGEST_RUN, after_batch=turns.take, **options)

	@contextmanager
	def keeps(self, item: Document, **changed: Any) -> Iterator[None]:
		"""Nothing of this Website Item but `changed` is written meanwhile, and nothing is sent."""
		import frappe

		def found() -> tuple[dict[str, Any], list[dict[str, Any]], int]:
			self.drain()
			frappe.db.rollback()
			row = frappe.db.get_value(item.doctype, item.name, "*", as_dict=True)
			return row, frappe.get_all(TASK, fields=["*"], order_by="name"), len(self.medusa.requests)

		row, tasks, requests = found()
		item.reload()
		yield
		assert found() == ({**row, **changed}, tasks, requests)
		assert frappe.get_all("Version", {"ref_doctype": item.doctype, "docname": item.name}) == []

	def make_due(self) -> None:
		"""Let the time come at which whatever waits is tried again, leases of the dead included."""
		import frappe

		frappe.db.rollback()
		before = frappe.utils.now_datetime() - timedelta(seconds=1)
		for column in ("next_attempt_at", "lease_expires_at"):
			task = frappe.qb.DocType(TASK)
			frappe.qb.update(task).set(task[column], before).where(task[column].isnotnull()).run()
		frappe.db.commit()

	# -- what came of it -------------------------------------------------------------------------------------

	def task(self, document: Document | str, doctype: str = "Website Item", lane: str | None = None) -> Any:
		"""The one task of a document in its main lane, or in this one; None without."""
		import frappe

		frappe.db.rollback()
		doctype = doctype if isinstance(document, str) else document.doctype
		name = document if isinstance(document, str) else document.name
		filters = {"reference_doctype": doctype, "reference_name": name, "lane": lane or LANES[doctype]}
		tasks = frappe.get_all(TASK, filters=filters, fields=["*"])
		assert len(tasks) < 2
		return tasks[0] if tasks else None

	def tasks(self) -> Counter[str]:
		"""How many tasks are in which state."""
		import frappe

		frappe.db.rollback()
		return Counter(frappe.get_all(TASK, pluck="status"))

	def log(self, **filters: Any) -> list[Any]:
		"""Rows of the request log, oldest first."""
		import frappe

		frappe.db.rollback()
		return frappe.get_all(LOG, filters=filters, fields=["*"], order_by="creation asc")

	def failed_jobs(self, method: str) -> list[str]:
		"""What Scheduled Job Log says of the runs of a job that have failed since the test began."""
		import frappe

		frappe.db.rollback()
		job = frappe.db.get_value("Scheduled Job Type", {"method": method})
		since = {"creation": [">=", self.site.started_at], "status": "Failed", "scheduled_job_type": job}
		return frappe.get_all("Scheduled Job Log", filters=since, pluck="details")

	def errors(self) -> list[str]:
		"""Titles in the Error Log since the test began, oldest first."""
		return self.site.errors()

	def product(self, document: Document | str) -> dict | None:
		"""Medusa's only product of this Website Item, found by what Medusa keeps of it."""
		name = document if isinstance(document, str) else document.name
		found = [one for one in self.medusa.products if (one["metadata"] or {}).get("website_item") == name]
		assert len(found) < 2, f"{len(found)} products of {name}"
		return found[0] if found else None

	def by_hand(self, method: str, path: str, **body: Any) -> dict:
		"""What the shop's people do in Medusa's own back office; not among the requests of the app."""
		import requests

		app, kept = self.medusa.app, list(self.medusa.requests)
		claims = {"user_id": "somebody", "domain": "admin", "actor_id": "somebody", "actor_type": "user"}
		headers = {"Authorization": f"Bearer {app.new_token(claims)}"}
		answer = requests.request(
			method, f"{self.medusa.url}{path}", json=body or None, headers=headers, timeout=300
		)
		answer.raise_for_status()
		self.medusa.requests[:] = kept
		return answer.json()

	def copy_by_hand(self, product: dict, **changes: Any) -> str:
		"""Make another product of this one in Medusa's back office, with a handle of its own; its id."""
		body = {
			"title": product["title"],
			"handle": f"copy-of-{product['handle']}",
			"metadata": product["metadata"],
			**changes,
		}
		options = {"v1": [{"title": "Default"}], "v2": [{"title": "Default", "values": ["Default"]}]}
		body.setdefault("options", options[self.medusa.generation])
		return self.by_hand("POST", "/admin/products", **body)["product"]["id"]

	def created(self) -> Counter[str]:
		"""How often Medusa was asked to create each item's product, by Website Item, whatever it answered."""
		return Counter(name for request in self.medusa.sent("POST") for name in asked_to_create(request))

	def when_creating(
		self, callback: Callable[[], object], when: str = "arrived", *, times: int = 1, after: int = 0
	) -> None:
		"""Call back when a request arrives, or was applied, that creates products; `times` times,
		`after` so many.
		"""
		left = {"times": times, "after": after}

		def look(request: Any) -> None:
			if not asked_to_create(request):
				return
			if left["after"]:
				left["after"] -= 1
			elif left["times"]:
				left["times"] -= 1
				callback()

		self.medusa.on("POST", "*", look, when)

	def elsewhere(self, work: Callable[[], object]) -> None:
		"""Do the work on another connection to the site, as another user would; raises what it raised."""
		failures: list[BaseException] = []

		def run() -> None:
			import frappe

			try:
				frappe.init(self.site.name, sites_path=self.sites_path)
				frappe.connect()
				work()
			except BaseException as error:
				failures.append(error)
			finally:
				frappe.destroy()

		thread = threading.Thread(target=run)
		thread.start()
		thread.join(300)
		assert not thread.is_alive(), "the work on another connection did not end"
		if failures:
			raise failures[0]

	def clean_up(self) -> None:
		"""Take away what the site's own clean-up does not know of."""
		import frappe

		frappe.db.rollback()
		self.forget_bulk()
		frappe.db.delete(TASK)
		frappe.db.commit()


def asked_to_create(request: Any) -> list[str]:
	"""The Website Items whose products this request is to create; none for a probe."""
	body = request.body if isinstance(request.body, dict) else {}
	rows = body.get("create") or () if request.path == "/admin/products/batch" else [body]
	if request.path not in ("/admin/products/batch", "/admin/products"):
		return []
	names = [(row.get("metadata") or {}).get("website_item") for row in rows]
	return [name for name in names if name]
