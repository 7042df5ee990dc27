"""Documents of past orders are made without telling anybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

# what Frappe heeds while it moves data of a site: no Notification, Webhook or Assignment Rule, and no mail
FLAGS = ("in_patch", "mute_emails")


@contextmanager
def quietly() -> Iterator[None]:
	"""Have Frappe send no mail, Notification or Webhook for the documents that are made inside."""
	before = {flag: frappe.flags.get(flag) for flag in FLAGS}
	frappe.flags.update(dict.fromkeys(FLAGS, True))
	try:
		yield
	finally:
		frappe.flags.update(before)
