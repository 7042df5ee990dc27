"""The mails to people who register or sign in, or get a quotation.

The built-in texts are `templates/emails/medusa_*.html`, and can be translated; the settings may name Email
Templates in their place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import escape_html

from medusa_integration.settings import get_settings
from medusa_integration.sync import wake

SEND = "frappe.email.doctype.email_queue.email_queue.send_mail"


@dataclass(frozen=True)
class Mail:
	"""A kind of mail: the built-in text, and the setting that names another one.

	Attributes:
		template: Name of the built-in text in `templates/emails`, without its ending.
		subject: Makes the built-in subject of the values.
		setting: Field of Medusa Configuration with an Email Template, if there is one.
	"""

	template: str
	subject: Callable[[dict[str, Any]], str]
	setting: str | None = None


# nosemgrep: frappe-breaks-multitenancy -- the subject is made when a mail is sent, by the function
CODE = Mail("medusa_code", lambda values: _("Your OTP for Verification"), "otp_template")
# nosemgrep: frappe-breaks-multitenancy -- the subject is made when a mail is sent, by the function
REGISTERED_ALREADY = Mail(
	"medusa_registered_already", lambda values: _("Your account with {0}").format(values["shop_name"])
)
# nosemgrep: frappe-breaks-multitenancy -- the subject is made when a mail is sent, by the function
NOT_REGISTERED = Mail(
	"medusa_not_registered", lambda values: _("Your login to {0}").format(values["shop_name"])
)
# nosemgrep: frappe-breaks-multitenancy -- the subject is made when a mail is sent, by the function
WELCOME = Mail(
	"medusa_welcome",
	lambda values: _("Registration successful - {0}").format(values["shop_name"]),
	"welcome_template",
)
# nosemgrep: frappe-breaks-multitenancy -- the subject is made when a mail is sent, by the function
RESET = Mail(
	"medusa_reset",
	lambda values: _("Password Reset Request - {0}").format(values["shop_name"]),
	"reset_template",
)
# nosemgrep: frappe-breaks-multitenancy -- the subject is made when a mail is sent, by the function
QUOTATION = Mail(
	"medusa_quotation",
	lambda values: _("Here is your Quotation {0}").format(values["quotation"]),
	"quotation_template",
)


def can_send() -> bool:
	"""Return whether there is an account that sends mails to customers."""
	return bool(EmailAccount.find_outgoing(match_by_email=_sender()))


def send(
	mail: Mail,
	recipient: str,
	values: dict[str, Any],
	*,
	about: tuple[str, str] | None = None,
	message_id: str | None = None,
	delivers: bool = True,
) -> None:
	"""Queue a mail in the current transaction, and have a worker send it after the commit.

	Args:
		mail: What goes out.
		recipient: The e-mail address.
		values: What the text needs; goes into it escaped, together with `shop_name` and `shop_url`.
		about: DocType and name of the document that the mail is about. Such a mail is left to the scheduler,
			which sends what concerns quotations every minute.
		message_id: The mail's own id, for `frappe.sendmail`.
		delivers: Off, the mail is made and does not go out.

	Raises:
		frappe.OutgoingEmailError: No account sends mails.
	"""
	queued = frappe.sendmail(
		recipients=[recipient],
		sender=_sender() or "",
		message_id=message_id,
		add_unsubscribe_link=0,
		reference_doctype=about[0] if about else None,
		reference_name=about[1] if about else None,
		**_text(mail, values),
	)
	if queued and not delivers:
		frappe.db.delete("Email Queue Recipient", {"parent": queued.name})
		frappe.db.delete("Email Queue", {"name": queued.name})
	elif queued and not about:
		name = queued.name
		frappe.db.after_commit.add(lambda: _send_soon(name))


def render(mail: Mail, values: dict[str, Any]) -> str:
	"""Return the HTML of a mail that is not sent, as `send` makes it."""
	text = _text(mail, values)
	if "template" not in text:
		return text["message"]
	return frappe.render_template(f"templates/emails/{text['template']}.html", text["args"])


def _text(mail: Mail, values: dict[str, Any]) -> dict[str, Any]:
	"""Subject and text for `frappe.sendmail`, in the site's words or the built-in ones."""
	settings = get_settings()
	values = {"shop_name": shop_name(), "shop_url": settings.frontend_url or "", **values}
	escaped = {key: escape_html(value) if isinstance(value, str) else value for key, value in values.items()}
	name = settings.get(mail.setting) if mail.setting else None
	if name and frappe.db.exists("Email Template", name):
		template = frappe.get_cached_doc("Email Template", name)
		subject = template.get_formatted_subject(values)
		text = {"message": template.get_formatted_response(escaped)}
	else:
		subject = mail.subject(values)
		text = {"template": mail.template, "args": escaped}
	return {"subject": " ".join(subject.split()), **text}


def shop_name() -> str:
	"""The shop's name in mails: as set, else the app name of Website Settings, else the default company."""
	return (
		get_settings().shop_name
		or frappe.db.get_single_value("Website Settings", "app_name")
		or frappe.db.get_default("company")
		or ""
	)


def _sender() -> str | None:
	account = get_settings().email_account
	return frappe.db.get_value("Email Account", account, "email_id") if account else None


def _send_soon(name: str) -> None:
	"""Frappe's own round comes every few minutes, which is long for somebody who waits for a code."""
	try:
		frappe.enqueue(SEND, queue="short", email_queue_name=name)
	except wake.REFUSALS:
		frappe.logger("medusa").warning(
			"The job queue is not reachable; mails go out with Frappe's next round"
		)
