"""Mails to the customer of a quotation that waits for the customer, and to who sells."""

from __future__ import annotations

import email
from email import policy

import frappe
import pytest

from tests.selling.quoting import REVIEW, review
from tests.support.quotes import UPDATE

ACCOUNT = "Shop Mails"


@pytest.fixture
def mailing(quotes):
	"""An account that could send mails."""
	account = {"email_account_name": ACCOUNT, "email_id": "shop@example.com"}
	account |= {"enable_outgoing": 1, "default_outgoing": 1}
	account = frappe.get_doc({"doctype": "Email Account", "name": ACCOUNT, **account})
	if not frappe.db.exists("Email Account", ACCOUNT):
		account.db_insert()  # its validation would call the mail server
		quotes.site.added(account)
	quotes.shop.set(email_account=ACCOUNT)
	frappe.local.outgoing_email_account = {}
	yield
	frappe.local.outgoing_email_account = {}


def mails(quotes, doc):
	"""Subject, recipients and text of the mails to customers about a quotation."""
	frappe.db.rollback()
	filters = {"reference_doctype": "Quotation", "reference_name": doc.name, "status": "Not Sent"}
	found = []
	for name in frappe.get_all("Email Queue", filters, pluck="name"):
		queued = frappe.get_doc("Email Queue", name)
		message = email.message_from_string(queued.message, policy=policy.default)
		text = message.get_body(preferencelist=("html", "plain")).get_content()
		if str(message["Subject"]).startswith("Here is your Quotation"):
			found.append((str(message["Subject"]), [row.recipient for row in queued.recipients], text))
	return found


@pytest.mark.contract(8)
def test_one_mail_for_each_entry(quotes, mailing):
	lead = quotes.lead(company_name=quotes.shop.name("Pearl <b>& Co"))
	doc = review(quotes, quotes.create(lead))
	((subject, recipients, text),) = mails(quotes, doc)
	assert subject == f"Here is your Quotation {doc.name}"
	assert recipients == [lead.email_id]
	assert "https://shop.example.com/profile" in text
	assert "<b>&" not in text

	quotes.shop.drain()
	doc.items[0].rate = 11
	doc.save()
	frappe.db.commit()
	assert len(mails(quotes, doc)) == 1
	quotes.shop.drain()
	assert quotes.told(doc)["erp_items"][0]["price"] == 11
	doc.save()
	quotes.shop.drain()  # nothing has changed
	assert len(quotes.medusa.sent("POST", UPDATE)) == 2

	doc.reload()
	doc.workflow_state = "Draft"
	doc.save()
	frappe.db.commit()
	review(quotes, doc)
	assert len(mails(quotes, doc)) == 2


@pytest.mark.contract(8)
def test_a_mail_that_is_rolled_back_was_never_queued(quotes, mailing):
	doc = quotes.create(quotes.lead())
	doc.workflow_state = REVIEW
	doc.save()
	frappe.db.rollback()
	assert not mails(quotes, doc)
	assert not quotes.shop.task(doc)


def test_without_an_address_the_save_succeeds_and_says_so(quotes, mailing):
	doc = review(quotes, quotes.create(quotes.lead(email_id=None)))
	assert doc.workflow_state == REVIEW
	assert not mails(quotes, doc)
	assert f"Medusa: Quotation {doc.name} was not mailed" in quotes.shop.errors()


def test_who_sells_hears_of_it(quotes, mailing):
	seller = quotes.site.new(
		"User", email=f"seller-{quotes.shop.mark}@example.com", first_name="Seller", send_welcome_email=0
	)
	seller.add_roles("Sales Manager")
	doc = quotes.create(quotes.customer())
	row = {"item_code": doc.items[0].item_code, "qty": 1, "rate": 1}
	of_others = {"quotation_to": "Customer", "party_name": doc.party_name, "items": [row]}
	quotes.site.new("Quotation", **of_others)
	frappe.db.commit()
	queued = frappe.get_all(
		"Email Queue",
		[["Email Queue Recipient", "recipient", "=", seller.name]],
		["reference_name", "message"],
	)
	assert [mail.reference_name for mail in queued] == [doc.name]
	message = email.message_from_string(queued[0].message, policy=policy.default)
	assert str(message["Subject"]) == f"New quotation {doc.name}"
