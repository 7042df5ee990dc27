"""Compares Medusa with what was entered: articles, quotations, orders.

The expectations are written here, not taken from the app.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from devbench.demo.articles import COUNTRY_CODES, Article
from devbench.demo.medusa_reader import MedusaProduct, MedusaReader
from devbench.demo.site_documents import pictures_of


@dataclass(frozen=True, slots=True)
class Line:
	"""A row of a quotation; `variant` is Medusa's id."""

	article: Article
	variant: str
	quantity: float
	price: float


def quotation_differences(
	told: Mapping[str, Any] | None,
	customer_id: str,
	draft_order_id: str,
	offered: Sequence[Line],
	left_out: Sequence[Line] = (),
) -> list[str]:
	"""Compare Medusa's record of a quotation without taxes, discount and delivery charges."""
	total = sum(line.quantity * line.price for line in offered)
	expected = {
		"customer_id": customer_id,
		"draft_order_id": draft_order_id,
		"erp_status": "Price received",
		"erp_items": [
			{
				"item": line.variant,
				"item_code": line.article.code,
				"price": line.price,
				"quantity": line.quantity,
				"uom": line.article.unit,
				"amount": line.quantity * line.price,
				"item_tax_template": None,
			}
			for line in offered
		],
		"erp_unaccepted_items": [
			{"item": line.variant, "price": line.price, "quantity": line.quantity} for line in left_out
		],
		"erp_total_quantity": sum(line.quantity for line in offered),
		**dict.fromkeys(("erp_total", "erp_net_total", "erp_grand_total"), total),
		"erp_tax": [],
		"erp_total_taxes": 0,
		"avail_delivery": True,
		"erp_delivery_charges": 0,
		"erp_discount_amount": 0,
	}
	return _compared("The quotation", told or {}, expected)


def order_differences(
	told: Mapping[str, Any] | None,
	customer_id: str,
	order_status: str,
	payment_status: str,
	total: float,
	net: float | None = None,
	documents: Mapping[str, Any] | None = None,
) -> list[str]:
	"""Compare Medusa's record of an order without discount, which has exactly six values.

	`net` is needed if charges and taxes are added to it. With `documents`, the record of an order that was
	placed in Medusa has these as well.
	"""
	expected = {
		"customer_id": customer_id,
		"order_status": order_status,
		"payment_status": payment_status,
		"discount_amount": 0,
		"net_total": total if net is None else net,
		"grand_total": total,
		**({"documents": documents} if documents else {}),
	}
	told = {key: value for key, value in (told or {}).items() if key != "updated_at"}
	unexpected = sorted(told.keys() - expected.keys())
	return [
		*_compared("The order", told, expected),
		*(f"The order: Medusa also received {key}" for key in unexpected),
	]


def differences(article: Article, shown: MedusaProduct | None, *, published: bool = True) -> list[str]:
	"""Return the differences of a product in Medusa, one sentence each."""
	if shown is None:
		return [f"{article.code} is not in Medusa"]
	return _compared(article.code, _actual(shown), _expected(article, published))


def images_differ(article: Article, shown: MedusaProduct, reader: MedusaReader) -> Iterator[str]:
	"""Return the images whose content is not the uploaded one."""
	for number, (address, content) in enumerate(zip(shown.images, pictures_of(article), strict=False), 1):
		if reader.image(address) != content:
			yield f"{article.code}: image {number} is not the uploaded image"


def _expected(article: Article, published: bool) -> dict[str, object]:
	country = COUNTRY_CODES[article.country]
	return {
		"title": article.name,
		"status": "published" if published else "draft",
		"collection": article.group,
		"description": article.plain_description,
		"short description": article.short,
		"brand": article.brand,
		"country": country,
		"ranking": article.ranking,
		"specifications": tuple((label, _plain(text)) for label, text in article.specifications),
		"number of images": len(pictures_of(article)),
		"number of variants": 1,
		"variant": ("Default", article.code, article.barcode, article.tariff),
		"weight": round(article.weight * 1000),
		"backorder": article.backorder,
	}


def _actual(shown: MedusaProduct) -> dict[str, object]:
	variant = shown.variant
	return {
		"title": shown.title,
		"status": shown.status,
		"collection": shown.collection,
		"description": shown.description,
		"short description": shown.short_description,
		"brand": shown.brand,
		"country": shown.country,
		"ranking": shown.ranking,
		"specifications": shown.specifications,
		"number of images": len(shown.images),
		"number of variants": len(shown.variants),
		"variant": tuple(variant.get(key) for key in ("title", "sku", "barcode", "hs_code")),
		"weight": variant.get("weight"),
		"backorder": variant.get("allow_backorder"),
	}


def _compared(what: str, actual: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
	return [
		f"{what}: {name} is {actual.get(name)!r} and should be {value!r}"
		for name, value in expected.items()
		if actual.get(name) != value
	]


def _plain(text: str) -> str:
	return unescape(re.sub(r"<[^>]+>", "", text))
