"""Document events of Item Price and Price List, and the documented functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import frappe
from frappe.model.document import Document
from frappe.utils import cint, cstr, flt, getdate, nowdate

from medusa_integration.catalogue.price import exporter as prices
from medusa_integration.catalogue.price.item_prices import MAPPED, wanted
from medusa_integration.constants import ITEM_PRICE, WEBSITE_ITEM
from medusa_integration.settings import DEFAULT_PRICE_LIST, default_price_list, public_price_list
from medusa_integration.sync import connection, send_now, task_departures, task_recording

LANE = prices.PriceExporter.name
# -- events --------------------------------------------------------------------------------------------------


def create_medusa_price_list(
	self: Document | str, method: str | None = None, called_manually: bool = False
) -> dict[str, str] | None:
	"""Record a changed Item Price and the other prices of its Item (Item Price `validate`).

	They are sent after the commit. Prices of other lists, of one customer, or of items that the shop does not
	have are not recorded, unless Medusa has them. Two statements at most.

	Args:
		self: the Item Price; with `called_manually` also its name.
		method: name of the document event.
		called_manually: send this Item Price now, and commit.

	Returns:
		With `called_manually` {"medusa_id", "medusa_price_id"}; otherwise, or when nothing may be sent, None.

	Raises:
		SyncFailed: with `called_manually`, the price could not be sent.
	"""
	if called_manually:
		return _send(self if isinstance(self, str) else self.name)
	self = cast(Document, self)
	if self.flags.medusa_skip_sync or not task_recording.is_configured():
		return None
	before = self.get_doc_before_save()
	if before and _mapped(self) == _mapped(before):
		return None
	concerned = [doc for doc in (self, before) if doc and (_may_be_public(doc) or _ids(doc))]
	if not concerned:
		return None
	names, variants = _of_items({doc.item_code for doc in concerned})
	if variants or _ids(self):
		task_recording.record_many(ITEM_PRICE, sorted({*names, self.name}), LANE)
	return None


def on_trash(doc: Document, method: str | None = None) -> None:
	"""Record that the price has to be deleted after the commit (Item Price `on_trash`).

	The other prices of the Item are recorded too, because an older one may be valid now. Two statements at
	most.
	"""
	if not task_recording.is_configured() or not (_may_be_public(doc) or _ids(doc)):
		return
	names, variants = _of_items({doc.item_code})
	if not variants and not _ids(doc):
		return
	task_recording.record_deletion(
		ITEM_PRICE,
		doc.name,
		LANE,
		medusa_id=doc.get("medusa_price_id") or None,
		payload=prices.deletion_payload(doc, variants.get(doc.item_code)),
		also=sorted(set(names) - {doc.name}),
	)


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Record the deletion of a price that is merged into another one (Item Price `before_rename`)."""
	if merge:
		payload = prices.deletion_payload(doc, None)
		task_departures.merge(ITEM_PRICE, old, LANE, doc.get("medusa_price_id"), payload)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Rename the task of a renamed price; Medusa does not store its name (Item Price `after_rename`)."""
	if not merge:
		task_departures.rename(ITEM_PRICE, old, new)


def price_list_changed(doc: Document, method: str | None = None) -> None:
	"""Record all prices of the shop's Price List after ERPNext has changed their currency with SQL.

	Price List `on_update`.
	"""
	before = doc.get_doc_before_save()
	if doc.name == public_price_list() and before and _list_values(doc) != _list_values(before):
		record_where({"price_list": doc.name})


def price_list_renamed(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Record all prices of the shop's renamed Price List, because Medusa stores its name.

	Price List `after_rename`.
	"""
	if new == public_price_list():
		record_where({"price_list": new})


def _list_values(doc: Document) -> tuple:
	return (doc.get("currency"), cint(doc.get("selling")))


# -- recording -----------------------------------------------------------------------------------------------


def record_where(filters: dict[str, Any]) -> None:
	"""Record the Item Prices that match, of Items with a Website Item. Two statements per 500.

	Args:
		filters: values by fieldname; a list stands for any of its values.
	"""
	if task_recording.is_configured():
		task_recording.record_many(ITEM_PRICE, _names(filters), LANE)


def record_orphans() -> None:
	"""Record the prices that Medusa has of Items without a Website Item."""
	if not task_recording.is_configured():
		return
	price, website_item = frappe.qb.DocType(ITEM_PRICE), frappe.qb.DocType(WEBSITE_ITEM)
	names = (
		frappe.qb.from_(price)
		.left_join(website_item)
		.on(website_item.item_code == price.item_code)
		.select(price.name)
		.where(price.medusa_price_id.isnotnull() & website_item.name.isnull())
	).run(pluck=True)
	task_recording.record_many(ITEM_PRICE, names, LANE)


