"""What a run costs: statements for a page of any size, and what is kept in memory of it."""

from __future__ import annotations

import tracemalloc

import frappe
import pytest

from medusa_integration.catalogue.reconcile import comparing as compared
from medusa_integration.sync.reconcile import reconciliation

# statements to queue 500 findings: link, record, forget, mark, a sign of life
QUEUEING = 8


@pytest.fixture
def cost(shop, runs, only_ours, query_counter):
	"""How many statements one run costs."""

	def count():
		name = runs.start()
		with query_counter() as queries:
			reconciliation.reconcile(name)
		return len(queries)

	shop.many(1)
	shop.drain()
	prepare(shop, "drifted")
	count()  # fills the caches, also of what only a run needs that finds something
	put_right(shop, "drifted")
	return count


@pytest.mark.parametrize("sizes", [(1, 10, 100), pytest.param((100, 1000), marks=pytest.mark.long)])
@pytest.mark.parametrize("what", ["unchanged", "drifted", "missing", "duplicated"])
def test_a_page_costs_the_same_at_any_size(shop, runs, cost, monkeypatch, what, sizes):
	"""As many statements for a page of 1, 10, 100 and 1000 products, whatever is found on it."""
	monkeypatch.setattr(compared, "PAGE", 2000)
	group = shop.exported_group().name
	counts = {}
	known = 1
	for size in sizes:
		shop.many(size - known, item_group=group)
		known = size
		shop.drain()
		prepare(shop, what)
		counts[size] = cost()
		assert runs.findings(state=["in", ["Open", "Queued"]]) if what != "unchanged" else not runs.findings()
		put_right(shop, what)

	print(f"{what}: {counts}")
	# all Website Items of the site are listed 1000 at a time, and what is found is queued 500 at a time
	more = 1 + (QUEUEING if what in ("drifted", "missing") else 0)
	assert len({counts[size] for size in sizes if size < 1000}) == 1
	assert counts[sizes[-1]] <= counts[100] + more


def prepare(shop, what):
	if what == "drifted":
		frappe.db.sql("update `tabWebsite Item` set ranking = ranking + 1 where medusa_id is not null")
	elif what == "missing":
		shop.medusa.app.products.rows.clear()
	elif what == "duplicated":
		for product in shop.medusa.products:
			shop.copy_by_hand(product)
	frappe.db.commit()


def put_right(shop, what):
	if what == "duplicated":
		for product in shop.medusa.products:
			if product["handle"].startswith("copy-of-"):
				shop.by_hand("DELETE", f"/admin/products/{product['id']}")
	shop.drain()
	frappe.db.delete("Medusa Reconciliation Finding")
	frappe.db.commit()


def test_statements_of_ten_pages(shop, runs, cost, monkeypatch):
	"""Each further page costs the same."""
	monkeypatch.setattr(compared, "PAGE", 20)
	group = shop.exported_group().name
	counts = []
	for _step in range(3):
		shop.many(40, item_group=group)
		shop.drain()
		counts.append(cost())
	print(counts)
	first, second = counts[1] - counts[0], counts[2] - counts[1]
	assert first == second
	assert first / 2 <= 10


def test_memory_of_a_run(shop, only_ours):
	"""Of ten thousand products that are where they belong, nothing but a few words of their items is kept."""
	from medusa_integration.catalogue.reconcile.matching import Entry, ProductRegister
	from medusa_integration.mirror.values import Listed, Product, Variant

	register = ProductRegister()
	tracemalloc.start()
	try:
		register.add(
			Entry(f"WEB-{i}", f"prod_{i}", f"Title {i}", True, f"CODE-{i}", f"title-{i}")
			for i in range(10_000)
		)
		kept = tracemalloc.get_traced_memory()[0]
		for i in range(10_000):
			code = f"CODE-{i}"
			texts = {"title": "x" * 100, "description": f"{i}" * 500}
			product = Product(
				id=f"prod_{i}",
				key="",
				item_code=code,
				handle="",
				fallback_handle="",
				variant=Variant(code),
				**texts,
			)
			register.place(Listed(product, f"WEB-{i}"))
		more = tracemalloc.get_traced_memory()[0] - kept
	finally:
		tracemalloc.stop()
	assert more < 1_000_000
	assert kept < 20_000_000
