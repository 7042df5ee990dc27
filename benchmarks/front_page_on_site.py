"""What runs in a process on the site to measure what the front page of a shop costs."""

from __future__ import annotations

import time

import frappe

from benchmarks.quotations_on_site import asked, counted_statements
from benchmarks.selling_on_site import prepare
from medusa_integration import shared_cache
from medusa_integration.constants import HOMEPAGE
from medusa_integration.storefront.homepage_products import TABLES as LISTS

# what a front page shows besides the lists of products
SECTIONS = (
	"menu",
	"best_deals",
	"yt_videos_list",
	"testimonials",
	"homepage_top_section",
	"homepage_menu_section",
	"homepage_order_list",
	"homepage_banners",
)


def front_page(a_list: int, rounds: int) -> dict:
	"""Ask for a whole front page as a guest does: after a change, and when nothing has changed, in turns.

	Args:
		a_list: number of products of each of the eight lists.
		rounds: number of rounds; one more comes first, which is not counted.

	Returns:
		By "cold" and "warm": (statements, milliseconds) of every round; `statements` ask the database for
		something. And the number of `calls` of a page.
	"""
	import frappe.app
	from werkzeug.test import Client

	_fill(a_list)
	site, sites_path = frappe.local.site, frappe.local.sites_path
	frappe.app._site, frappe.app._sites_path = site, sites_path
	client, database = Client(frappe.app.application), type(frappe.local.db)
	paths = [f"/api/method/medusa_integration.api.get_{name}" for name in (*SECTIONS, *LISTS)]
	found: dict[str, list] = {"cold": [], "warm": []}
	for number in range(rounds + 1):
		_connect(site, sites_path)
		forget_shared()
		frappe.destroy()
		for way, costs in found.items():
			with counted_statements(database) as sent:
				started = time.perf_counter()
				for path in paths:
					answer = client.get(path, buffered=True)
					if answer.status_code != 200:
						raise RuntimeError(f"{path}, {way}: {answer.status} {answer.text[-2000:]}")
				milliseconds = (time.perf_counter() - started) * 1000
			if number:
				costs.append((asked(sent), milliseconds))
	_connect(site, sites_path)
	return {**found, "calls": len(paths)}


def _connect(site: str, sites_path: str) -> None:
	frappe.init(site, sites_path=sites_path, force=True)
	frappe.connect()


def forget_shared() -> None:
	"""Forget what the shop's cache has, as after a change that was a while ago."""
	shared_cache.forget()
	frappe.db.commit()
	frappe.cache.delete(frappe.cache.make_key(shared_cache.SETTLING))


def _fill(a_list: int) -> None:
	"""Have something in each table of the homepage, with products of their own in each list."""
	codes = [item["item_code"] for item in prepare(a_list * len(LISTS))["items"]]
	by_code = {"item_code": ("in", codes)}
	names = frappe.get_all("Website Item", by_code, pluck="name", order_by="name")
	products = [{"website_item": name} for name in names]
	group = {"link_doctype": "Item Group", "name1": "Products"}
	homepage = frappe.get_doc(HOMEPAGE)
	homepage.update(
		{
			"top_section": [group],
			"menu_section": [group],
			"banners": [{"url": "/files/banner.png", **group}],
			"order": [{"label": "Products"}],
			"testimonials": [{"review": "Good"}],
			"urls": [{"url": "https://videos.example.com/1", **products[0]}],
			"best_deals": products[:a_list],
			**{name: products[at * a_list : (at + 1) * a_list] for at, name in enumerate(LISTS)},
		}
	)
	homepage.save()
	settings = "Medusa Configuration"
	frappe.db.set_single_value(settings, "public_rate_limit", 1_000_000)
	frappe.clear_document_cache(settings, settings)
	frappe.db.commit()
