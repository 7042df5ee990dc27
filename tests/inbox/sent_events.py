"""Events as a test sends them, and what the site has stored of them."""

from __future__ import annotations

import json

import frappe

from tests.inbox.conftest import EVENT
from tests.support.plugin import event

MARK = "w0rd-of-the-body"
REFUSED = "The signature is missing, not valid or too old."


def stored():
	"""The events that the site has: (name, state) each."""
	frappe.db.rollback()
	return frappe.get_all(EVENT, fields=["name", "status"], order_by="name", as_list=True)


def padded(size, **values):
	"""An event of exactly so many bytes."""
	body = json.dumps(event("evt_padded", **values, more="")).encode()
	return json.dumps(event("evt_padded", **values, more="x" * (size - len(body)))).encode()


BODY = json.dumps(event("evt_1", more=MARK)).encode()
