"""An order that Medusa has, a Quotation to review, a Customer to link with a Lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
	from tests.examples.shop import ExampleShop


def make(example: ExampleShop) -> dict[str, str]:
	"""Insert them; commits."""
	import frappe

	example.site.new("Customer", customer_name="Pearl Dental", customer_type="Company")
	lead = example.site.new("Lead", first_name="Salim", company_name="Pearl Dental", medusa_id="cus_pearl")
	draft = example.quotes.call(
		"create_quotation",
		customer_id="cus_clinic",
		draft_order_id="dorder_2",
		quotation_id="quot_2",
		items=[{"variant_id": "variant_masks", "quantity": 5}],
	)
	frappe.db.commit()
	return {"order": example.medusa.add_order(), "draft": draft["quotationId"], "lead": lead.name}
