"""Website Items on their way to Medusa: the lane "product"."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import frappe
from frappe import _

from medusa_integration import shared_cache
from medusa_integration.catalogue.price import events as item_price
from medusa_integration.catalogue.product import image_uploads, images, mapping
from medusa_integration.catalogue.stock import recording as stock_queue
from medusa_integration.constants import ITEM, ITEM_GROUP, WEBSITE_ITEM
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome, SharedProduct
from medusa_integration.mirror.values import Product, Variant
from medusa_integration.settings import get_settings
from medusa_integration.sync.exporter import Exporter, Loaded, fingerprint, gone, save_or_create_again
from medusa_integration.sync.task import Broken, Send, Sent, Task, Unchanged, WaitFor, Work

# largest number of images that are left out and named in a task
MOST_LEFT_OUT = 5


class ProductExporter(Exporter):
	"""One Website Item is one product with its one variant."""

	name = "product"
	doctype = WEBSITE_ITEM

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""Eight statements at the most, whatever the number of tasks, and what `Rights` asks for."""
		if not tasks:
			return Loaded()
		items = Items(tasks)
		return Loaded([_safely(items, task) for task in tasks], items.images)

	def save(
		self, medusa: Mirror, works: Sequence[Send], found: images.Images, *, look_up: bool
	) -> list[Sent]:
		"""Bring private pictures to Medusa first, then the products; `found` are the pictures of all."""
		known = [image_uploads.known_uploads(work.task.payload) for work in works]
		ready = image_uploads.upload_private(medusa, [work.value for work in works], found, known)
		products = [one.product for one in ready if not one.error]
		checked = {work.value.key for work in works if image_uploads.is_checked(work.task.payload)}
		unchecked = {product.key for product in products} - checked
		save = partial(medusa.products.save, unchecked=unchecked)
		outcomes = iter(save_or_create_again(save, products, look_up=look_up))
		sent = []
		for work, one in zip(works, ready, strict=True):
			outcome = Outcome(work.value.key, error=one.error) if one.error else next(outcomes)
			has_images = bool(one.product.images) or bool(outcome.error and work.value.clears_images)
			is_checked = one.product.key in checked or not outcome.error
			payload = image_uploads.payload(one.kept, has_images, is_checked)
			if one.left_out:
				# the product is incomplete: without a fingerprint the next change sends it again
				remark = " ".join(text for text in (work.remark, *one.left_out) if text)
				work = replace(work, remark=remark, fingerprint="")
			sent.append(Sent(work, outcome, payload=payload))
		return sent

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Delete products; one whose id never came back is looked for first."""
		lost = {task.name: stub for task in tasks if not task.medusa_id and (stub := _stub(task))}
		there = medusa.products.find(list(lost.values())) if lost else {}
		ids = {task.name: task.medusa_id for task in tasks}
		ids |= {name: there[stub.key][0] for name, stub in lost.items() if stub.key in there}
		wanted = [id for id in ids.values() if id]
		outcomes = delete_own(medusa, wanted)
		return [outcomes[known] if (known := ids[task.name]) else Outcome(task.name) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Ids to the Website Items; the quantities and prices of new variants are recorded."""
		updates = {}
		for item in sent:
			product, outcome = item.work.value, item.outcome
			known = product.variant.id if outcome.id == product.id else None
			ids = {"medusa_id": outcome.id, "medusa_variant_id": outcome.variant_id or known}
			if ids != {"medusa_id": product.id, "medusa_variant_id": product.variant.id}:
				updates[item.work.task.docname] = ids
		frappe.db.bulk_update(WEBSITE_ITEM, updates, chunk_size=len(updates) or 1, update_modified=False)
		if updates:
			shared_cache.forget(products=updates)
		stock_queue.record_new(name for name, ids in updates.items() if ids["medusa_variant_id"])
		# prices belong to variants: record those of new variants
		new = [
			item.work.value.item_code
			for item in sent
			if item.outcome.variant_id and item.outcome.variant_id != item.work.value.variant.id
		]
		if new:
			item_price.record_where({"item_code": new})

	def deleted(self) -> None:
		"""Record the prices that Medusa has of items that are no longer in the shop."""
		item_price.record_orphans()

	def error_prefix(self, task: Task) -> str:
		"""Return how the sentence of a failed task begins."""
		if task.operation == "Delete":
			return _("Error while deleting Website Item {0} in Medusa").format(task.docname)
		if task.medusa_id:
			return _("Error while updating Website Item {0} in Medusa").format(task.docname)
		return _("Error while exporting Website Item {0} to Medusa").format(task.docname)


