"""Buying in a real v2, and what its people do with the order."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from devbench.medusa.checkout.base import Checkout, Pieces, Region
from devbench.medusa.seeds import sign_in_v2
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator.baskets import ADDRESS


class CheckoutV2(Checkout):
	countries = "&fields=id,countries.iso_2"

	def __init__(self, server: MedusaServer) -> None:
		super().__init__(server)
		self.admin = sign_in_v2(server.url, server.email, server.password)
		self.visitor.headers["x-publishable-api-key"] = server.publishable_key
		self.channel = self.admin("GET", "/admin/sales-channels")["sales_channels"][0]["id"]
		self.profile = self.admin("GET", "/admin/shipping-profiles")["shipping_profiles"][0]["id"]
		self.location = self.admin("GET", "/admin/stock-locations")["stock_locations"][0]["id"]
		self.place = f"/admin/stock-locations/{self.location}"
		self.admin("POST", f"{self.place}/fulfillment-providers", {"add": ["manual_manual"]})

	def region(self, currency: str, rate: float = 0, *, inclusive: bool = False) -> Region:
		"""A region with a country of its own; `rate` in percent."""
		country = self.country()
		body = {
			"name": f"Region {country}",
			"currency_code": currency,
			"countries": [country],
			"payment_providers": ["pp_system_default"],
			"is_tax_inclusive": inclusive,
		}
		region = self.admin("POST", "/admin/regions", body)["region"]["id"]
		default = {"rate": rate, "code": "STD", "name": "Tax"}
		tax = {"country_code": country, "provider_id": "tp_system", "default_tax_rate": default}
		self.admin("POST", "/admin/tax-regions", tax)
		return Region(region, currency, country)

	def variant(self, prices: dict[str, str], region: Region | None = None) -> str:
		"""A variant; in a region, whose prices have its taxes in them or not."""
		mark = secrets.token_hex(4)
		rules = {"rules": {"region_id": region.id}} if region else {}
		variant = {
			"title": "Default",
			"sku": f"SKU-{mark}",
			"manage_inventory": False,
			"options": {"Default": "Default"},
			"prices": [
				{"currency_code": code, "amount": float(amount), **rules} for code, amount in prices.items()
			],
		}
		body = {
			"title": f"Thing {mark}",
			"status": "published",
			"shipping_profile_id": self.profile,
			"options": [{"title": "Default", "values": ["Default"]}],
			"variants": [variant],
			"sales_channels": [{"id": self.channel}],
		}
		return self.admin("POST", "/admin/products", body)["product"]["variants"][0]["id"]

	def option(self, region: Region, name: str, amount: str) -> str:
		mark = secrets.token_hex(4)
		body = {"name": f"Set {mark}", "type": "shipping"}
		place = self.admin("POST", f"{self.place}/fulfillment-sets?fields=*fulfillment_sets", body)
		sets = place["stock_location"]["fulfillment_sets"]
		fulfillment_set = next(one["id"] for one in sets if one["name"] == body["name"])
		zone = {"name": mark, "geo_zones": [{"type": "country", "country_code": region.country}]}
		zones = self.admin("POST", f"/admin/fulfillment-sets/{fulfillment_set}/service-zones", zone)
		option = {
			"name": name,
			"service_zone_id": zones["fulfillment_set"]["service_zones"][0]["id"],
			"shipping_profile_id": self.profile,
			"provider_id": "manual_manual",
			"price_type": "flat",
			"type": {"label": name, "description": name, "code": mark},
			"prices": [{"region_id": region.id, "amount": float(amount)}],
			"rules": [],
		}
		return self.admin("POST", "/admin/shipping-options", option)["shipping_option"]["id"]

	def discount(self, region: Region, kind: str, value: str = "0") -> str:
		"""A code; `kind` is percentage, fixed or free_shipping."""
		code = f"CODE{secrets.token_hex(4)}".upper()
		method = {
			"type": "fixed" if kind == "fixed" else "percentage",
			"target_type": "shipping_methods" if kind == "free_shipping" else "items",
			"allocation": "across",
			"value": 100 if kind == "free_shipping" else float(value),
			"currency_code": region.currency,
		}
		body = {"code": code, "type": "standard", "status": "active", "application_method": method}
		self.admin("POST", "/admin/promotions", body)
		return code

	def buy(
		self,
		region: Region,
		items: Sequence[Pieces],
		options: Sequence[str] = (),
		codes: Sequence[str] = (),
		email: str = "anna@example.com",
	) -> str:
		"""Buy these variants, shipped by these options; returns the order's id."""
		cart = self.cart(region, items, options, codes, email)
		return self.visit("POST", f"/store/carts/{cart}/complete")["order"]["id"]

	def cart(
		self,
		region: Region,
		items: Sequence[Pieces],
		options: Sequence[str] = (),
		codes: Sequence[str] = (),
		email: str = "anna@example.com",
	) -> str:
		"""A cart that has only to be completed; returns its id."""
		address = {**ADDRESS, "country_code": region.country}
		body = {
			"region_id": region.id,
			"email": email,
			"shipping_address": address,
			"billing_address": address,
			"items": [{"variant_id": variant, "quantity": quantity} for variant, quantity in items],
		}
		cart = self.visit("POST", "/store/carts", body)["cart"]["id"]
		for option in options:
			self.visit("POST", f"/store/carts/{cart}/shipping-methods", {"option_id": option})
		if codes:
			self.visit("POST", f"/store/carts/{cart}/promotions", {"promo_codes": list(codes)})
		collection = self.visit("POST", "/store/payment-collections", {"cart_id": cart})["payment_collection"]
		session = {"provider_id": "pp_system_default"}
		self.visit("POST", f"/store/payment-collections/{collection['id']}/payment-sessions", session)
		return cart

	def capture(self, order_id: str, amount: str | None = None) -> None:
		"""Capture so much of the payment of an order, by default all of it."""
		body = {"amount": float(amount)} if amount else {}
		self.admin("POST", f"/admin/payments/{self._payment(order_id)}/capture", body)

	def refund(self, order_id: str, amount: str) -> None:
		"""Pay so much back."""
		body = {"amount": float(amount)}
		self.admin("POST", f"/admin/payments/{self._payment(order_id)}/refund", body)

	def take_back(self, order_id: str, line: str, quantity: int) -> str:
		"""Have so many of a row requested and received; nothing is paid back. Returns the return's id."""
		rows = {"items": [{"id": line, "quantity": quantity}]}
		# what Medusa holds in stock comes back to a location
		body = {"order_id": order_id, "location_id": self.location}
		made = self.admin("POST", "/admin/returns", body)["return"]["id"]
		for path, content in (
			("request-items", rows),
			("request", {}),
			("receive", {}),
			("receive-items", rows),
			("receive/confirm", {}),
		):
			self.admin("POST", f"/admin/returns/{made}/{path}", content)
		return made

	def _edit_id(self, order_id: str, begun: dict) -> str:
		return order_id

	def _change_rows(
		self, place: str, quantities: Mapping[str, int], prices: Mapping[str, str], added: Sequence[Pieces]
	) -> None:
		for line, quantity in quantities.items():
			body: dict[str, float] = {"quantity": quantity}
			if line in prices:
				body["unit_price"] = float(prices[line])
			self.admin("POST", f"{place}/items/item/{line}", body)
		rows = [{"variant_id": variant, "quantity": quantity} for variant, quantity in added]
		if rows:
			self.admin("POST", f"{place}/items", {"items": rows})

	def _payment(self, order_id: str) -> str:
		order = self.admin("GET", f"/admin/orders/{order_id}?fields=*payment_collections.payments")["order"]
		return order["payment_collections"][0]["payments"][0]["id"]
