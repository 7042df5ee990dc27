"""What must be true at the end of each sequence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import frappe

from devbench.medusa.simulator import moved
from medusa_integration.constants import MEDUSA_ORDER
from tests.inbox.sequences import books
from tests.inbox.sequences.happened import Placed, pieces
from tests.inbox.sequences.world import EVENT, TASK, World


def an_event_is_enough(world: World) -> None:
	"""Without asking Medusa what else there is, each order of which an event has arrived has come."""
	for order_id in {sent["aggregate_id"] for sent in world.now.taken.values()}:
		none = world.now.orders[order_id].may_be_none
		assert len(world.sales_orders(order_id)) == (0 if none else 1), (order_id, states(world))


def no_order_is_lost_or_twice(world: World) -> None:
	"""Each has one Sales Order, with Medusa's total; one that was cancelled before has none."""
	for order_id, placed in world.now.orders.items():
		made = world.sales_orders(order_id)
		assert len(made) == (0 if placed.may_be_none else 1), (order_id, placed, made, states(world))
		for row in made:
			assert str(row.grand_total) == str(float(world.total(order_id)))
			is_cancelled = world.now.follows and placed.is_canceled
			submitted = int(world.now.submits or world.now.follows)
			assert row.docstatus == (2 if is_cancelled else submitted)
			assert frappe.db.get_value(MEDUSA_ORDER, order_id, "sales_order") == row.name
	# a real site may have others of earlier days
	filters = {"medusa_order_id": ("is", "set"), "creation": (">=", world.shop.site.started_at)}
	everything = frappe.get_all("Sales Order", filters, pluck="medusa_order_id")
	assert set(everything) <= set(world.now.orders)


def nothing_follows_a_draft(world: World) -> None:
	for doctype in ("Payment Entry", "Sales Invoice", "Delivery Note"):
		assert not any(world.made(doctype, order_id) for order_id in world.now.orders)


def payments_are_booked_once(world: World) -> None:
	"""Each capture and each refund is one Payment Entry over Medusa's amount."""
	for order_id, placed in world.now.orders.items():
		entries = world.made("Payment Entry", order_id, "payment_type", "paid_amount", "medusa_id")
		received = [world.total(order_id)] if placed.is_captured else []
		wanted = {"Receive": received, "Pay": placed.refunds} if world.now.follows else {}
		for kind in ("Receive", "Pay"):
			booked = sorted(row.paid_amount for row in entries if row.payment_type == kind)
			assert booked == sorted(map(float, wanted.get(kind, []))), (order_id, kind, placed, entries)
		assert {row.docstatus for row in entries} <= {1}
		assert len({row.medusa_id for row in entries} - {None}) == len(entries), (order_id, entries)


def what_is_paid_is_invoiced_once(world: World) -> None:
	"""One invoice over all; credited is what was refunded, or what came back if that is more."""
	for order_id, placed in world.now.orders.items():
		bills = world.made("Sales Invoice", order_id, "is_return", "grand_total", "outstanding_amount")
		invoices = [row.grand_total for row in bills if not row.is_return]
		is_invoiced = world.now.follows and placed.is_captured
		assert invoices == ([float(world.total(order_id))] if is_invoiced else []), (order_id, placed, bills)
		assert {row.docstatus for row in bills} <= {1}
		if not is_invoiced:
			assert not bills
			continue
		credited = -sum(Decimal(str(row.grand_total)) for row in bills if row.is_return)
		refunded, back = sum(placed.refunds, Decimal(0)), worth_of_returned(world, placed)
		# Medusa and we may round what came back of a row in different ways
		assert abs(credited - max(refunded, back)) <= world.unit * len(placed.basket.items), (placed, bills)
		assert credited >= refunded
		# what was credited and not paid back yet
		outstanding = sum(Decimal(str(row.outstanding_amount)) for row in bills)
		assert outstanding == refunded - credited, (placed, bills)


def worth_of_returned(world: World, placed: Placed) -> Decimal:
	"""What was paid for the pieces that came back; the shipping stays paid."""
	items = tuple(
		replace(bought, quantity=count)
		for position, bought in enumerate(placed.basket.items)
		if (count := pieces(placed.returned, position))
	)
	return world.price(replace(placed.basket, items=items, shipping=()))


def goods_move_once(world: World) -> None:
	"""Each fulfillment, made there or here, and each return is one Delivery Note with its pieces."""
	for order_id, placed in world.now.orders.items():
		rows = rows_of_notes(world, order_id)
		assert {row.docstatus for row in rows} <= {1}
		assert len({row.medusa_id for row in rows} - {None}) == len(rows), (order_id, placed, rows)
		for is_return, wanted in enumerate((placed.fulfilled, placed.returned)):
			found = sorted((row.idx - 1, abs(row.qty)) for row in rows if row.is_return == is_return)
			assert found == (sorted(wanted) if world.now.follows else []), (order_id, is_return, placed, rows)


