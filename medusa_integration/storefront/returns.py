"""Returns: what a customer may give back of an order, and what he has asked to give back."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Annotated, Any, Literal

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import flt, now
from typing_extensions import TypedDict

from medusa_integration.constants import SALES_INVOICE, SALES_ORDER
from medusa_integration.customers import mails
from medusa_integration.endpoints.parameters import Id, ListOf, Quantity
from medusa_integration.endpoints.records import ObjectOf, Record
from medusa_integration.exceptions import ValidationError
from medusa_integration.settings import get_settings
from medusa_integration.storefront.order_lookup import find_order

RETURNED = "Returned Sales Order Item"
TABLE = "custom_returned_items"
DELIVERIES = ("Delivery Note", SALES_INVOICE)
# nosemgrep: frappe-breaks-multitenancy -- the subject is made when a mail is sent, by the function
MAIL = mails.Mail(
	"medusa_return", lambda values: _("Order {0}: items to be returned").format(values["order"])
)


class Line(Record):
	"""How much of an Item is returned."""

	item_code: Id
	quantity: Quantity


class Returned(TypedDict):
	"""What the customer has asked to return; the rate in the currency of the order."""

	item_code: str
	qty: float
	rate: float
	item_name: str


class Returnable(TypedDict):
	"""What of a row of an order can be returned; amounts in its currency."""

	item_code: str
	item_name: str
	qty: float
	rate: float
	amount: float
	uom: str


class ReturnableItems(TypedDict):
	"""What of an order can be returned."""

	status: Literal["success"]
	sales_order_id: str
	unreturned_items: list[Returnable]


class Noted(TypedDict):
	"""That a request was noted."""

	status: Literal["success"]
	message: str


class Row(Returnable):
	"""A row of a Sales Order, by its name, and what is left of it."""

	name: str


Lines = Annotated[list[dict[str, Any]], ListOf(Annotated[dict, ObjectOf(Line)])]


def get_returnable_items(medusa_order_id: Id, customer_id: Id | None = None) -> ReturnableItems:
	"""List what of an order was delivered, and neither returned nor asked to be returned.

	Args:
		medusa_order_id: Medusa's id of the order.
		customer_id: Medusa's; the order has to be that customer's.

	Returns:
		`status` "success", `sales_order_id`, and `unreturned_items` with `item_code`, `item_name`, `qty`,
		`rate`, `amount` and `uom` for each row of the order that has something left.

	Raises:
		frappe.DoesNotExistError: there is no such order (404).
	"""
	order = find_order(medusa_order_id, customer_id, by_name=False)
	rows: list[Returnable] = [
		{
			"item_code": row["item_code"],
			"item_name": row["item_name"],
			"qty": row["qty"],
			"rate": row["rate"],
			"amount": row["amount"],
			"uom": row["uom"],
		}
		for row in returnable_rows(order.name)
	]
	return {"status": "success", "sales_order_id": order.name, "unreturned_items": rows}


def update_returned_items(
	medusa_order_id: Id, items: Lines, request_id: Id | None = None, customer_id: Id | None = None
) -> Noted:
	"""Note on the Sales Order what its customer wants to return, and mail it to `returns_email`.

	Calls for one order are one after the other: together they never exceed what was delivered.

	Args:
		medusa_order_id: Medusa's id of the order.
		items: `{item_code, quantity}` of each; rate, amount, unit and name are those of the order.
		request_id: of the shop; the same again changes nothing.
		customer_id: Medusa's; the order has to be that customer's.

	Returns:
		`{"status", "message"}`.

	Raises:
		frappe.DoesNotExistError: there is no such order (404).
		ValidationError: an item is not part of the order, or not so much of it can be returned (400).
	"""
	order = find_order(medusa_order_id, customer_id, by_name=False, lock=True)
	answer: Noted = {"status": "success", "message": _("Returned items updated successfully")}
	known = {"parenttype": SALES_ORDER, "parent": order.name, "request_id": request_id}
	if request_id and frappe.db.exists(RETURNED, known):
		return answer
	rows = _allocate(items, _rows(order.name))
	_append(order, rows, request_id)
	_mail(order.name, medusa_order_id, rows)
	return answer


def returned_items(order: str) -> list[Returned]:
	"""List what the customer has asked to return, in this sequence. One statement."""
	filters = {"parenttype": SALES_ORDER, "parent": order, "parentfield": TABLE}
	fields = ["item_code", "qty", "rate", "item_name"]
	return frappe.get_all(RETURNED, filters, fields, order_by="idx asc")


def returnable_rows(order: str) -> list[Row]:
	"""Return the rows of an order with something left to return, which is `qty`. Four statements at most."""
	return [row for row in _rows(order) if row["qty"] > 0]


def _rows(order: str) -> list[Row]:
	"""Return all rows of a Sales Order.

	Returns:
		`name`, `item_code`, `item_name`, `uom`, `rate`; `qty`, which was delivered less what was returned and
		what was asked to be returned, 0 or more; `amount` of that.
	"""
	fields = ["name", "item_code", "item_name", "uom", "rate", "delivered_by_supplier", "delivered_qty"]
	filters = {"parent": order, "parenttype": SALES_ORDER, "docstatus": 1}
	rows = frappe.get_all("Sales Order Item", filters, fields, order_by="idx asc")
	delivered = _delivered([row.name for row in rows])
	requested = _requested(order)
	found: list[Row] = []
	for row in rows:
		# what a supplier has sent to the customer is on no document of ours
		sent = flt(row.delivered_qty) if row.delivered_by_supplier else delivered[row.name]
		left = max(flt(sent - requested[row.name], 9), 0)
		found.append(
			{
				"name": row.name,
				"item_code": row.item_code,
				"item_name": row.item_name,
				"uom": row.uom,
				"rate": flt(row.rate),
				"qty": left,
				"amount": flt(left * flt(row.rate), 9),
			}
		)
	return found


def _delivered(names: list[str]) -> dict[str, float]:
	"""Sum up the submitted deliveries of rows of an order; those of returns are negative. Two statements."""
	delivered: dict[str, float] = defaultdict(float)
	for doctype in DELIVERIES if names else ():
		parent, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
		query = (
			frappe.qb.from_(row)
			.inner_join(parent)
			.on(parent.name == row.parent)
			.select(row.so_detail, Sum(row.qty))
			.where(row.so_detail.isin(names) & (parent.docstatus == 1))
			.groupby(row.so_detail)
		)
		if doctype == SALES_INVOICE:
			query = query.where(parent.update_stock == 1)
		for name, quantity in query.run():
			delivered[name] += flt(quantity)
	return delivered


def _requested(order: str) -> Counter[str]:
	"""Sum up what was asked to be returned, by row of the order. One statement."""
	requested: Counter[str] = Counter()
	filters = {"parenttype": SALES_ORDER, "parent": order, "parentfield": TABLE}
	for row in frappe.get_all(RETURNED, filters, ["sales_order_item", "qty"]):
		requested[row.sales_order_item] += flt(row.qty)
	return requested


def _allocate(items: list[dict[str, Any]], rows: list[Row]) -> list[Row]:
	"""Distribute quantities to the rows of an order, the first rows of an Item first."""
	wanted: Counter[str] = Counter()
	for line in items:
		wanted[line["item_code"]] += line["quantity"]
	allocated: list[Row] = []
	for code, quantity in wanted.items():
		of_item = [row for row in rows if row["item_code"] == code]
		if not of_item:
			raise ValidationError(_("Item {0} is not part of the order.").format(code))
		left = flt(sum(row["qty"] for row in of_item), 9)
		if flt(quantity - left, 9) > 0:
			raise ValidationError(_("Only {0} of {1} can be returned.").format(_shown(left), code))
		for row in of_item:
			taken = min(flt(quantity, 9), row["qty"])
			if taken > 0:
				allocated.append({**row, "qty": taken, "amount": flt(taken * flt(row["rate"]), 9)})
				quantity -= taken
	return allocated


def _shown(quantity: float) -> int | float:
	"""Return a quantity as people write it: 2, and not 2.0."""
	return int(quantity) if quantity == int(quantity) else quantity


def _append(order: frappe._dict, rows: list[Row], request_id: str | None) -> None:
	"""Add rows to a Sales Order that the caller has locked.

	Without a save of the order, which ERPNext may refuse for reasons that have nothing to do with a return.
	Whoever has its form open is told that it has changed.
	"""
	filters = {"parenttype": SALES_ORDER, "parent": order.name, "parentfield": TABLE}
	there = frappe.db.count(RETURNED, filters)
	for idx, row in enumerate(rows, start=there + 1):
		new = frappe.new_doc(RETURNED)
		values: dict[str, Any] = {**row, "name": None, "sales_order_item": row["name"]}
		new.update({**values, **filters, "request_id": request_id, "idx": idx, "docstatus": order.docstatus})
		new.set_new_name()
		new.db_insert()
	frappe.db.set_value(SALES_ORDER, order.name, "modified", now(), update_modified=False)


def _mail(order: str, medusa_order_id: str, rows: list[Row]) -> None:
	recipient = get_settings().returns_email
	if not recipient:
		return
	if not mails.can_send():
		frappe.log_error(
			title=f"Medusa: the return of Sales Order {order} was not mailed",
			message=_("This site has no outgoing email account."),
			reference_doctype=SALES_ORDER,
			reference_name=order,
		)
		return
	link = frappe.utils.get_url_to_form(SALES_ORDER, order)
	items = [{**row, "qty": _shown(row["qty"])} for row in rows]
	values = {"order": order, "medusa_order_id": medusa_order_id, "link": link, "items": items}
	mails.send(MAIL, recipient, values)
