"""A small shop on the site, connected to a simulated Medusa: what the tests of sync and catalogue share.

Documents are made through ERPNext's and webshop's own DocTypes, so the same tests run on a real bench.
"""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from devbench.medusa.generations import SECRETS
from tests.support.documents import TestSite
from tests.support.medusa import Simulator
from tests.support.users import token_of

if TYPE_CHECKING:
	import pytest
	from frappe.model.document import Document

SETTINGS = "Medusa Configuration"
TASK = "Medusa Sync Task"
LOG = "Medusa Request Log"
LANES = {
	"Website Item": "product",
	"Item Group": "collection",
	"Item Price": "price",
	"Lead": "lead",
	"Quotation": "quotation",
	"Sales Order": "order",
}
# what the app finds out and remembers, beside what a person enters
RUNTIME = ("learned_version", "learned_extras", "token_expires_at", "paused", "pause_reason", "paused_at")
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


class Shop:
	"""Items and groups of one test, and the way that they take to Medusa."""

	def __init__(self, site: TestSite, medusa: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
		import frappe

		from medusa_integration.mirror import connect
		from medusa_integration.sync import connection, wake

		self.site, self.medusa = site, medusa
		self.sites_path = frappe.local.sites_path
		self.mark = frappe.generate_hash(length=6).lower()
		self.woken = 0
		self.waits: list[float] = []
		self._bulk: list[tuple[str, list[str]]] = []
		self._number = 0
		self._headers: dict[str, dict[str, str]] = {}
		# a worker of the bench must not drain what a test is about to drain
		monkeypatch.setattr(wake, "enqueue", self._wake)
		without_waiting = functools.partial(connect, sleep=self.waits.append, random=lambda: 0.0)
		monkeypatch.setattr(connection, "connect", without_waiting)

	def _wake(self) -> None:
		self.woken += 1

	# -- settings --------------------------------------------------------------------------------------------

	def configure(self, **values: Any) -> None:
		"""Enter the address and account of the simulated Medusa, and these settings;
		put back after the test.
		"""
		import frappe
		from frappe.utils.password import remove_encrypted_password, set_encrypted_password

		settings = {
			"enable": 1,
			"url": self.medusa.url,
			"admin_email": self.medusa.email,
			"medusa_version": "Auto",
			"product_extras": "Auto",
			"sync_mode": "Background",
			"request_timeout": 120,
			"max_attempts": 7,
			"propagate_backorder_changes": 1,
			"sales_channel": None,
			"stock_location": None,
			# tests of stock turn them on
			"push_stock_quantities": 0,
			"refresh_stock_on_movement": 0,
			**dict.fromkeys(RUNTIME),
		}
		self.set(**{**settings, **values})
		remove_encrypted_password(SETTINGS, SETTINGS, "access_token")
		remove_encrypted_password(SETTINGS, SETTINGS, "secret_api_key")
		set_encrypted_password(SETTINGS, SETTINGS, self.medusa.password, "admin_password")
		# the plugin in it demands a signature
		set_encrypted_password(SETTINGS, SETTINGS, SECRETS[0], "shared_secret")
		frappe.db.commit()

	def set(self, **values: Any) -> None:
		"""Change settings, as somebody else would: beside the form."""
		import frappe

		self.site.set_single(SETTINGS, **values)
		frappe.db.commit()

	def setting(self, field: str) -> Any:
		import frappe

		frappe.db.rollback()
		return frappe.db.get_single_value(SETTINGS, field, cache=False)

	# -- documents -------------------------------------------------------------------------------------------

	def name(self, label: str) -> str:
		"""A name that nothing else on the site has."""
		self._number += 1
		return f"{label} {self.mark} {self._number}"

	def item_group(self, name: str | None = None, **values: Any) -> Document:
		"""A group that is sold; not committed."""
		from frappe.utils.nestedset import get_root_of

		values = {"parent_item_group": get_root_of("Item Group"), **values}
		return self.site.new("Item Group", item_group_name=name or self.name("Gloves"), **values)

	def item(self, code: str | None = None, **values: Any) -> Document:
		"""An Item; not committed."""
		group = values.pop("item_group", None) or self.item_group().name
		code = code or self.name("NITRILE")
		defaults = {"item_name": code, "item_group": group, "stock_uom": "Nos", "is_stock_item": 1}
		return self.site.new("Item", item_code=code, **{**defaults, **values})

	def website_item(
		self, item: Document | None = None, commit: bool = True, name: str | None = None, **values: Any
	) -> Document:
		"""A published Website Item, with its Item and group where they are not given; committed."""
		import frappe

		of_item = {key: values.pop(key) for key in ("item_group", "code") if key in values}
		item = item or self.item(**of_item)
		defaults = {
			"item_code": item.name,
			"item_name": item.item_name,
			"web_item_name": item.item_name,
			"item_group": item.item_group,
			"stock_uom": item.stock_uom,
			"published": 1,
		}
		document = frappe.get_doc({"doctype": "Website Item", **defaults, **values})
		self.site.added(document.insert(ignore_permissions=True, set_name=name))
		if commit:
			frappe.db.commit()
		return document

	def save(self, document: Document, **values: Any) -> Document:
		"""Load the document anew, change it, save it, commit."""
		import frappe

		document = frappe.get_doc(document.doctype, document.name)
		document.update(values)
		document.save(ignore_permissions=True)
		frappe.db.commit()
		return document

	def as_template(self, document: Document) -> Document:
		"""The same Website Item with variants; written beside ERPNext, which wants attributes. Commits."""
		import frappe

		for doctype, name in (("Item", document.item_code), ("Website Item", document.name)):
			frappe.db.set_value(doctype, name, "has_variants", 1, update_modified=False)
		frappe.db.commit()
		return document.reload()

	def rename(self, document: Document, new: str, merge: bool = False) -> str:
		"""Rename the document, or merge it into another; commit."""
		import frappe

		new = frappe.rename_doc(document.doctype, document.name, new, merge=merge, force=True)
		self.site.renamed(document.doctype, document.name, new)
		frappe.db.commit()
		return new

	def value(self, document: Document, field: str) -> Any:
		"""What the database has in this field now."""
		import frappe

		frappe.db.rollback()
		return frappe.db.get_value(document.doctype, document.name, field)

	def many(self, count: int, *, recorded: bool = True, in_medusa: bool = False, **values: Any) -> list[str]:
		"""So many Website Items in one group that Medusa has, written without events; their names.

		With their tasks if they are `recorded`; with the id "prod_<name>" if they are `in_medusa`.
		"""
		import frappe

		group = values.pop("item_group", None) or self.exported_group().name
		names = [f"WEB-{self.mark}-{self._next():05}" for _ in range(count)]
		ids = {"medusa_id": [f"prod_{name}" for name in names]} if in_medusa else {}
		self._insert("Item", names, item_code=names, item_name=names, item_group=group, stock_uom="Nos")
		self._insert(
			"Website Item",
			names,
			item_code=names,
			item_name=names,
			web_item_name=names,
			route=[f"gloves/{name.lower()}" for name in names],
			item_group=group,
			stock_uom="Nos",
			**{"published": 1, **ids, **values},
		)
		if recorded:
			self.record(names)
		frappe.db.commit()
		return names

	def exported_group(self) -> Document:
		"""A group that Medusa has already, as a collection."""
		import frappe

		from medusa_integration.api import export_item_group

		group = self.item_group()
		frappe.db.commit()
		export_item_group(group)
		return group

	def record(self, names: Iterable[str], doctype: str = "Website Item") -> None:
		"""Record these documents as changed, and commit."""
		import frappe

		from medusa_integration.sync import task_recording

		task_recording.record_many(doctype, names, LANES[doctype])
		frappe.db.commit()

	def record_stock(self, names: Iterable[str]) -> None:
		"""Record the stock of these Website Items as changed, and commit."""
		import frappe

		from medusa_integration.catalogue.stock import recording as stock_queue

		stock_queue.record(names)
		frappe.db.commit()

	def _next(self) -> int:
		self._number += 1
		return self._number

	def _insert(self, doctype: str, names: Sequence[str], **columns: Any) -> None:
		import frappe

		now = frappe.utils.now_datetime()
		columns = {"creation": now, "modified": now, "owner": "Administrator", **columns}
		rows = [
			(name, *(value[i] if isinstance(value, list) else value for value in columns.values()))
			for i, name in enumerate(names)
		]
		frappe.db.bulk_insert(doctype, ["name", *columns], rows, chunk_size=500)
		self._bulk.append((doctype, list(names)))

	def sign_in(self, role: str) -> dict[str, str]:
		"""The headers of a user with this role, for the site's REST API."""
		if role not in self._headers:
			self._headers[role] = token_of(self.site, role, [role])
		return self._headers[role]

	# -- sending ---------------------------------------------------------------------------------------------

	def drain(self, **options: Any) -> Counter[str]:
		"""One round of the drain, as the scheduler would start it; it has to end by itself."""
		import frappe

		from medusa_integration.sync import worker

		frappe.db.commit()
		turns = Turns(frappe.db.count(TASK))
		return worker.drain(seconds=LONGEST_RUN, after_batch=turns.take, **options)

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
		for doctype, names in self._bulk:
			frappe.db.delete(doctype, {"name": ("in", names)})
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
