"""What v1 shows to the shop: a product and a variant with the price that a visitor pays."""

from __future__ import annotations

from devbench.medusa.simulator.answers import missing
from devbench.medusa.simulator.app import Call, known
from devbench.medusa.simulator.tables import Row
from devbench.medusa.simulator.v1 import views
from devbench.medusa.simulator.v1.app import V1

route = V1.routes


@route("GET", "/store/products/:id")
def get_product(app: V1, call: Call) -> dict:
	row = app.products.get(call.params["id"])
	if not row or row["status"] != "published":
		raise missing("Product", call.params["id"])
	shown = views.product(app, row)
	rows = {variant["id"]: variant for variant in app.variants.where("product_id", row["id"])}
	variants = [
		_priced(app, rows[one["id"]], one, call.query.get("currency_code")) for one in shown["variants"]
	]
	return {"product": {**shown, "variants": variants}}


@route("GET", "/store/variants/:id")
def get_variant(app: V1, call: Call) -> dict:
	row = known(app.variants, "Variant", call.params["id"])
	shown = views.variant(app, row, ("variants.options", "variants.prices"))
	return {"variant": _priced(app, row, shown, call.query.get("currency_code"))}


def _priced(app: V1, row: Row, shown: Row, currency: str | None) -> Row:
	"""The lowest price of all active lists in this currency is what is paid."""
	prices = [price for price in views.valid_prices(app, row) if price["currency_code"] == currency]
	base = [price["amount"] for price in prices if not price["price_list"]]
	listed = min(
		(price for price in prices if price["price_list"]), key=lambda one: one["amount"], default=None
	)
	paid = listed["amount"] if listed else next(iter(base), None)
	if paid is None:
		return {name: value for name, value in shown.items() if name not in views.COMPUTED}
	kind = listed["price_list"]["type"] if listed else "default"
	return {
		**shown,
		"original_price": next(iter(base), None),
		"calculated_price": paid,
		"calculated_price_type": kind,
	}