def record_all(price_list: str | None) -> None:
	"""Record the prices that Medusa has and those of a Price List, because a setting about them is changing.

	Args:
		price_list: name of the Price List of the settings; None for the default one.
	"""
	price = {"medusa_price_id": ("is", "set")}
	have = frappe.get_all(ITEM_PRICE, filters=price, pluck="name") if task_recording.is_configured() else []
	task_recording.record_many(ITEM_PRICE, have, LANE)
	record_where({"price_list": price_list or default_price_list() or DEFAULT_PRICE_LIST})


def _names(filters: dict[str, Any]) -> list[str]:
	price, website_item = frappe.qb.DocType(ITEM_PRICE), frappe.qb.DocType(WEBSITE_ITEM)
	query = (
		frappe.qb.from_(price)
		.inner_join(website_item)
		.on(website_item.item_code == price.item_code)
		.select(price.name)
	)
	if "price_list" not in filters:
		query = query.where((price.price_list == public_price_list()) | price.medusa_price_id.isnotnull())
	for field, value in filters.items():
		query = query.where(price[field].isin(value) if isinstance(value, list) else price[field] == value)
	return query.run(pluck=True)


def _of_items(items: Iterable[str]) -> tuple[list[str], dict[str, str]]:
	"""Return the current public prices of Items with a Website Item, and the Items' variants in Medusa."""
	price, website_item = frappe.qb.DocType(ITEM_PRICE), frappe.qb.DocType(WEBSITE_ITEM)
	alive = price.valid_upto.isnull() | (price.valid_upto >= nowdate()) | price.medusa_price_id.isnotnull()
	of_item = (price.item_code == website_item.item_code) & (price.price_list == public_price_list())
	rows = (
		frappe.qb.from_(website_item)
		.left_join(price)
		.on(of_item & alive)
		.select(website_item.item_code, website_item.medusa_variant_id, price.name)
		.where(website_item.item_code.isin(sorted(items)))
	).run()
	return [name for _item, _variant, name in rows if name], {item: variant for item, variant, _name in rows}


def _may_be_public(doc: Document) -> bool:
	"""Return whether the values of this price itself allow it to be sent."""
	is_listed = doc.get("price_list") == public_price_list() and cint(doc.get("selling"))
	has_party = doc.get("customer") or doc.get("supplier") or doc.get("batch_no")
	return bool(is_listed and not has_party)


def _ids(doc: Document) -> bool:
	return bool(doc.get("medusa_id") or doc.get("medusa_price_id"))


def _mapped(doc: Document) -> list[Any]:
	"""Return the mapped values as they will be stored: forms send texts for dates and numbers."""
	values: list[Any] = []
	for field in MAPPED:
		value = doc.get(field)
		if field == "price_list_rate":
			values.append(flt(value, 9))
		elif field in ("packing_unit", "selling"):
			values.append(cint(value))
		elif field in ("valid_from", "valid_upto"):
			values.append(getdate(value) if value else None)
		else:
			values.append(cstr(value))
	return values


# -- documented functions ------------------------------------------------------------------------------------


def _send(name: str) -> dict[str, str] | None:
	if not connection.may_send():
		return None
	send_now.send_now(ITEM_PRICE, name, LANE)
	return frappe.db.get_value(ITEM_PRICE, name, ["medusa_id", "medusa_price_id"], as_dict=True)


def export_all_medusa_price_list() -> int:
	"""Record every price that should be in Medusa, even if it is there; for the console.

	They are sent after the commit, and a price that fails does not stop the others.

	Returns:
		The number of recorded Item Prices.
	"""
	names = wanted(_names({"price_list": public_price_list()}))
	return task_recording.record_many(ITEM_PRICE, names, LANE)


def clear_all_item_price_id(dry_run: bool = True) -> int:
	"""Clear both ids of all Item Prices, for a Medusa that was set up again. Commits.

	The next export finds existing prices by variant and currency.

	Args:
		dry_run: only count, the default.

	Returns:
		The number of Item Prices with an id.
	"""
	price = frappe.qb.DocType(ITEM_PRICE)
	has_id = price.medusa_id.isnotnull() | price.medusa_price_id.isnotnull()
	count = len(frappe.qb.from_(price).select(price.name).where(has_id).run())
	if not dry_run:
		query = frappe.qb.update(price).set(price.medusa_id, None).set(price.medusa_price_id, None)
		query.where(has_id).run()
		# nosemgrep: frappe-manual-commit -- a console command, which ends here
		frappe.db.commit()
		frappe.clear_document_cache(ITEM_PRICE)
	return count
