"""Medusa Configuration: to which server passwords and secrets may go, and where they are kept."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils.password import set_encrypted_password

from medusa_integration.settings import SETTINGS, shared_secrets
from tests.doctypes.configuring import KNOWN, VALID, known, stored, token


@pytest.mark.parametrize(
	"url",
	[
		"https://evil.example.com",
		"http://medusa.example.com",
		"https://medusa.example.com:8443",
		"https://medusa.example.com.evil.example.com",
		None,
	],
	ids=["host", "scheme", "port", "a longer host", "none"],
)
def test_passwords_do_not_go_to_another_server(configuration, url):
	"""Whoever may set the address would have them sent to it: they are cleared, and it is said."""
	secrets = {"secret_api_key": "sk_1", "shared_secret": "new", "previous_shared_secret": "old"}
	configuration.update(secrets).save()
	frappe.clear_messages()
	configuration = frappe.get_doc(SETTINGS)
	configuration.update({"url": url, "enable": 1 if url else 0}).save()
	assert [stored(field) for field in ("admin_password", *secrets)] == [None] * 4
	(message,) = [each["message"] for each in frappe.get_message_log()]
	for label in ("Admin Password", "Secret API Key", "Shared Secret", "Previous Shared Secret"):
		assert f"<strong>{label}</strong>" in message
	assert "cleared, because it was entered for <strong>https://medusa.example.com</strong>" in message
	if url:
		return
	# by way of no address at all
	frappe.get_doc(SETTINGS).update({"url": "https://evil.example.com"}).save()
	assert stored() is None


@pytest.mark.parametrize(
	"url", ["https://medusa.example.com/api", "https://MEDUSA.example.com", "https://medusa.example.com:443"]
)
def test_passwords_stay_with_their_server(configuration, url):
	"""Another path there, or the same written otherwise."""
	configuration.update({"url": url}).save()
	assert stored() == "a password" and not frappe.get_message_log()


def test_a_password_that_comes_with_the_new_address_is_kept(configuration):
	"""It was entered for that one, and what else was stored was not."""
	configuration.update({"secret_api_key": "sk_1"}).save()
	configuration = frappe.get_doc(SETTINGS)
	configuration.update({"url": "https://new.example.com", "admin_password": "another"}).save()
	assert (stored(), stored("secret_api_key")) == ("another", None)


def test_a_shared_secret_that_comes_with_the_new_address_is_kept(configuration):
	"""Both servers were given it; the previous one was shared with the other server."""
	configuration.update({"shared_secret": "first", "previous_shared_secret": "older"}).save()
	configuration = frappe.get_doc(SETTINGS)
	configuration.update({"url": "https://new.example.com", "admin_password": "p", "shared_secret": "second"})
	configuration.save()
	assert list(shared_secrets()) == ["second"]


@pytest.mark.parametrize(
	("current", "previous", "secrets"),
	[
		(None, None, []),
		("new", None, ["new"]),
		("new", "old", ["new", "old"]),
		(" new\n", "old ", ["new", "old"]),
		# it would sign nothing, and was not meant to be in use alone
		(None, "old", []),
		("new", "  ", ["new"]),
	],
)
def test_which_secrets_are_shared(configuration, current, previous, secrets):
	for field, value in (("shared_secret", current), ("previous_shared_secret", previous)):
		if value:
			set_encrypted_password(SETTINGS, SETTINGS, value, field)
	assert list(shared_secrets()) == secrets


def test_another_shared_secret_keeps_what_was_found_out(configuration):
	"""It says nothing about the server or the account."""
	configuration.update({"shared_secret": "a secret"}).save()
	assert (known(), token()) == (KNOWN, "a token")


def test_the_same_password_again_changes_nothing(configuration):
	configuration.update({"admin_password": VALID["admin_password"], "url": VALID["url"] + "/"}).save()
	assert token() == "a token"


def test_secrets_are_not_kept_in_the_open(configuration):
	configuration.update(
		{
			"secret_api_key": "sk_secret",
			"admin_password": "another password",
			"shared_secret": "of both",
			"previous_shared_secret": "of before",
		}
	).save()
	stored = str(frappe.db.get_singles_dict(SETTINGS)) + str(
		frappe.get_all("Version", {"ref_doctype": SETTINGS}, pluck="data")
	)
	assert "sk_secret" not in stored
	assert "another password" not in stored
	assert "of both" not in stored and "of before" not in stored
