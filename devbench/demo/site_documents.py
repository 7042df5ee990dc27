"""Documents of the demo: Items with images, and stock movements.

The stand-ins of ERPNext have no stock documents. So a movement is posted by the function that all of them
call, in a process with the site's environment: python -m devbench.demo.site_documents ITEM QUANTITY.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO

from PIL import Image, ImageDraw

from devbench.demo.articles import PARENT_GROUP, SLIDESHOW, Article
from devbench.demo.site_client import SiteClient
from devbench.processes import say
from devbench.running_site import RunningSite

# created by devbench/records.py
WAREHOUSE = "Stores - BST"
WEBSITE_ITEM = "Website Item"
SLIDES = 3
# items between two lines of progress
EVERY = 5
# width and height of an image
SIZE = (240, 180)


class CatalogueEditor:
	"""Saves articles on the site; `names` has the Website Item of each item code."""

	def __init__(self, site: SiteClient) -> None:
		self.site = site
		self.names: dict[str, str] = {}

	def make_masters(self, articles: Iterable[Article]) -> None:
		"""Save what articles refer to: groups, brands, customs tariff numbers, the slideshow."""
		articles = list(articles)
		for group in _distinct(article.group for article in articles):
			self._make_group(group)
		for brand in _distinct(article.brand for article in articles):
			self.site.insert("Brand", brand=brand)
		for tariff in _distinct(article.tariff for article in articles):
			self.site.insert("Customs Tariff Number", tariff_number=tariff)
		for article in articles:
			if article.picture == "slideshow":
				self._make_slideshow(article)

	def _make_group(self, name: str) -> None:
		values = {"parent_item_group": PARENT_GROUP, "show_in_website": 1}
		self.site.insert("Item Group", item_group_name=name, **values)

	def make_items(self, articles: Iterable[Article]) -> None:
		"""Save an Item and a Website Item for each article, and report the progress."""
		articles = list(articles)
		for number, article in enumerate(articles, 1):
			self.site.insert("Item", **item_values(article))
			self.names[article.code] = self._make_website_item(article)
			if number % EVERY == 0 or number == len(articles):
				say(f"{number} of {len(articles)} Website Items are saved")

	def change(self, article: Article) -> None:
		"""Save the article's Website Item as it is now."""
		self.site.save(WEBSITE_ITEM, self.names[article.code], **website_item_values(article))

	def unpublish(self, article: Article) -> None:
		"""Unpublish the article's Website Item."""
		self.site.save(WEBSITE_ITEM, self.names[article.code], published=0)

	def delete(self, article: Article) -> None:
		"""Delete the article's Website Item."""
		self.site.delete(WEBSITE_ITEM, self.names[article.code])

	def _make_website_item(self, article: Article) -> str:
		values = {**website_item_values(article), "website_warehouse": WAREHOUSE}
		content = picture(article.code)
		file_name = f"{article.code.lower()}.png"
		if article.picture in ("public", "slideshow"):
			values["website_image"] = self.site.attach(file_name, content)
		if article.picture == "slideshow":
			values["slideshow"] = SLIDESHOW
		name = self.site.insert(WEBSITE_ITEM, item_code=article.code, **values)["name"]
		if article.picture == "private":
			self.site.attach(file_name, content, private=True, to=(WEBSITE_ITEM, name))
		return name

	def _make_slideshow(self, article: Article) -> None:
		slides = [
			{"image": self.site.attach(f"{article.code.lower()}-{number}.png", content)}
			for number, content in enumerate(pictures_of(article)[1:], 1)
		]
		self.site.insert("Website Slideshow", slideshow_name=SLIDESHOW, slideshow_items=slides)


def item_values(article: Article) -> dict[str, object]:
	"""Return the values of an article's Item."""
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


def website_item_values(article: Article) -> dict[str, object]:
	"""Return the values of an article's Website Item that do not come from its Item."""
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
	"""Return the images of an article as PNG files, in the order of the shop."""
	if not article.picture:
		return []
	slides = range(1, SLIDES + 1) if article.picture == "slideshow" else ()
	return [picture(article.code), *(picture(f"{article.code}, step {number}") for number in slides)]


def _distinct(values: Iterable[str]) -> Iterator[str]:
	yield from dict.fromkeys(values)


def picture(text: str) -> bytes:
	"""Draw the text on shapes whose colours depend on the text, and return the PNG file."""
	mark = hashlib.sha256(text.encode()).digest()
	image = Image.new("RGB", SIZE, _light(mark[0]))
	draw = ImageDraw.Draw(image)
	for i in range(3):
		left, top = mark[3 * i + 1] % (SIZE[0] - 90), mark[3 * i + 2] % (SIZE[1] - 90)
		size = 40 + mark[3 * i + 3] % 50
		shape = (draw.ellipse, draw.rectangle)[mark[i] % 2]
		shape((left, top, left + size, top + size), fill=_light(mark[i + 10], 40))
	draw.text((14, SIZE[1] - 28), text, fill=(30, 40, 60))
	file = BytesIO()
	image.save(file, "PNG")
	return file.getvalue()


def _light(value: int, darker: int = 0) -> tuple[int, int, int]:
	"""Return a light colour."""
	return (200 - darker + value % 50, 205 - darker + value // 3 % 45, 210 - darker + value // 7 % 40)


class StockMovements:
	"""Posts stock movements in the warehouse that the shop sells from."""

	def __init__(self, site: RunningSite) -> None:
		self._site = site

	def move(self, item_code: str, quantity: float) -> None:
		"""Post a receipt, or an issue when the quantity is negative.

		Raises DevbenchError when it is refused.
		"""
		self._site.run("devbench.demo.site_documents", item_code, str(quantity))


def main(item_code: str, quantity: float) -> None:
	"""Post one movement on the site that the environment names."""
	import frappe

	frappe.init(os.environ["FRAPPE_SITE"], sites_path=os.environ["SITES_PATH"])
	frappe.connect()
	try:
		from erpnext.stock.stock_ledger import make_sl_entries
		from frappe.utils import nowtime, today

		movement = {
			"item_code": item_code,
			"warehouse": WAREHOUSE,
			"company": frappe.db.get_value("Warehouse", WAREHOUSE, "company"),
			"posting_date": today(),
			"posting_time": nowtime(),
			"voucher_type": "Item",
			"voucher_no": item_code,
			"actual_qty": quantity,
		}
		# what was delivered is not reserved any more, as ERPNext's Delivery Note does it
		orders = {"item_code": item_code, "docstatus": 1}
		for order in frappe.get_all("Sales Order Item", orders, pluck="parent", distinct=True):
			frappe.get_doc("Sales Order", order).update_reserved_qty()
		make_sl_entries([frappe._dict(movement)])
		frappe.db.commit()
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(sys.argv[1], float(sys.argv[2]))