class Items:
	"""What is read about some Website Items at once; the work of each is made of it."""

	def __init__(self, tasks: Sequence[Task]) -> None:
		"""Read what these tasks are about. Eight statements at the most, and what `Rights` asks for."""
		self._rows = {row["name"]: row for row in _rows([task.docname for task in tasks])}
		found = list(self._rows.values())
		self._specifications = _specifications(list(self._rows))
		self._barcodes = _barcodes([row["item_code"] for row in found])
		self._elder = _elder_items(found)
		self._propagate = bool(get_settings().propagate_backorder_changes)
		self.images = images.Images(found)

	def work(self, task: Task) -> Work:
		"""Return what is to be done for one task, without a statement or a write.

		Raises:
			Exception: whatever is wrong with that one document.
		"""
		row = self._rows.get(task.docname)
		if not row:
			return gone(task)
		if other := self._elder.get(row["name"]):
			text = _(
				"Item {0} has another Website Item, {1}, which is its product in Medusa. Delete one of them."
			)
			return Broken(task, text.format(row["item_code"], other))
		group = (ITEM_GROUP, row["item_group_exists"], "collection")
		if row["item_group"] and not row["item_group_exists"]:
			return Broken(task, _("Item Group {0} does not exist.").format(row["item_group"]))
		if row["item_group"] and not row["collection_id"]:
			return WaitFor(task, parents=(group,))
		pictures = self.images.of(row)
		product = mapping.product(
			row,
			specifications=self._specifications[row["name"]],
			barcode=self._barcodes.get(row["item_code"]),
			images=pictures.addresses,
			had_images=image_uploads.had_images(task.payload),
			propagate_backorder=self._propagate,
		)
		mark = _mark(product, bool(row["on_backorder"]) if self._propagate else None)
		remark = _remark(row, pictures)
		if product.id and product.variant.id and mark == task.fingerprint:
			return Unchanged(task, product, remark=remark)
		refers_to = (group,) if product.collection_id else ()
		return Send(task, product, mark, refers_to=refers_to, remark=remark)


def _mark(product: Product, backorder: bool | None) -> str:
	"""The same whether Medusa has the variant or not, so that a first update has nothing to say."""
	variant = replace(product.variant, allow_backorder=backorder)
	return fingerprint(replace(product, clears_images=False, variant=variant))


def delete_own(medusa: Mirror, ids: Sequence[str]) -> dict[str, Outcome]:
	"""Delete products in Medusa, except those that have variants of other items; return outcomes by id."""
	if not ids:
		return {}
	shared = {listed.id: listed for listed in medusa.products.read_listed(ids) if not listed.is_of_one_item}
	refused = {
		id: Outcome(
			id,
			error=SharedProduct.on_delete(found.title, id, [one.sku or one.title for one in found.variants]),
		)
		for id, found in shared.items()
	}
	own = [id for id in ids if id not in shared]
	return refused | dict(zip(own, medusa.products.delete(own), strict=True) if own else ())


def _remark(row: dict[str, Any], pictures: images.Pictures) -> str | None:
	"""Return what users should know about a product that was sent."""
	remarks = list(pictures.left_out[:MOST_LEFT_OUT])
	if row["has_variants"]:
		text = _("Item {0} is a template: its product is a draft, because templates cannot be sold.")
		remarks.insert(0, text.format(row["item_code"]))
	return " ".join(remarks) or None


