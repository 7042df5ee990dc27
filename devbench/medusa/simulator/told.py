"""What the plugin's routes for ERPNext's answers do, in both generations."""

from __future__ import annotations

from collections.abc import Callable

from devbench.medusa.simulator.answers import Answer, Refused, html_answer, invalid
from devbench.medusa.simulator.app import App, Call
from devbench.medusa.simulator.tables import now


def update_order(app: App, call: Call, missing: Callable[[str], Refused]) -> dict | Answer:
	"""Keep where an order stands; `missing` is the refusal of an id that no order has."""
	if not app.extended:
		return html_answer(404, "Cannot POST /store/order-update")
	order_id = call.query.get("order_id")
	if not order_id:
		raise invalid("order_id is required")
	if order_id not in app.orders:
		raise missing(order_id)
	app.orders[order_id] = {**call.body, "updated_at": now()}
	return {"message": "Order updated successfully", "order_id": order_id}


def update_quotation(app: App, call: Call) -> dict | Answer:
	"""Keep what is offered for a quotation."""
	if not app.extended:
		return html_answer(404, "Cannot POST /store/quotation-update")
	quotation_id = call.query.get("quot_id")
	if not quotation_id:
		raise invalid("quot_id is required")
	app.quotations[quotation_id] = call.body
	return {"message": "Quotation updated successfully", "quotation_id": quotation_id}
