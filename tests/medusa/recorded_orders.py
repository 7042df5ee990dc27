"""Answers of Medusa v1 and v2 for an order of the shop, and what the client reads of them."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

ORDERS = "https://shop.example.com/admin/orders"
D = Decimal
PLACED = datetime(2026, 11, 30, 4, 56, 27, 539000, tzinfo=timezone.utc)
ADDRESS = {
	"id": "addr_1",
	"company": "Clinic",
	"first_name": " Anna",
	"last_name": "Ruiz",
	"address_1": "1 Main Street",
	"address_2": None,
	"city": "Muscat",
	"country_code": "om",
	"province": "",
	"postal_code": "100",
	"phone": "+968 1234",
}
HEAD = {
	"display_id": 1007,
	"status": "pending",
	"payment_status": "captured",
	"fulfillment_status": "not_fulfilled",
	"created_at": "2026-11-30T04:56:27.539Z",
	"updated_at": "2026-11-30T04:56:27.539Z",
}
PERSON = {"id": "cus_1", "email": "old@example.com", "first_name": "Anna", "last_name": None, "phone": "1"}


def raw(name: str, text: str) -> dict:
	"""A number as v2 has it: rounded to a float, and as a text."""
	return {name: float(text), f"raw_{name}": {"value": text, "precision": 20}}


def order_v1(**values) -> dict:
	"""Three of 1.999 OMR with 10 percent off and two taxes, shipped for 0.500, 1.000 of it by gift card."""
	taxes = [
		{"rate": 5, "code": "VAT", "name": "Value added tax"},
		{"rate": 2.5, "code": "CITY", "name": "City"},
	]
	return {
		"id": "order_1",
		**HEAD,
		"email": "anna@example.com",
		"customer_id": "cus_1",
		"currency_code": "omr",
		"tax_rate": None,
		"canceled_at": None,
		"sales_channel_id": "sc_1",
		"metadata": {"note": "x"},
		"customer": {**PERSON, "has_account": True},
		"billing_address": ADDRESS,
		"shipping_address": None,
		"discounts": [{"id": "disc_1", "code": "TEN"}],
		"gift_card_transactions": [{"id": "gct_1", "gift_card_id": "gift_1", "amount": 1000}],
		"items": [
			{
				"id": "item_1",
				"title": "Gloves",
				"variant_id": "variant_1",
				"variant": {"id": "variant_1", "sku": "GL-1"},
				"unit_price": 1999,
				"quantity": 3,
				"returned_quantity": None,
				"is_giftcard": False,
				"adjustments": [
					{"id": "lia_1", "discount_id": "disc_1", "amount": 600, "description": "discount"}
				],
				"tax_lines": taxes,
				"subtotal": 5997,
				"discount_total": 600,
				"tax_total": 405,
				"total": 5802,
			}
		],
		"shipping_methods": [
			{
				"id": "sm_1",
				"shipping_option_id": "so_1",
				"shipping_option": {"id": "so_1", "name": "Courier"},
				"price": 500,
				"tax_lines": taxes[:1],
				"subtotal": 500,
				"tax_total": 25,
				"total": 525,
				"original_total": 525,
				"original_tax_total": 25,
			}
		],
		"payments": [
			{
				"id": "pay_1",
				"provider_id": "manual",
				"amount": 5327,
				"captured_at": "2026-11-30T04:57:00.000Z",
				"canceled_at": None,
			}
		],
		"refunds": [
			{"id": "ref_1", "payment_id": None, "amount": 27, "created_at": "2026-11-30T05:00:00.000Z"}
		],
		"gift_card_total": 1000,
		"gift_card_tax_total": 0,
		"total": 5327,
		**values,
	}


def order_v2(**values) -> dict:
	"""Three of 19.99 USD, 10 percent off, one came back; shipped for 5.95; all with 7.25 percent tax."""
	tax = {"code": "US", "description": "Sales tax", **raw("rate", "7.25")}
	return {
		"id": "order_2",
		**HEAD,
		"custom_display_id": "EU-7",
		"email": "anna@example.com",
		"customer_id": "cus_1",
		"currency_code": "usd",
		"sales_channel_id": "sc_1",
		"canceled_at": None,
		"metadata": None,
		"customer": {**PERSON, "company_name": "Clinic", "has_account": False},
		"billing_address": None,
		"shipping_address": ADDRESS,
		"items": [
			{
				"id": "ordli_1",
				"title": "Gloves",
				"variant_id": "variant_1",
				"variant_sku": "GL-1",
				"is_tax_inclusive": False,
				"is_giftcard": False,
				**raw("unit_price", "19.99"),
				**raw("quantity", "3"),
				"detail": {**raw("return_received_quantity", "1"), **raw("return_dismissed_quantity", "0")},
				"tax_lines": [tax],
				"adjustments": [{"code": "TEN", "is_tax_inclusive": False, **raw("amount", "5.997")}],
				# of the two that were kept
				**raw("subtotal", "39.98"),
				**raw("tax_total", "2.608695"),
				**raw("total", "38.590695"),
			}
		],
		"shipping_methods": [
			{
				"id": "ordsm_1",
				"name": "Standard",
				"shipping_option_id": None,
				"is_tax_inclusive": False,
				"tax_lines": [tax],
				"adjustments": [],
				**raw("amount", "5.95"),
				**raw("subtotal", "5.95"),
				**raw("tax_total", "0.431375"),
				**raw("total", "6.381375"),
			}
		],
		"credit_lines": [
			{"id": "ordcl_1", "reference": "store-credit", "reference_id": "sc_9", **raw("amount", "2")}
		],
		"credit_line_total": 2,
		"payment_collections": [
			{
				"payments": [
					{
						"id": "pay_1",
						"provider_id": "pp_system_default",
						"currency_code": "usd",
						"canceled_at": None,
						**raw("amount", "62.2674175"),
						"captures": [
							{"id": "capt_1", "created_at": HEAD["created_at"], **raw("amount", "62.27")}
						],
						"refunds": [
							{"id": "ref_1", "created_at": HEAD["created_at"], **raw("amount", "19.30")}
						],
					}
				]
			}
		],
		"total": 42.97207,
		**values,
	}


def read_v1(http, client, **values):
	http.get(f"{ORDERS}/order_1", json={"order": order_v1(**values)})
	(order,) = client("v1").shop_orders.read(["order_1"])
	return order


def read_v2(http, client, **values):
	http.get(ORDERS, json={"orders": [order_v2(**values)], "count": 1})
	(order,) = client("v2").shop_orders.read(["order_2"])
	return order
