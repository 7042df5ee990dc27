"""The mails to people who register or sign in: built-in texts that can be translated, or Email Templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import escape_html

from medusa_integration.settings import get_settings
from medusa_integration.sync import queues

SEND = "frappe.email.doctype.email_queue.email_queue.send_mail"

Text = Callable[[dict[str, Any]], tuple[str, str]]


def _code(values: dict[str, Any]) -> tuple[str, str]:
	lines = [
		_("Your one-time password for {0} is:").format(values["shop_name"]),
		f"<strong>{values['otp']}</strong>",
		_("It is valid for {0} minutes. Do not pass it on to anybody.").format(values["minutes"]),
	]
	return _("Your OTP for Verification"), _paragraphs(lines)


def _registered_already(values: dict[str, Any]) -> tuple[str, str]:
	lines = [
		_("Somebody, probably you, wanted to register this email with {0}.").format(values["shop_name"]),
		_("You have an account already: log in with it."),
	]
	return _("Your account with {0}").format(values["shop_name"]), _paragraphs(lines)


def _not_registered(values: dict[str, Any]) -> tuple[str, str]:
	lines = [
		_("Somebody, probably you, wanted to log in to {0} with this email.").format(values["shop_name"]),
		_("There is no account for it. Please kindly register first."),
	]
	return _("Your login to {0}").format(values["shop_name"]), _paragraphs(lines)


def _welcome(values: dict[str, Any]) -> tuple[str, str]:
	lines = [
		_("Dear {0} {1},").format(values["first_name"], values["last_name"]),
		_("Your registration with {0} was successful. Welcome!").format(values["shop_name"]),
		f'<a href="{values["shop_url"]}">{values["shop_url"]}</a>' if values["shop_url"] else "",
	]
	return _("Registration successful - {0}").format(values["shop_name"]), _paragraphs(lines)


def _reset(values: dict[str, Any]) -> tuple[str, str]:
	lines = [
		_("You can choose a new password for {0} here:").format(values["shop_name"]),
		f'<a href="{values["link"]}">{values["link"]}</a>',
		_("If you did not ask for this, leave everything as it is."),
	]
	return _("Password Reset Request - {0}").format(values["shop_name"]), _paragraphs(lines)


def _quotation(values: dict[str, Any]) -> tuple[str, str]:
	lines = [
		_("Dear {0},").format(values["customer_name"]),
		_("Here is your quotation {0} of {1}. You can look at it and decide on it here:").format(
			values["quotation"], values["shop_name"]
		),
		f'<a href="{values["link"]}">{values["link"]}</a>',
	]
	return _("Here is your Quotation {0}").format(values["quotation"]), _paragraphs(lines)


# what goes out: the built-in text, and the setting that names another one
CODE = (_code, "otp_template")
REGISTERED_ALREADY = (_registered_already, None)
NOT_REGISTERED = (_not_registered, None)
WELCOME = (_welcome, "welcome_template")
RESET = (_reset, "reset_template")
QUOTATION = (_quotation, "quotation_template")


def can_send() -> bool:
	"""Whether there is an account that sends mails to customers."""
	return bool(EmailAccount.find_outgoing(match_by_email=_sender()))


def send(
	kind: tuple[Text, str | None],
	recipient: str,
	values: dict[str, Any],
	*,
	about: tuple[str, str] | None = None,
) -> None:
	"""Queue a mail in the current transaction, and have a worker send it after the commit.

	A mail `about` a document (its DocType and name) is left to the scheduler, which sends what concerns
	quotations every minute (contract 5-8). `values` go into the text, escaped, together with `shop_name` and
	`shop_url`. Raises `frappe.OutgoingEmailError` when no account sends mails.
	"""
	queue(recipient, rendered(kind, values), about=about)


def rendered(kind: tuple[Text, str | None], values: dict[str, Any]) -> tuple[str, str]:
	"""Subject and HTML of a mail, in the site's words or the built-in ones."""
	settings = get_settings()
	values = {"shop_name": shop_name(), "shop_url": settings.frontend_url or "", **values}
	text, setting = kind
	template = settings.get(setting) if setting else None
	if template and frappe.db.exists("Email Template", template):
		template = frappe.get_cached_doc("Email Template", template)
		return template.get_formatted_subject(values), template.get_formatted_response(_escaped(values))
	return text(values)[0], text(_escaped(values))[1]


def queue(
	recipient: str,
	text: tuple[str, str],
	*,
	message_id: str | None = None,
	about: tuple[str, str] | None = None,
	delivers: bool = True,
) -> None:
	"""Queue a rendered mail, as `send` does. With `delivers` off it is made and does not go out."""
	subject, message = text
	queued = frappe.sendmail(
		recipients=[recipient],
		sender=_sender() or "",
		subject=" ".join(subject.split()),
		message=message,
		message_id=message_id,
		add_unsubscribe_link=0,
		reference_doctype=about[0] if about else None,
		reference_name=about[1] if about else None,
	)
	if queued and not delivers:
		frappe.db.delete("Email Queue Recipient", {"parent": queued.name})
		frappe.db.delete("Email Queue", {"name": queued.name})
	elif queued and not about:
		name = queued.name
		frappe.db.after_commit.add(lambda: _send_soon(name))


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
	except queues.REFUSALS:
		frappe.logger("medusa").warning(
			"The job queue is not reachable; mails go out with Frappe's next round"
		)


def _escaped(values: dict[str, Any]) -> dict[str, Any]:
	return {key: escape_html(value) if isinstance(value, str) else value for key, value in values.items()}


def _paragraphs(lines: list[str]) -> str:
	return "".join(f"<p>{line}</p>" for line in lines if line)
