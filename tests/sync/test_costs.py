"""What the app costs: statements of a save, of a chunk, of an item."""

from __future__ import annotations

import frappe
import pytest
import requests

OURS = "medusa_integration."


@pytest.fixture
def without_the_app(monkeypatch):
	"""`without_the_app()` takes the app's own document events away, and every request out of reach."""

	def take_away():
		hooks = {
			doctype: {
				event: [handler for handler in handlers if not handler.startswith(OURS)]
				for event, handlers in events.items()
			}
			for doctype, events in frappe.get_doc_hooks().items()
		}
		monkeypatch.setattr(frappe, "get_doc_hooks", lambda: hooks)

	return take_away


@pytest.fixture
def statements(query_counter):
	"""How many statements some work costs, its commit included."""

	def count(work):
		frappe.db.commit()
		with query_counter() as queries:
			work()
			frappe.db.commit()
		return len(queries)

	return count


@pytest.fixture
def no_http(monkeypatch):
	def send(*_arguments, **_options):
		raise AssertionError("a request was sent")

	monkeypatch.setattr(requests.Session, "send", send)


def change(document, **values):
	"""Load and save anew, as a form does."""
	document = frappe.get_doc(document.doctype, document.name)
	document.update(values)
	document.save()


def in_medusa(items):
	"""As if these had been sent: what Medusa does not have is recorded by any save (ruling B1)."""
	for item in items:
		frappe.db.set_value("Website Item", item.name, "medusa_id", f"prod_{item.name}")
	frappe.db.set_value("Medusa Sync Task", {"lane": "product"}, "status", "Synced")


@pytest.mark.parametrize("what", ["insert", "mapped", "not mapped", "delete"])
def test_a_save_costs_two_statements_at_most(shop, statements, without_the_app, no_http, what):
	"""Two statements more than without the app, and no request.

	One that changes nothing mapped looks at the task once, as ruling B1 needs it, and writes nothing.
	"""
	prepared = [shop.item(item_group=shop.item_group().name) for _ in range(3)]
	items = [] if what == "insert" else [shop.website_item(item) for item in prepared]
	in_medusa(items)
	numbers = iter(range(10))

	def work():
		number = next(numbers)
		if what == "insert":
			shop.website_item(prepared[number], commit=False)
		elif what == "mapped":
			change(items[number], web_item_name="Another name")
		elif what == "not mapped":
			change(items[number], website_image_alt="A pair of gloves")
		else:
			frappe.delete_doc("Website Item", items[number].name)

	statements(work)  # fills the caches
	with_the_app = statements(work)
	without_the_app()
	without = statements(work)

	print(f"{what}: {with_the_app} statements, {without} without the app")
	# a deletion takes the item's wishes, reviews and facets along, with a statement each
	assert with_the_app - without <= {"not mapped": 1, "delete": 5}.get(what, 2)


@pytest.mark.parametrize(
	("doctype", "values"),
	[
		("Item", {"description": "Another description"}),
		("Item Group", {"weightage": 3}),
		("Brand", {"description": "Another description"}),
	],
)
def test_saves_of_what_products_are_made_of(shop, statements, without_the_app, no_http, doctype, values):
	"""A save of an Item, a group or a brand that changes nothing mapped costs nothing.

	Webshop saves the Website Item with its Item: that looks at the task once.
	"""
	item = shop.website_item()
	in_medusa([item])
	shop.site.new("Brand", brand=shop.name("Halyard"))
	document = {
		"Item": lambda: frappe.get_doc("Item", item.item_code),
		"Item Group": lambda: frappe.get_doc("Item Group", item.item_group),
		"Brand": lambda: frappe.get_last_doc("Brand"),
	}[doctype]()

	values = iter(
		[
			{key: f"{value} {number}" if isinstance(value, str) else number for key, value in values.items()}
			for number in range(3)
		]
	)
	statements(lambda: change(document, **next(values)))
	with_the_app = statements(lambda: change(document, **next(values)))
	without_the_app()
	without = statements(lambda: change(document, **next(values)))
	assert with_the_app - without == (1 if doctype == "Item" else 0)


@pytest.mark.parametrize("generation", ["v2"])
@pytest.mark.parametrize("what", ["create", "update", "delete"])
def test_a_chunk_costs_the_same_at_any_size(shop, statements, what):
	"""As many statements for 1, 10 and 100 items; at 100 less than 0.3 an item."""
	sizes = (1, 10, 100)
	shop.many(1)
	shop.drain()  # signs in, and finds out what there is to be found out
	chunks = {size: shop.many(size) for size in sizes}
	if what != "create":
		shop.drain()
	else:
		frappe.db.delete("Medusa Sync Task")
	counts = {}
	for size, names in chunks.items():
		prepare(shop, what, names)
		counts[size] = statements(shop.drain)
		assert set(shop.tasks()) == {"Synced"}

	print(f"{what}: {counts}")
	assert len(set(counts.values())) == 1
	assert counts[100] / 100 <= 0.3


def prepare(shop, what, names):
	if what == "update":
		frappe.db.sql("update `tabWebsite Item` set ranking = ranking + 1 where name in %s", [names])
	if what == "delete":
		from medusa_integration.sync import task_recording

		ids = dict(
			frappe.get_all("Website Item", {"name": ("in", names)}, ["name", "medusa_id"], as_list=True)
		)
		frappe.db.delete("Website Item", {"name": ("in", names)})
		for name, medusa_id in ids.items():
			task_recording.record("Website Item", name, "product", "Delete", medusa_id=medusa_id)
		frappe.db.commit()
	else:
		shop.record(names)


def test_recording_many_costs_two_statements_per_five_hundred(shop, statements):
	"""Renaming a brand of 400 items does not cost 400 statements."""
	from medusa_integration.catalogue.product.events import record_where

	group = shop.exported_group().name
	shop.many(400, item_group=group, recorded=False)
	assert statements(lambda: record_where({"item_group": group})) <= 2
	assert shop.tasks()["Pending"] == 400


def test_a_round_without_work_is_cheap(shop, statements):
	"""The scheduler's round every few minutes, with nothing due."""
	shop.drain()
	assert statements(shop.drain) <= 12
