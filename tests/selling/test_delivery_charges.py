"""Delivery charges as a tax row: on quotation, order, invoice, payment request; and told to Medusa once."""

from __future__ import annotations

import frappe
import pytest

from tests.support.quotes import ADDRESS

REVIEW = "Ready for Customer Review"
NIZWA = {**ADDRESS, "city": "Nizwa"}


@pytest.fixture
def account(quotes):
	"""2 beyond Muscat, on an account of the company."""
	name = quotes.account()
	frappe.db.commit()
	quotes.shop.set(delivery_charges_account=name)
	quotes.site.set_single("Homepage Landing", delivery_charges=2)
	frappe.db.commit()
	return name


def rows(doc, account):
	"""The amounts on the account, of type Actual."""
	doc = frappe.get_doc(doc.doctype, doc.name)
	return [row.tax_amount for row in doc.taxes if (row.account_head, row.charge_type) == (account, "Actual")]


def move(quotes, party, city):
	"""The customer changes the city of his address."""
	quotes.call("update_address", customer_id=party.medusa_id, city=city)


def edit(doc, change):
	"""A person changes the taxes of a draft in Desk."""
	doc = frappe.get_doc("Quotation", doc.name)
	change(doc)
	doc.save()
	frappe.db.commit()
	return doc


def review(quotes, doc):
	doc.reload()
	doc.workflow_state = REVIEW
	doc.save()
	quotes.shop.drain()
	return doc


def told(quotes, doc):
	values = quotes.told(doc)
	keys = ("erp_tax", "erp_total_taxes", "erp_delivery_charges", "erp_grand_total")
	return tuple(values[key] for key in keys)


def test_beyond_the_free_city_they_are_a_row(quotes, account):
	"""2 at 10 and 2 for the delivery, with no rate, once."""
	doc = quotes.create(quotes.customer(), (quotes.variant(10), 2), billing_address=NIZWA)
	(row,) = doc.taxes
	assert (row.charge_type, row.account_head, row.tax_amount, row.rate) == ("Actual", account, 2, 0)
	assert row.description == "Delivery Charges"
	assert (doc.net_total, doc.total_taxes_and_charges, doc.grand_total) == (20, 2, 22)


@pytest.mark.parametrize("city", ["Muscat", " muscat "])
def test_in_the_free_city_there_is_none(quotes, account, city):
	doc = quotes.create(quotes.customer(), quotes.variant(10), billing_address={**ADDRESS, "city": city})
	assert (doc.taxes, doc.grand_total) == ([], 10)


def test_without_an_address_nothing_is_delivered(quotes, account):
	doc = review(quotes, quotes.create(quotes.customer(), quotes.variant(10)))
	assert (doc.taxes, doc.grand_total) == ([], 10)
	assert told(quotes, doc) == ([], 0, 0, 10)


def test_without_an_account_they_are_told_only(quotes):
	quotes.shop.set(delivery_charges_account=None)
	doc = review(quotes, quotes.create(quotes.customer(), quotes.variant(10), billing_address=NIZWA))
	assert (doc.taxes, doc.grand_total) == ([], 10)
	assert told(quotes, doc) == ([], 0, 2, 10)


def test_an_account_that_cannot_be_booked_on_leaves_them_to_the_shop(quotes, account):
	frappe.db.set_value("Account", account, "disabled", 1)
	frappe.db.commit()
	doc = review(quotes, quotes.create(quotes.customer(), quotes.variant(10), billing_address=NIZWA))
	assert (doc.taxes, doc.grand_total) == ([], 10)
	assert told(quotes, doc) == ([], 0, 2, 10)


def test_they_reach_order_payment_request_and_invoice(quotes, account):
	from medusa_integration.api import pay_now

	doc = quotes.create(quotes.customer(), (quotes.variant(10), 2), billing_address=NIZWA)
	order = quotes.order(doc)
	assert (rows(order, account), order.grand_total) == ([2], 22)
	request = {"reference_doctype": "Sales Order", "reference_name": order.name}
	assert frappe.db.get_value("Payment Request", request, "grand_total") == 22
	invoice = frappe.get_doc("Sales Invoice", pay_now(order_id=order.name)["sales_invoice"])
	assert (rows(invoice, account), invoice.grand_total) == ([2], 22)
	frappe.db.rollback()


