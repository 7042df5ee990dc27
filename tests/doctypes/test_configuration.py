"""Medusa Configuration: what is checked on a save, what a save forgets, and its buttons."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import get_datetime, now_datetime
from frappe.utils.password import get_decrypted_password, remove_encrypted_password, set_encrypted_password

from medusa_integration.medusa import errors
from medusa_integration.medusa.values import Choice
from medusa_integration.medusa_integration.doctype.medusa_configuration import buttons
from medusa_integration.mirror.values import Server
from medusa_integration.settings import SETTINGS, shared_secrets
from medusa_integration.sync import connection, health
from tests.support.medusa import simulator

VALID = {
	"enable": 1,
	"url": "https://medusa.example.com",
	"frontend_url": "https://shop.example.com",
	"admin_email": "admin@example.com",
	"admin_password": "a password",
	"secret_api_key": None,
	"medusa_version": "Auto",
}
KNOWN = {
	"learned_version": "v1",
	"learned_extras": "properties",
	"paused": 1,
	"pause_reason": "Medusa refused the sign-in.",
}


@pytest.fixture
def kept(site):
	"""Put the settings back, whatever is committed."""
	site.keep_single(SETTINGS)


@pytest.fixture
def configuration(site):
	"""The settings as they are after a first save, with what the app has found out since."""
	document = frappe.get_doc(SETTINGS).update(VALID)
	document.save()
	frappe.db.set_single_value(SETTINGS, KNOWN, update_modified=False)
	set_encrypted_password(SETTINGS, SETTINGS, "a token", "access_token")
	return frappe.get_doc(SETTINGS)


def token():
	return get_decrypted_password(SETTINGS, SETTINGS, "access_token", raise_exception=False)


def known():
	return {field: frappe.get_doc(SETTINGS).get(field) for field in KNOWN}


# what is entered


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


# what a save keeps and forgets


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


def stored(field="admin_password"):
	return get_decrypted_password(SETTINGS, SETTINGS, field, raise_exception=False)


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


# buttons


SERVER = Server(
	generation="v2",
	version="2.10.0",
	extras="metadata",
	currencies=("OMR", "USD"),
	sales_channels=(Choice("sc_1", "Shop", is_default=True),),
	stock_locations=(Choice("sloc_1", "Muscat"),),
)


def test_a_connection_that_works_is_described_and_ends_the_pause(configuration, monkeypatch):
	monkeypatch.setattr(connection, "describe_server", lambda: SERVER)
	answer = buttons.test_connection()
	assert "2.10.0" in answer.pop("message")
	assert answer == {
		"ok": True,
		"generation": "v2",
		"version": "2.10.0",
		"extras": "metadata",
		"currencies": ["OMR", "USD"],
		"sales_channels": [{"id": "sc_1", "name": "Shop", "is_default": True}],
		"stock_locations": [{"id": "sloc_1", "name": "Muscat", "is_default": False}],
	}
	assert (known()["paused"], known()["pause_reason"]) == (0, None)


def test_a_connection_that_fails_says_why_and_stays_paused(configuration, monkeypatch):
	def describe():
		raise errors.Unreachable("Nobody answers at https://medusa.example.com.")

	monkeypatch.setattr(connection, "describe_server", describe)
	assert buttons.test_connection() == {
		"ok": False,
		"message": "Nobody answers at https://medusa.example.com.",
	}
	assert known()["paused"] == 1


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_stock_location_is_made_and_kept(kept, configuration, site, generation):
	"""Named after the company, linked with the channel, once; its id is stored,
	and v1 is told that it needs none.
	"""
	company = frappe.db.get_default("company")
	with simulator(generation) as medusa:
		site.set_single(SETTINGS, url=medusa.url, admin_email=medusa.email, medusa_version=generation)
		set_encrypted_password(SETTINGS, SETTINGS, medusa.password, "admin_password")
		remove_encrypted_password(SETTINGS, SETTINGS, "access_token")
		answers = [buttons.create_stock_location() for _ in range(2)]
		stored = frappe.db.get_single_value(SETTINGS, "stock_location")
		if generation == "v1":
			assert not answers[0]["ok"] and "needs no stock location" in answers[0]["message"] and not stored
			return
		assert [answer["ok"] for answer in answers] == [True, True]
		(made,) = [row for row in medusa.app.stock_locations if row["name"] == company]
		assert stored == made["id"] and company in answers[0]["message"]
		assert made["_sales_channels"] == [medusa.app.sales_channel["id"]]


def test_a_stock_location_that_cannot_be_made(kept, configuration, site):
	"""The reason is told, and nothing is stored."""
	site.set_single(SETTINGS, url=None)
	assert buttons.create_stock_location()["message"] == "Enter the Medusa URL first."
	site.set_single(SETTINGS, url="http://127.0.0.1:9")
	answer = buttons.create_stock_location()
	assert not answer["ok"] and answer["message"]
	assert not frappe.db.get_single_value(SETTINGS, "stock_location")


def test_resume_ends_the_pause_and_wakes_the_drain_after_the_commit(configuration, monkeypatch):
	woken = []
	monkeypatch.setattr("medusa_integration.sync.wake.enqueue", lambda: woken.append(True))
	buttons.resume()
	assert known()["paused"] == 0
	assert not woken
	frappe.db.after_commit.run()
	assert woken


def test_status_counts_what_failed(configuration, site):
	before = buttons.get_status()["failed"]
	task = {
		"reference_doctype": "Item Group",
		"reference_name": "Products",
		"lane": "order",
		"status": "Failed",
	}
	frappe.get_doc({"doctype": "Medusa Sync Task", "name": "a failed task", **task}).db_insert()
	assert buttons.get_status()["failed"] == before + 1


class Queue:
	count = 3


@pytest.mark.contract(2, 29)
@pytest.mark.parametrize(
	("scheduler_off", "workers", "sentences"),
	[
		(False, {"default": 1, "long": 1}, []),
		(True, {"default": 1, "long": 1}, ["scheduler"]),
		(False, {"default": 1, "long": 0}, ["3 jobs wait in the queue <strong>long</strong>"]),
		(False, {"default": 0, "long": 0}, ["<strong>default</strong>", "<strong>long</strong>"]),
		(True, None, ["scheduler", "does not respond"]),
	],
)
def test_what_keeps_tasks_from_being_sent_is_told(site, monkeypatch, scheduler_off, workers, sentences):
	"""Ruling A9."""
	monkeypatch.setattr(health, "is_scheduler_inactive", lambda verbose: scheduler_off)
	monkeypatch.setattr("medusa_integration.sync.health.listening_workers", lambda: workers)
	monkeypatch.setattr(health, "get_queue", lambda name: Queue)
	warnings = health.hindrances()
	assert len(warnings) == len(sentences)
	for sentence, warning in zip(sentences, warnings, strict=True):
		assert sentence in warning


def test_an_idle_queue_without_a_worker_is_no_matter(site, monkeypatch):
	monkeypatch.setattr(Queue, "count", 0)
	monkeypatch.setattr(health, "is_scheduler_inactive", lambda verbose: False)
	monkeypatch.setattr("medusa_integration.sync.health.listening_workers", lambda: {"default": 0, "long": 0})
	monkeypatch.setattr(health, "get_queue", lambda name: Queue)
	assert health.hindrances() == []


def test_pause_time_is_kept(configuration):
	at = now_datetime().replace(microsecond=0)
	frappe.db.set_single_value(SETTINGS, {"paused_at": at}, update_modified=False)
	configuration.update({"request_timeout": 21}).save()
	assert get_datetime(frappe.get_doc(SETTINGS).paused_at) == at


# the shop


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
