"""A mail server for the site, and mails that wait in its queue."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import frappe
import pytest

from devbench.mail_server import MailServer
from tests.support.shop import Shop


@contextlib.contextmanager
def outgoing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
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


def put(server: MailServer, *recipients: str, reference_doctype: str = "Quotation", **values: Any) -> str:
	"""Put a mail into the queue as Frappe does; its name."""
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


def state(name: str, field: str = "status") -> Any:
	"""What the queue has of a mail now."""
	frappe.db.rollback()
	return frappe.db.get_value("Email Queue", name, field)
