"""Medusa Configuration: what is checked on a save, and what a save keeps and forgets."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import get_datetime, now_datetime
from frappe.utils.password import set_encrypted_password

from medusa_integration.settings import SETTINGS
from tests.doctypes.configuring import KNOWN, known, stored, token


@pytest.mark.parametrize("field", ["url", "frontend_url"])
@pytest.mark.parametrize(
	("entered", "kept"),
	[
		(" https://medusa.example.com// ", "https://medusa.example.com"),
		("http://localhost:9000/", "http://localhost:9000"),
		("https://example.com/medusa/", "https://example.com/medusa"),
		("https://example.com/apply", "https://example.com/apply"),
		("http://[::1]:9000", "http://[::1]:9000"),
	],
)
def test_an_address_is_kept_without_slashes_at_its_end(configuration, field, entered, kept):
	configuration.update({field: entered}).save()
	assert frappe.db.get_single_value(SETTINGS, field, cache=False) == kept


@pytest.mark.parametrize("field", ["url", "frontend_url"])
@pytest.mark.parametrize(
	"entered",
	[
		"medusa.example.com",
		"localhost:9000",
		"ftp://medusa.example.com",
		"javascript://medusa.example.com",
		"https://",
		"https://medusa example.com",
		"https://medusa.example.com:port",
		"https://medusa.example.com:99999",
		"https://[medusa",
		"https://medusa.example.com?a=1",
		"https://medusa.example.com/#/login",
		"https://admin:secret@medusa.example.com",
	],
)
def test_what_is_no_address_is_refused(configuration, field, entered):
	with pytest.raises(frappe.ValidationError, match=configuration.meta.get_label(field)):
		configuration.update({field: entered}).save()


@pytest.mark.parametrize("part", ["/admin", "/store", "/app", "/app/login", "/Admin/"])
def test_an_address_of_a_part_of_medusa_is_refused_with_the_right_one(configuration, part):
	with pytest.raises(frappe.ValidationError, match=r"https://medusa\.example\.com/prefix$"):
		configuration.update({"url": f"https://medusa.example.com/prefix{part}"}).save()


def test_the_shop_may_have_any_path(configuration):
	configuration.update({"frontend_url": "https://example.com/store"}).save()
	assert frappe.get_doc(SETTINGS).frontend_url == "https://example.com/store"


@pytest.mark.parametrize(
	"missing",
	[
		{"url": None},
		{"admin_email": None},
		{"admin_password": None},
		{"admin_email": None, "admin_password": None},
		{"admin_password": None, "secret_api_key": "sk", "medusa_version": "v1"},
	],
)
def test_enabling_needs_an_address_and_a_way_to_sign_in(configuration, missing):
	with pytest.raises(frappe.ValidationError):
		configuration.update(missing).save()
	frappe.get_doc(SETTINGS).update({**missing, "enable": 0}).save()
	assert frappe.get_doc(SETTINGS).enable == 0


def test_a_secret_key_stands_in_for_email_and_password(configuration):
	configuration.update({"admin_email": None, "admin_password": None, "secret_api_key": "sk"}).save()
	saved = frappe.get_doc(SETTINGS)
	assert (saved.enable, saved.admin_email, stored("secret_api_key")) == (1, None, "sk")


@pytest.mark.parametrize(
	("field", "value"),
	[
		("request_timeout", 0),
		("request_timeout", 121),
		("request_timeout", -1),
		("max_attempts", 0),
		("log_retention_days", 0),
		("clearance_days", 0),
		("top_sellers_limit", 1001),
		("otp_retention_days", 0),
	],
)
def test_numbers_out_of_range_are_refused(configuration, field, value):
	with pytest.raises(frappe.ValidationError):
		configuration.update({field: value}).save()


def test_saving_calls_nobody(configuration, monkeypatch):
	monkeypatch.setattr("requests.Session.send", lambda *args, **kwargs: pytest.fail("Medusa was called"))
	configuration.update({"url": "https://other.example.com"}).save()


def test_a_save_keeps_what_the_app_knows(configuration):
	configuration.update({"request_timeout": 20}).save()
	assert known() == KNOWN
	assert token() == "a token"


def test_a_form_opened_before_does_not_write_back_what_it_knew(configuration):
	"""The state is written beside the form, without touching `modified`."""
	frappe.db.set_single_value(SETTINGS, {"paused": 0, "learned_version": "v2"}, update_modified=False)
	set_encrypted_password(SETTINGS, SETTINGS, "a newer token", "access_token")
	configuration.update({"request_timeout": 20, "learned_version": "v9"}).save()
	assert known() == {**KNOWN, "paused": 0, "learned_version": "v2"}
	assert token() == "a newer token"


@pytest.mark.parametrize(
	"change",
	[
		{"url": "https://other.example.com"},
		{"admin_email": "other@example.com"},
		{"admin_password": "another password"},
		{"secret_api_key": "sk"},
		{"medusa_version": "v2"},
	],
)
def test_another_server_or_account_starts_afresh(configuration, change):
	configuration.update(change).save()
	assert known() == {"learned_version": None, "learned_extras": None, "paused": 0, "pause_reason": None}
	assert token() is None


def test_log_settings_follow(configuration):
	configuration.update({"log_retention_days": 12}).save()
	rows = frappe.get_doc("Log Settings").logs_to_clear
	days = {row.ref_doctype: row.days for row in rows if row.ref_doctype.startswith("Medusa")}
	assert days == {
		"Medusa Event": 12,
		"Medusa Reconciliation": 12,
		"Medusa Reconciliation Finding": 12,
		"Medusa Request Log": 12,
		"Medusa Sync Task": 12,
	}


def test_pause_time_is_kept(configuration):
	at = now_datetime().replace(microsecond=0)
	frappe.db.set_single_value(SETTINGS, {"paused_at": at}, update_modified=False)
	configuration.update({"request_timeout": 21}).save()
	assert get_datetime(frappe.get_doc(SETTINGS).paused_at) == at


def test_opening_the_door_to_guests_is_warned_of(site):
	"""The form names what everybody can then read and do, as soon as the box is ticked."""
	warning = frappe.get_meta(SETTINGS).get_field("guest_warning")
	assert warning.depends_on == "allow_guest_storefront_calls"
	assert "alert-danger" in warning.options
	for at_risk in ("prices", "quotations", "orders", "addresses", "emails", "phone numbers"):
		assert at_risk in warning.options
	assert frappe.get_meta(SETTINGS).get_field("allow_guest_storefront_calls").default == "0"


@pytest.mark.parametrize("limit", [0, -1, 1_000_001])
def test_the_public_limit_is_a_limit(configuration, limit):
	with pytest.raises(frappe.ValidationError):
		configuration.update({"public_rate_limit": limit}).save()
