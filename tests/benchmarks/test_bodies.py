"""The three ways that are measured against each other send the same."""

from __future__ import annotations

import pytest

from benchmarks import on_site
from benchmarks.articles import Article, articles
from benchmarks.bodies import IMAGES_AT, Shape
from medusa_integration.catalogue.product import mapping
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Collection, Product, Target
from tests.support.medusa import simulator


def as_loaded(article: Article, collection_id: str) -> Product:
	"""The article as the product lane reads it from the site."""
	row = {
		"on_backorder": 0,
		"slideshow": None,
		"has_variants": 0,
		**on_site._item(article),
		**on_site._website_item(article),
		"country_code": article.country_code.lower(),
		"collection_id": collection_id,
		"medusa_id": None,
		"medusa_variant_id": None,
	}
	specifications = [(label, f"<p>{text}</p>") for label, text in article.specifications]
	images = [IMAGES_AT + article.image]
	return mapping.product(row, specifications=specifications, barcode=article.barcode, images=images)


@pytest.mark.parametrize("extended", [True, False], ids=["extended", "stock"])
@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_the_bare_loop_posts_what_the_app_posts(generation, extended):
	"""A ready-made body has every field of the app's own, with the same value."""
	[article] = articles("same", 1)
	with simulator(generation, extended) as medusa:
		client = connect(Target(medusa.url, email=medusa.email, password=medusa.password))
		[collection] = client.collections.save([Collection("Gloves", "Gloves", "gloves", "gloves")])
		client.products.save([as_loaded(article, collection.id)])
		sent = medusa.requests[-1].body
	ours = sent["create"][0] if generation == "v2" else sent
	channel = ours.get("sales_channels", [{}])[0].get("id")
	profile = ours.get("shipping_profile_id")
	assert (channel and profile) or generation == "v1"
	assert Shape(generation, extended, collection.id, channel, profile).whole_product(article) == ours


def test_descriptions_are_as_long_as_real_ones():
	"""About a kilobyte of HTML, five specifications, one picture."""
	[article] = articles("long", 1)
	assert 900 < len(article.html) < 1300
	assert len(article.specifications) == 5
	assert articles("long", 1) == [article]


def test_two_series_have_nothing_in_common():
	"""Medusa takes no handle and no sku twice."""
	series = [articles(name, 20) for name in ("round1-ours", "round1-bare", "round11-ours")]
	codes = {article.code for some in series for article in some}
	barcodes = {article.barcode for some in series for article in some}
	assert len(codes) == len(barcodes) == 60
