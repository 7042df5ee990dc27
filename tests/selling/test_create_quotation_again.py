"""Asking for a quotation twice, at the same time, in vain, or before the Lead is made."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.exceptions import ValidationError
from tests.support.quotes import ADDRESS


def test_twice_is_once(quotes):
	request = quotes.request(quotes.lead(), billing_address={**ADDRESS, "is_default": True}, create_so=True)
	answer = quotes.call("create_quotation", **request)
	before = quotes.state()
	request["billing_address"]["address_line1"] = "another street"
	assert quotes.call("create_quotation", **request) == answer
	assert quotes.state() == before


def test_at_the_same_time_is_once(quotes):
	"""The other process commits while ours is between its look and its insert: the unique key decides."""
	from medusa_integration.selling.quotation import create as module

	request = quotes.request(quotes.lead(), billing_address=ADDRESS, create_so=True)
	answers = []
	original = module._existing

	def meanwhile(*args, **kwargs):
		found = original(*args, **kwargs)
		if not answers:
			answers.append(None)
			frappe.db.commit()
			quotes.shop.elsewhere(lambda: answers.append(quotes.call("create_quotation", **request)))
			return None
		return found

	with pytest.MonkeyPatch.context() as patch:
		patch.setattr(module, "_existing", meanwhile)
		answer = quotes.call("create_quotation", **request)
	assert answer == answers[1]
	assert not frappe.local.message_log
	assert len(quotes.made("Quotation")) == len(quotes.made("Customer")) == 1
	assert len(quotes.made("Address")) == 1


def test_another_customers_id_is_refused(quotes):
	request = quotes.request(quotes.customer())
	quotes.call("create_quotation", **request)
	other = quotes.customer().medusa_id
	with pytest.raises(frappe.DuplicateEntryError, match=f"{request['quotation_id']} belongs to another"):
		quotes.call("create_quotation", **{**request, "customer_id": other})


def refused(quotes, error, match, **values):
	before = quotes.state()
	request = quotes.request(quotes.customer_of_test, quotes.item_of_test, **values)
	with pytest.raises(error, match=match):
		quotes.call("create_quotation", **request)
	assert quotes.state() == before


@pytest.mark.parametrize(
	("error", "match", "values"),
	[
		(
			frappe.DoesNotExistError,
			"Lead or Customer with medusa_id nobody not found",
			{"customer_id": "nobody"},
		),
		(
			frappe.DoesNotExistError,
			"Item not found for variant ID: none",
			{"items": [{"variant_id": "none"}]},
		),
		(ValidationError, "items must be a non-empty list", {"items": []}),
		(ValidationError, "quantity must be greater than 0", {"items": [{"variant_id": "a", "quantity": 0}]}),
		(ValidationError, "Unknown country code: xx", {"billing_address": {**ADDRESS, "country_code": "xx"}}),
		(ValidationError, "address_line1 and city are required", {"billing_address": {"country_code": "OM"}}),
		(ValidationError, "quotation_id is required", {"quotation_id": " "}),
	],
)
def test_what_is_refused_leaves_nothing_behind(quotes, error, match, values):
	quotes.customer_of_test, quotes.item_of_test = quotes.customer(), quotes.variant()
	refused(quotes, error, match, **values)


def test_items_that_are_not_sold_are_not_found(quotes):
	hidden, disabled = quotes.variant(), quotes.variant()
	frappe.db.set_value("Website Item", hidden.name, "published", 0)
	frappe.db.set_value("Item", disabled.item_code, "disabled", 1)
	frappe.db.commit()
	quotes.customer_of_test = quotes.customer()
	for item in (hidden, disabled):
		quotes.item_of_test = item
		refused(quotes, frappe.DoesNotExistError, "Item not found", billing_address=ADDRESS)


def test_an_error_of_erpnext_leaves_nothing_and_can_be_repeated(quotes):
	"""The Lead was converted and the address made when ERPNext refuses the Quotation."""
	item = quotes.variant(5)
	frappe.db.set_value("Item", item.item_code, "last_purchase_rate", 50)
	quotes.site.set_single("Selling Settings", validate_selling_price=1)
	frappe.db.commit()
	frappe.clear_cache(doctype="Item")
	request = quotes.request(quotes.lead(), item, billing_address=ADDRESS, create_so=True)
	before = quotes.state()
	with pytest.raises(frappe.ValidationError, match="Selling rate for item"):
		quotes.call("create_quotation", **request)
	assert quotes.state() == before

	quotes.shop.set(skip_selling_price_validation=1)
	assert quotes.call("create_quotation", **request)["quotationId"]


def test_a_registration_whose_lead_is_still_to_be_made_counts(quotes):
	"""Whoever signs up and asks at once need not wait for the job that makes the Lead."""
	import json

	from medusa_integration.customers import lead

	medusa_id = quotes.id("cus")
	data = {
		"id": medusa_id,
		"first_name": "Salim",
		"last_name": "Al Harthy",
		"email": f"salim-{quotes.shop.mark}@example.com",
		"mobile": "",
		"organization_name": quotes.shop.name("Gulf Smiles"),
		"t_c_acceptance": 1,
	}
	lead.record(medusa_id, json.dumps(data))
	frappe.db.commit()
	request = {**quotes.request(frappe._dict(medusa_id=medusa_id))}
	doc = frappe.get_doc("Quotation", quotes.call("create_quotation", **request)["quotationId"])
	assert frappe.db.get_value("Lead", doc.party_name, "medusa_id") == medusa_id
