"""Signing up and in, and the mail for a new password.

Medusa is called within the request, with no row locked and no transaction open. What a registration becomes
here is one transaction after Medusa's answer: the used code, the task for the Lead, the mail.
"""

from __future__ import annotations

import json
import secrets
from typing import Literal, cast
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import cint
from frappe.utils.password import decrypt, encrypt
from pydantic import ConfigDict, with_config
from redis.exceptions import RedisError
from typing_extensions import TypedDict

from medusa_integration.customers import lead, mails, proposals, shop_accounts
from medusa_integration.customers.kinds import (
	Email,
	Name,
	Password,
	Phone,
	ResetToken,
	wrong_entries,
)
from medusa_integration.customers.otp import store as codes
from medusa_integration.customers.parties import is_registered
from medusa_integration.database import read_committed
from medusa_integration.endpoints.access import is_shop
from medusa_integration.endpoints.parameters import Flag, Id
from medusa_integration.exceptions import MailNotSent, ValidationError
from medusa_integration.medusa.errors import Unauthorized
from medusa_integration.mirror.accounts import Account, Registration
from medusa_integration.settings import get_settings, number

RESET_JOB = "medusa_integration.customers.sign_up.mail_password_reset"


@with_config(ConfigDict(extra="allow"))
class Session(TypedDict):
	"""What Medusa answers, without secrets other than those of the session."""

	customer_id: str


class Sent(TypedDict):
	"""The same whether or not a mail was due."""

	status: Literal["success"]
	message: str


def sign_up(
	email: Email,
	first_name: Name,
	last_name: Name,
	t_c_acceptance: Flag,
	mobile: Phone,
	otp: Id,
	organization_name: Name,
	erp_customer_id: Id | None = None,
) -> Session:
	"""Register a customer in Medusa, and have the Lead inserted.

	Args:
		email: The address.
		first_name: Of the person.
		last_name: Of the person.
		t_c_acceptance: Whether the terms and conditions are accepted.
		mobile: As it was entered.
		otp: The one-time password of the address.
		organization_name: The company.
		erp_customer_id: Name of the Customer that this person is already; heeded from the shop's server only.
			Linked at once if the address is the Customer's or one of its Contacts'; else a Lead proposes it.

	Returns:
		Medusa's body, without secrets other than those of the session.

	Raises:
		ValidationError: A wrong code, or terms that are not accepted (400).
		frappe.DoesNotExistError: There is no Customer `erp_customer_id` (404).
		frappe.DuplicateEntryError: The address is registered (409).
		MedusaRefused: Medusa's own refusal (4XX); after this and the next the code can be used again.
		MedusaRejected: Medusa cannot do it (502).
		NotConnected: The integration is off (503).
		MedusaTimedOut: No answer of Medusa in time (504).
	"""
	shop_accounts.require_enabled()
	if not t_c_acceptance:
		raise ValidationError(_("Terms and conditions must be accepted."))
	named = _unlinked_customer(erp_customer_id) if erp_customer_id and is_shop() else None
	with wrong_entries(email):
		row, password = _open_registration(email, otp)
	customer = named if named in proposals.customers_of(email) else None
	person = Registration(
		email=email,
		first_name=first_name,
		last_name=last_name,
		password=password,
		mobile=mobile,
		organization_name=organization_name,
		erp_customer_id=customer,
	)
	account = _new_account(person, row)
	_register(person, account, named)
	return cast(Session, dict(account.answer))


def login(email: Email, password: Password | None = None, otp: Id | None = None) -> Session:
	"""Sign a customer in to Medusa with a password, or with a one-time password in its place (`otp_login`).

	Args:
		email: The address.
		password: Of the account.
		otp: A one-time password; exactly one of the two is given.

	Returns:
		Medusa's body.

	Raises:
		ValidationError: Both are given, or none (400).
		frappe.AuthenticationError: With the same words whatever does not fit (401).
		MedusaRefused: Medusa's own refusal, with its sentence (4XX).
		MedusaRejected: Medusa cannot do it; here and below the code can be used again (502).
		NotConnected: The integration is off (503).
		MedusaTimedOut: No answer of Medusa in time (504).
	"""
	if bool(password) == bool(otp):
		raise ValidationError(_("Login Need Otp or Password"))
	shop_accounts.require_enabled()
	with wrong_entries(email):
		if otp:
			return _log_in_with_code(email, otp)
		try:
			return cast(Session, dict(shop_accounts.log_in(email, password or "").answer))
		except Unauthorized as error:
			raise frappe.AuthenticationError(_refusal(email)) from error


def send_password_reset_email(email: Email, token: ResetToken) -> Sent:
	"""Mail a registered address the link with which the shop lets it choose a new password.

	Args:
		email: The address.
		token: Medusa's.

	Returns:
		`{"status": "success", "message": "Email sent"}`, also where no mail is due.

	Raises:
		MailNotSent: No account sends mails (502).
	"""
	if not mails.can_send():
		raise MailNotSent(_("Could not send email"))
	# whether the address is registered is looked up after the answer
	sealed = encrypt(token)
	try:
		frappe.enqueue(RESET_JOB, queue="short", email=email, token=sealed)
	except (RedisError, OSError, frappe.QueueOverloaded):
		mail_password_reset(email, sealed)
	return {"status": "success", "message": _("Email sent")}


