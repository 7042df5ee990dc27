"""`send_quotation_emails`: mails about Quotations go out at once, and each of them once."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import timedelta
from email.message import EmailMessage

import frappe
import pytest
from frappe.email import queue as frappe_queue
from frappe.email.doctype.email_queue import email_queue

from devbench.mail_server import MailServer
from medusa_integration import database
from medusa_integration.api import send_quotation_emails
from medusa_integration.selling import mail_queue as mails
from medusa_integration.selling.mail_queue import MailsNotSent


@pytest.fixture(autouse=True)
def no_grace(monkeypatch):
	"""Nobody else sends in most tests; those in which somebody does take it back."""
	monkeypatch.setattr(mails, "GRACE_SECONDS", 0)


@pytest.fixture
def server(shop, monkeypatch):
	"""A mail server, and the site's outgoing account on it; what waited in the queue before is put aside."""
	monkeypatch.setitem(frappe.local.conf, "mute_emails", 0)
	waiting = {"status": ("in", ("Not Sent", "Partially Sent"))}
	aside = frappe.get_all("Email Queue", filters=waiting, fields=["name", "status"])
	for row in aside:
		frappe.db.set_value("Email Queue", row.name, "status", "Error")
	suspended = frappe.db.get_default("suspend_email_queue")
	frappe.db.set_default("suspend_email_queue", 0)
	with MailServer() as server:
		account = shop.site.new(
			"Email Account",
			email_account_name=f"Outgoing {shop.mark}",
			email_id=f"shop-{shop.mark}@example.com",
			enable_outgoing=1,
			smtp_server="127.0.0.1",
			smtp_port=str(server.port),
			no_smtp_authentication=1,
			auth_method="Basic",
		)
		frappe.db.commit()
		server.account = account
		server.mails.clear()
		yield server
	frappe.db.rollback()
	frappe.db.set_default("suspend_email_queue", suspended)
	for row in aside:
		frappe.db.set_value("Email Queue", row.name, "status", row.status)
	frappe.db.commit()


@pytest.fixture
def elsewhere(shop, server):
	"""Do some work on another connection, where mails go out even on a site that mutes them."""

	def do(work):
		def unmuted():
			frappe.local.conf.mute_emails = 0
			work()

		shop.elsewhere(unmuted)

	return do


@pytest.fixture
def mail(shop, server):
	"""Put a mail into the queue as Frappe does; its name."""

	def put(*recipients, reference_doctype="Quotation", **values):
		message = EmailMessage()
		message["Subject"], message["From"] = "Your quotation", server.account.email_id
		message["To"] = "<!--recipient-->"
		message.set_content("Please have a look.")
		recipients = recipients or (f"{frappe.generate_hash(length=8)}@example.com",)
		document = frappe.get_doc(
			{
				"doctype": "Email Queue",
				"sender": server.account.email_id,
				"email_account": server.account.name,
				"message": message.as_string(),
				"reference_doctype": reference_doctype,
				"reference_name": "SAL-QTN-0001",
				"add_unsubscribe_link": 0,
				"recipients": [{"recipient": one, "status": "Not Sent"} for one in recipients],
				**values,
			}
		)
		document.flags.ignore_links = True
		document.insert(ignore_permissions=True)
		frappe.db.commit()
		return document.name

	return put


def state(name, field="status"):
	frappe.db.rollback()
	return frappe.db.get_value("Email Queue", name, field)


@pytest.mark.contract(5, 6, 7, 8)
def test_unsent_mails_about_quotations_are_sent(mail, server, monkeypatch):
	"""By Frappe's own `send_now`, each recipient getting one; other mails wait for Frappe's next round."""
	names = [mail("a@example.com", "b@example.com"), mail("c@example.com")]
	other = mail("d@example.com", reference_doctype="Sales Order")
	by_frappe, send_now = [], email_queue.send_now
	monkeypatch.setattr(email_queue, "send_now", lambda name: [by_frappe.append(name), send_now(name)])

	assert send_quotation_emails() == 2

	assert server.recipients() == {"a@example.com": 1, "b@example.com": 1, "c@example.com": 1}
	assert by_frappe == names
	assert [state(name) for name in names] == ["Sent", "Sent"]
	assert state(other) == "Not Sent"
	assert send_quotation_emails() == 0
	assert len(server.mails) == 3


