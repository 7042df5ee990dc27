"""What the demo finds wrong in Medusa's records of quotations and orders, and how it reads an order."""

from __future__ import annotations

import pytest

from devbench.demo.articles import ARTICLES
from devbench.demo.checks import Line, order_differences, quotation_differences
from devbench.demo.medusa_orders import MedusaOrder, order_v1, order_v2

ARTICLE = next(one for one in ARTICLES if one.code == "FR-3002")
OFFERED = Line(ARTICLE, "variant_1", 2, 16.5)
LEFT_OUT = Line(ARTICLE, "variant_1", 1, 16.5)
QUOTATION = {
	"customer_id": "cus_1",
	"draft_order_id": "dorder_1",
	"erp_status": "Price received",
	"erp_items": [
		{
			"item": "variant_1",
			"item_code": "FR-3002",
			"price": 16.5,
			"quantity": 2,
			"uom": ARTICLE.unit,
			"amount": 33,
			"item_tax_template": None,
		}
	],
	"erp_unaccepted_items": [{"item": "variant_1", "price": 16.5, "quantity": 1}],
	"erp_total_quantity": 2,
	"erp_total": 33,
	"erp_net_total": 33,
	"erp_tax": [],
	"erp_total_taxes": 0,
	"avail_delivery": True,
	"erp_delivery_charges": 0,
	"erp_grand_total": 33,
	"erp_discount_amount": 0,
}
ORDER = {
	"customer_id": "cus_1",
	"order_status": "To Deliver",
	"payment_status": "Unpaid",
	"discount_amount": 0,
	"net_total": 33,
	"grand_total": 33,
}


def wrong_in_quotation(told: dict | None) -> list[str]:
	return quotation_differences(told, "cus_1", "dorder_1", [OFFERED], [LEFT_OUT])


def wrong_in_order(told: dict | None) -> list[str]:
	return order_differences(told, "cus_1", "To Deliver", "Unpaid", 33)


@pytest.mark.parametrize(
	("right", "wrong_in"),
	[(QUOTATION, wrong_in_quotation), (ORDER, wrong_in_order)],
	ids=["quotation", "order"],
)
def test_a_record_is_right_only_with_every_value(right, wrong_in):
	"""When Medusa wrote it does not matter; one that is missing, or has another value, is found."""
	assert wrong_in({**right, "updated_at": "2026-11-21T00:00:00Z"}) == []
	assert len(wrong_in(None)) == len(right)
	for key in right:
		(found,) = wrong_in({**right, key: "something else"})
		assert f": {key} is 'something else' and should be " in found


def test_charges_and_taxes_are_added_to_the_net_total():
	told = {**ORDER, "net_total": 30}
	assert order_differences(told, "cus_1", "To Deliver", "Unpaid", 33, 30) == []
	(found,) = order_differences(ORDER, "cus_1", "To Deliver", "Unpaid", 33, 30)
	assert found == "The order: net_total is 33 and should be 30"


def test_the_documents_of_an_order_of_medusa_are_compared():
	documents = {"sales_order": "SO-1", "invoices": ["SI-1"], "delivery_notes": [], "delivered": 0}

	def wrong_in(told: dict) -> list[str]:
		return order_differences(told, "cus_1", "To Deliver", "Unpaid", 33, documents=documents)

	assert wrong_in({**ORDER, "documents": dict(documents)}) == []
	(missing,) = wrong_in(ORDER)
	assert missing.startswith("The order: documents is None and should be {'sales_order': 'SO-1'")
	(other,) = wrong_in({**ORDER, "documents": {**documents, "invoices": ["SI-2"]}})
	assert other.startswith("The order: documents is {") and "'SI-2'" in other


def test_an_order_of_medusa_is_read_alike_from_both_generations():
	"""Paid 3.575, of which one piece for 1.375 came back and was refunded; one fulfillment was shipped."""
	expected = MedusaOrder(7, "cus_1", "row_1", 3.575, 3.575, 1.375, 1, {"ful_1": ("T1",)})
	sent = {"id": "ful_1", "shipped_at": "2026-11-30", "canceled_at": None}
	cancelled = {**sent, "id": "ful_2", "canceled_at": "2026-11-30"}
	head = {"display_id": 7, "customer": {"id": "cus_1"}}
	v1 = {
		**head,
		"total": 3575,
		"items": [{"id": "row_1", "returned_quantity": 1}],
		"payments": [
			{"amount": 3575, "captured_at": "2026-11-30"},
			{"amount": 10, "captured_at": None},
		],
		"refunds": [{"amount": 1375}],
		"fulfillments": [{**one, "tracking_links": [{"tracking_number": "T1"}]} for one in (sent, cancelled)],
	}
	assert order_v1(v1, 1000) == expected
	payment = {"captures": [{"amount": 3.2}, {"amount": 0.375}], "refunds": [{"amount": 1.375}]}
	v2 = {
		**head,
		"total": 3.5750000000000002,
		"items": [{"id": "row_1", "detail": {"return_received_quantity": 1}}],
		"payment_collections": [{"payments": [payment, {"captures": [], "refunds": None}]}],
		"fulfillments": [{**one, "labels": [{"tracking_number": "T1"}]} for one in (sent, cancelled)],
	}
	assert order_v2(v2) == expected


def test_an_order_has_no_more_than_six_values():
	assert wrong_in_order({**ORDER, "notes": ""}) == ["The order: Medusa also received notes"]
