"""One document of many that Medusa refuses, or that breaks the mapping, the sending or the storing."""

from __future__ import annotations

import json

import frappe

from devbench.medusa.simulator import faults
from medusa_integration.medusa.errors import ServerError
from tests.support.medusa import both_generations
from tests.sync.support import BATCH, PRODUCTS, creates


@both_generations
def test_one_bad_row_in_fifty(shop):
	"""49 arrive, the one that Medusa refuses is Failed at once, with Medusa's own words."""
	names = shop.many(50)
	bad = names[17]
	refusal = json.dumps({"type": "invalid_data", "message": "The ranking is out of this world"}).encode()
	shop.medusa.fail(
		"POST",
		PRODUCTS,
		faults.status(400, body=refusal),
		times=None,
		only=lambda request: creates(request) and bad.encode() in request.raw,
	)

	shop.drain()

	assert len(shop.medusa.products) == 49
	assert shop.tasks() == {"Synced": 50, "Failed": 1}
	task = shop.task(bad)
	assert (task.status, task.attempts, task.next_attempt_at) == ("Failed", 1, None)
	assert task.last_error == (
		f"Error while exporting Website Item {bad} to Medusa: "
		"Medusa refuses it (400): The ranking is out of this world"
	)


def test_one_deletion_that_breaks_medusa(shop, monkeypatch):
	"""A server error names nobody: fewer share a call each time,
	and the one that breaks it takes no other with it.
	"""
	from medusa_integration.catalogue.product.exporter import ProductExporter

	names = shop.many(6)
	shop.drain()
	for name in names:
		frappe.delete_doc("Website Item", name)
	frappe.db.commit()
	delete = ProductExporter.delete

	def breaks(lane, medusa, tasks):
		if any(task.docname == names[2] for task in tasks):
			raise ServerError("Something went wrong in Medusa", status=500, body={"message": "poison"})
		return delete(lane, medusa, tasks)

	monkeypatch.setattr(ProductExporter, "delete", breaks)
	for _ in range(8):
		shop.drain()
		shop.make_due()

	assert shop.task(names[2]).status == "Failed"
	assert {shop.task(name).status for name in names if name != names[2]} == {"Synced"}
	assert [one["metadata"]["website_item"] for one in shop.medusa.products] == [names[2]]


def test_a_body_that_is_too_large(shop):
	"""413 halves the batch until it goes through; all arrive."""
	names = shop.many(40)
	shop.medusa.fail(
		"POST",
		BATCH,
		faults.too_large(),
		times=None,
		only=lambda request: len((request.body or {}).get("create") or ()) > 12,
	)

	shop.drain()

	assert shop.tasks() == {"Synced": 41}
	assert len(shop.medusa.products) == len(names)


def test_a_document_that_cannot_be_mapped(shop, monkeypatch):
	"""One row makes our own mapping raise: it fails alone, and names the Error Log row; the others arrive."""
	from medusa_integration.catalogue.product import mapping

	names = shop.many(5)
	product = mapping.product

	def raises(row, **details):
		if row["name"] == names[2]:
			raise ZeroDivisionError("poison")
		return product(row, **details)

	monkeypatch.setattr(mapping, "product", raises)
	shop.drain()

	assert shop.tasks() == {"Synced": 5, "Failed": 1}
	task = shop.task(names[2])
	reference = frappe.get_last_doc("Error Log")
	assert reference.name in task.last_error
	assert "ZeroDivisionError: poison" in reference.error


def test_a_document_that_breaks_the_sending(shop, monkeypatch):
	"""A fault of ours while sending fails only the document that it is about,
	however many shared its chunk.
	"""
	from medusa_integration.catalogue.product.exporter import ProductExporter

	names = shop.many(5)
	save = ProductExporter.save

	def raises(exporter, medusa, works, found, *, look_up):
		if any(work.task.docname == names[2] for work in works):
			raise ZeroDivisionError("poison")
		return save(exporter, medusa, works, found, look_up=look_up)

	monkeypatch.setattr(ProductExporter, "save", raises)
	for _ in range(8):
		shop.drain()
		shop.make_due()

	assert shop.tasks() == {"Synced": 5, "Failed": 1}
	task = shop.task(names[2])
	assert frappe.db.exists("Error Log", task.last_error.split()[-1].strip("."))


def test_an_answer_that_cannot_be_stored(shop, monkeypatch):
	"""Medusa's ids cannot be stored for one: it fails alone and is found again on Retry;
	the others keep their ids.
	"""
	from medusa_integration.catalogue.product.exporter import ProductExporter
	from medusa_integration.sync import task_states

	names = shop.many(3)
	store = ProductExporter.store

	def raises(lane, sent):
		if any(one.work.task.docname == names[1] for one in sent):
			raise frappe.UniqueValidationError("somebody has this id")
		store(lane, sent)

	monkeypatch.setattr(ProductExporter, "store", raises)
	shop.drain()

	assert shop.tasks() == {"Synced": 3, "Failed": 1}
	assert frappe.db.get_value("Website Item", names[2], "medusa_id") == shop.product(names[2])["id"]
	task = shop.task(names[1])
	error_log = task.last_error.removeprefix("Internal error. Reference: ")
	assert "somebody has this id" in frappe.db.get_value("Error Log", error_log, "error")

	monkeypatch.setattr(ProductExporter, "store", store)
	task_states.retry([task.name])
	shop.drain()
	assert shop.tasks() == {"Synced": 4}
	assert len(shop.medusa.products) == 3
