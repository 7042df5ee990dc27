"""What runs over past orders cost: statements of a page, requests of ten thousand orders."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.mirror import order_reading
from medusa_integration.selling.order.backfill import run
from medusa_integration.sync import worker
from tests.support.medusa import both_generations


def test_a_page_costs_the_same_at_any_size(past, monkeypatch, query_counter):
	"""As many statements for 1, 10 and 100 orders of a page, in a dry run and to record them."""
	# of Medusa's list, so that a page of 100 is not followed by an empty one
	monkeypatch.setattr(order_reading, "HEADS_A_CALL", 200)
	monkeypatch.setattr(run, "RECORDED", 100)
	monkeypatch.setattr(worker, "drain", lambda **options: None)
	monkeypatch.setattr(run, "MOST_OPEN", 1000)
	past.many(100)
	for day, count in ((2, 10), (3, 1)):
		for minute in range(count):
			past.placed(f"2026-05-{day:02d}T08:{minute:02d}:00.000Z")

	def cost(day: int, **options) -> int:
		name = past.start(f"2026-05-{day:02d}", f"2026-05-{day:02d}", **options)
		job = past.jobs[-1]
		frappe.db.rollback()
		with query_counter() as queries:
			run.run(job["name"], job["job"])
		assert past.row(name).status == "Completed"
		return len(queries)

	cost(3)
	assert cost(1) == cost(2) == cost(3)
	assert cost(1, dry_run=False) == cost(2, dry_run=False) == cost(3, dry_run=False)


@pytest.mark.long
@both_generations
def test_a_dry_run_of_ten_thousand_orders(past, generation):
	"""One request lists a hundred orders; their whole orders are read twenty a request, one each on v1."""
	app, basket = past.medusa.app, past.basket()
	for number in range(10_000):
		order_id = past.medusa.place_order(basket)
		at = f"2026-05-{1 + number // 400:02d}T08:{number // 60 % 60:02d}:{number % 60:02d}.{number % 1000:03d}Z"
		app.placed.rows[order_id].update({"created_at": at, "updated_at": at})
	requests = len(past.medusa.requests)
	found = past.dry()
	assert (found.status, found.orders, found.ready, found.customers_new) == ("Completed", 10_000, 10_000, 1)
	reads = [one for one in past.medusa.requests[requests:] if one.path.startswith("/admin/orders")]
	assert len(reads) <= {"v1": 10_000, "v2": 500}[generation] + 110
