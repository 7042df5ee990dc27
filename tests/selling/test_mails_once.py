"""`send_quotation_emails` beside others that send: each mail goes out once."""

from __future__ import annotations

import threading
from contextlib import nullcontext

import frappe
import pytest
from frappe.email import queue as frappe_queue

from medusa_integration import database
from medusa_integration.api import send_quotation_emails
from medusa_integration.selling import mail_queue as mails
from tests.selling.mailing import state


@pytest.fixture
def elsewhere(shop, mail_server):
	"""Do some work on another connection, where mails go out even on a site that mutes them."""

	def do(work):
		def unmuted():
			frappe.local.conf.mute_emails = 0
			work()

		shop.elsewhere(unmuted)

	return do


@pytest.mark.contract(7)
@pytest.mark.parametrize("isolated", [False, True])
def test_a_mail_that_somebody_had_read_before_us_goes_out_once(
	elsewhere, mail, mail_server, monkeypatch, isolated
):
	"""Frappe 15's `flush` reads a mail and marks it a moment later, without a lock: then it is not ours.

	With `innodb_snapshot_isolation` MariaDB refuses its mark, as we have marked the row since: it is ours.
	"""
	if isolated and not frappe.db.sql(f"SHOW VARIABLES LIKE '{database.VARIABLE}'"):
		pytest.skip("a setting of MariaDB from 10.6.18 on")
	theirs, ours = mail("theirs@example.com"), mail("ours@example.com")
	read, claimed, done = threading.Event(), threading.Event(), threading.Event()

	def flush():
		if isolated:
			frappe.db.sql(f"SET SESSION {database.VARIABLE}=ON")
		else:
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
	assert mail_server.recipients() == {"theirs@example.com": 1, "ours@example.com": 1}
	assert (state(theirs), state(ours)) == ("Sent", "Sent")


@pytest.mark.contract(7)
def test_nobody_takes_a_mail_that_we_are_sending(elsewhere, mail, mail_server):
	"""Neither Frappe's `flush` nor a second run of ours, started while the mail server has the first mail."""
	for number in range(3):
		mail(f"{number}@example.com")
	others = []

	def meanwhile(_recipient):
		mail_server.on_mail = None
		elsewhere(frappe_queue.flush)
		elsewhere(lambda: others.append(send_quotation_emails()))

	mail_server.on_mail = meanwhile
	assert send_quotation_emails() == 3
	assert others == [0]
	assert mail_server.recipients() == {f"{number}@example.com": 1 for number in range(3)}


@pytest.mark.contract(7, 12)
def test_each_mail_goes_out_once_with_flush_beside_us(shop, elsewhere, mail, mail_server, monkeypatch):
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
	assert mail_server.recipients() == dict.fromkeys(expected, 1)
	assert sum(sent) > 0
	assert shop.errors() == [], frappe.get_last_doc("Error Log").error
