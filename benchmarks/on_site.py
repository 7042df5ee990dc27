"""What runs in a process on the site: making documents, recording them, and one measured drain.

Each function is run in a fresh process, as a job of a worker would be; what it answers is printed as JSON.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

import frappe
from frappe.utils import now_datetime
from requests.adapters import HTTPAdapter

from benchmarks.articles import BRANDS, GRAMS, GROUP, TARIFF_NUMBER, UOM, Article, articles
from medusa_integration.sync.exporter import exporters

ROWS = 1000


# -- before the measurement ----------------------------------------------------------------------------------


def connect_to_medusa(url: str, email: str, password: str) -> str:
	"""Fill in Medusa Configuration, bring the one Item Group to Medusa and answer its id there."""
	settings = frappe.get_doc("Medusa Configuration")
	settings.update({"enable": 1, "url": url, "admin_email": email, "admin_password": password})
	# the other two ways send no quantities; the night is for these
	settings.push_stock_quantities = 0
	settings.save()
	for brand in BRANDS:
		frappe.get_doc({"doctype": "Brand", "brand": brand}).insert()
	group = {"item_group_name": GROUP, "parent_item_group": "Products"}
	frappe.get_doc({"doctype": "Item Group", **group}).insert()
	frappe.db.commit()
	# signs in and learns which Medusa it is, as on a site in use
	return frappe.get_attr("medusa_integration.api.export_item_group")(GROUP)


def record(series: str, count: int) -> int:
	"""Make the documents of a series and record their tasks; answer how many."""
	from medusa_integration.sync import task_recording

	sold = articles(series, count)
	for doctype, rows in _tables(sold).items():
		insert(doctype, rows)
	recorded = task_recording.record_many("Website Item", [article.code for article in sold], "product")
	frappe.db.commit()
	return recorded


def _tables(sold: list[Article]) -> dict[str, Iterator[dict]]:
	"""The rows of every table, by DocType. Written at once: ten thousand saves would take minutes."""
	pieces = [(article, row) for article in sold for row in enumerate(article.specifications, 1)]
	return {
		"Item": (_item(article) for article in sold),
		"Item Barcode": (
			{**_child_of("Item", article, "barcodes", 1), "barcode": article.barcode} for article in sold
		),
		"Website Item": (_website_item(article) for article in sold),
		"Item Website Specification": (
			{
				**_child_of("Website Item", article, "website_specifications", idx),
				"label": label,
				"description": f"<p>{text}</p>",
			}
			for article, (idx, (label, text)) in pieces
		),
		"File": (_file(article) for article in sold),
	}


def _item(article: Article) -> dict:
	return {
		"name": article.code,
		"item_code": article.code,
		"item_name": article.title,
		"item_group": GROUP,
		"stock_uom": UOM,
		"brand": article.brand,
		"country_of_origin": article.country,
		"customs_tariff_number": TARIFF_NUMBER,
		"weight_per_unit": GRAMS,
		"weight_uom": "Gram",
	}


def _website_item(article: Article) -> dict:
	return {
		"name": article.code,
		"item_code": article.code,
		"item_name": article.title,
		"web_item_name": article.title,
		"route": f"products/{article.handle}",
		"published": 1,
		"item_group": GROUP,
		"stock_uom": UOM,
		"brand": article.brand,
		"ranking": article.ranking,
		"website_image": article.image,
		"short_description": article.short_description,
		"web_long_description": article.html,
	}


def _file(article: Article) -> dict:
	"""The picture, attached as the form does it."""
	return {
		"name": frappe.generate_hash(length=10),
		"file_name": article.image.rpartition("/")[2],
		"file_url": article.image,
		"is_private": 0,
		"is_folder": 0,
		"folder": "Home/Attachments",
		"attached_to_doctype": "Website Item",
		"attached_to_name": article.code,
		"attached_to_field": "website_image",
	}


def _child_of(doctype: str, article: Article, field: str, idx: int) -> dict:
	return {
		"name": frappe.generate_hash(length=10),
		"parenttype": doctype,
		"parent": article.code,
		"parentfield": field,
		"idx": idx,
	}


def insert(doctype: str, rows: Iterable[dict]) -> None:
	"""Write rows of one DocType as they are, all of the same columns, without their events."""
	now, rows = now_datetime(), iter(rows)
	owned = {"creation": now, "modified": now, "owner": "Administrator", "modified_by": "Administrator"}
	while chunk := list(islice(rows, ROWS)):
		values = [tuple((owned | row).values()) for row in chunk]
		frappe.db.bulk_insert(doctype, list(owned | chunk[0]), values, chunk_size=ROWS)


# -- the measurement -----------------------------------------------------------------------------------------


def drain() -> dict:
	"""Send what is recorded, and return the costs; memory counts from before the import of the app."""
	idle = _memory("VmRSS")
	from medusa_integration.sync import worker

	exporters()  # the other two ways have imported what they need before their clocks start
	before = statements()
	with counted_requests() as requests:
		started = time.perf_counter()
		states = worker.drain()
		seconds = time.perf_counter() - started
	return {
		"seconds": seconds,
		"states": dict(states),
		# the question itself is one of them
		"statements": statements() - before - 1,
		"requests": len(requests),
		"idle_mb": idle,
		"peak_mb": _memory("VmHWM"),
	}


def statements() -> int:
	"""How many statements this connection has sent so far, as the database counts them: commits and all."""
	return int(frappe.db.sql("show session status like 'Questions'")[0][1])


@contextmanager
def counted_requests() -> Iterator[list[tuple[str, str]]]:
	"""Method and address of every HTTP request that leaves this process inside."""
	sent: list[tuple[str, str]] = []
	send = HTTPAdapter.send

	def counted(self, request, **options):
		sent.append((request.method, request.url))
		return send(self, request, **options)

	HTTPAdapter.send = counted
	try:
		yield sent
	finally:
		HTTPAdapter.send = send


def _memory(kind: str) -> float:
	"""Megabytes of this process: VmRSS at the moment, VmHWM at the most so far.

	The kernel's own figures, because `ru_maxrss` also counts the process that has started this one.
	"""
	with open("/proc/self/status") as status:
		line = next(line for line in status if line.startswith(kind))
	return int(line.split()[1]) / 1024
