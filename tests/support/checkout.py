"""Buying in a real Medusa as a visitor does: cart, shipping, payment of the system's own provider, complete.

checkout = checkout_of(real_server("v2"))
region = checkout.region("omr", rate=5)
order_id = checkout.buy(region, [(checkout.variant({"omr": "1.250"}), 3)], options=[...])
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import requests

from devbench.medusa.seeds import Admin, sign_in_v1, sign_in_v2
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator.baskets import ADDRESS
from devbench.medusa.simulator.v1.orders import MINOR

# each region takes one that no other region of its Medusa has
_COUNTRIES = frozenset(
	"""ad ae af ag al am ao ar au az bb bd bf bh bi bj bo br bs bt bw by bz cd cf cg ci cl cm cn co cr cu cv
	dj dm do dz ec eg er et fj fm ga gd ge gh gm gn gq gt gw gy hn ht id il in iq ir jm jo ke kg kh ki km kr kw
	kz la lb lc lk lr ls ly ma md mg mh ml mm mn mr mu mv mw mx my mz na ne ng ni np nr nz pa pe pg ph pk
	pw py qa rw sa sb sc sd sg sl sn so sr st sv sy sz td tg th tj tm to tn tt tv tz ua ug uy uz vc ve vn vu
	ws ye za zm zw""".split()
)


@dataclass(frozen=True)
class Region:
	id: str
	currency: str
	country: str


class _Checkout:
	admin: Admin
	countries = ""

	def __init__(self, server: MedusaServer) -> None:
		self.server = server
		self.visitor = requests.Session()

	def country(self) -> str:
		"""A country that no region has."""
		regions = self.admin("GET", f"/admin/regions?limit=1000{self.countries}")["regions"]
		taken = {country["iso_2"] for region in regions for country in region["countries"]}
		# other tests use the same Medusa
		return random.choice(sorted(_COUNTRIES - taken))

	def visit(self, method: str, path: str, body: object = None) -> dict:
		response = self.visitor.request(method, self.server.url + path, json=body, timeout=300)
		assert response.status_code < 300, f"{path}: {response.status_code} {response.text[:500]}"
		return response.json()


class CheckoutV1(_Checkout):
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
		items: Sequence[tuple[str, int]],
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


class CheckoutV2(_Checkout):
	countries = "&fields=id,countries.iso_2"

	def __init__(self, server: MedusaServer) -> None:
		super().__init__(server)
		self.admin = sign_in_v2(server.url, server.email, server.password)
		self.visitor.headers["x-publishable-api-key"] = server.publishable_key
		self.channel = self.admin("GET", "/admin/sales-channels")["sales_channels"][0]["id"]
		self.profile = self.admin("GET", "/admin/shipping-profiles")["shipping_profiles"][0]["id"]
		place = self.admin("GET", "/admin/stock-locations")["stock_locations"][0]["id"]
		self.place = f"/admin/stock-locations/{place}"
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
		items: Sequence[tuple[str, int]],
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
		items: Sequence[tuple[str, int]],
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

	def _payment(self, order_id: str) -> str:
		order = self.admin("GET", f"/admin/orders/{order_id}?fields=*payment_collections.payments")["order"]
		return order["payment_collections"][0]["payments"][0]["id"]


def checkout_of(server: MedusaServer) -> CheckoutV1 | CheckoutV2:
	return CheckoutV1(server) if server.generation == "v1" else CheckoutV2(server)


def _minor(amount: str, currency: str) -> int:
	return int(Decimal(amount) * MINOR.get(currency, 100))
