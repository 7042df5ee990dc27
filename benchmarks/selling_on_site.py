"""What runs in a process on the site to measure what invoices of the shop cost; what there is to be sold.

It runs on devbench's site and on one of a real bench; what it makes there stays.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import frappe
from frappe.utils import CallbackManager, set_request, today

from benchmarks.articles import articles
from benchmarks.bodies import PRICE_LIST
from benchmarks.on_site import statements

OURS = "medusa_integration."
SETTINGS = "Medusa Configuration"
# nobody listens there
URL = "http://127.0.0.1:9"
RATE = 1.25


# -- what there is -------------------------------------------------------------------------------------------


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


def configure(url: str | None, *, enable: int) -> None:
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


def connect_anew() -> None:
	"""Begin as a request does: with a connection of its own, and nothing remembered but what Redis has."""
	site, sites_path = frappe.local.site, frappe.local.sites_path
	frappe.destroy()
	frappe.init(site, sites_path=sites_path, force=True)
	frappe.connect()


def begin_request() -> CallbackManager:
	"""Be in a request, as who saves in Desk is; answers what Frappe does once that is answered."""
	set_request(method="POST", path="/api/method/frappe.desk.form.save.savedocs")
	frappe.local.request.after_response = CallbackManager()
	return frappe.local.request.after_response


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


# -- invoices ------------------------------------------------------------------------------------------------


def invoices(sold: dict, size: int, rounds: int) -> dict:
	"""Save and submit Sales Invoices of orders of the shop without the app, and with it, in turns.

	"off": without; "kept": with it, what Medusa has to hear being recorded only; "sent": a worker is woken
	too, as after the first change since the last drain, once who saves has the answer. For each (statements,
	milliseconds until then) of every round; the first round is not counted.
	"""
	found = {"off": [], "kept": [], "sent": []}
	ways = list(found)
	for number in range(rounds + 1):
		turn = number % len(ways)
		for way in ways[turn:] + ways[:turn]:
			configure(URL, enable=int(way == "sent"))
			order = _order(sold, size)
			_forget_job()
			cost = _invoice(order, without_the_app() if way == "off" else nullcontext())
			_check_task(order, is_there=way != "off")
			if number:
				found[way].append(cost)
	configure(None, enable=0)
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

	connect_anew()
	answered = begin_request()
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
		cost = statements() - before - 1, milliseconds
		answered.run()
	return cost


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
