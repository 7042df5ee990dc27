"""One-time passwords of e-mail addresses: made, kept as a salted hash, compared, used up.

One row of Email OTP per address, which also says whether the address is registered. The row is locked while
a code is compared or replaced, so that guesses queue up; a wrong guess is counted in a transaction of its
own, so that no error takes it back.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import now_datetime
from frappe.utils.password import (
	get_decrypted_password,
	get_encryption_key,
	remove_encrypted_password,
	set_encrypted_password,
)

from medusa_integration.exceptions import ValidationError
from medusa_integration.settings import number
from medusa_integration.setup.own_documents import by_app

OTP = "Email OTP"
FIELDS = (
	"name",
	"email",
	"otp_hash",
	"salt",
	"expiration_time",
	"status",
	"attempts",
	"sent_at",
	"sent_count",
	"used_at",
	"medusa_id",
	"logged_in",
)
OPEN = ("Pending", "Verified")
NO_CODE = {"otp_hash": None, "salt": None}


class WrongCode(ValidationError):
	"""Wrong, used or expired, or there was none: nobody is told which."""


def row_of(email: str, *, lock: bool = False) -> frappe._dict | None:
	"""The row of an address, None if there is none.

	With `lock` nobody else may read it so until the commit.
	"""
	return frappe.db.get_value(OTP, {"email": email}, FIELDS, as_dict=True, for_update=lock)


def replace_code(email: str, purpose: str, *, with_code: bool = True) -> tuple[frappe._dict, str | None]:
	"""Give the address a new code in place of any other; answers its row and the code, for the mailer only.

	Without a code the row only notes that a mail goes out, so that what is not registered waits as long as
	what is. Raises `frappe.RateLimitExceededError` before `otp_resend_seconds` are over.
	"""
	if not row_of(email):
		_insert(email)
	row, now = row_of(email, lock=True), now_datetime()
	wait = timedelta(seconds=number("otp_resend_seconds"))
	if row.sent_at and row.sent_at + wait > now:
		raise frappe.RateLimitExceededError(_("Please wait before requesting another OTP."))
	forget_mails(row)
	code = f"{secrets.randbelow(10**6):06}" if with_code else None
	salt = secrets.token_hex(16) if code else None
	values = {
		"otp_hash": _hash(email, code, salt) if code else None,
		"salt": salt,
		"purpose": purpose,
		"status": "Pending" if code else "Expired",
		"expiration_time": now + timedelta(minutes=number("otp_validity_minutes")) if code else now,
		"attempts": 0,
		"used_at": None,
		"sent_at": now,
		"sent_count": (row.sent_count or 0) + 1,
	}
	frappe.db.set_value(OTP, row.name, values)
	return frappe._dict({**row, **values}), code


def check(email: str, code: str) -> frappe._dict:
	"""The row whose code this is, locked. The code is not used up.

	Raises WrongCode, with the same words whatever is wrong, after counting the try: that commits. At
	`otp_max_attempts` the code is of no use any more.
	"""
	row = row_of(email, lock=True) if row_of(email) else None
	is_open = bool(
		row
		and row.otp_hash
		and row.status in OPEN
		and not row.used_at
		and row.expiration_time
		and row.expiration_time >= now_datetime()
	)
	# compared in any case, so that the time tells nothing
	salt, expected = (row.salt, row.otp_hash) if is_open else ("", "")
	if hmac.compare_digest(_hash(email, code, salt), expected) and is_open:
		return row
	if is_open:
		_count_failure(row)
	raise WrongCode(_("Invalid OTP or email"))


def verified(row: frappe._dict) -> None:
	"""Note that the code was entered rightly; it may be used once,
	within the time it had from the beginning.
	"""
	frappe.db.set_value(OTP, row.name, "status", "Verified")


def use_up(row: frappe._dict, **more: object) -> None:
	"""Let the code be of no use any more, and set more fields of its row."""
	values = {"status": "Verified", "used_at": now_datetime(), **NO_CODE, **more}
	frappe.db.set_value(OTP, row.name, values)
	forget_mails(row)


def claim(row: frappe._dict) -> None:
	"""Use the code up before Medusa is called with it, for all to see: commits. `give_back` takes it back."""
	frappe.db.set_value(OTP, row.name, "used_at", now_datetime())
	frappe.db.commit()  # nobody else may use it meanwhile, and no row stays locked while Medusa is called


def give_back(row: frappe._dict) -> None:
	"""Let a claimed code be used after all: Medusa did not answer. Commits."""
	frappe.db.set_value(OTP, row.name, "used_at", None)
	frappe.db.commit()  # the error that is about to be raised must not take it back


def stored_password(row: frappe._dict) -> str | None:
	"""The password of the account in the shop that belongs to the row, if it is kept."""
	return get_decrypted_password(OTP, row.name, raise_exception=False)


def keep_password(row: frappe._dict, password: str) -> None:
	"""Keep the password of the account in the shop, encrypted."""
	set_encrypted_password(OTP, row.name, password)


def erase_password(row: frappe._dict) -> None:
	"""Let the password go."""
	remove_encrypted_password(OTP, row.name)


def message_id(row: frappe._dict) -> str:
	"""The Message-ID of the mail that carries the row's code: by it the mail is found again."""
	digest = hashlib.sha256(f"{row.name}:{row.salt}".encode()).hexdigest()[:32]
	return f"{digest}@{frappe.local.site}"


def forget_mails(row: frappe._dict) -> None:
	"""Delete the mail with the row's code: the code is in it for all who may read the Email Queue."""
	if not row.salt:
		return
	# the column is indexed
	names = frappe.get_all("Email Queue", {"message_id": message_id(row)}, pluck="name")
	if names:
		frappe.db.delete("Email Queue Recipient", {"parent": ("in", names)})
		frappe.db.delete("Email Queue", {"name": ("in", names)})


def _insert(email: str) -> None:
	"""Add the row of an address; somebody else may be quicker."""
	row = frappe.get_doc({"doctype": OTP, "email": email, "status": "Expired"})
	row.expiration_time = now_datetime()
	frappe.db.savepoint("medusa_otp")
	try:
		by_app(row).insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="medusa_otp")
		frappe.clear_last_message()


def _hash(email: str, code: str, salt: str) -> str:
	"""Salted, and with the site's key: a million codes are soon tried by whoever has only the table."""
	key = get_encryption_key().encode()
	return hmac.new(key, f"{salt}:{email}:{code}".encode(), hashlib.sha256).hexdigest()


def _count_failure(row: frappe._dict) -> None:
	attempts = (row.attempts or 0) + 1
	values: dict[str, object] = {"attempts": attempts}
	if attempts >= number("otp_max_attempts"):
		values |= {"status": "Expired", **NO_CODE}
		forget_mails(row)
	frappe.db.set_value(OTP, row.name, values)
	frappe.db.commit()  # the answer is an error as a rule, and its rollback would make guessing free