def _elder_items(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
	"""Return the Website Items whose Item has another Website Item that takes precedence, with its name.

	The one that Medusa has takes precedence, otherwise the oldest.
	"""
	codes = list({row["item_code"] for row in rows if row["item_code"]})
	if not codes:
		return {}
	same: dict[str, list[frappe._dict]] = defaultdict(list)
	fields = ["name", "item_code", "medusa_id", "creation"]
	for row in frappe.get_all(WEBSITE_ITEM, filters={"item_code": ("in", codes)}, fields=fields):
		same[row.item_code.casefold()].append(row)  # the database ignores case too
	elder: dict[str, str] = {}
	for several in same.values():
		first, *others = sorted(several, key=lambda row: (not row.medusa_id, row.creation, row.name))
		elder |= {row.name: first.name for row in others}
	return elder


def _safely(items: Items, task: Task) -> Work:
	"""One document that cannot be mapped must not hold up the others of its batch."""
	try:
		return items.work(task)
	except Exception as error:
		reference = frappe.log_error(f"Medusa: {task.doctype} {task.docname} cannot be mapped")
		# errors other than Frappe's own may contain paths of this server
		reason = error if isinstance(error, frappe.ValidationError) else _("It cannot be read.")
		text = _("{0} (Error Log {1})").format(reason, reference.name)
		return Broken(task, text)


def variant_of(name: str, *, backorder: bool, country_code: str | None = None) -> Variant:
	"""Return the variant of one Website Item as it is to be created.

	`country_code`, ISO 3166-1 alpha-2, replaces the country of its Item.
	"""
	row = _rows([name])[0] | {"on_backorder": backorder, "medusa_variant_id": None}
	if country_code:
		row["country_code"] = country_code
	return mapping.variant(row, _barcodes([row["item_code"]]).get(row["item_code"]))


def deletion_payload(doc: Any) -> str:
	"""Return what the product of a deleted Website Item without `medusa_id` is found by, as JSON."""
	row = {field: doc.get(field) for field in ("name", "item_code", "web_item_name", "route")}
	found_by = {"key": row["name"], "item_code": row["item_code"]}
	found_by |= {"handle": mapping.handle(row), "fallback_handle": mapping.fallback_handle(row)}
	return json.dumps({"found_by": found_by})


def _stub(task: Task) -> Product | None:
	"""Return a product with only the values to search for it, if the task has stored them."""
	found_by = task.found_by
	return Product(title="", variant=Variant(sku=found_by["item_code"]), **found_by) if found_by else None


def _rows(names: list[str]) -> list[dict[str, Any]]:
	website_item, item = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType(ITEM)
	group, country = frappe.qb.DocType(ITEM_GROUP), frappe.qb.DocType("Country")
	return (
		frappe.qb.from_(website_item)
		.left_join(item)
		.on(item.name == website_item.item_code)
		.left_join(group)
		.on(group.name == website_item.item_group)
		.left_join(country)
		.on(country.name == item.country_of_origin)
		.select(
			website_item.name,
			website_item.route,
			website_item.medusa_id,
			website_item.medusa_variant_id,
			*(website_item[field] for field in mapping.WEBSITE_ITEM_FIELDS),
			*(item[field] for field in mapping.ITEM_FIELDS),
			country.code.as_("country_code"),
			group.name.as_("item_group_exists"),
			group.medusa_id.as_("collection_id"),
		)
		.where(website_item.name.isin(names))
	).run(as_dict=True)


def _specifications(names: list[str]) -> dict[str, list[tuple[str | None, str | None]]]:
	found: dict[str, list] = defaultdict(list)
	if names:
		rows = frappe.get_all(
			"Item Website Specification",
			filters={"parent": ("in", names), "parenttype": WEBSITE_ITEM},
			fields=["parent", "label", "description"],
			order_by="parent asc, idx asc",
		)
		for row in rows:
			found[row.parent].append((row.label, row.description))
	return found


def _barcodes(item_codes: list[str]) -> dict[str, str]:
	"""Return the first barcode of each item."""
	if not item_codes:
		return {}
	rows = frappe.get_all(
		"Item Barcode",
		filters={"parent": ("in", item_codes), "parenttype": "Item"},
		fields=["parent", "barcode"],
		order_by="parent asc, idx desc",
	)
	return {row.parent: row.barcode for row in rows}
