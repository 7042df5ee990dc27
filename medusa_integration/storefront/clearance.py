"""Clearance stock: items that expire soon or are marked, listed every night on the shop's homepage."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Min
from frappe.utils import add_days, cint, getdate

from medusa_integration.constants import EXPIRING_ITEMS, HOMEPAGE, WEBSITE_ITEM
from medusa_integration.protection import by_app
from medusa_integration.settings import number
from medusa_integration.storefront.visible import visible
from medusa_integration.sync.jobs import scheduled_job


@scheduled_job
def fetch_clearance_items() -> dict[str, int]:
	"""Find the items that expire soon, and update Expiring Items and the homepage.

	Expiring Items gets one row for each visible Website Item with stock in an enabled Batch that expires
	from today on within `clearance_days`, by the earliest of these dates. Ticks are kept, other rows are
	removed. The homepage then shows the result of `show_clearance`. An unchanged Single is not saved. It
	runs in the caller's transaction.

	Returns:
		The number of Website Items: `expiring` and `clearance`.
	"""
	expiring = frappe.get_doc(EXPIRING_ITEMS, EXPIRING_ITEMS, for_update=True)
	ticked = {row.website_item for row in expiring.expiring_items if row.show}
	wanted = [{**row, "show": int(row.website_item in ticked)} for row in _find_expiring()]
	columns = ("website_item", "website_item_name", "expiry_date", "show")
	if _values(expiring.expiring_items, columns) == _values(wanted, columns):
		shown = show_clearance(expiring)
	else:
		expiring.set("expiring_items", wanted)
		_save(expiring)
		shown = expiring.flags.shown
	return {"expiring": len(wanted), "clearance": shown}


def show_clearance(expiring: Document) -> int:
	"""Write the clearance items into both tables of Homepage Landing.

	These are the ticked rows of the document `expiring`, in their order, then the Website Items marked as
	clearance stock, by name; each once, and only visible ones. `clearance_items` has all of them. In
	`best_deals` they follow the rows of users, without duplicates. Nothing is saved if nothing changes.

	Returns:
		The number of Website Items.
	"""
	names = _find_clearance([row.website_item for row in expiring.expiring_items if cint(row.show)])
	homepage = frappe.get_doc(HOMEPAGE, HOMEPAGE, for_update=True)

	items = [{"website_item": name, "website_item_name": label} for name, label in names.items()]
	by_hand = [row for row in homepage.best_deals if not row.from_clearance]
	# a person may have given a deal of ours its own address
	urls = {row.website_item: row.url for row in homepage.best_deals if row.from_clearance}
	taken = {row.website_item for row in by_hand}
	deals = [
		{"website_item": name, "url": urls.get(name), "from_clearance": 1}
		for name in names
		if name not in taken
	]

	changes = [
		_replace(homepage, "clearance_items", items, ("website_item", "website_item_name")),
		_replace(homepage, "best_deals", [*by_hand, *deals], ("website_item", "url", "from_clearance")),
	]
	if any(changes):
		_save(homepage)
	return len(names)


def _find_expiring() -> list[frappe._dict]:
	"""Return a row for each Website Item, the first to expire first, with one statement."""
	item, batch = frappe.qb.DocType(WEBSITE_ITEM), frappe.qb.DocType("Batch")
	days = number("clearance_days")
	today = getdate()
	first = Min(batch.expiry_date)
	return (
		frappe.qb.from_(batch)
		.inner_join(item)
		.on(item.item_code == batch.item)
		.select(
			item.name.as_("website_item"),
			item.web_item_name.as_("website_item_name"),
			first.as_("expiry_date"),
		)
		.where((batch.disabled == 0) & (batch.batch_qty > 0))
		.where(batch.expiry_date[today : add_days(today, days)])
		.where(visible(item))
		.groupby(item.name, item.web_item_name)
		.orderby(first)
		.orderby(item.name)
	).run(as_dict=True)


def _find_clearance(ticked: list[str]) -> dict[str, str]:
	"""Return name and title of the clearance items, in the order of the shop, with one statement."""
	item = frappe.qb.DocType(WEBSITE_ITEM)
	chosen = item.custom_clearance_item == 1
	if ticked:
		chosen |= item.name.isin(ticked)
	titles = dict(
		frappe.qb.from_(item)
		.select(item.name, item.web_item_name)
		.where(visible(item) & chosen)
		.orderby(item.name)
		.run()
	)
	ordered = [name for name in dict.fromkeys(ticked) if name in titles]
	return {name: titles[name] for name in dict.fromkeys([*ordered, *titles])}


def _replace(doc: Document, fieldname: str, rows: list[Document | dict], columns: tuple[str, ...]) -> bool:
	"""Replace the rows of a table, and return whether that changes anything."""
	if _values(doc.get(fieldname), columns) == _values(rows, columns):
		return False
	doc.set(fieldname, rows)
	for idx, row in enumerate(doc.get(fieldname), start=1):
		row.idx = idx
	return True


def _values(rows: Iterable[Document | dict], columns: tuple[str, ...]) -> list[tuple]:
	return [tuple(row.get(column) or None for column in columns) for row in rows]


def _save(doc: Document) -> None:
	# what people left in the other tables is not ours to refuse,
	# and whoever may tick need not own the homepage
	doc.flags.ignore_links = doc.flags.ignore_mandatory = True
	by_app(doc).save(ignore_permissions=True)
