"""What a run does not take for a finding: documents on their way, and changes while it reads."""

from __future__ import annotations

import frappe
import pytest

from tests.reconcile.support import path
from tests.support.medusa import both_generations


@pytest.mark.parametrize("status", ["Pending", "Waiting", "Retrying", "In Progress", "Ignored", "Synced"])
def test_what_is_on_its_way_or_put_aside_is_not_found(shop, runs, item, status):
	shop.by_hand("POST", path(shop, item), title="By hand")
	long_ago = {"modified": "2020-01-01", "synced_at": "2020-01-01"}
	frappe.db.set_value("Medusa Sync Task", shop.task(item).name, {"status": status, **long_ago})
	frappe.db.commit()
	assert runs.run().found == (status == "Synced")


@both_generations
@pytest.mark.parametrize("what", ["saved", "saved and sent", "made and sent", "deleted", "deleted and sent"])
def test_what_happens_while_a_run_reads(shop, runs, item, what):
	"""The page is out of date by the time it is compared: nothing is found."""

	def work():
		if what.startswith("saved"):
			shop.save(item, web_item_name="Saved meanwhile")
		elif what.startswith("made"):
			shop.website_item(item_group=item.item_group)
		else:
			frappe.delete_doc("Website Item", item.name)
			frappe.db.commit()
		if what.endswith("sent"):
			shop.drain()

	started = []

	def meanwhile(request):
		if not started:
			started.append(request)
			shop.elsewhere(work)

	shop.medusa.on("GET", "/admin/products", meanwhile, "applied")
	run = runs.run()
	assert started
	assert (run.status, run.found) == ("Completed", 0), runs.findings()


def test_products_that_slip_through_between_two_pages(shop, runs, only_ours, monkeypatch):
	"""Somebody deletes a product of the first page: those of the second move up, one is on no page."""
	from medusa_integration.catalogue.reconcile import comparing as compared

	monkeypatch.setattr(compared, "PAGE", 3)
	names = shop.many(7)
	shop.drain()
	first = shop.product(names[0])["id"]
	shop.medusa.on(
		"GET",
		"/admin/products",
		lambda _request: shop.by_hand("DELETE", f"/admin/products/{first}"),
		"applied",
		times=1,
	)
	run = runs.run()
	assert run.status == "Completed"
	assert [row.reference_name for row in runs.findings()] in ([], [names[0]])