def test_medusa_is_told_of_them_once(quotes, account):
	"""5 % of 20 are a tax; 2 are the delivery. The shop adds 21 and 2, and gets what is to be paid."""
	template, tax = quotes.tax_template(5)
	doc = quotes.create(quotes.customer(), (quotes.variant(10, tax=template), 2), billing_address=NIZWA)
	review(quotes, doc)
	assert doc.grand_total == 23
	assert told(quotes, doc) == ([{"account_head": tax, "tax_rate": 5, "tax_amount": 1}], 1, 2, 21)


def test_they_stay_when_a_part_is_taken(quotes, account):
	first, second = quotes.variant(10), quotes.variant(50)
	doc = quotes.create(quotes.customer(), first, second, billing_address=NIZWA)
	assert doc.grand_total == 62
	line = {"variant_id": first.medusa_variant_id, "quantity": 1}
	quotes.call("update_quotation_new", quotation_id=doc.medusa_quotation_id, items=[line])
	assert (rows(doc, account), frappe.db.get_value("Quotation", doc.name, "grand_total")) == ([2], 12)
	assert quotes.order(doc).grand_total == 12


def test_they_follow_the_city_of_the_address(quotes, account):
	"""Away from the free city, back, and away again, at the price of that day; other drafts stay."""
	customer, other = quotes.customer(), quotes.customer()
	doc = quotes.create(customer, quotes.variant(10), billing_address=ADDRESS)
	untouched = quotes.create(other, quotes.variant(10), billing_address=NIZWA)
	quotes.site.set_single("Homepage Landing", delivery_charges=3)
	frappe.db.commit()
	seen = []
	for city in ("Sur", "Salalah", "MUSCAT", "Sur"):
		move(quotes, customer, city)
		doc.reload()
		seen.append((rows(doc, account), doc.grand_total))
	assert seen == [([3], 13), ([3], 13), ([], 10), ([3], 13)]
	assert rows(untouched, account) == [2]


def test_an_address_that_changes_with_another_quotation_counts(quotes, account):
	customer = quotes.customer()
	default = {**ADDRESS, "is_default": True}
	first = quotes.create(customer, quotes.variant(10), billing_address=default)
	quotes.create(customer, quotes.variant(10), billing_address={**default, "city": "Sur"})
	assert rows(first, account) == [2]


def test_a_submitted_quotation_stays(quotes, account):
	customer = quotes.customer()
	doc = quotes.create(customer, quotes.variant(10), billing_address=ADDRESS)
	quotes.order(doc)
	move(quotes, customer, "Sur")
	assert rows(doc, account) == []


@pytest.mark.parametrize("state", [REVIEW, "Approved"])
def test_who_has_seen_the_offer_is_told_the_new_total(quotes, account, state):
	customer, item = quotes.customer(), quotes.variant(10)
	doc = quotes.create(customer, item, billing_address=ADDRESS)
	doc.workflow_state = REVIEW
	doc.save()
	if state == "Approved":
		line = {"variant_id": item.medusa_variant_id, "quantity": 1}
		quotes.call("update_quotation_new", quotation_id=doc.medusa_quotation_id, items=[line])
	quotes.shop.drain()
	assert told(quotes, doc) == ([], 0, 0, 10)
	frappe.db.set_value("Item Price", {"item_code": item.item_code}, "price_list_rate", 99)
	frappe.db.commit()
	move(quotes, customer, "Sur")
	quotes.shop.drain()
	assert told(quotes, doc) == ([], 0, 2, 10)
	doc.reload()
	assert (doc.workflow_state, doc.grand_total, doc.items[0].rate) == (state, 12, 10)


def test_a_draft_that_nobody_has_seen_is_not_told_of(quotes, account):
	customer = quotes.customer()
	doc = quotes.create(customer, quotes.variant(10), billing_address=ADDRESS)
	move(quotes, customer, "Sur")
	quotes.shop.drain()
	assert quotes.told(doc) is None


