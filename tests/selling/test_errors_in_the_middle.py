"""What ERPNext refuses halfway leaves nothing behind, and is done by the same call once it was put right."""

from __future__ import annotations

import frappe
import pytest

from tests.support.quotes import ADDRESS


@pytest.fixture
def approval(quotes):
	"""The approval of a Lead's quotation over 20: Customer, submission, order,
	and the request to pay follow.
	"""
	quotes.item_of_test = quotes.variant(10)
	quotes.doc_of_test = quotes.create(quotes.lead(), (quotes.item_of_test, 2), billing_address=ADDRESS)
	return _approval_of(quotes)


def _approval_of(quotes):
	return {
		"quotation_id": quotes.doc_of_test.medusa_quotation_id,
		"approval": "Approved",
		"create_so": True,
		"order_id": quotes.medusa.add_order(),
	}


@pytest.fixture
def company_value(quotes):
	"""Set a value of the Company, which is put back."""
	before = {}

	def put(field, value):
		before.setdefault(field, frappe.db.get_value("Company", quotes.company, field))
		frappe.db.set_value("Company", quotes.company, field, value, update_modified=False)
		frappe.db.commit()

	yield put
	frappe.db.rollback()
	for field, value in before.items():
		put(field, value)


def refused(quotes, name, values, match, error=frappe.ValidationError):
	"""It is refused, and what there is is what there was."""
	before = quotes.state()
	for _time in range(2):
		with pytest.raises(error, match=match):
			quotes.call(name, **values)
		assert quotes.state() == before


def ordered(quotes, approval):
	"""The same call does all of it, once."""
	answer = quotes.call("update_quotation", **approval)
	order = frappe.get_doc("Sales Order", answer["sales_order_id"])
	assert (order.docstatus, order.medusa_order_id) == (1, approval["order_id"])
	assert frappe.db.get_value("Payment Request", answer["payment_id"], "docstatus") == 1
	for doctype in ("Customer", "Sales Order", "Payment Request"):
		assert len(quotes.made(doctype)) == 1, doctype
	assert quotes.call("update_quotation", **approval) == answer


def remove(template):
	"""Delete an Item Tax Template that is still in use; answers what makes it anew."""
	again = frappe.copy_doc(frappe.get_doc("Item Tax Template", template))
	frappe.delete_doc("Item Tax Template", template, force=True, ignore_permissions=True)
	frappe.db.commit()

	def make():
		again.insert()
		frappe.db.commit()
		assert again.name == template

	return make


def test_the_tax_template_of_an_item_is_missing(quotes):
	"""When a quotation is asked for."""
	template, account = quotes.tax_template(5)
	item = quotes.variant(10, tax=template)
	make_anew = remove(template)
	request = quotes.request(quotes.lead(), (item, 2), billing_address=ADDRESS, create_so=True)
	sentence = f"^Item {item.item_code}: Item Tax Template {template} does not exist.$"
	refused(quotes, "create_quotation", request, sentence)
	make_anew()
	doc = frappe.get_doc("Quotation", quotes.call("create_quotation", **request)["quotationId"])
	assert [(tax.account_head, tax.tax_amount) for tax in doc.taxes] == [(account, 1)]
	assert len(quotes.made("Quotation")) == len(quotes.made("Customer")) == len(quotes.made("Address")) == 1


def test_the_tax_template_of_a_row_is_missing(quotes):
	"""When the offer is taken."""
	template, _account = quotes.tax_template(5)
	item = quotes.variant(10, tax=template)
	quotes.doc_of_test = quotes.create(quotes.lead(), (item, 2), billing_address=ADDRESS)
	approval = _approval_of(quotes)
	make_anew = remove(template)
	refused(quotes, "update_quotation", approval, template)
	make_anew()
	ordered(quotes, approval)


def test_an_item_was_disabled(quotes, approval):
	"""Since it was offered; and before it is asked for."""
	item = quotes.item_of_test
	frappe.db.set_value("Item", item.item_code, "disabled", 1)
	frappe.db.commit()
	refused(quotes, "update_quotation", approval, f"Item {item.item_code} is disabled")
	request = quotes.request(quotes.lead(), item, billing_address=ADDRESS, create_so=True)
	refused(quotes, "create_quotation", request, "Item not found", error=frappe.DoesNotExistError)
	frappe.db.set_value("Item", item.item_code, "disabled", 0)
	frappe.db.commit()
	ordered(quotes, approval)
	assert quotes.call("create_quotation", **request)["quotationId"]


def test_the_credit_limit_is_reached(quotes, approval, company_value):
	"""The order was submitted by then."""
	company_value("credit_limit", 19)
	refused(quotes, "update_quotation", approval, "[Cc]redit limit")
	company_value("credit_limit", 20)
	ordered(quotes, approval)


def test_the_payment_request_is_refused(quotes, approval):
	"""The order was made and submitted by then: the settings name a Mode of Payment that is gone."""
	quotes.shop.set(mode_of_payment="Was Renamed")
	refused(quotes, "update_quotation", approval, "Was Renamed", error=frappe.LinkValidationError)
	quotes.shop.set(mode_of_payment=None)
	ordered(quotes, approval)


def test_the_payment_gateway_is_not_set_up(quotes, approval, only_on_a_bench):
	"""ERPNext has submitted the Payment Request, and cannot say where to pay."""
	gateway = quotes.site.new("Payment Gateway", gateway=quotes.shop.name("Thawani")).name
	filters = {"company": quotes.company, "account_type": "Bank", "is_group": 0}
	account = frappe.db.get_value("Account", filters) or frappe.db.get_value(
		"Account", {**filters, "account_type": "Cash"}
	)
	gateway_account = quotes.site.new(
		"Payment Gateway Account", payment_gateway=gateway, payment_account=account, company=quotes.company
	)
	quotes.shop.set(payment_gateway_account=gateway_account.name)
	refused(quotes, "update_quotation", approval, f"{gateway} Settings not found")
	quotes.shop.set(payment_gateway_account=None)
	# ERPNext has made the first one the default
	frappe.delete_doc("Payment Gateway Account", gateway_account.name)
	frappe.db.commit()
	ordered(quotes, approval)
