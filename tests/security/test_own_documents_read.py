"""Outsiders read no document of the app, and insiders no secret in it, by any of Frappe's ways."""

from __future__ import annotations

import frappe
import pytest

from tests.security.conftest import GUEST, TOKEN, WEBSITE
from tests.security.own_documents import (
	BACKFILL,
	EVENT,
	FACET,
	FINDING,
	LOG,
	NAME,
	ORDER,
	OTP,
	ROWS,
	RUN,
	SINGLES,
	TASK,
	WISH,
	mostly_long,
	read,
)

OUTSIDERS = (GUEST, WEBSITE, TOKEN, "seller", "stock manager")


@pytest.mark.parametrize("doctype", mostly_long([*ROWS, *SINGLES], LOG, ORDER, "Medusa Configuration"))
def test_outsiders_read_nothing(site, stored, ask, doctype):
	mark = "https://a-very-secret-address.example.com"
	if doctype in ROWS:
		stored(doctype)
		field = {
			OTP: "medusa_id",
			RUN: "error",
			LOG: "url",
			FINDING: "title",
			TASK: "medusa_id",
			WISH: "medusa_customer_id",
			FACET: "value",
			EVENT: "source",
			ORDER: "order_status",
			BACKFILL: "error",
		}[doctype]
		frappe.db.set_value(doctype, NAME, field, mark)
	elif doctype == "Medusa Configuration":
		site.set_single(doctype, url=mark)
	frappe.db.commit()
	for who in OUTSIDERS:
		for path, answer in read(ask, who, doctype, NAME if doctype in ROWS else doctype):
			assert mark not in answer.text, (who, path, answer.text[:300])
			assert NAME not in answer.text or answer.status_code >= 400, (who, path, answer.text[:300])


@pytest.mark.parametrize("who", ["medusa manager", "system manager"])
def test_insiders_read_no_secret(site, stored, ask, who):
	"""What is stored encrypted, and the hashes of codes, whatever is asked for them."""
	from frappe.utils.password import remove_encrypted_password, set_encrypted_password

	stored(OTP)
	frappe.db.set_value(OTP, NAME, {"otp_hash": "0pen-secret", "salt": "0pen-secret"})
	site.keep_single("Medusa Configuration")
	secrets = (
		*("access_token", "admin_password", "secret_api_key"),
		*("shared_secret", "previous_shared_secret"),
	)
	for field in secrets:
		set_encrypted_password("Medusa Configuration", "Medusa Configuration", "0pen-secret", field)
	set_encrypted_password(OTP, NAME, "0pen-secret", "password")
	frappe.db.commit()
	try:
		for doctype, name in (("Medusa Configuration", "Medusa Configuration"), (OTP, NAME)):
			for path, answer in read(ask, who, doctype, name):
				assert "0pen-secret" not in answer.text, (path, answer.text[:300])
		for field in secrets:
			values = {"doctype": "Medusa Configuration", "name": "Medusa Configuration", "fieldname": field}
			assert ask(who, "POST", "method/frappe.client.get_password", values).status_code == 403
		values = {"doctype": OTP, "name": NAME, "fieldname": "password"}
		assert ask(who, "POST", "method/frappe.client.get_password", values).status_code == 403
	finally:
		remove_encrypted_password(OTP, NAME, "password")
		frappe.db.commit()
