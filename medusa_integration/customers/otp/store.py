"""One-time passwords of e-mail addresses: made, kept as a salted hash, compared, used up.

One row of Email OTP per address, which also says whether the address is registered. The row is locked while
a code is compared or replaced, so that guesses queue up; a wrong guess is counted in a transaction of its
own, so that no error takes it back. What is not registered, and what has no row, costs the same statements.

Others can neither take a code from its owner nor keep the owner from getting one:

* A code is made of its salt and the site's key. While it is open, another request mails it again.
* Wrong entries end it for the address of the internet that they come from. All together end it only after
  `otp_max_attempts` times EVERYBODY, which bounds what many addresses can guess: with 5 wrong entries one in
  10,000. A code that is ended so is replaced by the next request.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import now_datetime
from frappe.utils.password import (
	get_decrypted_password,
	get_encryption_key,
	remove_encrypted_password,
	set_encrypted_password,
)

from medusa_integration.database import read_committed
from medusa_integration.endpoints.callers import caller_address
from medusa_integration.endpoints.limits import count, forget
from medusa_integration.exceptions import ValidationError
from medusa_integration.settings import number

OTP = "Email OTP"
TRY = "one-time password"
HOUR = 3600
OPEN = ("Pending", "Verified")
NO_CODE = {"otp_hash": None, "salt": None}
# how many addresses of the internet may use up their wrong entries before a code ends for all
EVERYBODY = 20
# when the last mail of each kind went out
SENT_AT = {"Login": "login_sent_at", "Sign Up": "sign_up_sent_at"}
FIELDS = (
	"name",
	"email",
	"otp_hash",
	"salt",
	"expiration_time",
	"status",
	"attempts",
	"sent_at",
	*SENT_AT.values(),
	"sent_count",
	"used_at",
	"medusa_id",
	"logged_in",
)


class WrongCode(ValidationError):
	"""Wrong, used or expired, or there was none: nobody is told which."""


def row_of(email: str, *, lock: bool = False) -> frappe._dict | None:
	"""Find the row of an address.

	Args:
		email: The address.
		lock: Nobody else may read it so until the commit.

	Returns:
		The row, None if there is none.
	"""
	return frappe.db.get_value(OTP, {"email": email}, FIELDS, as_dict=True, for_update=lock)


def give_code(email: str, purpose: str, *, with_code: bool = True) -> tuple[frappe._dict, str | None]:
	"""Make or find the code of an address, for the mailer only: the one that is open, else a new one.

	Begins with a commit, for the lock.

	Args:
		email: The address.
		purpose: "Login" or "Sign Up".
		with_code: Off, the row only notes that a mail goes out, so that what is not registered waits as
			long as what is; an open code stays.

	Returns:
		The row, and the code if there is to be one.

	Raises:
		frappe.RateLimitExceededError: `otp_resend_seconds` are not over since the last mail for this purpose.
	"""
	with read_committed():
		# nosemgrep: frappe-manual-commit -- a new transaction sees what others committed
		frappe.db.commit()
		try:
			return _give(email, purpose, with_code=with_code)
		except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
			# somebody else has asked for the first code of the address at the same moment
			frappe.db.rollback()
			frappe.clear_last_message()
			return _give(email, purpose, with_code=with_code)


def _give(email: str, purpose: str, *, with_code: bool) -> tuple[frappe._dict, str | None]:
	"""The same statements for every address, whatever its row has been and is to be."""
	row, now = row_of(email, lock=True), now_datetime()
	is_new = not row
	row = row or frappe._dict(email=email)
	last = row.get(SENT_AT[purpose])
	if last and last + timedelta(seconds=number("otp_resend_seconds")) > now:
		raise frappe.RateLimitExceededError(_("Please wait before requesting another OTP."))
	values = {SENT_AT[purpose]: now, "sent_at": now, "sent_count": (row.sent_count or 0) + 1}
	is_open, mailed = _is_open(row), _mails_with_code(row)
	_delete_mails([] if is_open else mailed)
	if not is_open:
		values |= {**NO_CODE, "status": "Expired", "expiration_time": now, "attempts": 0, "used_at": None}
	if with_code:
		values |= _open_values(email, row.salt if is_open else secrets.token_hex(16), now)
		values["purpose"] = purpose
	row = _written(row, values, is_new=is_new)
	_forgive(row.salt)
	return row, code_of(email, row.salt) if with_code else None


def code_of(email: str, salt: str) -> str:
	"""The code: six digits that follow from the salt and the site's key, and from nothing else."""
	return f"{int(_digest(f'code:{salt}:{email}'), 16) % 10**6:06}"


def check(email: str, code: str) -> frappe._dict:
	"""Check a code that somebody has entered. It is not used up.

	Begins with a commit, for the lock. After `otp_max_attempts` the code is of no use for the caller's
	address any more, and after EVERYBODY times as many for nobody.

	Args:
		email: The address that the code was mailed to.
		code: Six digits.

	Returns:
		The row whose code this is, locked.

	Raises:
		WrongCode: With the same words whatever is wrong, after the try was counted: that commits.
	"""
	with read_committed():
		# nosemgrep: frappe-manual-commit -- a new transaction sees what others committed
		frappe.db.commit()
		row = row_of(email, lock=True)
		is_open = bool(row and _is_open(row))
		# compared in any case, so that the time tells nothing
		salt, expected = (row.salt, row.otp_hash) if row and is_open else ("", "")
		is_admitted = _try(salt)
		if hmac.compare_digest(_hash(email, code, salt), expected) and row and is_open and is_admitted:
			_forgive(salt)
			return row
		_count_failure(email, row, counts=is_open and is_admitted)
	raise WrongCode(_("Invalid OTP or email"))


