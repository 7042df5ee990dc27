"""What becomes of passwords, and of what was found out, when Medusa Configuration names another server."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint
from frappe.utils.password import get_decrypted_password

from medusa_integration.medusa_integration.doctype.medusa_configuration.addresses import origin
from medusa_integration.settings import SETTINGS

# found out or put down by the app while it runs, never entered by a person
RUNTIME_FIELDS = (
	"token_expires_at",
	"learned_version",
	"learned_extras",
	"learned_location",
	"paused",
	"paused_at",
	"pause_reason",
)
# what only the server that it was entered for may get
SECRETS = ("admin_password", "secret_api_key", "shared_secret", "previous_shared_secret")


def clear_secrets(doc: Document) -> None:
	"""Forget passwords that were entered for another server, unless new ones come with its address.

	Whoever may set the address could have them sent anywhere.
	"""
	before = doc.get_doc_before_save()
	was_for = origin(before.url) if before else None
	if not was_for or origin(doc.url) == was_for:
		return
	old = [field for field in SECRETS if doc.get(field) and doc.is_dummy_password(doc.get(field))]
	if not old:
		return
	for field in old:
		doc.set(field, None)
	doc.flags.secrets_cleared = True
	labels = ", ".join(frappe.bold(_(doc.meta.get_label(field))) for field in old)
	frappe.msgprint(
		_("{0}: cleared, because it was entered for {1}. Enter it again for the new server.").format(
			labels, frappe.bold(before.url)
		),
		title=_("Credentials Cleared"),
		indicator="orange",
	)


def keep_runtime_state(doc: Document) -> None:
	"""Keep what the app wrote since the form was opened; forget it when it was about another server."""
	before = doc.get_doc_before_save()
	doc.flags.server_changed = _has_server_changed(doc, before)
	for fieldname in RUNTIME_FIELDS:
		doc.set(fieldname, before.get(fieldname) if before and not doc.flags.server_changed else None)
	doc.last_export = before.last_export if before else None  # whatever the server was
	# another account of the same server has the same orders
	is_same = before and origin(before.url) == origin(doc.url)
	doc.orders_polled_until = before.orders_polled_until if is_same else None
	# a Check knows no empty value, and the version history would show one
	doc.paused = cint(doc.paused)
	doc.access_token = None if doc.flags.server_changed or not before else before.access_token
	# the token is renewed beside the form, so an older form must not write or remove it
	doc.flags.ignore_save_passwords = ["access_token"]


def _has_server_changed(doc: Document, before: Document | None) -> bool:
	if not before:
		return False
	plain = ("url", "admin_email", "medusa_version")
	if any((doc.get(field) or "") != (before.get(field) or "") for field in plain):
		return True
	return any(_has_secret_changed(doc, field) for field in ("admin_password", "secret_api_key"))


def _has_secret_changed(doc: Document, fieldname: str) -> bool:
	entered = doc.get(fieldname)
	if entered and doc.is_dummy_password(entered):
		return False
	return (entered or "") != (
		get_decrypted_password(SETTINGS, SETTINGS, fieldname, raise_exception=False) or ""
	)
