"""Tasks and findings that somebody in Desk decides about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.reconcile.support import foreign

if TYPE_CHECKING:
	from tests.examples.shop import ExampleShop

FINDING = "Medusa Reconciliation Finding"
TASK = "Medusa Sync Task"


def make(example: ExampleShop) -> dict[str, str]:
	"""Insert failed tasks, a finding for each thing that can be done, and a stopped import; commits."""
	import frappe

	unpublished = example.shop.many(3, recorded=False, item_group="Masks", published=0)
	failed = [_task(example, name) for name in unpublished]
	shield = example.shop.item("SHIELD", item_group="Masks", is_stock_item=0)
	shield = example.shop.website_item(shield, web_item_name="Face Shield")
	gloves = frappe.db.get_value("Website Item", {"item_code": "GLOVES-M"})
	old = foreign(example.shop, title="Face Shield")
	orphan = foreign(example.shop, title="Gone", metadata={"website_item": "WEB-ITM-GONE"})
	frappe.db.delete(TASK, {"reference_name": shield.name})
	example.shop.set(import_orders=1)
	days = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
	return {
		"stopped backfill": example.site.new("Medusa Order Backfill", status="Stopped", **days).name,
		"task": failed[0],
		"second task": failed[1],
		"third task": failed[2],
		"missing finding": _finding(example, "Missing", gloves, "prod_gloves"),
		"adoptable finding": _finding(example, "Adoptable", shield.name, old["id"]),
		"drifted finding": _finding(example, "Drifted", gloves, "prod_gloves"),
		"orphaned finding": _finding(example, "Orphaned", "WEB-ITM-GONE", orphan["id"]),
	}


def _task(example: ExampleShop, name: str) -> str:
	values = {"reference_doctype": "Website Item", "reference_name": name, "lane": "product"}
	task = example.site.new(TASK, operation="Upsert", status="Failed", **values)
	return task.name


def _finding(example: ExampleShop, kind: str, item: str, medusa_id: str) -> Any:
	import frappe

	from medusa_integration.sync.reconcile import store
	from medusa_integration.sync.reconcile.finding import Finding

	if not frappe.db.exists("Medusa Reconciliation", {"status": "Completed"}):
		example.site.new("Medusa Reconciliation", status="Completed")
	run = frappe.get_all("Medusa Reconciliation", pluck="name")[0]
	found = Finding(kind, "Product", "product", "Website Item", item, "Words", medusa_id=medusa_id)
	store.keep(run, [found])
	return frappe.db.get_value(FINDING, {"identity": found.identity})
