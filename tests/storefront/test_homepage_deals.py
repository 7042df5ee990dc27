"""Videos and best deals of the homepage: of products in the shop only."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import api
from tests.storefront.catalogue import pictured
from tests.storefront.conftest import SITE

pytestmark = pytest.mark.usefixtures("site_address")


@pytest.fixture
def not_in_the_shop(visible, delete):
	"""Products that are unpublished, not in Medusa, and about to be deleted; and what deletes the last."""
	unpublished, unsent, gone = visible(), visible(), visible()
	unpublished.db_set("published", 0)
	unsent.db_set("medusa_id", None)
	frappe.db.commit()
	names = [unpublished.name, unsent.name, gone.name]
	return names, lambda: delete(gone)


def test_videos(homepage, visible, not_in_the_shop):
	names, delete_last = not_in_the_shop
	video = "https://youtu.be/abc"
	item = pictured(visible(web_item_name="Scalpel"), "https://cdn.example.com/s.png")
	homepage(
		urls=[
			{"url": "https://youtu.be/none", "website_item": None},
			*({"url": video, "website_item": name} for name in names),
			{"url": "javascript:alert(1)", "website_item": item.name},
			{"url": f" {video} ", "website_item": item.name},
		]
	)
	delete_last()
	assert api.get_yt_videos_list() == [
		{
			"url": video,
			"title": "Scalpel",
			"medusa_id": item.medusa_id,
			"has_variants": 0,
			"thumbnail": "https://cdn.example.com/s.png",
		}
	]


def test_best_deals(homepage, visible, not_in_the_shop):
	names, delete_last = not_in_the_shop
	first = pictured(visible(web_item_name="Gloves"), "https://cdn.example.com/g.png")
	second = visible(web_item_name="Masks")
	homepage(
		best_deals=[
			{"website_item": second.name, "url": "/files/deal.png"},
			{"url": "/files/of-nothing.png"},
			*({"website_item": name} for name in names),
			{"website_item": first.name},
			{"website_item": second.name, "url": "/files/again.png"},
		]
	)
	delete_last()
	assert api.get_best_deals() == [
		{"url": f"{SITE}/files/deal.png", "title": "Masks", "medusa_id": second.medusa_id, "has_variants": 0},
		{
			"url": "https://cdn.example.com/g.png",
			"title": "Gloves",
			"medusa_id": first.medusa_id,
			"has_variants": 0,
		},
	]


@pytest.mark.contract(16)
def test_the_shop_reads_what_the_nightly_job_wrote(lists, visible):
	"""Items on clearance are best deals as soon as the job has run, and no more once they are not."""
	item = visible(web_item_name="On clearance", custom_clearance_item=1)
	assert api.get_best_deals() == []
	api.fetch_clearance_items()
	frappe.db.commit()
	assert [deal["title"] for deal in api.get_best_deals()] == ["On clearance"]
	item.reload()
	item.custom_clearance_item = 0
	item.save()
	api.fetch_clearance_items()
	frappe.db.commit()
	assert api.get_best_deals() == []