def medusa_has_what_was_sent(world: World) -> None:
	"""Each fulfillment there is one Delivery Note here, and names it if it was made of it."""
	for order_id, placed in world.now.orders.items():
		shown = [one for one in world.medusa.fulfillments(order_id) if not one["canceled_at"]]
		sent = sorted(item["quantity"] for one in shown for item in one["items"])
		assert sent == sorted(count for _position, count in placed.fulfilled), (order_id, placed, shown)
		notes = {row.medusa_id: row.name for row in rows_of_notes(world, order_id) if not row.is_return}
		assert set(notes) == ({one["id"] for one in shown} if world.now.follows else set())
		named = {one["id"]: (one["metadata"] or {}).get("erpnext_delivery_note") for one in shown}
		named = {id: name for id, name in named.items() if name}
		assert len(named) == placed.delivered, (order_id, placed, named)
		assert named.items() <= notes.items(), (order_id, notes, named)


def the_ledgers_are_medusas(world: World) -> None:
	"""The money of all orders, and the pieces of each Item, as Medusa itself has them."""
	if not world.now.follows:
		return
	money, sent = Decimal(0), Counter[str]()
	for order_id, row in world.medusa.app.placed.rows.items():
		captured = world.total(order_id) if row["_captured"] else Decimal(0)
		money += captured - sum(one["amount"] for one in row["_refunds"])
		for position, bought in enumerate(row["_basket"].items):
			there = moved.fulfilled(row, position) - moved.returned(row, position)
			sent[bought.variant_id] += there
	items = {item.item_code: sent[item.medusa_variant_id] for item in world.items}
	left = books.left_stock if world.has_ledgers else books.delivered
	frappe.db.rollback()
	assert (books.bank_balance(world.bank) if world.has_ledgers else books.payments()) == money
	assert left(list(items)) == {item: count for item, count in items.items() if count}


def rows_of_notes(world: World, order_id: str) -> list[Any]:
	"""The rows of its Delivery Notes and of their returns."""
	return books.moved_rows([row.name for row in world.sales_orders(order_id)])


def each_buyer_is_one_customer(world: World) -> None:
	made = {order_id: row.customer for order_id in world.now.orders for row in world.sales_orders(order_id)}
	buyers = Counter(world.now.orders[order_id].basket.email for order_id in made)
	assert len(set(made.values())) == len(buyers)
	since = {"creation": (">=", world.shop.site.started_at)}
	assert frappe.db.count("Customer", since) == len(buyers)


def forged_events_left_nothing(world: World) -> None:
	ids = [sent["id"] for sent in world.now.forged]
	assert not ids or not frappe.get_all(EVENT, {"name": ("in", ids)})
	assert not frappe.db.exists(MEDUSA_ORDER, "order_forged")
	assert not frappe.db.exists(TASK, {"reference_name": "order_forged"})


def events_are_processed_once(world: World) -> None:
	rows = frappe.get_all(EVENT, fields=["name", "status", "event_type", "aggregate_id"])
	assert {row.name: (row.event_type, row.aggregate_id) for row in rows} == {
		sent["id"]: (sent["type"], sent["aggregate_id"]) for sent in world.now.taken.values()
	}
	assert {row.status for row in rows} <= {"Processed"}


def medusa_knows(world: World) -> None:
	"""It was told how each order stands, and the site knows how each stands in Medusa."""
	assert set(states(world).values()) <= {"Synced"}, states(world)
	for order_id in world.now.orders:
		row = world.medusa.app.placed.rows[order_id]
		known = frappe.db.get_value(MEDUSA_ORDER, order_id, ["order_status", "payment_status"])
		assert known == (row["status"], row["payment_status"])
		if world.sales_orders(order_id):
			told = world.medusa.order_update(order_id)
			assert told and str(float(told["grand_total"])) == str(float(world.total(order_id)))


def nothing_is_reported(world: World) -> None:
	"""What went wrong was the network's fault, and put right by itself."""
	assert world.shop.errors() == []
	assert not world.shop.setting("paused")


def states(world: World) -> dict[tuple[str, str], str]:
	"""The state of each task, by document and lane, and its error where it has one."""
	frappe.db.rollback()
	rows = frappe.get_all(TASK, fields=["reference_name", "lane", "status", "last_error"])
	return {
		(row.reference_name, row.lane): row.status
		if row.status == "Synced"
		else f"{row.status}: {row.last_error}"
		for row in rows
	}


CHECKS: list[Callable[[World], None]] = [
	no_order_is_lost_or_twice,
	payments_are_booked_once,
	what_is_paid_is_invoiced_once,
	goods_move_once,
	medusa_has_what_was_sent,
	the_ledgers_are_medusas,
	each_buyer_is_one_customer,
	forged_events_left_nothing,
	events_are_processed_once,
	medusa_knows,
	nothing_is_reported,
]
