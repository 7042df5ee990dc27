"""What Medusa holds, read back from Medusa itself: plain HTTP, and none of the app's own code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from devbench.processes import DevbenchError

TIMEOUT = 60
# besides what is shown anyway; v2 leaves out what it does not know
QUERY = {"v1": {"expand": "variants,images,collection"}, "v2": {"fields": "*erp_product"}}
SIGN_IN = {"v1": ("/admin/auth/token", "access_token"), "v2": ("/auth/user/emailpass", "token")}


@dataclass(frozen=True, slots=True)
class Shown:
	"""One product as Medusa shows it to its admin; `variants` as they come."""

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
		"""The only variant; an empty one when there is none or more than one."""
		return self.variants[0] if len(self.variants) == 1 else {}

	def lines(self) -> list[str]:
		"""For the screen: what a person would look at first."""
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


class Window:
	"""A signed-in look at a Medusa server of the generation v1 or v2."""

	def __init__(self, url: str, generation: str, email: str, password: str) -> None:
		self.url, self.generation = url, generation
		self._account = {"email": email, "password": password}
		self._http = requests.Session()

	def products(self) -> dict[str, Shown]:
		"""All products by their item code."""
		query = {"limit": 200, **QUERY[self.generation]}
		return {
			shown.item_code: shown for shown in map(_shown, self._get("/admin/products", query)["products"])
		}

	def count(self) -> int:
		"""How many products there are, as Medusa counts them."""
		return self._get("/admin/products", {"limit": 1})["count"]

	def has(self, product_id: str) -> bool:
		"""Whether there is a product of this id."""
		return bool(self._get("/admin/products", {"id": product_id})["count"])

	def image(self, address: str) -> bytes:
		"""What a visitor gets who opens an image."""
		return _answer(requests, "GET", address).content

	def _get(self, path: str, query: Mapping[str, Any]) -> dict[str, Any]:
		return _answer(self._signed_in(), "GET", self.url + path, params=query).json()

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


def _shown(row: Mapping[str, Any]) -> Shown:
	# our own properties: where an extended v2 or v1 keeps them, or else in the metadata
	places = (row.get("erp_product") or {}, row, row.get("metadata") or {})

	def extra(name: str) -> Any:
		return next((place[name] for place in places if place.get(name) is not None), None)

	return Shown(
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
