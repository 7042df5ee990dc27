"""What Medusa hears of a quotation that waits for the customer."""

from __future__ import annotations

from urllib.parse import parse_qs

import frappe
import pytest

from tests.selling.quoting import REVIEW, review
from tests.support.queries import recorded_queries
from tests.support.quotes import ADDRESS, UPDATE
from tests.sync.test_costs import statements, without_the_app  # noqa: F401


def test_what_medusa_is_told(quotes):
	template, account = quotes.tax_template(5)
	customer = quotes.customer()
	first, second = quotes.variant(100, tax=template), quotes.variant(10)
	address = {**ADDRESS, "city": "Sohar"}
	doc = review(quotes, quotes.create(customer, (first, 2), second, billing_address=address))
	quotes.shop.drain()
	(request,) = quotes.medusa.sent("POST", UPDATE)
	assert parse_qs(request.query) == {"quot_id": [doc.medusa_quotation_id]}
	told = quotes.told(doc)
	assert told.pop("tax_breakup") == (doc.other_charges_calculation or None)
	assert told == {
		"customer_id": customer.medusa_id,
		"draft_order_id": doc.medusa_draft_order_id,
		"erp_status": "Price received",
		"erp_items": [
			{
				"item": first.medusa_variant_id,
				"item_code": first.item_code,
				"price": 100,
				"quantity": 2,
				"uom": "Nos",
				"amount": 200,
				"item_tax_template": template,
			},
			{
				"item": second.medusa_variant_id,
				"item_code": second.item_code,
				"price": 10,
				"quantity": 1,
				"uom": "Nos",
				"amount": 10,
				"item_tax_template": None,
			},
		],
		"erp_unaccepted_items": [],
		"erp_total_quantity": 3,
		"erp_total": 210,
		"erp_net_total": 210,
		"erp_tax": [{"account_head": account, "tax_rate": 0, "tax_amount": 10}],
		"erp_total_taxes": 10,
		"avail_delivery": True,
		"erp_delivery_charges": 2,
		"erp_grand_total": 220,
		"erp_rounding_adjustments": 0,
		"erp_discount_on": "Grand Total",
		"erp_discount_percentage": 0,
		"erp_discount_amount": 0,
	}
	assert quotes.shop.task(doc).status == "Synced"


def test_delivery_is_free_in_one_city(quotes):
	lead = quotes.lead()
	free = review(quotes, quotes.create(lead, billing_address={**ADDRESS, "city": "muscat"}))
	without = review(quotes, quotes.create(quotes.lead()))
	quotes.shop.drain()
	assert [quotes.told(free)[key] for key in ("avail_delivery", "erp_delivery_charges")] == [True, 0]
	assert [quotes.told(without)[key] for key in ("avail_delivery", "erp_delivery_charges")] == [False, 2]
	assert quotes.told(free)["customer_id"] == lead.medusa_id


def test_only_quotations_of_the_shop_that_enter_the_review_are_told(quotes):
	doc = quotes.create(quotes.customer())
	assert not quotes.shop.task(doc)
	values = {"quotation_to": "Customer", "party_name": doc.party_name, "workflow_state": REVIEW}
	row = {"item_code": doc.items[0].item_code, "qty": 1, "rate": 1}
	of_others = quotes.site.new("Quotation", items=[row], **values)
	frappe.db.commit()
	assert not quotes.shop.task(of_others)


def test_an_outage_delays_it(quotes):
	doc = quotes.create(quotes.customer())
	quotes.medusa.fail("POST", UPDATE, 503, times=3)
	review(quotes, doc)
	quotes.shop.drain()
	assert quotes.told(doc) is None
	assert quotes.shop.task(doc).status == "Retrying"
	quotes.shop.make_due()
	quotes.shop.drain()
	assert quotes.told(doc)["erp_grand_total"] == doc.grand_total


