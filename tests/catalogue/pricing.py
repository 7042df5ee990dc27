"""Item Prices for tests, and what Medusa has of them."""

from __future__ import annotations

LIST = "Standard Selling"


def new_price(shop, item, rate, commit=True, **values):
	"""An Item Price in the shop's list, for ever unless told otherwise."""
	import frappe

	defaults = {"item_code": item.item_code, "price_list": LIST, "uom": "Nos", "valid_from": "2020-01-01"}
	price = shop.site.new("Item Price", **{**defaults, "price_list_rate": rate, **values})
	if commit:
		frappe.db.commit()
	return price


def held(shop, item) -> list[tuple]:
	"""(amount, starts_at, ends_at) of all prices that Medusa has of this item's variant."""
	variant = shop.value(item, "medusa_variant_id")
	with connect(shop) as client:
		prices = [one for one in client.prices.list_all(LIST) if one.variant_id == variant]
	return sorted((float(one.amount), one.starts_at, one.ends_at) for one in prices)


def connect(shop):
	"""A client of the simulated Medusa, beside the app's own."""
	from medusa_integration.mirror import connect
	from medusa_integration.mirror.values import Target

	return connect(Target(shop.medusa.url, email=shop.medusa.email, password=shop.medusa.password))


def amounts(shop, item) -> list[float]:
	"""What Medusa takes for this item, smallest first."""
	return [amount for amount, *_ in held(shop, item)]


def ids(shop, price) -> tuple:
	"""The ids of list and price that the Item Price has now."""
	import frappe

	frappe.db.rollback()
	return frappe.db.get_value("Item Price", price.name, ["medusa_id", "medusa_price_id"])
