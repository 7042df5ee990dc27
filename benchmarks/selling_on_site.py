"""What runs in a process on the site to measure what quotations and invoices of the shop cost.

It runs on devbench's site and on one of a real bench; what it makes there stays.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import frappe
from frappe.utils import add_days, today

from benchmarks.articles import articles
from benchmarks.bodies import PRICE_LIST
from benchmarks.on_site import statements

OURS = "medusa_integration."
SETTINGS = "Medusa Configuration"
# nobody listens there
URL = "http://127.0.0.1:9"
RATE = 1.25


# -- what there is -------------------------------------------------------------------------------------------------


def prepare(count: int) -> dict:
	"""A Customer of the shop, and so many Items in it, each with its price; their names and ids in Medusa."""
	mark = frappe.generate_hash(length=6)
	frappe.db.set_single_value(SETTINGS, "url", None)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	sold = [_sold(article.code, article.title) for article in articles(f"sold-{mark}", count)]
	customer = frappe.get_doc(
		{
			"doctype": "Customer",
			"customer_name": f"Smile Clinic {mark}",
			"customer_type": "Company",
			"medusa_id": f"cus_{mark}",
		}
	).insert()
	frappe.db.commit()
	return {"customer": customer.name, "customer_id": customer.medusa_id, "items": sold}


def _sold(code: str, title: str) -> dict[str, str]:
	"""An Item that is not kept in stock, so that nothing has to be bought first."""
	item = {"item_code": code, "item_name": title, "item_group": "Products", "stock_uom": "Nos"}
	frappe.get_doc({"doctype": "Item", **item, "is_stock_item": 0}).insert()
	website_item = frappe.get_doc({"doctype": "Website Item", **item, "web_item_name": title, "published": 1})
	ids = {"medusa_id": f"prod_{code}", "medusa_variant_id": f"variant_{code}"}
	website_item.insert().db_set(ids, update_modified=False)
	price = {"item_code": code, "price_list": PRICE_LIST, "price_list_rate": RATE, "uom": "Nos"}
	frappe.get_doc({"doctype": "Item Price", **price}).insert()
	return {"item_code": code, "variant_id": ids["medusa_variant_id"]}


def _configure(url: str | None, *, enable: int) -> None:
	"""Have changes recorded (with a URL), and sent (with `enable`); nobody answers there."""
	for field, value in (
		("url", url),
		("enable", enable),
		("sync_mode", "Background"),
		("paused", 0),
		("medusa_version", "v2"),
	):
		frappe.db.set_single_value(SETTINGS, field, value)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	frappe.db.commit()
	# from here on it is in the cache, as on a site in use
	frappe.get_cached_doc(SETTINGS)


def _connect_anew() -> None:
	"""Begin as a request does: with a connection of its own, and nothing remembered but what Redis has."""
	site, sites_path = frappe.local.site, frappe.local.sites_path
	frappe.destroy()
	frappe.init(site, sites_path=sites_path, force=True)
	frappe.connect()


@contextmanager
def without_the_app() -> Iterator[None]:
	"""Nothing of this app is called when documents are saved inside; all else costs what it costs with it."""
	all_hooks = frappe.get_doc_hooks
	others = {
		doctype: {
			event: [one for one in found if not one.startswith(OURS)] for event, found in events.items()
		}
		for doctype, events in all_hooks().items()
	}

	def get_doc_hooks() -> dict:
		all_hooks()
		return others

	frappe.get_doc_hooks = get_doc_hooks
	try:
		yield
	finally:
		frappe.get_doc_hooks = all_hooks


# -- quotations ----------------------------------------------------------------------------------------------------


def quotations(sold: dict, sizes: list[int], rounds: int) -> dict:
	"""Ask for quotations as the shop does, and insert the very same ones without the app, in turns.

	For each size and each way, ours and plain: (statements, milliseconds) of every round. The first round is not
	counted.
	"""
	_configure(URL, enable=0)
	caller = Caller(_token())
	found = {size: {"ours": [], "plain": []} for size in sizes}
	for number in range(rounds + 1):
		for size in sizes:
			ours, answer = caller.post("method/medusa_integration.api.create_quotation", _request(sold, size))
			made = frappe.get_doc("Quotation", answer["message"]["quotationId"])
			with without_the_app():
				plain, answer = caller.post("resource/Quotation", _as_inserted(made))
			_check(made, answer["data"], size)
			if number:
				found[size]["ours"].append(ours)
				found[size]["plain"].append(plain)
	return found


class Caller:
	"""Somebody with a token who calls the site within this process: without a network, all else as over HTTP."""

	def __init__(self, token: str) -> None:
		import frappe.app
		from werkzeug.test import Client

		self.site, self.sites_path = frappe.local.site, frappe.local.sites_path
		frappe.app._site, frappe.app._sites_path = self.site, self.sites_path
		self.client = Client(frappe.app.application)
		self.headers = {"Authorization": f"token {token}"}

	def post(self, path: str, body: dict) -> tuple[tuple[int, float], dict]:
		"""(statements, milliseconds) of one call, and its answer."""
		with counted_statements(type(frappe.local.db)) as sent:
			started = time.perf_counter()
			answer = self.client.post(f"/api/{path}", json=body, headers=self.headers, buffered=True)
			milliseconds = (time.perf_counter() - started) * 1000
		# a request takes its connection with it
		frappe.init(self.site, sites_path=self.sites_path, force=True)
		frappe.connect()
		if answer.status_code != 200:
			raise RuntimeError(f"{path}: {answer.status} {answer.text[-2000:]}")
		return (len(sent), milliseconds), json.loads(answer.text)


@contextmanager
def counted_statements(database: type) -> Iterator[list[str]]:
	"""The statements that this process sends inside over connections of this class, commits and all."""
	sql, sent = database.sql, []

	def counted(self, query, *args, **kwargs):
		if kwargs.get("run", True):
			sent.append(str(query))
		return sql(self, query, *args, **kwargs)

	database.sql = counted
	try:
		yield sent
	finally:
		database.sql = sql


def _token() -> str:
	"""A new token of Administrator, who may insert Quotations in either way."""
	user = frappe.get_doc("User", "Administrator")
	secret = frappe.generate_hash(length=15)
	user.api_key, user.api_secret = frappe.generate_hash(length=15), secret
	user.save()
	frappe.db.commit()
	return f"{user.api_key}:{secret}"


def _request(sold: dict, size: int) -> dict:
	mark = frappe.generate_hash(length=10)
	return {
		"customer_id": sold["customer_id"],
		"draft_order_id": f"dorder_{mark}",
		"quotation_id": f"quot_{mark}",
		"items": [{"variant_id": item["variant_id"], "quantity": 2} for item in sold["items"][:size]],
	}


def _as_inserted(made: object) -> dict:
	"""A Quotation as somebody inserts it who leaves to ERPNext what ERPNext finds out."""
	fields = (
		"quotation_to",
		"party_name",
		"company",
		"currency",
		"selling_price_list",
		"order_type",
		"title",
	)
	rows = [{field: row.get(field) for field in ("item_code", "qty", "uom")} for row in made.items]
	days = {"transaction_date": today(), "valid_till": add_days(today(), 30)}
	return {**{field: made.get(field) for field in fields}, **days, "items": rows}


def _check(made: object, plain: dict, size: int) -> None:
	totals = {made.grand_total, plain["grand_total"]}
	if len(made.items) != size or len(plain["items"]) != size or totals != {size * 2 * RATE}:
		raise RuntimeError(f"{made.name} and {plain['name']} are not what was asked for: {totals}")


# -- invoices ------------------------------------------------------------------------------------------------------


def invoices(sold: dict, size: int, rounds: int) -> dict:
	"""Save and submit Sales Invoices of orders of the shop without the app, and with it, in turns.

	"off": without; "kept": with it, what Medusa has to hear being recorded only; "sent": a worker is woken too, as
	after the first change since the last drain. For each (statements, milliseconds) of every round; the first
	round is not counted.
	"""
	found = {"off": [], "kept": [], "sent": []}
	ways = list(found)
	for number in range(rounds + 1):
		turn = number % len(ways)
		for way in ways[turn:] + ways[:turn]:
			_configure(URL, enable=int(way == "sent"))
			order = _order(sold, size)
			_forget_job()
			cost = _invoice(order, without_the_app() if way == "off" else nullcontext())
			_check_task(order, is_there=way != "off")
			if number:
				found[way].append(cost)
	_configure(None, enable=0)
	return found


def _order(sold: dict, size: int) -> str:
	"""A submitted order of the shop, which is not recorded yet."""
	rows = [{"item_code": item["item_code"], "qty": 2, "rate": RATE} for item in sold["items"][:size]]
	order = frappe.get_doc(
		{
			"doctype": "Sales Order",
			"customer": sold["customer"],
			"delivery_date": today(),
			"from_ecommerce": 1,
			"medusa_order_id": f"order_{frappe.generate_hash(length=10)}",
			"items": [{**row, "delivery_date": today()} for row in rows],
		}
	)
	with without_the_app():
		order.insert().submit()
		frappe.db.commit()
	return order.name


def _invoice(order: str, app: object) -> tuple[int, float]:
	"""(statements, milliseconds) of saving and submitting the invoice of an order, each with its commit."""
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	_connect_anew()
	invoice = make_sales_invoice(order)
	frappe.db.commit()
	gc.collect()
	with app:
		before, started = statements(), time.perf_counter()
		invoice.insert()
		frappe.db.commit()
		invoice.submit()
		frappe.db.commit()
		milliseconds = (time.perf_counter() - started) * 1000
	# the question itself is one of them
	return statements() - before - 1, milliseconds


def _forget_job() -> None:
	"""Let no job wait already, so that the next save has to ask a worker."""
	from frappe.utils.background_jobs import get_job

	from medusa_integration.sync.wake import JOB_ID

	if job := get_job(JOB_ID):
		job.delete()


def _check_task(order: str, *, is_there: bool) -> None:
	task = {"reference_doctype": "Sales Order", "reference_name": order}
	if bool(frappe.db.exists("Medusa Sync Task", task)) != is_there:
		raise RuntimeError(f"{order} was to be recorded: {is_there}")
