"""Reads what is in Medusa, and changes it as a user of its admin does. Uses no code of the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from devbench.demo.medusa_orders import FIELDS_V2, MedusaOrder, order_v1, order_v2
from devbench.processes import DevbenchError

TIMEOUT = 300
# besides what is shown anyway; v2 leaves out what it does not know
QUERY = {"v1": {"expand": "variants,images,collection"}, "v2": {"fields": "*erp_product"}}
# what v1 counts prices in: the smallest unit of the currency
SMALLEST_UNITS = {"OMR": 1000}
SIGN_IN = {"v1": ("/admin/auth/token", "access_token"), "v2": ("/auth/user/emailpass", "token")}


@dataclass(frozen=True, slots=True)
class MedusaProduct:
	"""One product as Medusa's admin API returns it."""

	id: str
	title: str
	status: str
	collection: str
	description: str
	country: str
	item_code: str
	short_description: str
	ranking: int
	brand: str
	specifications: tuple[tuple[str, str], ...]
	images: tuple[str, ...]
	variants: tuple[Mapping[str, Any], ...]

	@property
	def variant(self) -> Mapping[str, Any]:
		"""The only variant; empty if there is none or more than one."""
		return self.variants[0] if len(self.variants) == 1 else {}

	def lines(self) -> list[str]:
		"""Return a summary for the output."""
		variant = self.variant
		backorder = ", on backorder" if variant.get("allow_backorder") else ""
		beginning = " / ".join(self.description.splitlines())
		return [
			f"{self.title} [{self.status}] in {self.collection}",
			f"  variant {variant.get('title')}: SKU {variant.get('sku')}, barcode {variant.get('barcode')}, "
			f"{variant.get('weight')} g, HS code {variant.get('hs_code')}{backorder}",
			f"  {self.brand}, from {self.country}, ranking {self.ranking}, {len(self.specifications)} specifications, "
			f"{len(self.images)} image{'' if len(self.images) == 1 else 's'}",
			f"  “{beginning[:88]}{'…' if len(beginning) > 88 else ''}”",
		]


