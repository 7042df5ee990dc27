"""`send_quotation_emails`: which mails go out at once, and what becomes of those that fail."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from frappe.email.doctype.email_queue import email_queue

from medusa_integration.api import send_quotation_emails
from medusa_integration.selling import mail_queue as mails
from medusa_integration.selling.mail_queue import MailsNotSent
from tests.selling.mailing import state


@pytest.mark.contract(5, 6, 7, 8)
def test_unsent_mails_about_quotations_are_sent(mail, mail_server, monkeypatch):
	"""By Frappe's own `send_now`, each recipient getting one; other mails wait for Frappe's next round."""
	names = [mail("a@example.com", "b@example.com"), mail("c@example.com")]
	other = mail("d@example.com", reference_doctype="Sales Order")
	by_frappe, send_now = [], email_queue.send_now
	monkeypatch.setattr(email_queue, "send_now", lambda name: [by_frappe.append(name), send_now(name)])

	assert send_quotation_emails() == 2

	assert mail_server.recipients() == {"a@example.com": 1, "b@example.com": 1, "c@example.com": 1}
	assert by_frappe == names
	assert [state(name) for name in names] == ["Sent", "Sent"]
	assert state(other) == "Not Sent"
	assert send_quotation_emails() == 0
	assert len(mail_server.mails) == 3


@pytest.mark.contract(6)
@pytest.mark.parametrize("status", ["Sending", "Sent", "Partially Sent", "Error"])
def test_only_unsent_ones(mail, mail_server, status):
	"""What is being sent, was sent, or is for Frappe to finish stays as it is."""
	name = mail(status=status)
	assert send_quotation_emails() == 0
	assert state(name) == status
	assert not mail_server.mails


@pytest.mark.contract(6)
def test_a_mail_that_is_to_wait_waits(mail, mail_server):
	now = frappe.utils.now_datetime()
	later, due = mail(send_after=now + timedelta(hours=1)), mail(send_after=now - timedelta(hours=1))
	assert send_quotation_emails() == 1
	assert (state(later), state(due)) == ("Not Sent", "Sent")


@pytest.mark.contract(6)
def test_the_last_try_is_left_to_frappe(mail, mail_server):
	"""It marks the mail as an error and tells its owner."""
	limit = email_queue.get_email_retry_limit()
	used_up, one_left = mail(retry=limit), mail(retry=limit - 1)
	assert send_quotation_emails() == 1
	assert (state(used_up), state(one_left)) == ("Not Sent", "Sent")


@pytest.mark.parametrize("how", ["muted", "suspended"])
def test_nothing_is_sent_while_mails_are_held_back(mail, mail_server, monkeypatch, how):
	name = mail()
	if how == "muted":
		monkeypatch.setitem(frappe.local.conf, "mute_emails", 1)
	else:
		frappe.db.set_default("suspend_email_queue", 1)
	assert send_quotation_emails() == 0
	assert state(name) == "Not Sent"
	assert not mail_server.mails


@pytest.mark.contract(12)
def test_fifty_in_a_run(mail, mail_server):
	for _number in range(52):
		mail()
	assert send_quotation_emails() == 50
	assert send_quotation_emails() == 2
	assert set(mail_server.recipients().values()) == {1}


@pytest.mark.contract(41)
def test_one_that_fails_does_not_stop_the_others(shop, mail, mail_server):
	"""It is logged and tried again; the run goes on, and then says how many failed (ruling C11)."""
	mail_server.refused.add("nobody@example.com")
	bad, good = mail("nobody@example.com"), mail("somebody@example.com")

	with pytest.raises(MailsNotSent, match="1 of 2 mails"):
		send_quotation_emails()

	assert (state(bad), state(bad, "retry")) == ("Not Sent", 1)
	assert state(good) == "Sent"
	assert mail_server.recipients() == {"somebody@example.com": 1}
	log = {"reference_doctype": "Email Queue", "reference_name": bad}
	assert "no such mailbox" in frappe.db.get_value("Error Log", log, "error")

	mail_server.refused.clear()
	assert send_quotation_emails() == 1
	assert mail_server.recipients() == {"somebody@example.com": 1, "nobody@example.com": 1}


@pytest.mark.contract(3, 40, 41)
def test_the_scheduler_says_how_many_failed(shop, mail, mail_server):
	"""Failed in Scheduled Job Log with the count, and the tracebacks in the Error Log."""
	mail_server.refused.add("nobody@example.com")
	mail("nobody@example.com"), mail()
	method = "medusa_integration.api.send_quotation_emails"
	job = frappe.get_doc("Scheduled Job Type", {"method": method})

	job.execute()

	frappe.db.rollback()
	log = frappe.get_last_doc("Scheduled Job Log", {"scheduled_job_type": job.name})
	shop.site.added(log)
	assert log.status == "Failed"
	assert "1 of 2 mails about Quotations could not be sent." in log.details
	assert shop.errors() == [
		"Medusa: a mail about a Quotation could not be sent",
		"Medusa: send_quotation_emails failed",
	]


def test_what_there_is_no_time_for_is_left_for_the_next_run(mail, mail_server, monkeypatch):
	"""A mail server that hangs must not make the worker end the job with mails marked as being sent."""
	names = [mail() for _number in range(3)]
	clock = iter([0, 1, 1000])
	monkeypatch.setattr(mails, "monotonic", lambda: next(clock))
	assert send_quotation_emails() == 1
	assert sorted(state(name) for name in names) == ["Not Sent", "Not Sent", "Sent"]
	assert {state(name, "retry") for name in names} == {0}


def test_a_mail_that_cannot_even_be_begun_is_given_back(mail, mail_server, monkeypatch):
	name = mail()

	def gone(name):
		raise ZeroDivisionError

	monkeypatch.setattr(email_queue, "send_now", gone)
	with pytest.raises(MailsNotSent):
		send_quotation_emails()
	assert state(name) == "Not Sent"


@pytest.mark.contract(12)
def test_a_minute_without_mails_costs_one_statement(mail_server, query_counter):
	frappe.clear_cache()
	send_quotation_emails()
	with query_counter() as queries:
		send_quotation_emails()
	assert len(queries) == 1, queries