def verified(row: frappe._dict) -> None:
	"""Note that the code was entered rightly; it may be used once, within the time that it had anyway."""
	frappe.db.set_value(OTP, row.name, "status", "Verified")


def use_up(row: frappe._dict, **more: object) -> None:
	"""Let the code be of no use any more, and set more fields of its row."""
	values = {"status": "Verified", "used_at": now_datetime(), **NO_CODE, **more}
	frappe.db.set_value(OTP, row.name, values)
	forget_mails(row)


def take(row: frappe._dict) -> None:
	"""Use the code up before Medusa is called with it, for all to see: commits. `give_back` takes it back."""
	frappe.db.set_value(OTP, row.name, "used_at", now_datetime())
	# nosemgrep: frappe-manual-commit -- others must see it; no lock while Medusa is called
	frappe.db.commit()


def give_back(row: frappe._dict) -> None:
	"""Let a code that was taken be used after all: Medusa did not answer. Commits."""
	frappe.db.set_value(OTP, row.name, "used_at", None)
	# nosemgrep: frappe-manual-commit -- the error that is about to be raised must not take it back
	frappe.db.commit()


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
	"""The Message-ID of the row's last mail; by its beginning the mails with the row's code are found."""
	return f"{_mails_of(row)}.{row.sent_count}@{frappe.local.site}"


def forget_mails(row: frappe._dict) -> None:
	"""Delete the mails with the row's code: it is in them for all who may read the Email Queue."""
	_delete_mails(_mails_with_code(row))


def _mails_with_code(row: frappe._dict) -> list[str]:
	# the column is indexed
	return frappe.get_all("Email Queue", {"message_id": ("like", f"{_mails_of(row)}.%")}, pluck="name")


def _delete_mails(names: list[str]) -> None:
	frappe.db.delete("Email Queue Recipient", {"parent": ("in", names or [""])})
	frappe.db.delete("Email Queue", {"name": ("in", names or [""])})


def _mails_of(row: frappe._dict) -> str:
	return hashlib.sha256(f"{row.name}:{row.salt}".encode()).hexdigest()[:32]


def _is_open(row: frappe._dict) -> bool:
	"""Whether the row's code can be entered; a used one, and one that a login has just taken, cannot."""
	has_code = row.otp_hash and row.status in OPEN and not row.used_at and row.expiration_time
	return bool(has_code and row.expiration_time >= now_datetime())


def _open_values(email: str, salt: str, now: datetime) -> dict[str, object]:
	return {
		"salt": salt,
		"otp_hash": _hash(email, code_of(email, salt), salt),
		"status": "Pending",
		"expiration_time": now + timedelta(minutes=number("otp_validity_minutes")),
	}


def _written(row: frappe._dict, values: dict[str, object], *, is_new: bool) -> frappe._dict:
	"""Insert the row, or change it. One statement either way."""
	if is_new:
		document = frappe.get_doc({"doctype": OTP, **row, **values})
		document.db_insert()
		return frappe._dict({**row, **values, "name": document.name})
	frappe.db.set_value(OTP, row.name, values)
	return frappe._dict({**row, **values})


def _digest(text: str) -> str:
	return hmac.new(get_encryption_key().encode(), text.encode(), hashlib.sha256).hexdigest()


def _hash(email: str, code: str, salt: str) -> str:
	"""Salted, and with the site's key: a million codes are soon tried by whoever has only the table."""
	return _digest(f"{salt}:{email}:{code}")


def _try(salt: str | None) -> bool:
	"""Count a try of the caller's address at a code; whether it had one left."""
	caller = caller_address()
	return not caller or count(TRY, f"{caller} {salt}", HOUR) <= number("otp_max_attempts")


def _forgive(salt: str | None) -> None:
	"""Let the caller's address try again: it has entered the code, or asked for it once more."""
	if caller := caller_address():
		forget(TRY, f"{caller} {salt}", HOUR)


def _count_failure(email: str, row: frappe._dict | None, *, counts: bool) -> None:
	"""Write down that a code was not right, also for an address that never had one. Commits."""
	if not row:
		row = frappe._dict(email=email, status="Expired", expiration_time=now_datetime())
		try:
			_written(row, {"attempts": 1}, is_new=True)
		except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
			# somebody else has written the first row at the same moment; nothing was compared with a code
			frappe.db.rollback()
			frappe.clear_last_message()
	else:
		attempts = (row.attempts or 0) + int(counts)
		values: dict[str, object] = {"attempts": attempts}
		if counts and attempts >= number("otp_max_attempts") * EVERYBODY:
			values |= {"status": "Expired", **NO_CODE}
			forget_mails(row)
		frappe.db.set_value(OTP, row.name, values)
	# nosemgrep: frappe-manual-commit -- the rollback of an error would make guessing free
	frappe.db.commit()
