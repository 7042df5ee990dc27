"""Medusa Request Log: every request, what it was about, without secrets,
whatever becomes of the transaction.
"""

from __future__ import annotations

import json

import frappe
import pytest
from frappe.desk.form.load import run_onload

from medusa_integration.api import create_medusa_variant
from medusa_integration.medusa.values import Exchange
from medusa_integration.medusa_integration.doctype.medusa_configuration import buttons
from medusa_integration.sync.request_log import RequestLog
from tests.support.medusa import both_generations


def requests_of(shop):
	return sorted((request.method, request.path) for request in shop.medusa.requests)


def rows_of(shop):
	return sorted(
		(row.http_method, row.url.removeprefix(shop.medusa.url).partition("?")[0]) for row in shop.log()
	)


@both_generations
@pytest.mark.contract(65)
def test_every_request_has_a_row(shop, new_item):
	"""The probe, the sign-in, look-ups, creations, updates, deletions: as many rows as requests,
	of the same kind.
	"""
	shop.drain()
	shop.save(new_item, ranking=4)
	shop.drain()
	frappe.delete_doc("Website Item", new_item.name)
	shop.drain()
	assert rows_of(shop) == requests_of(shop)
	rows = {row.url.partition("?")[0].rpartition("/")[2]: row for row in shop.log()}
	assert {"token", "emailpass"} & set(rows)
	for row in shop.log():
		assert row.duration_ms >= 0
		assert row.status == ("Success" if 200 <= row.status_code < 400 else "Failure")


@both_generations
@pytest.mark.contract(65, 66)
def test_a_row_names_the_document(shop, new_item):
	"""Filtered by `voucher_type` Website Item it shows the product's requests, with the item and its task."""
	shop.drain()
	rows = shop.log(voucher_type="Website Item", http_method="POST")
	assert rows, "the creation"
	created = [row for row in rows if new_item.item_code in (row.payload or "")]
	assert [(row.voucher_name, row.sync_task) for row in created] == [
		(new_item.name, shop.task(new_item).name)
	]
	(group_row,) = shop.log(voucher_type="Item Group", url=("like", "%/collections"))
	assert group_row.voucher_name == new_item.item_group


@pytest.mark.contract(66)
@pytest.mark.parametrize("generation", ["v1"])
def test_requests_side_by_side_name_their_documents(shop):
	"""Where each product has a request of its own, each row names its own item,
	however many are sent at once.
	"""
	names = shop.many(20)
	shop.drain()
	rows = shop.log(
		voucher_type="Website Item", url=f"{shop.medusa.url}/admin/products", voucher_name=("is", "set")
	)
	assert sorted(row.voucher_name for row in rows) == names
	for row in rows:
		assert json.loads(row.payload)["metadata"]["website_item"] == row.voucher_name
		assert row.sync_task == shop.task(row.voucher_name).name


@both_generations
@pytest.mark.contract(65)
def test_secrets_are_masked(shop, new_item):
	"""Neither password nor token is in any column of any row, nor in what tasks and the Error Log say."""
	shop.drain()
	right = shop.medusa.password
	shop.medusa.revoke_tokens()
	wrong = shop.medusa.change_password()
	shop.save(new_item, ranking=4)
	shop.drain()

	tokens = [request.headers.get("Authorization", "").partition(" ")[2] for request in shop.medusa.requests]
	secrets = {right, wrong, *tokens} - {""}
	assert len(secrets) >= 3
	kept = [
		*shop.log(),
		*frappe.get_all("Medusa Sync Task", fields=["*"]),
		*frappe.get_all("Error Log", fields=["*"]),
	]
	text = frappe.as_json(kept)
	assert [secret for secret in secrets if secret in text] == []
	sign_ins = [
		row for row in shop.log() if "password" in (row.payload or "") and shop.medusa.email in row.payload
	]
	assert {json.loads(row.payload)["password"] for row in sign_ins} == {"***"}
	assert {row.status for row in sign_ins} == {"Success", "Failure"}


@pytest.mark.contract(65)
def test_a_network_failure_has_a_row(shop, new_item):
	"""Status 0 and the reason, when nobody answered."""
	shop.medusa.stop()
	shop.drain()
	(row, *_) = shop.log(status_code=0)
	assert row.status == "Failure"
	assert "connection is refused" in row.error
	assert row.duration_ms >= 0