def mail_password_reset(email: str, token: str) -> None:
	"""Mail the link to an address that is registered, and nothing to another; a job of its own.

	Args:
		email: The address.
		token: Medusa's, encrypted, as jobs lie in Redis.
	"""
	if not is_registered(email):
		return
	shop = get_settings().frontend_url or frappe.utils.get_url()
	link = f"{shop}/confirm_password?token={quote(decrypt(token), safe='')}"
	mails.send(mails.RESET, email, {"link": link})


def _open_registration(email: str, otp: str) -> tuple[frappe._dict, str]:
	"""The row whose code this is, and the password that the account has or is to have.

	Commits, before and after. Should Medusa's answer get lost, the same password opens the account; and no
	row stays locked meanwhile.
	"""
	with read_committed():
		# what another request for the same code has kept must be seen once this one has got the lock
		# nosemgrep: frappe-manual-commit -- a new transaction sees what others committed
		frappe.db.commit()
		row = codes.check(email, otp)
		if is_registered(email):
			raise _registered_already()
		password = codes.stored_password(row) or secrets.token_urlsafe(24)
		codes.keep_password(row, password)
		# nosemgrep: frappe-manual-commit -- the password has to stay if Medusa's answer is lost
		frappe.db.commit()
	return row, password


def _new_account(person: Registration, row: frappe._dict) -> Account:
	"""The account that Medusa makes. Commits before it raises `frappe.DuplicateEntryError`."""
	if account := shop_accounts.sign_up(person, row.name):
		return account
	codes.erase_password(row)
	# nosemgrep: frappe-manual-commit -- it opens nothing; the error must not bring it back
	frappe.db.commit()
	raise _registered_already()


def _unlinked_customer(name: str) -> str:
	customer = frappe.db.get_value("Customer", name, ["name", "medusa_id"], as_dict=True)
	if not customer:
		raise frappe.DoesNotExistError(_("Customer not found."))
	if customer.medusa_id:
		raise _registered_already()
	return customer.name


def _registered_already() -> frappe.DuplicateEntryError:
	return frappe.DuplicateEntryError(_("This email is already registered. Kindly login"))


def _register(person: Registration, account: Account, named: str | None) -> None:
	"""Note the registration, in one transaction with the task that makes the Lead of it, and the mail.

	`named` is the Customer that the shop has named, whether or not it is linked.
	"""
	row = codes.row_of(person.email, lock=True)
	assert row  # it was used for this, and is deleted only when it is old
	if row.logged_in and row.medusa_id == account.customer_id:
		return  # the same was asked for twice at the same time
	codes.use_up(row, logged_in=1, medusa_id=account.customer_id)
	if not number("otp_login"):
		codes.erase_password(row)
	if customer := person.erp_customer_id:
		values = {"medusa_id": account.customer_id, "t_c_acceptance": 1}
		# linked to somebody else while Medusa was asked, it stays so, and this person becomes a Lead
		unlinked = {"name": customer, "medusa_id": ("is", "not set"), "disabled": 0}
		frappe.db.set_value("Customer", unlinked, values, update_modified=False)
	data = {
		"id": account.customer_id,
		"first_name": person.first_name,
		"last_name": person.last_name,
		"email": person.email,
		"mobile": person.mobile,
		"organization_name": person.organization_name,
		"t_c_acceptance": cint(person.t_c_acceptance),
	}
	if named and not person.erp_customer_id:
		data["erp_customer_id"] = named
	lead.record(account.customer_id, json.dumps(data, ensure_ascii=False))
	frappe.db.after_commit.add(lambda: lead.enqueue(data))
	if mails.can_send():
		values = {
			"first_name": person.first_name,
			"last_name": person.last_name,
			"organization_name": person.organization_name,
		}
		mails.send(mails.WELCOME, person.email, values)


def _log_in_with_code(email: str, otp: str) -> Session:
	try:
		row = codes.check(email, otp)
	except codes.WrongCode as error:
		raise frappe.AuthenticationError(_refusal(email)) from error
	password = codes.stored_password(row) if row.logged_in and number("otp_login") else None
	if not password:
		raise _ask_for_password(row)
	# used up before Medusa is asked: two logins at once have one code
	codes.take(row)
	try:
		account = shop_accounts.log_in(email, password, row.name)
	except Unauthorized as error:
		codes.erase_password(row)  # it was changed in the shop
		raise _ask_for_password(row) from error
	except Exception:
		frappe.db.rollback()
		codes.give_back(row)
		raise
	codes.use_up(row)
	return cast(Session, dict(account.answer))


def _ask_for_password(row: frappe._dict) -> frappe.AuthenticationError:
	"""Use up a one-time password that was right and is not enough; return what to raise. Commits."""
	codes.use_up(row)
	# nosemgrep: frappe-manual-commit -- the error must bring neither the code back nor an old password
	frappe.db.commit()
	return frappe.AuthenticationError(_("Please login with your password."))


def _refusal(email: str) -> str:
	if number("reveal_registration_state") and not is_registered(email):
		return _("Please kindly register first")
	return _("Invalid email, password or OTP")