def test_a_customer_without_an_id_is_waited_for(quotes):
	customer = quotes.customer()
	doc = quotes.create(customer)
	frappe.db.set_value("Customer", customer.name, "medusa_id", None)
	frappe.db.commit()
	review(quotes, doc)
	quotes.shop.drain()
	task = quotes.shop.task(doc)
	assert task.status == "Waiting"
	assert customer.name in task.last_error

	customer.reload()
	customer.medusa_id = quotes.id("cus")
	customer.save()
	quotes.shop.drain()
	assert quotes.told(doc)["customer_id"] == customer.medusa_id


def test_export_quotation_tells_it_now(quotes):
	from medusa_integration.api import export_quotation

	doc = quotes.create(quotes.customer())
	export_quotation(doc.name)
	assert quotes.told(doc)["erp_grand_total"] == doc.grand_total


def test_statements_of_a_chunk_do_not_grow(quotes):
	from medusa_integration.selling.quotation.exporter import load_quotations

	lead, customer, item = quotes.lead(), quotes.customer(), quotes.variant()
	names = [
		quotes.create(party, item, billing_address=ADDRESS).name
		for party in (lead, customer)
		for _ in range(5)
	]
	# whatever is cached by the first one
	load_quotations(names)
	counts = []
	for number in (2, 10):
		with recorded_queries() as queries:
			# of both kinds
			assert len(load_quotations(names[:1] + names[-number + 1 :])) == number
		counts.append(len(queries))
	assert counts == [7, 7]


@pytest.mark.parametrize(
	("state", "error", "match"),
	[
		("unknown", frappe.DoesNotExistError, "Quotation not found"),
		("submitted", frappe.ValidationError, "is not a draft"),
		("without a rate", frappe.ValidationError, "has items without a rate"),
	],
)
def test_what_cannot_be_reviewed(quotes, state, error, match):
	doc = quotes.create(quotes.customer(), quotes.variant(None if state == "without a rate" else 5))
	if state == "submitted":
		quotes.call("update_quotation", quotation_id=doc.medusa_quotation_id, approval="Approved")
	with pytest.raises(error, match=match):
		quotes.call("send_quotation_for_review", quotation="none" if state == "unknown" else doc.name)


def test_an_amended_quotation_takes_the_ids_over(quotes):
	doc = quotes.create(quotes.customer())
	doc.submit()
	doc.cancel()
	amended = frappe.copy_doc(doc)
	amended.amended_from = doc.name
	amended.insert()
	frappe.db.commit()
	assert amended.medusa_quotation_id == doc.medusa_quotation_id
	assert amended.medusa_draft_order_id == doc.medusa_draft_order_id
	assert not frappe.db.get_value("Quotation", doc.name, "medusa_quotation_id")


def test_a_quotation_without_ids_is_let_go(quotes):
	"""Its ids were taken away after its change was recorded: there is nobody to tell,
	and nothing to try again.
	"""
	doc = review(quotes, quotes.create(quotes.customer()))
	frappe.db.set_value("Quotation", doc.name, "medusa_draft_order_id", None)
	quotes.shop.drain()
	task = quotes.shop.task(doc)
	assert (task.status, task.last_error) == ("Not Wanted", "The Quotation has no Medusa IDs.")
	assert not quotes.medusa.sent("POST", UPDATE)


def test_a_save_costs_two_statements_at_most(quotes, statements, without_the_app):  # noqa: F811
	"""More than without the app, for a quotation that waits for the customer; none for those of others."""
	customer, item = quotes.customer(), quotes.variant()
	row = {"item_code": item.item_code, "qty": 1, "rate": 1}
	values = {"quotation_to": "Customer", "party_name": customer.name}
	first, second, third = (review(quotes, quotes.create(customer, item)) for _ in range(3))
	theirs = [quotes.site.new("Quotation", items=[dict(row)], **values) for _ in range(2)]

	def save(doc):
		return statements(lambda: frappe.get_doc("Quotation", doc.name).save())

	save(first)  # fills the caches
	with_the_app, of_others = save(second), save(theirs[0])
	without_the_app()
	assert with_the_app - save(third) <= 2
	assert of_others == save(theirs[1])
