"""The addresses that users enter in Medusa Configuration."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import frappe
from frappe import _

# parts of Medusa that people copy from their browser or its manual instead of the address itself
PART_OF_MEDUSA = re.compile(r"/(admin|store|app)(/login)?$", re.IGNORECASE)


def origin(url: str | None) -> tuple[str, str, int | None] | None:
	"""Return scheme, host and port of an address, None for none.

	They decide which server receives what is sent there.
	"""
	try:
		parts = urlsplit((url or "").strip())
		port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
	except ValueError:
		return None
	return (parts.scheme, parts.hostname, port) if parts.hostname else None


def clean_url(url: str | None, label: str, is_backend: bool = False) -> str | None:
	"""Return an address without surrounding white space and trailing slashes, None if it is empty.

	Args:
		url: as the user entered it.
		label: name of the field, for messages.
		is_backend: whether it is Medusa's backend; then the addresses of its parts (`/admin`) are refused.

	Raises:
		frappe.ValidationError: with a sentence that says what to enter instead.
	"""
	url = (url or "").strip().rstrip("/")
	if not url:
		return None

	title = _("Invalid URL")
	try:
		parts = urlsplit(url)
		# reading the port raises when it is none
		is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
	except ValueError:
		is_address = False
	if not is_address or re.search(r"\s", url):
		frappe.throw(
			_("{0} must be an address that starts with http:// or https://, such as {1}.").format(
				frappe.bold(label), "https://medusa.example.com"
			),
			title=title,
		)
	if parts.username or parts.password:
		frappe.throw(
			_("{0} must not contain a user name or password. Use the fields under Sign-in.").format(
				frappe.bold(label)
			),
			title=title,
		)
	if "?" in url or "#" in url:
		frappe.throw(
			_("{0} must end before the first ? or #.").format(frappe.bold(label)),
			title=title,
		)
	if is_backend and (part := PART_OF_MEDUSA.search(parts.path)):
		rest = frappe.utils.escape_html(url.removesuffix(part[0]).rstrip("/"))
		frappe.throw(
			_("{0} must be the address of the Medusa backend itself. Leave out {1} at the end: {2}").format(
				frappe.bold(label), frappe.bold(part[0]), rest
			),
			title=title,
		)
	return url
