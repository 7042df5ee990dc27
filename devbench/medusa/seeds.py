"""What every Medusa of devbench has from the start: currencies, a region, a stock location, keys.

Stored through Medusa's own API. The names of what is returned are MedusaServer's attributes.
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
		response = self.session.request(method, self.url + path, json=body, timeout=60)
		response.raise_for_status()
		return response.json()


def seed_v1(url: str, email: str, password: str) -> dict[str, str]:
	"""Currencies of the store and a region; the default sales channel is there already."""
	login = {"email": email, "password": password}
	answer = requests.post(f"{url}/admin/auth/token", json=login, timeout=60)
	answer.raise_for_status()
	admin = Admin(url, answer.json()["access_token"])
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
	login = {"email": email, "password": password}
	answer = requests.post(f"{url}/auth/user/emailpass", json=login, timeout=60)
	answer.raise_for_status()
	admin = Admin(url, answer.json()["token"])
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
