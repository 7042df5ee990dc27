"""Homepage Landing: content of the shop's homepage, and two prices that apply to the whole shop."""

from __future__ import annotations

from medusa_integration.protection import OwnSingle


class HomepageLanding(OwnSingle):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from medusa_integration.medusa_integration.doctype.best_deals.best_deals import BestDeals
		from medusa_integration.medusa_integration.doctype.homepage_banner.homepage_banner import (
			HomepageBanner,
		)
		from medusa_integration.medusa_integration.doctype.homepage_item.homepage_item import (
			HomepageItem,
		)
		from medusa_integration.medusa_integration.doctype.homepage_order.homepage_order import (
			HomepageOrder,
		)
		from medusa_integration.medusa_integration.doctype.item_and_brand_entry.item_and_brand_entry import (
			ItemandBrandEntry,
		)
		from medusa_integration.medusa_integration.doctype.product_details_banner.product_details_banner import (
			Productdetailsbanner,
		)
		from medusa_integration.medusa_integration.doctype.testimonial.testimonial import Testimonial
		from medusa_integration.medusa_integration.doctype.youtube_videos.youtube_videos import (
			YoutubeVideos,
		)

		banners: DF.Table[HomepageBanner]
		best_deals: DF.Table[BestDeals]
		clearance_items: DF.Table[HomepageItem]
		delivery_charges: DF.Currency
		dental_items: DF.Table[HomepageItem]
		infection_control_items: DF.Table[HomepageItem]
		medical_items: DF.Table[HomepageItem]
		medical_laboratory_items: DF.Table[HomepageItem]
		menu_section: DF.Table[ItemandBrandEntry]
		new_arrivals: DF.Table[HomepageItem]
		order: DF.Table[HomepageOrder]
		price_visibility_threshold: DF.Currency
		product_details_banner: DF.Table[Productdetailsbanner]
		recommended_items: DF.Table[HomepageItem]
		testimonials: DF.Table[Testimonial]
		top_section: DF.Table[ItemandBrandEntry]
		top_sellers: DF.Table[HomepageItem]
		trending_items: DF.Table[HomepageItem]
		urls: DF.Table[YoutubeVideos]
	# end: auto-generated types
