"""Buying in a real v1, and what its people do with the order."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal

from devbench.medusa.checkout.base import Checkout, Pieces, Region
from devbench.medusa.seeds import sign_in_v1
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator.baskets import ADDRESS
from devbench.medusa.simulator.v1.orders import MINOR


class CheckoutV1(Checkout):
	def __init__(self, server: MedusaServer) -> None:
		super().__init__(server)
		self.admin = sign_in_v1(server.url, server.email, server.password)

	def region(self, currency: str, rate: float = 0) -> Region:
		"""A region with a country of its own; `rate` in percent."""
		country = self.country()
		body = {
			"name": f"Region {country}",
			"currency_code": currency,
			"tax_rate": rate,
			"tax_code": "STD",
			"payment_providers": ["manual"],
			"fulfillment_providers": ["manual"],
			"countries": [country],
		}
		return Region(self.admin("POST", "/admin/regions", body)["region"]["id"], currency, country)

	def variant(self, prices: dict[str, str], region: Region | None = None) -> str:
		mark = secrets.token_hex(4)
		variant = {
			"title": "Default",
			"sku": f"SKU-{mark}",
			"manage_inventory": False,
			"options": [{"value": "Default"}],
			"prices": [
				{"currency_code": code, "amount": _minor(amount, code)} for code, amount in prices.items()
			],
		}
		body = {"title": f"Thing {mark}", "status": "published", "options": [{"title": "Default"}]}
		product = self.admin("POST", "/admin/products", {**body, "variants": [variant]})["product"]
		return product["variants"][0]["id"]

	def option(self, region: Region, name: str, amount: str) -> str:
		body = {
			"name": name,
			"region_id": region.id,
			"provider_id": "manual",
			"data": {"id": "manual-fulfillment"},
			"price_type": "flat_rate",
			"amount": _minor(amount, region.currency),
		}
		return self.admin("POST", "/admin/shipping-options", body)["shipping_option"]["id"]

	def discount(self, region: Region, kind: str, value: str = "0") -> str:
		"""A code; `kind` is percentage, fixed or free_shipping."""
		code = f"CODE{secrets.token_hex(4)}".upper()
		number = _minor(value, region.currency) if kind == "fixed" else int(Decimal(value))
		rule = {"type": kind, "value": number, "allocation": "total"}
		body = {"code": code, "regions": [region.id], "is_disabled": False, "is_dynamic": False, "rule": rule}
		self.admin("POST", "/admin/discounts", body)
		return code

	def gift_card(self, region: Region, amount: str) -> str:
		body = {"region_id": region.id, "value": _minor(amount, region.currency)}
		return self.admin("POST", "/admin/gift-cards", body)["gift_card"]["code"]

	def buy(
		self,
		region: Region,
		items: Sequence[Pieces],
		options: Sequence[str] = (),
		codes: Sequence[str] = (),
		cards: Sequence[str] = (),
		email: str = "anna@example.com",
	) -> str:
		"""Buy these variants, shipped by these options; returns the order's id."""
		rows = [{"variant_id": variant, "quantity": quantity} for variant, quantity in items]
		cart = self.visit("POST", "/store/carts", {"region_id": region.id, "items": rows})["cart"]["id"]
		address = {**ADDRESS, "country_code": region.country}
		change = {
			"email": email,
			"shipping_address": address,
			"billing_address": address,
			"discounts": [{"code": code} for code in codes],
			"gift_cards": [{"code": code} for code in cards],
		}
		self.visit("POST", f"/store/carts/{cart}", change)
		for option in options:
			self.visit("POST", f"/store/carts/{cart}/shipping-methods", {"option_id": option})
		self.visit("POST", f"/store/carts/{cart}/payment-sessions")
		self.visit("POST", f"/store/carts/{cart}/complete")
		return self.visit("POST", f"/store/carts/{cart}/complete")["data"]["id"]

	def capture(self, order_id: str, amount: str | None = None) -> None:
		"""Capture the payment of an order; v1 captures all of it."""
		assert not amount, "v1 captures all of a payment"
		self.admin("POST", f"/admin/orders/{order_id}/capture")

	def refund(self, order_id: str, amount: str) -> None:
		"""Pay so much back, in major units of US dollars."""
		body = {"amount": _minor(amount, "usd"), "reason": "other"}
		self.admin("POST", f"/admin/orders/{order_id}/refund", body)

	def take_back(self, order_id: str, line: str, quantity: int) -> str:
		"""Have so many of a row requested and received, and what was captured for them paid back.

		Returns:
			The id of the return.
		"""
		rows = {"items": [{"item_id": line, "quantity": quantity}]}
		self.admin("POST", f"/admin/orders/{order_id}/return", rows)
		order = self.admin("GET", f"/admin/orders/{order_id}?expand=returns")["order"]
		(made,) = (one["id"] for one in order["returns"] if one["status"] == "requested")
		self.admin("POST", f"/admin/returns/{made}/receive", rows)
		return made

	def _edit_id(self, order_id: str, begun: dict) -> str:
		return begun["order_edit"]["id"]

	def _change_rows(
		self, place: str, quantities: Mapping[str, int], prices: Mapping[str, str], added: Sequence[Pieces]
	) -> None:
		assert not prices, "v1 changes no price of a row"
		# an edit has rows of its own, which know those of the order
		rows = self.admin("GET", f"{place}?expand=items")["order_edit"]["items"]
		copies = {row["original_item_id"]: row["id"] for row in rows}
		for line, quantity in quantities.items():
			row = f"{place}/items/{copies[line]}"
			if quantity:
				self.admin("POST", row, {"quantity": quantity})
			else:
				self.admin("DELETE", row)
		for variant, quantity in added:
			self.admin("POST", f"{place}/items", {"variant_id": variant, "quantity": quantity})


def _minor(amount: str, currency: str) -> int:
	return int(Decimal(amount) * MINOR.get(currency, 100))