def remove(doc):
	doc.set("taxes", [])


def raise_to_five(doc):
	doc.taxes[0].tax_amount = 5


@pytest.mark.parametrize(("change", "kept", "total"), [(remove, [], 10), (raise_to_five, [5], 15)])
def test_a_reviewer_has_the_last_word(quotes, account, change, kept, total):
	"""Whatever the customer does to the address then; and Medusa is told what the Quotation has."""
	customer = quotes.customer()
	doc = quotes.create(customer, quotes.variant(10), billing_address=NIZWA)
	edit(doc, change)
	for city in ("Sur", "Muscat", "Nizwa"):
		move(quotes, customer, city)
		assert rows(doc, account) == kept
	review(quotes, doc)
	assert told(quotes, doc) == ([], 0, sum(kept), 10)
	order = quotes.order(doc)
	assert (rows(order, account), order.grand_total) == (kept, total)


def test_a_reviewer_may_add_them_in_the_free_city(quotes, account):
	customer = quotes.customer()
	doc = quotes.create(customer, quotes.variant(10), billing_address=ADDRESS)
	row = {"charge_type": "Actual", "account_head": account, "description": "By boat", "tax_amount": 7}
	edit(doc, lambda doc: doc.append("taxes", row))
	move(quotes, customer, "Sur")
	assert rows(doc, account) == [7]


def test_nobody_else_sets_what_the_app_has_decided(quotes, account):
	"""By the form a Quotation of the shop keeps it, and no other one gets it."""
	doc = quotes.create(quotes.customer(), quotes.variant(10), billing_address=NIZWA)
	fields = ["custom_delivery_charges_account", "custom_delivery_charges"]
	edit(doc, lambda doc: doc.update({fields[0]: None, fields[1]: 9}))
	assert frappe.db.get_value("Quotation", doc.name, fields) == (account, 2)


def test_an_amended_quotation_keeps_them_apart(quotes, account):
	"""Its row is no ordinary tax, so that the delivery is still told once."""
	doc = quotes.create(quotes.customer(), quotes.variant(10), billing_address=NIZWA)
	doc.submit()
	doc.cancel()
	amended = frappe.copy_doc(doc)
	amended.amended_from = doc.name
	quotes.site.added(amended.insert())
	frappe.db.commit()
	review(quotes, amended)
	assert (rows(amended, account), amended.grand_total) == ([2], 12)
	assert told(quotes, amended) == ([], 0, 2, 10)


def test_what_erpnext_refuses_does_not_keep_the_address(quotes, account):
	"""The Item of the draft was disabled: the address changes, and the Error Log names the Quotation."""
	customer, item = quotes.customer(), quotes.variant(10)
	doc = quotes.create(customer, item, billing_address=ADDRESS)
	frappe.db.set_value("Item", item.item_code, "disabled", 1)
	frappe.db.commit()
	move(quotes, customer, "Sur")
	assert frappe.db.get_value("Address", doc.customer_address, "city") == "Sur"
	assert rows(doc, account) == []
	(error,) = frappe.get_all("Error Log", {"reference_name": doc.name}, pluck="error")
	assert "disabled" in error


def test_an_address_of_desk_changes_no_quotation(quotes, account):
	doc = quotes.create(quotes.customer(), quotes.variant(10), billing_address=ADDRESS)
	address = frappe.get_doc("Address", doc.customer_address)
	address.city = "Sur"
	address.save()
	frappe.db.commit()
	assert rows(doc, account) == []


def test_the_settings_take_only_an_account_of_the_company(quotes, account):
	def save():
		settings = frappe.get_doc("Medusa Configuration")
		settings.delivery_charges_account = account
		settings.save()

	# whose password is not at hand here
	quotes.shop.set(enable=0)
	save()
	for values in ({"is_group": 1}, {"disabled": 1}, {"company": "Another Company"}):
		frappe.db.set_value("Account", account, values, update_modified=False)
		with pytest.raises(frappe.ValidationError, match="Delivery Charges Account"):
			save()
		frappe.db.rollback()
