"""The wishlists of the shop's customers: one row per product and customer, and nothing else is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import frappe
from frappe import _
from frappe.utils import now_datetime
from typing_extensions import TypedDict

from medusa_integration import database
from medusa_integration.constants import WEBSITE_ITEM, WISHLIST
from medusa_integration.endpoints.parameters import Flag, Id, Ids
from medusa_integration.exceptions import ValidationError
from medusa_integration.storefront.viewers import known_customer

COLUMNS = (*database.STANDARD_COLUMNS, "website_item", "medusa_customer_id")


class Wished(TypedDict):
	"""What was done about one product."""

	item_code: str
	status: Literal["success", "skipped", "error"]
	message: str


def handle_wishlist(
	item_codes: Ids, customer_id: Id, is_add: Flag = False, is_remove: Flag = False
) -> list[Wished]:
	"""Put products on a customer's wishlist, or take them off it.

	The same number of statements for any number of products. The Website Items are not written.

	Args:
		item_codes: Medusa's ids of the products, 200 at most. What is not visible in the shop can only be
			taken off.
		customer_id: Medusa's id of the customer.
		is_add: put them on it.
		is_remove: take them off it.

	Returns:
		For each of the ids, in their order: `item_code`, `status` (success, skipped or error), `message`.

	Raises:
		ValidationError: It is neither of both, or both (400).
		frappe.DoesNotExistError: There is no such customer (404).
	"""
	if is_add == is_remove:
		raise ValidationError(_("Either is_add or is_remove must be 1, not both or none"))
	known_customer(customer_id)
	items = _website_items(item_codes, visible=is_add)
	# in one order, so that two calls do not wait for each other
	names = sorted(set(items.values()))
	change = _add if is_add else _remove
	changed = change(names, customer_id) if names else set()
	return list(_answers(item_codes, items, changed, is_add=is_add))


def _website_items(product_ids: Iterable[str], *, visible: bool) -> dict[str, str]:
	"""Return the Website Items by Medusa's ids; of several with one id, an old site has them, the oldest."""
	found = frappe.get_all(
		WEBSITE_ITEM,
		filters={"medusa_id": ("in", list(product_ids)), **({"published": 1} if visible else {})},
		fields=["medusa_id", "name"],
		order_by="published asc, creation desc",
		as_list=True,
	)
	return database.as_asked(product_ids, found)


def _add(names: list[str], medusa_id: str) -> set[str]:
	"""Insert the wishes that are not there; return those. The unique key decides about clicks at once."""
	user, now = frappe.session.user, now_datetime()
	wishes = {frappe.generate_hash(length=16): website_item for website_item in names}
	rows = [
		(*database.standard_values(name, now, user), website_item, medusa_id)
		for name, website_item in wishes.items()
	]
	frappe.db.bulk_insert(WISHLIST, COLUMNS, rows, ignore_duplicates=True)
	return set(frappe.get_all(WISHLIST, {"name": ("in", list(wishes))}, pluck="website_item"))


def _remove(names: list[str], medusa_id: str) -> set[str]:
	"""Delete the wishes that are there; return those. A lock decides about clicks at once."""
	wish = frappe.qb.DocType(WISHLIST)
	found = dict(
		database.run(
			frappe.qb.from_(wish)
			.select(wish.name, wish.website_item)
			.where(wish.website_item.isin(names) & (wish.medusa_customer_id == medusa_id))
			.orderby(wish.website_item)
			.for_update()
		)
	)
	if found:
		frappe.db.delete(WISHLIST, {"name": ("in", list(found))})
	return set(found.values())


def _answers(
	product_ids: Iterable[str], items: dict[str, str], changed: set[str], *, is_add: bool
) -> Iterator[Wished]:
	done = _("Customer added to wishlist") if is_add else _("Customer removed from wishlist")
	nothing = _("Customer already in wishlist") if is_add else _("Customer not in wishlist")
	for product_id in product_ids:
		name = items.get(product_id)
		if not name:
			yield {"item_code": product_id, "status": "error", "message": _("Item not found")}
		elif name in changed:
			# an id that is sent twice is done once
			changed.discard(name)
			yield {"item_code": product_id, "status": "success", "message": done}
		else:
			yield {"item_code": product_id, "status": "skipped", "message": nothing}
