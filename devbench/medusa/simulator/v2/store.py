"""What v2 shows to the shop: products with the price that a visitor of a region pays."""

from __future__ import annotations

from devbench.medusa.simulator.answers import invalid
from devbench.medusa.simulator.app import Call, as_list, page
from devbench.medusa.simulator.tables import Row, now
from devbench.medusa.simulator.v2 import views
from devbench.medusa.simulator.v2.app import V2

route = V2.routes
CALCULATED = "*variants.calculated_price"


@route("GET", "/store/products")
def list_products(app: V2, call: Call) -> dict:
	currency = _currency(app, call)
	wanted = as_list(call.query["id"]) if "id" in call.query else None
	rows = [
		row
		for row in app.products
		if row["status"] == "published"
		and app.sales_channel["id"] in row["_sales_channels"]
		and (wanted is None or row["id"] in wanted)
	]
	rows, numbers = page(rows, call.query, 50)
	return {"products": [_shown(app, call, row, currency) for row in rows], **numbers}


def _currency(app: V2, call: Call) -> str | None:
	"""The currency of the visitor's region; None when nobody asks for a price."""
	region_id = call.query.get("region_id")
	if not region_id:
		if CALCULATED in call.query.get("fields", ""):
			raise invalid("Missing required pricing context to calculate prices - region_id")
		return None
	region = app.regions.get(region_id)
	if not region:
		raise invalid(f"Region with id {region_id} not found when populating the pricing context")
	return region["currency_code"]


def _shown(app: V2, call: Call, row: Row, currency: str | None) -> Row:
	fields = call.query.get("fields")
	asked = [field for field in (fields or "").split(",") if field and field != CALCULATED]
	shown = views.show(app, "product", row, ",".join(asked) or None)
	if currency:
		variants = shown.get("variants") or [{"id": one["id"]} for one in views.variants_of(app, row)]
		shown["variants"] = [
			{**variant, "calculated_price": _calculated(app, variant["id"], currency)} for variant in variants
		]
	return shown


def _calculated(app: V2, variant_id: str, currency: str) -> Row | None:
	"""The lowest price of all active lists is what is paid; an overridden price is the original one too."""
	prices = [
		price for price in app.prices.where("_variant_id", variant_id) if price["currency_code"] == currency
	]
	lists = {price["id"]: app.price_lists.get(price["price_list_id"]) for price in prices}
	listed = [price for price in prices if lists[price["id"]] and _is_active(lists[price["id"]])]
	base = [price for price in prices if not price["price_list_id"]]
	paid = min(listed or base, key=lambda price: price["amount"], default=None)
	if not paid:
		return None
	return {
		"id": paid["price_set_id"],
		"is_calculated_price_price_list": bool(listed),
		"calculated_amount": paid["amount"],
		"currency_code": currency,
		"calculated_price": {
			"id": paid["id"],
			"price_list_id": paid["price_list_id"],
			"price_list_type": lists[paid["id"]]["type"] if listed else None,
			"min_quantity": paid["min_quantity"],
			"max_quantity": paid["max_quantity"],
		},
	}


def _is_active(price_list: Row) -> bool:
	starts, ends, moment = price_list["starts_at"], price_list["ends_at"], now()
	return (
		price_list["status"] == "active" and (not starts or starts <= moment) and (not ends or ends >= moment)
	)
