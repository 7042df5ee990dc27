"""`expire_otps`: one-time passwords end, and old ones do not pile up."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from frappe.utils.password import get_decrypted_password, set_encrypted_password

from medusa_integration.api import expire_otps

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def otp(site):
	"""Make the one-time password of an address, which ended so long ago; its name."""
	site.set_single("Medusa Configuration", otp_retention_days=7)

	def make(ago, **values):
		email = f"{frappe.generate_hash(length=8)}@example.com"
		ended = frappe.utils.now_datetime() - ago
		return site.new("Email OTP", email=email, expiration_time=ended, **values).name

	return make


def status(name):
	return frappe.db.get_value("Email OTP", name, "status")


@pytest.mark.contract(9, 10)
@pytest.mark.parametrize(
	("before", "ago", "values", "after"),
	[
		("Pending", MINUTE, {}, "Expired"),
		("Pending", -MINUTE, {}, "Pending"),
		("Verified", MINUTE, {}, "Expired"),
		("Verified", -MINUTE, {}, "Verified"),
		("Verified", MINUTE, {"used_at": "2026-01-01 12:00:00"}, "Verified"),
		("Expired", MINUTE, {}, "Expired"),
		# of somebody who has an account, and has just asked for a code to sign in
		("Pending", MINUTE, {"logged_in": 1, "medusa_id": "cus_1"}, "Expired"),
	],
)
def test_what_is_past_its_time_expires(otp, before, ago, values, after):
	name = otp(ago, status=before, **values)
	expire_otps()
	assert status(name) == after


@pytest.mark.contract(11)
@pytest.mark.parametrize(
	("before", "ago", "values", "stays"),
	[
		("Expired", 8 * DAY, {}, False),
		("Pending", 8 * DAY, {}, False),
		("Expired", 6 * DAY, {}, True),
		("Expired", 8 * DAY, {"logged_in": 1}, True),
		("Expired", 8 * DAY, {"medusa_id": "cus_1"}, True),
		("Expired", 8 * DAY, {"medusa_id": ""}, False),
		("Verified", 8 * DAY, {"used_at": "2026-01-01 12:00:00"}, True),
	],
)
def test_what_is_old_goes(otp, before, ago, values, stays):
	"""Unless it holds a registration (ruling C8); how old, is a setting."""
	name = otp(ago, status=before, **values)
	assert expire_otps() >= (not stays)
	assert bool(frappe.db.exists("Email OTP", name)) == stays


@pytest.mark.contract(11)
def test_no_secret_is_left_behind(otp):
	name = otp(8 * DAY)
	set_encrypted_password("Email OTP", name, "a password", "password")
	expire_otps()
	assert get_decrypted_password("Email OTP", name, "password", raise_exception=False) is None


@pytest.mark.contract(12)
@pytest.mark.parametrize("count", [1, 10, 100])
def test_statements_do_not_grow(otp, query_counter, count):
	for _number in range(count):
		otp(8 * DAY)
	expire_otps()
	for _number in range(count):
		otp(8 * DAY)
	with query_counter() as queries:
		assert expire_otps() == count
	assert len(queries) == 4, queries


def test_an_address_has_one(otp, site):
	name = otp(MINUTE)
	email = frappe.db.get_value("Email OTP", name, "email")
	with pytest.raises(frappe.UniqueValidationError):
		site.new("Email OTP", email=email)


def test_no_secret_can_be_exported_or_read(site):
	"""Neither in reports nor in versions, and the password needs a level that nobody has."""
	meta = frappe.get_meta("Email OTP")
	for fieldname in ("otp_hash", "salt", "password"):
		assert meta.get_field(fieldname).hidden
		assert meta.get_field(fieldname).report_hide
	assert meta.get_field("password").permlevel == 1
	assert {rule.permlevel for rule in meta.permissions} == {0}
	assert not any(rule.export for rule in meta.permissions)
	assert not meta.track_changes