class MedusaReader:
	"""An admin session with a Medusa server of the generation v1 or v2."""

	def __init__(
		self, url: str, generation: str, email: str, password: str, publishable_key: str | None
	) -> None:
		self.url, self.generation = url, generation
		self._publishable_key = publishable_key
		self._regions: dict[str, str] = {}
		self._account = {"email": email, "password": password}
		self._http = requests.Session()

	def products(self) -> dict[str, MedusaProduct]:
		"""Return all products by item code."""
		query = {"limit": 200, **QUERY[self.generation]}
		return {
			shown.item_code: shown for shown in map(_shown, self._get("/admin/products", query)["products"])
		}

	def count(self) -> int:
		"""Return the number of products that Medusa reports."""
		return self._get("/admin/products", {"limit": 1})["count"]

	def has(self, product_id: str) -> bool:
		"""Return whether there is a product with this id."""
		return bool(self._get("/admin/products", {"id": product_id})["count"])

	def price(self, product_id: str, currency: str) -> float | None:
		"""Return the price of a product in the shop, in this currency; None if it has no price."""
		path, code = f"{self.url}/store/products", currency.lower()
		if self.generation == "v1":
			answer = _answer(requests, "GET", f"{path}/{product_id}", params={"currency_code": code}).json()
			amount = answer["product"]["variants"][0].get("calculated_price")
			return None if amount is None else amount / SMALLEST_UNITS[currency]
		query = {
			"id": product_id,
			"region_id": self._region(code),
			"fields": "id,*variants.calculated_price",
		}
		key = {"x-publishable-api-key": self._publishable_key}
		(product,) = _answer(requests, "GET", path, params=query, headers=key).json()["products"]
		calculated = product["variants"][0]["calculated_price"]
		return calculated and calculated["calculated_amount"]

	def ends_of_price_lists(self) -> list[str]:
		"""Return the ends of all price lists that end."""
		lists = self._get("/admin/price-lists", {"limit": 100})["price_lists"]
		return sorted(one["ends_at"] for one in lists if one["ends_at"])

	def quantity(self, sku: str) -> int | None:
		"""Return the available quantity of an item; None if Medusa has none."""
		if self.generation == "v1":
			shown = self.products().get(sku)
			return shown and shown.variant.get("inventory_quantity")
		items = self._get("/admin/inventory-items", {"sku": sku})["inventory_items"]
		path = "/admin/inventory-items/{}/location-levels"
		levels = self._get(path.format(items[0]["id"]), {})["inventory_levels"] if items else ()
		return levels[0]["available_quantity"] if levels else None

	def order(self, order_id: str, currency: str) -> MedusaOrder:
		"""Return an order of one row, whose amounts are in this currency."""
		if self.generation == "v1":
			row = self._get(f"/admin/orders/{order_id}", {})["order"]
			return order_v1(row, SMALLEST_UNITS[currency])
		(row,) = self._get("/admin/orders", {"id": order_id, "fields": FIELDS_V2})["orders"]
		return order_v2(row)

	def accounts(self, email: str) -> dict[str, str]:
		"""Return id and full name of all accounts with this email address."""
		customers = self._get("/admin/customers", {"q": email})["customers"]
		return {
			one["id"]: f"{one['first_name']} {one['last_name']}"
			for one in customers
			if (one["email"], one["has_account"]) == (email, True)
		}

	def rename_by_hand(self, product_id: str, title: str) -> None:
		"""Change the title of a product."""
		self._do("POST", f"/admin/products/{product_id}", {"title": title})

	def delete_by_hand(self, product_id: str) -> None:
		"""Delete a product."""
		self._do("DELETE", f"/admin/products/{product_id}")

	def image(self, address: str) -> bytes:
		"""Return the content of an image, as a visitor of the shop receives it."""
		return _answer(requests, "GET", address).content

	def _get(self, path: str, query: Mapping[str, Any]) -> dict[str, Any]:
		return _answer(self._signed_in(), "GET", self.url + path, params=query).json()

	def _do(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
		return _answer(self._signed_in(), method, self.url + path, json=body).json()

	def _region(self, code: str) -> str:
		"""Return the id of the region with this currency, which v2 requires; create it if there is none."""
		if code not in self._regions:
			region = {"name": code.upper(), "currency_code": code, "countries": []}
			self._regions[code] = self._do("POST", "/admin/regions", region)["region"]["id"]
		return self._regions[code]

	def _signed_in(self) -> requests.Session:
		if "Authorization" not in self._http.headers:
			path, key = SIGN_IN[self.generation]
			answer = _answer(self._http, "POST", self.url + path, json=self._account)
			self._http.headers["Authorization"] = f"Bearer {answer.json()[key]}"
		return self._http


def _answer(http: Any, method: str, url: str, **request: Any) -> requests.Response:
	try:
		answer = http.request(method, url, timeout=TIMEOUT, **request)
		answer.raise_for_status()
	except requests.RequestException as error:
		raise DevbenchError(f"{method} {url} failed: {error}") from error
	return answer


def _shown(row: Mapping[str, Any]) -> MedusaProduct:
	# our own properties: where an extended v2 or v1 keeps them, or else in the metadata
	places = (row.get("erp_product") or {}, row, row.get("metadata") or {})

	def extra(name: str) -> Any:
		return next((place[name] for place in places if place.get(name) is not None), None)

	return MedusaProduct(
		id=row["id"],
		title=row["title"],
		status=row["status"],
		collection=(row.get("collection") or {}).get("title") or "",
		description=row.get("description") or "",
		country=(row.get("origin_country") or "").upper(),
		item_code=extra("item_code") or "",
		short_description=extra("short_description") or "",
		ranking=int(extra("ranking") or 0),
		brand=extra("brand_name") or "",
		specifications=tuple((one["label"], one["description"]) for one in extra("specifications") or ()),
		images=tuple(image["url"] for image in row.get("images") or ()),
		variants=tuple(row.get("variants") or ()),
	)
