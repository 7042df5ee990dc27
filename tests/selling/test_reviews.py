"""With *Require Review Before Ordering*: nothing is ordered that nobody has offered so."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.patches import keep_orders_of_unreviewed_quotations as patch
from tests.selling.quoting import workflow

REVIEW = "Ready for Customer Review"
SENT_BACK = "The changed quantities are reviewed before they can be ordered."


@pytest.fixture(autouse=True)
def only_reviewed(quotes):
	quotes.shop.set(orders_only_of_reviewed=1, quotation_notification_role="Sales Manager")


def offer(quotes, *lines):
	"""A quotation that a seller has put before the customer."""
	doc = quotes.create(quotes.customer(), *lines)
	return review(quotes, doc)


def review(quotes, doc):
	quotes.call("send_quotation_for_review", quotation=doc.name)
	return doc.reload()


def line(item, quantity):
	return {"variant_id": item.medusa_variant_id, "quantity": quantity}


def take(quotes, doc, *lines, **values):
	answer = quotes.call(
		"update_quotation_new", quotation_id=doc.medusa_quotation_id, items=list(lines), **values
	)
	doc.reload()
	return answer["message"]


def test_it_is_on_for_new_installations():
	assert frappe.get_meta("Medusa Configuration").get_field("orders_only_of_reviewed").default == "1"


def test_where_the_app_is_there_already_it_stays_off(quotes):
	field = "orders_only_of_reviewed"
	frappe.db.delete("Singles", {"doctype": "Medusa Configuration", "field": field})
	patch.execute()
	assert frappe.db.get_single_value("Medusa Configuration", field, cache=False) == 0
	quotes.shop.set(orders_only_of_reviewed=1)
	patch.execute()
	assert frappe.db.get_single_value("Medusa Configuration", field, cache=False) == 1


@pytest.mark.parametrize("values", [{"create_so": True, "order_id": "order_1"}, {}])
def test_an_unreviewed_draft_is_not_approved(quotes, values):
	doc = quotes.create(quotes.customer())
	before = quotes.state()
	with pytest.raises(frappe.DuplicateEntryError, match="has not been reviewed yet"):
		quotes.call("update_quotation", quotation_id=doc.medusa_quotation_id, approval="Approved", **values)
	assert quotes.state() == before


def test_nor_is_a_part_of_it(quotes):
	item = quotes.variant(1)
	doc = quotes.create(quotes.customer(), (item, 5))
	before = quotes.state()
	with pytest.raises(frappe.DuplicateEntryError, match="has not been reviewed yet"):
		take(quotes, doc, line(item, 5))
	assert quotes.state() == before


def test_it_may_be_rejected(quotes):
	doc = quotes.create(quotes.customer())
	quotes.call("update_quotation", quotation_id=doc.medusa_quotation_id, approval="Rejected")
	assert doc.reload().workflow_state == "Rejected"


def test_what_was_offered_is_ordered(quotes):
	item = quotes.variant(1)
	made = quotes.order(offer(quotes, (item, 1000)))
	assert [(row.qty, row.rate) for row in made.items] == [(1000, 1)]


def test_whole_rows_may_be_left_out_and_taken_again(quotes):
	first, second = quotes.variant(10), quotes.variant(20)
	doc = offer(quotes, (first, 5), (second, 2))
	assert take(quotes, doc, line(second, 2)) == "Quotation updated successfully"
	assert (doc.workflow_state, doc.grand_total) == ("Approved", 40)
	assert [(row.item_code, row.qty, row.rate) for row in doc.unapproved_items] == [(first.item_code, 5, 10)]
	assert take(quotes, doc, line(first, 5)) == "Quotation updated successfully"
	assert [(row.item_code, row.qty, row.rate) for row in doc.unapproved_items] == [(second.item_code, 2, 20)]
	assert quotes.order(doc).grand_total == 50


@pytest.mark.parametrize("quantity", [1, 900_000])
def test_another_quantity_goes_back_to_review(quotes, quantity):
	"""1,000 were offered at 1.00."""
	seller = quotes.shop.sign_in("Sales Manager")
	assert seller
	item = quotes.variant(1)
	doc = offer(quotes, (item, 1000))
	increase = {"variant_id": item.medusa_variant_id, "old_quantity": 1000, "new_quantity": quantity}
	increases = [increase] if quantity > 1000 else None
	assert take(quotes, doc, line(item, quantity), increased_items=increases) == SENT_BACK
	assert (doc.docstatus, doc.workflow_state, doc.items[0].qty) == (0, None, quantity)
	assert frappe.db.exists(
		"Notification Log",
		{"document_name": doc.name, "subject": f"Quotation {doc.name}: the customer has changed quantities"},
	)
	with pytest.raises(frappe.DuplicateEntryError, match="has not been reviewed yet"):
		quotes.order(doc)

	doc.reload()
	doc.items[0].rate = 3
	doc.save()
	review(quotes, doc)
	assert not doc.custom_increased_items
	# what was offered now is what may be taken
	assert take(quotes, doc, line(item, quantity)) == "Quotation updated successfully"
	made = quotes.order(doc)
	assert [(row.qty, row.rate) for row in made.items] == [(quantity, 3)]


def test_a_note_of_what_is_left_opens_no_way_round(quotes):
	"""One of 1,000 is named as not wanted, and taken afterwards."""
	first, second = quotes.variant(10), quotes.variant(1)
	doc = offer(quotes, (first, 5), (second, 1000))
	assert take(quotes, doc, line(first, 5), unapproved_items=[line(second, 1)]) != SENT_BACK
	assert [(row.item_code, row.qty) for row in doc.unapproved_items] == [(second.item_code, 1000)]
	assert take(quotes, doc, line(second, 1)) == SENT_BACK
	assert doc.workflow_state is None


def test_medusa_hears_of_it_after_the_review(quotes):
	item = quotes.variant(1)
	doc = offer(quotes, (item, 1000))
	quotes.shop.drain()
	item.reload()
	assert quotes.told(doc)["erp_total_quantity"] == 1000
	take(quotes, doc, line(item, 1))
	quotes.shop.drain()
	assert quotes.told(doc)["erp_total_quantity"] == 1000
	review(quotes, doc)
	quotes.shop.drain()
	assert quotes.told(doc)["erp_total_quantity"] == 1


def test_each_row_keeps_the_rate_of_its_quantity(quotes):
	"""Of one item 5 at 10 and 1,000 at 1: whichever is taken first."""
	item = quotes.variant(10)
	doc = quotes.create(quotes.customer(), (item, 5), (item, 1000))
	doc.items[1].rate = 1
	doc.save()
	review(quotes, doc)
	take(quotes, doc, line(item, 1000))
	assert [(row.qty, row.rate) for row in doc.items] == [(1000, 1)]
	take(quotes, doc, line(item, 5))
	assert [(row.qty, row.rate) for row in doc.items] == [(5, 10)]
	assert [(row.qty, row.rate) for row in doc.unapproved_items] == [(1000, 1)]


def test_a_workflow_takes_it_back(quotes):
	"""By a transition of the role Medusa Storefront into its first state, else not at all."""
	back = (REVIEW, "Draft", "Medusa Storefront")
	transitions = [("Draft", REVIEW, "System Manager"), (REVIEW, "Approved", "Medusa Storefront")]
	item = quotes.variant(1)
	made = workflow(quotes, transitions=[*transitions, back])
	doc = offer(quotes, (item, 1000))
	assert take(quotes, doc, line(item, 1)) == SENT_BACK
	assert (doc.docstatus, doc.workflow_state) == (0, "Draft")

	made.transitions = [row for row in made.transitions if row.next_state != "Draft"]
	made.save()
	frappe.db.commit()
	doc = offer(quotes, (item, 1000))
	before = quotes.state()
	with pytest.raises(frappe.DuplicateEntryError, match="no transition to Draft"):
		take(quotes, doc, line(item, 1))
	assert quotes.state() == before
