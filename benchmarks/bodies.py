"""Request bodies of the plain way and the bare loop, with the fields and values that the app sends."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.articles import GRAMS, TARIFF_NUMBER, UOM, Article

DEFAULT = "Default"
PRICE_LIST, CURRENCY = "Standard Selling", "OMR"
IMAGES_AT = "http://devbench.localhost"


@dataclass(frozen=True, slots=True)
class Shape:
	"""The shape of a product for one server: its generation, and where the additional values are stored.

	v1 uses its default sales channel and shipping profile; v2 needs their ids.
	"""

	generation: str
	extended: bool
	collection_id: str
	channel_id: str | None = None
	profile_id: str | None = None

	def product(self, article: Article) -> dict:
		"""A product without option and variant."""
		image = IMAGES_AT + article.image
		body = {
			"title": article.title,
			"handle": article.handle,
			"description": article.text,
			"status": "published",
			"discountable": False,
			"is_giftcard": False,
			"collection_id": self.collection_id,
			"origin_country": article.country_code,
			"thumbnail": image,
			"images": [image],
			"metadata": {"UOM": UOM, "website_item": article.code},
		}
		(body if self.extended else body["metadata"]).update(_extras(article))
		if self.generation == "v1":
			return body
		channels = [{"id": self.channel_id}]
		of_v2 = {
			"external_id": article.code,
			"sales_channels": channels,
			"shipping_profile_id": self.profile_id,
		}
		return body | {"images": [{"url": image}]} | of_v2

	def option(self) -> dict:
		"""The one option, as it stands inline with a product."""
		return {"title": DEFAULT} | ({} if self.generation == "v1" else {"values": [DEFAULT]})

	def variant(self, article: Article, option_id: str | None = None) -> dict:
		"""The one variant; v1 wants the option's id, unless both stand inline with the product."""
		body = {
			"title": DEFAULT,
			"sku": article.code,
			"barcode": article.barcode,
			"manage_inventory": True,
			"allow_backorder": False,
			"origin_country": article.country_code,
			"hs_code": TARIFF_NUMBER,
			"weight": GRAMS,
			"prices": [],
			"metadata": {},
		}
		if self.generation == "v2":
			return body | {"options": {DEFAULT: DEFAULT}}
		value = {"value": DEFAULT} | ({"option_id": option_id} if option_id else {})
		return body | {"inventory_quantity": 0, "options": [value]}

	def price_list(self, variant_id: str, number: int) -> dict:
		"""A list with one price; v1 counts in thousandths of the rial, v2 in rials."""
		amount = 1005 + number if self.generation == "v1" else round(1.005 + number / 1000, 3)
		body = {
			"name": f"Price {number}",
			"description": PRICE_LIST,
			"type": "override",
			"status": "active",
			"prices": [{"amount": amount, "variant_id": variant_id, "currency_code": CURRENCY.lower()}],
		}
		if self.generation == "v2":
			body["title"] = body.pop("name")
		return body

	def whole_product(self, article: Article) -> dict:
		"""A product with its option and its variant inline."""
		body = self.product(article)
		return body | {"options": [self.option()], "variants": [self.variant(article)]}


def _extras(article: Article) -> dict:
	return {
		"item_code": article.code,
		"short_description": article.short_description,
		"ranking": article.ranking,
		"brand_name": article.brand,
		"specifications": [{"label": label, "description": text} for label, text in article.specifications],
	}