@pytest.mark.contract(65)
def test_rows_survive_a_rollback_of_the_caller(shop):
	"""A console call fails, its caller rolls back: rows written before that, in their own transaction,
	stay.
	"""
	frappe.db.set_value("System Settings", None, "app_name", "must not stay")
	with pytest.raises(frappe.ValidationError):
		create_medusa_variant("prod_nothing")
	frappe.db.rollback()
	assert rows_of(shop) == requests_of(shop)


@pytest.mark.contract(65)
def test_rows_survive_a_fault_of_ours(shop, new_item, monkeypatch):
	"""Settling breaks and is rolled back: what was sent is in the log."""
	from medusa_integration.catalogue.product.exporter import ProductExporter

	monkeypatch.setattr(ProductExporter, "store", lambda *_: 1 / 0)
	shop.drain()
	assert rows_of(shop) == requests_of(shop)


@pytest.mark.contract(65)
def test_rows_of_a_worker_that_is_interrupted(shop, new_item, monkeypatch):
	"""The round is ended from outside (a time-out of the job): what was sent so far is in the log."""
	from medusa_integration.catalogue.product.exporter import ProductExporter

	save = ProductExporter.save

	def interrupted(*arguments, **options):
		save(*arguments, **options)
		raise KeyboardInterrupt

	monkeypatch.setattr(ProductExporter, "save", interrupted)
	with pytest.raises(KeyboardInterrupt):
		shop.drain()
	assert rows_of(shop) == requests_of(shop)
	monkeypatch.undo()
	shop.make_due()
	shop.drain()
	assert shop.task(new_item).status == "Synced"
	assert len(shop.medusa.products) == 1


def test_a_log_that_cannot_be_written(shop, new_item, monkeypatch):
	"""The log is full, say: Medusa's ids are kept all the same, and the Error Log has the reason."""
	from medusa_integration.sync.request_log import RequestLog

	monkeypatch.setattr(RequestLog, "write", lambda _self: 1 / 0)
	shop.drain()
	assert shop.task(new_item).status == "Synced"
	assert shop.value(new_item, "medusa_id")
	assert "Medusa: requests could not be logged" in shop.errors()


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_log_that_cannot_be_written_after_a_call(shop, monkeypatch, end):
	"""Medusa has done what a person or the shop wanted, and it is committed:
	they are not told that it failed.
	"""
	monkeypatch.setattr(RequestLog, "write", lambda _self: 1 / 0)
	assert buttons.test_connection()["ok"]
	getattr(frappe.db, end)()
	assert "Medusa: requests could not be logged" in shop.errors()


def test_bodies_are_readable_and_not_endless(shop):
	"""JSON, indented in the form; what is long is cut and says so."""
	item = shop.website_item(web_long_description="<p>" + "glove " * 20_000 + "</p>")
	shop.drain()
	assert shop.task(item).status == "Synced"
	row = max(shop.log(voucher_type="Website Item"), key=lambda row: len(row.payload or ""))
	assert len(row.payload) < 64 * 1024
	(group_row,) = shop.log(voucher_type="Item Group", url=("like", "%/collections"))
	assert json.loads(group_row.payload)["title"] == item.item_group
	run_onload(form := frappe.get_doc("Medusa Request Log", group_row.name))
	assert form.payload.startswith('{\n "title": ') and form.response.startswith('{\n "')
	run_onload(form := frappe.get_doc("Medusa Request Log", row.name))
	assert (form.payload, form.response[:1]) == (row.payload, "{")


def test_long_bodies_make_more_statements(shop, monkeypatch):
	"""A hundred long descriptions, and their echoes,
	are more than a database takes in one statement (16 MB).
	"""
	inserted, bulk_insert = [], frappe.db.bulk_insert

	def noted(doctype, fields, values, **options):
		inserted.append(sum(len(str(value).encode()) for row in values for value in row))
		bulk_insert(doctype, fields, values, **options)

	monkeypatch.setattr(frappe.db, "bulk_insert", noted)
	log = RequestLog()
	text = "\U0001f9e4" * 20_000
	for _ in range(100):
		log.add(Exchange("POST", shop.medusa.url, 200, 1, request_body=text, response_body=text))
	log.write()
	frappe.db.commit()
	assert sum(inserted) > 16_000_000 > 9_000_000 > max(inserted)
	assert len(shop.log(url=shop.medusa.url)) == 100
