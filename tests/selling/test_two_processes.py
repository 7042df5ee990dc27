"""The shop asks twice, one after the other and from two processes at the same moment: it is done once."""

from __future__ import annotations

import frappe

from tests.support.quotes import ADDRESS

API = "medusa_integration.api"
ROUNDS = 3


def created(quotes, since) -> dict[str, int]:
	"""How many of each kind there are that were not there before."""
	kinds = ("Quotation", "Sales Order", "Payment Request", "Customer", "Address")
	return {kind: len(set(quotes.made(kind)) - set(since.get(kind, ()))) for kind in kinds}


def there(quotes) -> dict[str, list[str]]:
	return {kind: quotes.made(kind) for kind in ("Quotation", "Customer", "Address")}


def test_create_quotation(quotes, together):
	"""One Quotation, one Customer of the Lead, one Address; both are told the same name."""
	item = quotes.variant(10)
	requests = [
		quotes.request(
			quotes.lead(), (item, 2), billing_address={**ADDRESS, "is_default": True}, create_so=True
		)
		for _ in range(ROUNDS)
	]
	rounds = together(f"{API}.create_quotation", *requests)
	for request, (one, other) in zip(requests, rounds, strict=True):
		assert one == other, (one, other)
		assert quotes.made("Quotation", medusa_quotation_id=request["quotation_id"]) == [
			one["answer"]["quotationId"]
		]
		assert len(quotes.made("Customer", medusa_id=request["customer_id"])) == 1
	assert created(quotes, {}) == {
		"Quotation": ROUNDS,
		"Customer": ROUNDS,
		"Address": ROUNDS,
		"Sales Order": 0,
		"Payment Request": 0,
	}
	before = quotes.state()
	for request, (one, _other) in zip(requests, rounds, strict=True):
		assert quotes.call("create_quotation", **request) == one["answer"]
	assert quotes.state() == before


def test_update_quotation(quotes, together):
	"""One Sales Order, one Payment Request, one Customer of the Lead; both are told the same."""
	item = quotes.variant(10)
	docs = [quotes.create(quotes.lead(), (item, 2), billing_address=ADDRESS) for _ in range(ROUNDS)]
	since = there(quotes)
	requests = [
		{
			"quotation_id": doc.medusa_quotation_id,
			"approval": "Approved",
			"create_so": True,
			"order_id": quotes.medusa.add_order(),
		}
		for doc in docs
	]
	rounds = together(f"{API}.update_quotation", *requests)
	for request, (one, other) in zip(requests, rounds, strict=True):
		assert one == other, (one, other)
		assert quotes.made("Sales Order", medusa_order_id=request["order_id"]) == [
			one["answer"]["sales_order_id"]
		]
	assert created(quotes, since) == {
		"Quotation": 0,
		"Customer": ROUNDS,
		"Address": 0,
		"Sales Order": ROUNDS,
		"Payment Request": ROUNDS,
	}
	assert {frappe.db.get_value("Quotation", doc.name, "docstatus") for doc in docs} == {1}
	before = quotes.state()
	for request, (one, _other) in zip(requests, rounds, strict=True):
		assert quotes.call("update_quotation", **request) == one["answer"]
	assert quotes.state() == before


def test_two_decisions(quotes, together):
	"""Approved here, rejected there: one of them holds, and the other is told so."""
	docs = [quotes.create(quotes.customer()) for _ in range(ROUNDS)]
	pairs = [
		(
			{**common, "approval": "Approved", "create_so": True, "order_id": quotes.medusa.add_order()},
			{**common, "approval": "Rejected"},
		)
		for common in ({"quotation_id": doc.medusa_quotation_id} for doc in docs)
	]
	rounds = together(f"{API}.update_quotation", *pairs)
	frappe.db.rollback()
	for doc, pair, outcomes in zip(docs, pairs, rounds, strict=True):
		docstatus = frappe.db.get_value("Quotation", doc.name, "docstatus")
		assert docstatus in (1, 2)
		done, refused = outcomes if docstatus == 1 else reversed(outcomes)
		assert "answer" in done, outcomes
		state = "Approved" if docstatus == 1 else "Rejected"
		assert refused == {
			"error": "DuplicateEntryError",
			"text": f"Quotation {doc.medusa_quotation_id} is already {state}.",
		}
		assert len(quotes.made("Sales Order", medusa_order_id=pair[0]["order_id"])) == (docstatus == 1)
