"""What every Medusa of devbench has from the start: currencies, a region, a stock location, keys. And orders.

Stored through Medusa's own API. The names of what the seeds return are MedusaServer's attributes.
"""

from __future__ import annotations

import requests

# part of the key under which a seeded database is kept: raise it when this module changes what it stores
SEED = "1"
CURRENCIES = ("usd", "eur", "jpy", "kwd", "omr")
COUNTRIES = ["om", "us", "de", "jp", "kw"]


class Admin:
	"""A few calls in the administrator's name; any error ends the seeding."""

	def __init__(self, url: str, token: str) -> None:
		self.url = url
		self.session = requests.Session()
		self.session.headers["Authorization"] = f"Bearer {token}"

	def __call__(self, method: str, path: str, body: object = None) -> dict:
		response = self.session.request(method, self.url + path, json=body, timeout=300)
		response.raise_for_status()
		return response.json()


def sign_in_v1(url: str, email: str, password: str) -> Admin:
	login = {"email": email, "password": password}
	answer = requests.post(f"{url}/admin/auth/token", json=login, timeout=300)
	answer.raise_for_status()
	return Admin(url, answer.json()["access_token"])


def sign_in_v2(url: str, email: str, password: str) -> Admin:
	login = {"email": email, "password": password}
	answer = requests.post(f"{url}/auth/user/emailpass", json=login, timeout=300)
	answer.raise_for_status()
	return Admin(url, answer.json()["token"])


def seed_v1(url: str, email: str, password: str) -> dict[str, str]:
	"""Currencies of the store and a region; the default sales channel is there already."""
	admin = sign_in_v1(url, email, password)
	admin("POST", "/admin/store", {"currencies": list(CURRENCIES)})
	region = {
		"name": "World",
		"currency_code": "usd",
		"tax_rate": 0,
		"payment_providers": ["manual"],
		"fulfillment_providers": ["manual"],
		"countries": COUNTRIES,
	}
	region_id = admin("POST", "/admin/regions", region)["region"]["id"]
	shipping = {
		"name": "Delivery",
		"region_id": region_id,
		"provider_id": "manual",
		"data": {"id": "manual-fulfillment"},
		"price_type": "flat_rate",
		"amount": 0,
	}
	admin("POST", "/admin/shipping-options", shipping)
	return {}


def seed_v2(url: str, email: str, password: str) -> dict[str, str]:
	"""Currencies of the store, a region, a stock location, a secret and a publishable key."""
	admin = sign_in_v2(url, email, password)
	channel = admin("GET", "/admin/sales-channels")["sales_channels"][0]["id"]
	location = admin("POST", "/admin/stock-locations", {"name": "Main"})["stock_location"]["id"]
	admin("POST", f"/admin/stock-locations/{location}/sales-channels", {"add": [channel]})
	store = admin("GET", "/admin/stores")["stores"][0]["id"]
	currencies = [{"currency_code": code, "is_default": code == "usd"} for code in CURRENCIES]
	change = {"supported_currencies": currencies, "default_location_id": location}
	admin("POST", f"/admin/stores/{store}", change)
	region = {
		"name": "World",
		"currency_code": "usd",
		"countries": COUNTRIES,
		"payment_providers": ["pp_system_default"],
	}
	admin("POST", "/admin/regions", region)
	publishable = admin("POST", "/admin/api-keys", {"title": "Shop", "type": "publishable"})["api_key"]
	admin("POST", f"/admin/api-keys/{publishable['id']}/sales-channels", {"add": [channel]})
	secret = admin("POST", "/admin/api-keys", {"title": "Integration", "type": "secret"})["api_key"]
	return {"secret_key": secret["token"], "publishable_key": publishable["token"]}


ITEMS = [{"title": "Something", "unit_price": 100, "quantity": 1}]
BUYER = "buyer@example.com"


def place_order_v1(url: str, email: str, password: str) -> str:
	"""An order of something without a product; returns its id."""
	admin = sign_in_v1(url, email, password)
	draft = {
		"email": BUYER,
		"region_id": admin("GET", "/admin/regions")["regions"][0]["id"],
		"shipping_methods": [
			{"option_id": admin("GET", "/admin/shipping-options")["shipping_options"][0]["id"]}
		],
		"items": ITEMS,
	}
	draft_id = admin("POST", "/admin/draft-orders", draft)["draft_order"]["id"]
	return admin("POST", f"/admin/draft-orders/{draft_id}/pay", {})["order"]["id"]


def place_order_v2(url: str, email: str, password: str) -> str:
	"""An order of something without a product; returns its id."""
	admin = sign_in_v2(url, email, password)
	draft = {
		"email": BUYER,
		"region_id": admin("GET", "/admin/regions")["regions"][0]["id"],
		"sales_channel_id": admin("GET", "/admin/sales-channels")["sales_channels"][0]["id"],
		"items": ITEMS,
	}
	order_id = admin("POST", "/admin/draft-orders", draft)["draft_order"]["id"]
	return admin("POST", f"/admin/draft-orders/{order_id}/convert-to-order", {})["order"]["id"]
