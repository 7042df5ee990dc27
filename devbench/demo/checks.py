"""Whether Medusa shows an article as it was entered. The expectations are written here, not taken from the app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from devbench.demo.catalogue import COUNTRY_CODES, Article
from devbench.demo.shopkeeper import pictures_of
from devbench.demo.window import Shown, Window


def differences(article: Article, shown: Shown | None, *, published: bool = True) -> list[str]:
	"""What Medusa shows otherwise than it should, a sentence each."""
	if shown is None:
		return [f"{article.code} is not in Medusa"]
	expected = _expected(article, published)
	actual = _actual(shown)
	return [
		f"{article.code}: {name} is {actual[name]!r} and should be {expected[name]!r}"
		for name in expected
		if actual[name] != expected[name]
	]


def images_differ(article: Article, shown: Shown, window: Window) -> Iterator[str]:
	"""What is wrong with the images when a visitor opens them."""
	for number, (address, content) in enumerate(zip(shown.images, pictures_of(article), strict=False), 1):
		if window.image(address) != content:
			yield f"{article.code}: image {number} is another picture than the one that was uploaded"


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


def _actual(shown: Shown) -> dict[str, object]:
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


def _plain(text: str) -> str:
	return unescape(re.sub(r"<[^>]+>", "", text))