@pytest.mark.contract(6)
@pytest.mark.parametrize("status", ["Sending", "Sent", "Partially Sent", "Error"])
def test_only_unsent_ones(mail, server, status):
	"""What is being sent, was sent, or is for Frappe to finish stays as it is."""
	name = mail(status=status)
	assert send_quotation_emails() == 0
	assert state(name) == status
	assert not server.mails


@pytest.mark.contract(6)
def test_a_mail_that_is_to_wait_waits(mail, server):
	now = frappe.utils.now_datetime()
	later, due = mail(send_after=now + timedelta(hours=1)), mail(send_after=now - timedelta(hours=1))
	assert send_quotation_emails() == 1
	assert (state(later), state(due)) == ("Not Sent", "Sent")


@pytest.mark.contract(6)
def test_the_last_try_is_left_to_frappe(mail, server):
	"""It marks the mail as an error and tells its owner."""
	limit = email_queue.get_email_retry_limit()
	used_up, one_left = mail(retry=limit), mail(retry=limit - 1)
	assert send_quotation_emails() == 1
	assert (state(used_up), state(one_left)) == ("Not Sent", "Sent")


@pytest.mark.parametrize("how", ["muted", "suspended"])
def test_nothing_is_sent_while_mails_are_held_back(mail, server, monkeypatch, how):
	name = mail()
	if how == "muted":
		monkeypatch.setitem(frappe.local.conf, "mute_emails", 1)
	else:
		frappe.db.set_default("suspend_email_queue", 1)
	assert send_quotation_emails() == 0
	assert state(name) == "Not Sent"
	assert not server.mails


@pytest.mark.contract(12)
def test_fifty_in_a_run(mail, server):
	for _number in range(52):
		mail()
	assert send_quotation_emails() == 50
	assert send_quotation_emails() == 2
	assert set(server.recipients().values()) == {1}


@pytest.mark.contract(41)
def test_one_that_fails_does_not_stop_the_others(shop, mail, server):
	"""It is logged and tried again; the run goes on, and then says how many failed (ruling C11)."""
	server.refused.add("nobody@example.com")
	bad, good = mail("nobody@example.com"), mail("somebody@example.com")

	with pytest.raises(MailsNotSent, match="1 of 2 mails"):
		send_quotation_emails()

	assert (state(bad), state(bad, "retry")) == ("Not Sent", 1)
	assert state(good) == "Sent"
	assert server.recipients() == {"somebody@example.com": 1}
	log = {"reference_doctype": "Email Queue", "reference_name": bad}
	assert "no such mailbox" in frappe.db.get_value("Error Log", log, "error")

	server.refused.clear()
	assert send_quotation_emails() == 1
	assert server.recipients() == {"somebody@example.com": 1, "nobody@example.com": 1}


@pytest.mark.contract(3, 40, 41)
def test_the_scheduler_says_how_many_failed(shop, mail, server):
	"""Failed in Scheduled Job Log with the count, and the tracebacks in the Error Log."""
	server.refused.add("nobody@example.com")
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


def test_what_there_is_no_time_for_is_left_for_the_next_run(mail, server, monkeypatch):
	"""A mail server that hangs must not make the worker end the job with mails marked as being sent."""
	names = [mail() for _number in range(3)]
	clock = iter([0, 1, 1000])
	monkeypatch.setattr(mails, "monotonic", lambda: next(clock))
	assert send_quotation_emails() == 1
	assert sorted(state(name) for name in names) == ["Not Sent", "Not Sent", "Sent"]
	assert {state(name, "retry") for name in names} == {0}


