"""What tests of the catalogue in memory share: its job, and the lists that it answers."""

from __future__ import annotations

import frappe

from medusa_integration import api

REBUILD = "medusa_integration.storefront.catalogue_store.rebuild"
ALL = ["Blue nitrile", "Clear vinyl", "Dark latex", "Face mask", "Gauze"]


def answer(**values):
	return api.get_website_items(url="/", **values)


def titles(**values):
	return [row["title"] for row in answer(**values)["paginatedProducts"]]


def save_elsewhere(name):
	item = frappe.get_doc("Website Item", name)
	item.web_item_name = "A mask"
	item.save()
	frappe.db.commit()
