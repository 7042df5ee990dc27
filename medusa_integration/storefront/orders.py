"""What the shop shows of an order besides its state: its name, its returns, the discount of a coupon."""

from __future__ import annotations

from typing_extensions import TypedDict

from medusa_integration.endpoints.parameters import Id
from medusa_integration.storefront import coupons, returns
from medusa_integration.storefront.order_lookup import find_order


class OrderState(TypedDict):
	"""What customers may do with an order; amounts in its currency."""

	sales_order_id: str
	isReturnable: bool
	returned_items: list[returns.Returned]
	cart_value: float
	discount_amount: float


def get_sales_order_name(medusa_order_id: Id, customer_id: Id | None = None) -> OrderState:
	"""Tell the name of an order, what was returned of it, and the discount that a coupon would give.

	Args:
		medusa_order_id: Medusa's id of the order.
		customer_id: Medusa's; the order has to be that customer's.

	Returns:
		`sales_order_id`; `isReturnable`, whether anything delivered can still be returned; `returned_items`
		with `item_code`, `qty`, `rate`, `item_name` of each; `cart_value` and `discount_amount` in the
		currency of the order, the latter 0 if the order gets none.

	Raises:
		frappe.DoesNotExistError: there is no such order (404).
	"""
	order = find_order(medusa_order_id, customer_id, by_name=False)
	return {
		"sales_order_id": order.name,
		"isReturnable": bool(returns.returnable_rows(order.name)),
		"returned_items": returns.returned_items(order.name),
		"cart_value": coupons.cart_value(order),
		"discount_amount": coupons.offered_discount(order),
	}