def test_a_mail_that_cannot_even_be_begun_is_given_back(mail, server, monkeypatch):
	name = mail()

	def gone(name):
		raise ZeroDivisionError

	monkeypatch.setattr(email_queue, "send_now", gone)
	with pytest.raises(MailsNotSent):
		send_quotation_emails()
	assert state(name) == "Not Sent"


@pytest.mark.contract(7)
@pytest.mark.parametrize("isolated", [False, True])
def test_a_mail_that_somebody_had_read_before_us_goes_out_once(
	elsewhere, mail, server, monkeypatch, isolated
):
	"""Frappe 15's `flush` reads a mail and marks it a moment later, without a lock: then it is not ours.

	With `innodb_snapshot_isolation` MariaDB refuses its mark, as we have marked the row since: it is ours.
	"""
	theirs, ours = mail("theirs@example.com"), mail("ours@example.com")
	read, claimed, done = threading.Event(), threading.Event(), threading.Event()

	def flush():
		if not isolated:
			database.see_latest_rows()
		document = frappe.get_doc("Email Queue", theirs)
		read.set()
		assert claimed.wait(300)
		with pytest.raises(frappe.QueryDeadlockError) if isolated else nullcontext():
			document.send()
		done.set()

	def wait(_seconds):
		claimed.set()
		assert done.wait(300)

	monkeypatch.setattr(mails, "sleep", wait)
	other = threading.Thread(target=elsewhere, args=(flush,))
	other.start()
	assert read.wait(300)
	assert send_quotation_emails() == (2 if isolated else 1)
	other.join()
	assert server.recipients() == {"theirs@example.com": 1, "ours@example.com": 1}
	assert (state(theirs), state(ours)) == ("Sent", "Sent")


@pytest.mark.contract(7)
def test_nobody_takes_a_mail_that_we_are_sending(elsewhere, mail, server):
	"""Neither Frappe's `flush` nor a second run of ours, started while the mail server has the first mail."""
	for number in range(3):
		mail(f"{number}@example.com")
	others = []

	def meanwhile(_recipient):
		server.on_mail = None
		elsewhere(frappe_queue.flush)
		elsewhere(lambda: others.append(send_quotation_emails()))

	server.on_mail = meanwhile
	assert send_quotation_emails() == 3
	assert others == [0]
	assert server.recipients() == {f"{number}@example.com": 1 for number in range(3)}


@pytest.mark.contract(7, 12)
def test_each_mail_goes_out_once_with_flush_beside_us(shop, elsewhere, mail, server, monkeypatch):
	"""Two runs of ours and Frappe's `flush`, all at once, on connections of their own."""
	monkeypatch.setattr(mails, "GRACE_SECONDS", 0.5)
	expected = {f"{number}-{who}@example.com" for number in range(60) for who in ("a", "b")}
	for number in range(60):
		about = "Quotation" if number % 4 else "Sales Order"
		mail(f"{number}-a@example.com", f"{number}-b@example.com", reference_doctype=about)
	start, sent = threading.Barrier(3), []

	def ours():
		start.wait(300)
		sent.append(send_quotation_emails())

	def theirs():
		start.wait(300)
		frappe_queue.flush()

	threads = [threading.Thread(target=elsewhere, args=(work,)) for work in (ours, ours, theirs)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()

	while send_quotation_emails():  # what nobody had got to
		pass
	frappe_queue.flush()
	assert server.recipients() == dict.fromkeys(expected, 1)
	assert sum(sent) > 0
	assert shop.errors() == [], frappe.get_last_doc("Error Log").error


@pytest.mark.contract(12)
def test_a_minute_without_mails_costs_one_statement(server, query_counter):
	frappe.clear_cache()
	send_quotation_emails()
	with query_counter() as queries:
		send_quotation_emails()
	assert len(queries) == 1, queries
