"""Stocks the demo's shop, one saved document after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from devbench.demo import catalogue
from devbench.demo.catalogue import Article
from devbench.demo.desk import Desk
from devbench.demo.pictures import picture
from devbench.demo.storeroom import WAREHOUSE
from devbench.processes import say

WEBSITE_ITEM = "Website Item"
SLIDES = 3
EVERY = 5


class Shopkeeper:
	"""Enters articles at the desk; `names` has the Website Item of each item code."""

	def __init__(self, desk: Desk) -> None:
		self.desk = desk
		self.names: dict[str, str] = {}

	def prepare(self, articles: Iterable[Article]) -> None:
		"""Make what articles refer to: groups, brands, customs tariff numbers, the slideshow."""
		articles = list(articles)
		for group in _distinct(article.group for article in articles):
			self.desk.insert("Item Group", item_group_name=group, parent_item_group=catalogue.PARENT_GROUP)
		for brand in _distinct(article.brand for article in articles):
			self.desk.insert("Brand", brand=brand)
		for tariff in _distinct(article.tariff for article in articles):
			self.desk.insert("Customs Tariff Number", tariff_number=tariff)
		for article in articles:
			if article.picture == "slideshow":
				self._make_slideshow(article)

	def enter(self, articles: Iterable[Article]) -> None:
		"""Save an Item and a Website Item for each article, and say how far it has got."""
		articles = list(articles)
		for number, article in enumerate(articles, 1):
			self.desk.insert("Item", **item_values(article))
			self.names[article.code] = self._put_in_the_window(article)
			if number % EVERY == 0 or number == len(articles):
				say(f"{number} of {len(articles)} Website Items are saved")

	def change(self, article: Article) -> None:
		"""Save the article's Website Item as it is now."""
		self.desk.save(WEBSITE_ITEM, self.names[article.code], **window_values(article))

	def take_down(self, article: Article) -> None:
		"""Unpublish the article's Website Item."""
		self.desk.save(WEBSITE_ITEM, self.names[article.code], published=0)

	def remove(self, article: Article) -> None:
		"""Delete the article's Website Item."""
		self.desk.delete(WEBSITE_ITEM, self.names[article.code])

	def _put_in_the_window(self, article: Article) -> str:
		values = {**window_values(article), "website_warehouse": WAREHOUSE}
		content = picture(article.code)
		file_name = f"{article.code.lower()}.png"
		if article.picture in ("public", "slideshow"):
			values["website_image"] = self.desk.attach(file_name, content)
		if article.picture == "slideshow":
			values["slideshow"] = catalogue.SLIDESHOW
		name = self.desk.insert(WEBSITE_ITEM, item_code=article.code, **values)["name"]
		if article.picture == "private":
			self.desk.attach(file_name, content, private=True, to=(WEBSITE_ITEM, name))
		return name

	def _make_slideshow(self, article: Article) -> None:
		slides = [
			{"image": self.desk.attach(f"{article.code.lower()}-{number}.png", content)}
			for number, content in enumerate(pictures_of(article)[1:], 1)
		]
		self.desk.insert("Website Slideshow", slideshow_name=catalogue.SLIDESHOW, slideshow_items=slides)


def item_values(article: Article) -> dict[str, object]:
	"""The Item of an article."""
	return {
		"item_code": article.code,
		"item_name": article.name,
		"item_group": article.group,
		"brand": article.brand,
		"stock_uom": article.unit,
		"country_of_origin": article.country,
		"customs_tariff_number": article.tariff,
		"weight_per_unit": article.weight,
		"weight_uom": "Kg",
		"barcodes": [{"barcode": article.barcode}],
	}


def window_values(article: Article) -> dict[str, object]:
	"""What the Website Item of an article says of itself; the rest it has from the Item."""
	return {
		"web_item_name": article.name,
		"short_description": article.short,
		"web_long_description": article.long_description,
		"ranking": article.ranking,
		"on_backorder": int(article.backorder),
		"website_specifications": [
			{"label": label, "description": description} for label, description in article.specifications
		],
	}


def pictures_of(article: Article) -> list[bytes]:
	"""The contents of an article's pictures, in the order in which the shop is to show them."""
	if not article.picture:
		return []
	slides = range(1, SLIDES + 1) if article.picture == "slideshow" else ()
	return [picture(article.code), *(picture(f"{article.code}, step {number}") for number in slides)]


def _distinct(values: Iterable[str]) -> Iterator[str]:
	yield from dict.fromkeys(values)
