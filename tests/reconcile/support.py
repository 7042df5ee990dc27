"""Runs that compare a shop with its Medusa: fixtures, for conftest.py."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.support.medusa import servers, simulator
from tests.support.shop import Shop

RUN = "Medusa Reconciliation"
FINDING = "Medusa Reconciliation Finding"


class Runs:
	"""Runs of the reconciliation in this process, and what they found."""

	def __init__(self, enqueued: list[dict]) -> None:
		self.enqueued = enqueued

	def start(self) -> str:
		"""Enqueue a run, without doing it; its name."""
		import frappe

		from medusa_integration.sync.reconcile import reconciliation

		frappe.db.commit()
		return reconciliation.start()

	def run(self) -> Any:
		"""One whole run, as its job does it; the row that it leaves."""
		from medusa_integration.sync.reconcile import reconciliation

		name = self.start()
		try:
			reconciliation.reconcile(name)
		except reconciliation.NotReconciled:
			pass
		return self.row(name)

	def row(self, name: str) -> Any:
		"""A run as it is stored."""
		import frappe

		frappe.db.rollback()
		return frappe.get_doc(RUN, name)

	def findings(self, **filters: Any) -> list[Any]:
		"""The findings that are kept, in the order of their documents."""
		import frappe

		frappe.db.rollback()
		return frappe.get_all(
			FINDING, filters=filters, fields=["*"], order_by="reference_name, kind, subject"
		)

	def kinds(self, **filters: Any) -> Counter[tuple[str, str, str]]:
		"""How many findings there are of each (kind, subject, state)."""
		return Counter((row.kind, row.subject, row.state) for row in self.findings(**filters))


def foreign(shop: Shop, **values: Any) -> dict:
	"""A product that somebody has entered in Medusa, with one variant."""
	sku = values.pop("sku", None)
	v2 = shop.medusa.generation == "v2"
	body = {
		"title": "From before",
		"options": [{"title": "Size", "values": ["M"]}] if v2 else [{"title": "Size"}],
		"variants": [{"title": "M", "prices": [], "options": {"Size": "M"} if v2 else [{"value": "M"}]}],
		**values,
	}
	if sku:
		body["variants"][0]["sku"] = sku
	return shop.by_hand("POST", "/admin/products", **body)["product"]


@pytest.fixture
def runs(site, monkeypatch) -> Iterator[Runs]:
	"""`runs.run()` compares the shop with its Medusa."""
	import frappe

	from medusa_integration.sync.reconcile import reconciliation

	enqueued: list[dict] = []

	def enqueue(method: str, **options: Any) -> None:
		enqueued.append({"method": method, **options})

	monkeypatch.setattr(reconciliation.frappe, "enqueue", enqueue)
	for doctype in (RUN, FINDING):
		frappe.db.delete(doctype)
	frappe.db.commit()
	yield Runs(enqueued)
	frappe.db.rollback()
	for doctype in (RUN, FINDING):
		frappe.db.delete(doctype)
	frappe.db.commit()


class RealShop(Shop):
	"""The same with a real Medusa, which other tests have left their products in."""

	def by_hand(self, method, path, **body):
		answer = requests.request(
			method, f"{self.medusa.url}{path}", json=body or None, headers=self._signed_in(), timeout=300
		)
		answer.raise_for_status()
		return answer.json()

	def _signed_in(self):
		path, key = {
			"v1": ("/admin/auth/token", "access_token"),
			"v2": ("/auth/user/emailpass", "token"),
		}[self.medusa.generation]
		body = {"email": self.medusa.email, "password": self.medusa.password}
		answer = requests.post(f"{self.medusa.url}{path}", json=body, timeout=300)
		return {"Authorization": f"Bearer {answer.json()[key]}"}

	def all_products(self):
		"""Medusa's products by their Website Item, those of this test."""
		found = {}
		for offset in itertools.count(0, 100):
			params = f"limit=100&offset={offset}&order=id"
			page = self.by_hand("GET", f"/admin/products?{params}")["products"]
			if not page:
				return found
			for one in page:
				name = (one["metadata"] or {}).get("website_item", "")
				if self.mark in name:
					found.setdefault(name, []).append(one)


def shop_at(kind, site, server, monkeypatch):
	shop = kind(site, server, monkeypatch)
	shop.configure()
	try:
		yield shop
	finally:
		shop.clean_up()


@pytest.fixture(params=servers(real_is_long=True))
def any_shop(request, site, monkeypatch):
	"""A shop at each kind of server: simulated and real, with the product extension and without."""
	start, generation, extended = request.param
	server = start(generation, extended)
	yield from shop_at(RealShop, site, server, monkeypatch)
	if start is simulator:
		server.stop()


def path(shop, item):
	"""The path of its product in Medusa."""
	return f"/admin/products/{shop.product(item)['id']}"


def forget_ids(shop, item):
	"""Let the site know nothing of the product any more, as after a restored backup."""
	import frappe

	ids = {"medusa_id": None, "medusa_variant_id": None}
	frappe.db.set_value("Website Item", item.name, ids, update_modified=False)
	frappe.db.delete("Medusa Sync Task", {"reference_name": item.name})
	frappe.db.commit()


def gone_right(shop, runs):
	"""After the queue was drained, the next run finds nothing."""
	shop.drain()
	run = runs.run()
	assert (run.status, run.found) == ("Completed", 0), runs.findings()
