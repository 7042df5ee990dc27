"""A delivered order of the clinic, and a coupon for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
	from tests.examples.shop import ExampleShop


def make(example: ExampleShop) -> dict[str, str]:
	"""Insert them; commits."""
	import frappe
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	example.shop.set(allow_coupon_discounts=1, cart_value=20, discount_amount=3, returns_email=None)
	example.site.new("Website Coupon Code", code="SMILE-3")
	order_id, day = example.medusa.add_order(), frappe.utils.today()
	order = frappe.get_doc(
		{
			"doctype": "Sales Order",
			"customer": frappe.db.get_value("Customer", {"medusa_id": "cus_clinic"}),
			"from_ecommerce": 1,
			"medusa_order_id": order_id,
			"delivery_date": day,
			"items": [{"item_code": "GLOVES-M", "qty": 2, "rate": 12.5, "delivery_date": day}],
		}
	)
	order.flags.medusa_id_update = True
	example.site.added(order.insert()).submit()
	example.site.added(make_delivery_note(order.name).insert()).submit()
	frappe.db.delete("Medusa Sync Task", {"reference_name": order.name})
	frappe.db.commit()
	return {"delivered": order_id}
